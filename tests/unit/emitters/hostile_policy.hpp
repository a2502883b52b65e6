// A policy whose every name and value is made of what shells give a meaning to.
#pragma once

#include "compiler/policy/policy.hpp"

namespace sbx::emit {

inline const char* const hostile =
    "it's \"q\" $(touch mark) `touch mark` $HOME ${x}\n;& *?[a]\\ --opt #\t\x01\x7f\xc3\xa9\x81\x88 'end'";

inline policy::Policy hostile_policy() {
    auto policy =
        plan::policy_of({{"/usr", plan::read("/usr")}, {"/link", plan::link_to(hostile)}, {"/note", plan::file(hostile)}});
    policy.filesystem.nodes.emplace(plan::path("/" + std::string("it's `x` $(y)\n--z")), plan::tmpfs());
    policy.environment.fixed.emplace("FIXED", Located<plan::Text>{plan::Text(hostile), {}});
    policy.environment.kept.emplace("LANG", Origin{});
    policy.environment.kept.emplace("LC_*", Origin{});
    policy.environment.accepted.emplace("PAYLOAD_*", Origin{});
    return policy;
}

}  // namespace sbx::emit
