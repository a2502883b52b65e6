// One line a path, and what goes for all of them before.
#include "emitters/landlock_table.hpp"

#include "emitters/quote.hpp"
#include "runtime/artifact_format.hpp"

namespace sbx::emit {
namespace {

std::string words(const plan::PathRights& rights) {
    std::string text;
    for (const plan::PathRight right : rights) {
        text += fmt::format(" {}", format::landlock_rights.at(static_cast<std::size_t>(right)).name);
    }
    return text;
}

std::string place_comment(const Origin& origin) {
    return origin.known() ? fmt::format(" # {}", Comment(origin.describe_stable())) : std::string();
}

}  // namespace

std::string landlock_table(const plan::LandlockPlan& plan) {
    std::string text = fmt::format("{}\n", format::landlock_magic);
    if (plan.least) {
        text += fmt::format("require {}{}\n", plan.least->value, place_comment(plan.least->origin));
    }
    if (plan.needs_execute) {
        text += fmt::format("require-execute{}\n", place_comment(*plan.needs_execute));
    }
    if (!plan.handled.empty()) {
        text += fmt::format("handle{}\n", words(plan.handled));
    }
    text += "scope";
    for (const format::LandlockRight& scope : format::landlock_scopes) {
        text += fmt::format(" {}", scope.name);
    }
    text += plan.no_tcp ? "\ntcp none\n" : "\n";
    for (const plan::PathRule& rule : plan.rules) {
        text += fmt::format("path{} {}{}{}\n", rule.optional ? "-if-exists" : "", Template(rule.path), words(rule.rights),
                            place_comment(rule.origin));
    }
    return text;
}

}  // namespace sbx::emit
