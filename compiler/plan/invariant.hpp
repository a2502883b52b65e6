// Assertions about our own work, for the layers that make plans and artifacts. A failure is a bug in policyc, never the user's:
// it is thrown as InternalError, which the composition root turns into exit code 70.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace sbx::plan {

/// What a layer promised and did not keep, with the place in our sources.
class InternalError : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

/// `what` is the promise, in words: "no NUL in a word for bubblewrap".
inline void invariant(bool holds, std::string_view what, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (!holds) {
        throw InternalError(std::string(file) + ":" + std::to_string(line) + ": broken promise: " + std::string(what) +
                            "; this is a bug in policyc");
    }
}

}  // namespace sbx::plan
