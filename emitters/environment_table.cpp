// One line a name: accept, keep, set; each sorted by name.
#include "emitters/environment_table.hpp"

#include "emitters/quote.hpp"
#include "runtime/artifact_format.hpp"

namespace sbx::emit {
namespace {

std::string comment(const Origin& origin) {
    return origin.known() ? fmt::format(" # {}", Comment(origin.describe_stable())) : std::string();
}

}  // namespace

std::string environment_table(const plan::EnvironmentPlan& plan) {
    std::string text = fmt::format("{}\n", format::environment_magic);
    for (const auto& [name, origin] : plan.environment.accepted) {
        text += fmt::format("accept {}{}\n", Name(name), comment(origin));
    }
    for (const auto& [name, origin] : plan.environment.kept) {
        text += fmt::format("keep {}{}\n", Name(name), comment(origin));
    }
    for (const auto& [name, value] : plan.environment.fixed) {
        text += fmt::format("set {} {}{}\n", Name(name), Template(value.value), comment(value.origin));
    }
    return text;
}

}  // namespace sbx::emit
