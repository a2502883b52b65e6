// Whether each requirement that is due has a check by its number. The table is kept by hand, apart from the checks, so that a check
// that is deleted or renamed is missed.
#include "tests/kernel/requirement.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace sbx::kernel {
namespace {

enum class Severity : std::uint8_t { C, H, M, L };
struct Due {
    const char* id;
    Severity severity;
};
const std::vector<Due> due = {
#define SBX_DUE(id, severity) {#id, Severity::severity},
#include "tests/kernel/due_requirements.def"
#undef SBX_DUE
};

bool has_check(const std::vector<Requirement>& checks, const std::string& id) {
    return std::any_of(checks.begin(), checks.end(),
                       [&](const Requirement& check) { return check.id == id && check.check != nullptr && !check.title.empty(); });
}

TEST(DueRequirements, EachHasACheckByItsNumber) {
    for (const Due& requirement : due) {
        EXPECT_TRUE(has_check(requirements(), requirement.id)) << requirement.id << " has no SBX_REQUIREMENT";
    }
}

TEST(DueRequirements, TheTableIsWholeAndAMissingOneWouldBeNoticed) {
    const auto critical = [](const Due& one) { return one.severity == Severity::C; };
    EXPECT_EQ(due.size(), 96U);
    EXPECT_EQ(std::count_if(due.begin(), due.end(), critical), 24);
    std::vector<Requirement> fewer = requirements();
    std::erase_if(fewer, [](const Requirement& check) { return check.id == "R_FS_06"; });
    EXPECT_FALSE(has_check(fewer, "R_FS_06"));
    for (std::size_t index = 0; index < due.size(); ++index) {
        for (std::size_t other = index + 1; other < due.size(); ++other) {
            EXPECT_STRNE(due[index].id, due[other].id);
        }
    }
}

}  // namespace
}  // namespace sbx::kernel
