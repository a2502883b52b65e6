// See the header.
#include "compiler/cli/callers_umask.hpp"

namespace sbx::cli {
namespace {

mode_t umask_of_caller = 0;

}  // namespace

void set_own_umask() {
    // Every mode is said where a file is made; a mask that takes our own access away would leave us before a closed directory.
    umask_of_caller = ::umask(S_IRWXG | S_IRWXO);
}

mode_t callers_umask() {
    return umask_of_caller;
}

}  // namespace sbx::cli
