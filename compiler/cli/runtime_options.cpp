// See the header.
#include "compiler/cli/runtime_options.hpp"

namespace sbx::cli {

const std::vector<RuntimeOption>& runtime_options() {
    static const std::vector<RuntimeOption> rows = {
#define SBX_RUN_OPTION(form, member, long_name, short_name, argument, help, manual) \
    {long_name, short_name, argument, help, manual, std::string_view(#form) == "list"},
#include "runtime/options.def"
#undef SBX_RUN_OPTION
    };
    return rows;
}

}  // namespace sbx::cli
