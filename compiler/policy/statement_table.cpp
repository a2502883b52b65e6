// The rows of statements.def as a vector. Assumes nothing; guarantees the order of that file.
#include "compiler/policy/statement_table.hpp"

#include <algorithm>

namespace sbx::policy {

std::string_view words(Context context) {
    switch (context) {
        case Context::file:
            return "the top level of a file";
        case Context::filesystem:
            return "a `filesystem` block";
        case Context::network:
            return "a `network` block";
        case Context::limits:
            return "a `limits` block";
        case Context::environment:
            return "an `environment` block";
        case Context::process:
            return "a `process` block";
        case Context::syscalls:
            return "a `syscalls` block";
        case Context::sockets:
            return "a `sockets` block";
        case Context::test:
            return "a `test` block";
        case Context::tmpfs_options:
            return "the block of a `tmpfs`";
        case Context::dir_options:
            return "the block of a `dir`";
        case Context::file_options:
            return "the block of a `file`";
    }
    return {};
}

const std::vector<StatementInfo>& statement_table() {
    static const std::vector<StatementInfo> table{
#define SBX_STATEMENT(context, keyword, handler, signature, summary) {Context::context, keyword, signature, summary},
#include "compiler/policy/statements.def"
#undef SBX_STATEMENT
    };
    return table;
}

const StatementInfo* find_statement(Context context, std::string_view keyword) {
    const auto& table = statement_table();
    const auto row = std::find_if(table.begin(), table.end(),
                                  [&](const StatementInfo& info) { return info.context == context && info.keyword == keyword; });
    return row == table.end() ? nullptr : &*row;
}

}  // namespace sbx::policy
