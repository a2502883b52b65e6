// Every statement of the language as data: where it stands, how it is written, what it means. The dispatcher of resolve(), the help
// of its messages, `policyc explain WORD` and the test of the language reference's tables all read this one table.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sbx::policy {

/// The kinds of block a statement may stand in; `file` is the top level.
enum class Context : std::uint8_t {
    file,
    filesystem,
    network,
    limits,
    environment,
    process,
    syscalls,
    sockets,
    test,
    tmpfs_options,
    dir_options,
    file_options
};
/// How messages name it: "a `filesystem` block", "the top level of a file".
[[nodiscard]] std::string_view words(Context context);

/// What stands in the block of a statement of `outer`; nullopt where it has none.
[[nodiscard]] std::optional<Context> block_context(Context outer, std::string_view keyword);

/// Whether `final` may stand before the statement: whether it sets a key.
[[nodiscard]] bool can_be_final(Context context, std::string_view keyword);

/// One row of statements.def.
struct StatementInfo {
    Context context;
    std::string_view keyword;
    std::string_view signature;  ///< `read PATH…`
    std::string_view summary;    ///< one line
};
/// By context, then as in the language reference.
[[nodiscard]] const std::vector<StatementInfo>& statement_table();
/// nullptr when `context` has no such statement.
[[nodiscard]] const StatementInfo* find_statement(Context context, std::string_view keyword);

}  // namespace sbx::policy
