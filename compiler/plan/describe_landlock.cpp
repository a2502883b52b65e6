// The second wall in words: what goes for everything, then paths.
#include "compiler/plan/describe_parts.hpp"

#include <array>
#include <fmt/format.h>
#include <string_view>

namespace sbx::plan {
namespace {

constexpr std::array<std::string_view, 17> right_names = {
    "execute",   "write-file", "read-file",  "read-dir", "remove-dir", "remove-file", "make-char", "make-dir",    "make-reg",
    "make-sock", "make-fifo",  "make-block", "make-sym", "refer",      "truncate",    "ioctl-dev", "resolve-unix"};

std::string shown_rights(const PathRights& rights) {
    std::string text;
    for (const PathRight right : rights) {
        text += fmt::format("{}{}", text.empty() ? "" : " ", right_names.at(static_cast<std::size_t>(right)));
    }
    return text;
}

std::string place_of_rule(const Origin& origin) {
    return origin.known() ? origin.describe_stable() : "every sandbox";
}

}  // namespace

std::vector<Line> landlock_lines(const LandlockPlan& plan) {
    std::vector<Line> lines;
    if (plan.least) {
        lines.push_back({fmt::format("require version {}", plan.least->value), plan.least->origin.describe_stable()});
    }
    if (plan.needs_execute) {
        lines.push_back({"require execute", plan.needs_execute->known() ? plan.needs_execute->describe_stable() : ""});
    }
    lines.push_back({"no abstract socket and no signal out of the sandbox", ""});
    lines.push_back({plan.no_tcp ? "no TCP port" : "every TCP port: the sandbox's own loopback has them all", ""});
    if (plan.handled.empty()) {
        lines.push_back({"every path: what confines paths would forbid to mount", ""});
    }
    if (plan.every_socket) {
        lines.push_back({"every Unix socket in a granted tree, not only those that the policy names", ""});
    }
    for (const PathRule& rule : plan.rules) {
        lines.push_back({fmt::format("{}{} {}", shown_path(rule.path), rule.optional ? "?" : "", shown_rights(rule.rights)),
                         place_of_rule(rule.origin)});
    }
    return lines;
}

}  // namespace sbx::plan
