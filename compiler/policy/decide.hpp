// The reference semantics: what a policy says about one request. Written from the language reference alone, for obviousness; it
// never looks at plans or artifacts, and everything else is held against it.
#pragma once

#include "compiler/policy/policy.hpp"

#include <string>

namespace sbx::policy {

/// `depends`: the answer differs between values of a parameter; `reason` then says which.
enum class Verdict : std::uint8_t { denied, allowed, depends };
/// As it is printed: "denied", "allowed", "depends on the launch".
[[nodiscard]] std::string_view to_text(Verdict verdict);

/// What stands at a path, from least to most privilege.
enum class View : std::uint8_t {
    absent,             ///< nothing: no such file or directory
    masked,             ///< looks empty, cannot be written
    implied_directory,  ///< an empty-looking read-only directory on the way to a node
    link,               ///< a symbolic link that leads nowhere visible
    private_read,       ///< dir, file
    procfs,
    device,
    private_write,  ///< tmpfs
    host_read,
    host_write,
    socket
};
[[nodiscard]] std::string_view to_text(View view);

struct Decision {
    Verdict verdict = Verdict::denied;
    View view = View::absent;  ///< for filesystem requests
    SandboxPath node;          ///< the deciding node's path, where there is one
    Origin origin;             ///< the deciding statement; unknown when it is a default
    std::string reason;        ///< one sentence: "`read /usr` gives the host's tree read-only"
    std::string advice;        ///< the smallest statement that would change the answer; may be empty
};

/// Links declared in the policy are followed as the kernel would (at most 40).
[[nodiscard]] Decision decide(const Policy& policy, const Request& request);

}  // namespace sbx::policy
