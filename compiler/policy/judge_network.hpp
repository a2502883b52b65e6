// `never connect`; a part of judge().
#pragma once

#include "compiler/policy/judge.hpp"

namespace sbx::policy {

/// No address of the expectation can be reached, with any protocol and port, for any value of any parameter. The sandbox's own
/// loopback is no way out.
[[nodiscard]] Judgement judge_never_connect(const Policy& policy, const Expectation& expectation);

}  // namespace sbx::policy
