// rlimits.tab, environment.tab and landlock.tab: any bytes give a table or a refusal, and a table means what its lines say when it
// is bound.
#include "runtime/environment_table.hpp"
#include "runtime/landlock.hpp"
#include "runtime/limits_table.hpp"
#include "runtime/number.hpp"
#include "tests/fuzz/claims.hpp"

#include <string>

namespace {

using namespace sbx::runtime;
using sbx::test::require;

void try_limits(std::string_view text) {
    const std::vector<LimitRow> rows = read_limits_table(text);
    Values values;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        require(i == 0 || rows[i - 1].name < rows[i].name, "limits are sorted and unique", rows[i].name);
        require(rows[i].parameter.empty() || is_name(rows[i].parameter, true), "a parameter has a name", rows[i].parameter);
        values.emplace(rows[i].parameter, "7");
    }
    const std::vector<EffectiveLimit> limits = bind_limits(rows, values);
    require(limits.size() == rows.size(), "each row is a limit");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::uint64_t added = rows[i].parameter.empty() ? 0 : 7;
        require(limits[i].requested.has_value() != rows[i].unlimited, "unlimited is no number", rows[i].name);
        require(rows[i].unlimited || *limits[i].requested == rows[i].value + added, "a limit is what its row says", rows[i].name);
        require(!limits[i].effective || !limits[i].requested || *limits[i].effective <= *limits[i].requested,
                "never more than was asked", rows[i].name);
    }
}

bool is_set(const EnvironmentTable& table, const std::string& name) {
    return std::any_of(table.set.begin(), table.set.end(), [&name](const auto& entry) { return entry.first == name; });
}

void try_environment(std::string_view text) {
    const EnvironmentTable table = read_environment_table(text);
    Values values{{"uid", "1"}, {"gid", "2"}};
    for (const auto& [name, value] : table.set) {
        require(is_name(name), "a variable has a name", name);
        for (const TemplatePart& part : value.parts) {
            if (part.is_parameter) {
                values.emplace(part.text, "value");
            }
        }
    }
    const BoundEnvironment bound = bind_environment(
        table, {"HOME=/root", "LD_PRELOAD=/x.so", "LANG=C", "PATH=/bin", "BASH_FUNC_a%%=() { :; }", "=", "", "A"}, {}, values);
    for (const auto& [name, value] : bound.variables) {
        require(is_name(name) && value.find('\0') == std::string::npos, "what is passed on can be passed on", name);
        require(is_set(table, name) || !changes_loading(name, true), "names that change loading get in by `set` only", name);
    }
}

void try_landlock(std::string_view text) {
    const LandlockTable table = read_landlock_table(text);
    Values values{{"uid", "1"}, {"gid", "2"}};
    for (const LandlockRow& row : table.rows) {
        require(row.rights != 0, "a path has a right");
        for (const TemplatePart& part : row.path.parts) {
            if (part.is_parameter) {
                values.emplace(part.text, "value");
            }
        }
    }
    for (unsigned abi = 0; abi < 11; ++abi) {
        const BoundLandlock bound = bind_landlock(table, values, {abi, abi == 0 ? 38 : 0});
        require((bound.domain.paths & ~table.handled) == 0, "nothing needs permission that the table does not name");
        require(abi < 9 || bound.lacks.empty(), "the newest version lacks nothing");
        for (const LandlockRule& rule : bound.domain.rules) {
            require(rule.rights != 0 && (rule.rights & ~bound.domain.paths) == 0, "a rule is about rights in force", rule.path);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sbx::test::BoundedTime bounded(size);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto read : {try_limits, try_environment, try_landlock}) {
        try {
            read(text);
        } catch (const Refusal& refusal) {
            sbx::test::require_well_said(refusal);
        }
    }
    return 0;
}
