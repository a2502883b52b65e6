// The rows of statements.def as a vector. Assumes nothing; guarantees the order of that file.
#include "compiler/policy/statement_table.hpp"

#include <algorithm>
#include <iterator>

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

std::optional<Context> block_context(Context outer, std::string_view keyword) {
    struct Row {
        Context outer;
        std::string_view keyword;
        Context inner;
    };
    static constexpr Row rows[] = {{Context::file, "filesystem", Context::filesystem},
                                   {Context::file, "network", Context::network},
                                   {Context::file, "limits", Context::limits},
                                   {Context::file, "environment", Context::environment},
                                   {Context::file, "process", Context::process},
                                   {Context::file, "syscalls", Context::syscalls},
                                   {Context::file, "sockets", Context::sockets},
                                   {Context::file, "test", Context::test},
                                   {Context::filesystem, "tmpfs", Context::tmpfs_options},
                                   {Context::filesystem, "dir", Context::dir_options},
                                   {Context::filesystem, "file", Context::file_options}};
    const auto* const row = std::find_if(std::begin(rows), std::end(rows),
                                         [&](const Row& each) { return each.outer == outer && each.keyword == keyword; });
    return row == std::end(rows) ? std::nullopt : std::optional(row->inner);
}

bool can_be_final(Context context, std::string_view keyword) {
    if (context == Context::file) {
        return keyword == "let" || keyword == "param" || keyword == "network" || keyword == "target";
    }
    return (context == Context::network && keyword == "resolver") || context == Context::filesystem || context == Context::limits ||
           context == Context::environment || context == Context::process;
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
