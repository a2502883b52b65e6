// What the readers report: one way in which an artifact is not what the policy says, in words for the person who has to decide what
// to do about it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbx::verify {

struct Finding {
    std::string file;     ///< `bwrap.args`
    std::string place;    ///< `record 12`, `line 3`; empty where it is about the whole file
    std::string message;  ///< what the artifact says and what the policy says; lower case, no full stop
    std::string witness;  ///< a path, name or number for which the two differ; may be empty
    friend bool operator==(const Finding&, const Finding&) = default;
};
using Findings = std::vector<Finding>;

/// Thrown by a reader where bytes are not in the form of runtime/artifact_format.hpp; certify() makes a finding of it.
struct Malformed {
    std::string place;
    std::string message;
};

/// A name, path or word in a message: in back-quotes, control bytes as `?`.
[[nodiscard]] std::string named(std::string_view text);

}  // namespace sbx::verify
