// One line a limit; soft equals hard, since a payload may raise the one to the other.
#include "emitters/rlimit_table.hpp"

#include "compiler/plan/visit.hpp"
#include "emitters/quote.hpp"
#include "runtime/artifact_format.hpp"

#include <limits>

namespace sbx::emit {
namespace {

std::string value_text(const plan::ResourceLimit& limit) {
    return std::visit(plan::Overloaded{
                          [&](std::uint64_t number) {
                              // The kernel's own "unlimited" is the largest number: never reach it by adding.
                              constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max() - 1;
                              return fmt::format("{}", number > largest - limit.added ? largest : number + limit.added);
                          },
                          [](const policy::Unlimited&) { return std::string("unlimited"); },
                          [&](const policy::ParameterValue& value) {
                              const std::string name = fmt::format("${{{}}}", Name(value.parameter));
                              return limit.added == 0 ? name : fmt::format("{}+{}", name, limit.added);
                          },
                      },
                      limit.value);
}

}  // namespace

std::string rlimit_table(const plan::LimitTable& table) {
    std::string text = fmt::format("{}\n", format::limits_magic);
    for (const plan::ResourceLimit& limit : table.limits) {
        const std::string value = value_text(limit);
        text += fmt::format("{} {} {}", Name(limit.name), value, value);
        if (limit.origin.known()) {
            text += fmt::format(" # {}", Comment(limit.origin.describe_stable()));
        }
        text += '\n';
    }
    return text;
}

}  // namespace sbx::emit
