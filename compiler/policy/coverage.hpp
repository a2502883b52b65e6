// What a policy's tests ask about: which statements, and which regions of the normal form, an expectation rests on. A region is
// what one element of the normal form decides: the places whose nearest node it is, one limit, one name of the environment, the
// network.
#pragma once

#include "compiler/policy/policy.hpp"

#include <string>
#include <vector>

namespace sbx::policy {

struct Covered {
    std::string what;  ///< "`hide /srv/keys/`", "places that no statement gives"
    Origin origin;
    bool asked = false;
};
struct Coverage {
    std::vector<Covered> regions;
    /// Of the profile's own files: each path, limit and name that a statement gives is counted. What no expectation can ask about
    /// (parameters, the working directory, the process) is in neither list.
    std::vector<Covered> statements;
};
/// In the order of the normal form.
[[nodiscard]] Coverage coverage(const Profile& profile);
[[nodiscard]] std::size_t count_asked(const std::vector<Covered>& list);

}  // namespace sbx::policy
