// Words explained; see the header.
#include "compiler/lsp/describe_words.hpp"

#include "compiler/policy/address_set.hpp"
#include "compiler/policy/socket_families.hpp"
#include "compiler/policy/standard_fragments.hpp"
#include "compiler/policy/system_calls.hpp"
#include "grammar/string_literal.hpp"
#include "grammar/syntax_views.hpp"

#include <fmt/format.h>

namespace sbx::lsp {

std::string describe_statement(const policy::StatementInfo& row) {
    std::string text = fmt::format("```sbx\n{}\n```\n{}\n", row.signature, row.summary);
    const auto inside = row.context == policy::Context::file ? policy::block_context(row.context, row.keyword) : std::nullopt;
    if (inside) {
        text += "\n";
        for (const policy::StatementInfo& each : policy::statement_table()) {
            if (each.context == *inside) {
                text += fmt::format("- `{}`: {}\n", each.keyword, each.summary);
            }
        }
    }
    return text;
}

std::string describe_set(std::string_view name) {
    for (const policy::NamedSet& set : policy::named_address_sets()) {
        if (set.name == name) {
            std::string text = fmt::format("`{}`: {}\n\n", set.name, set.summary);
            for (const policy::NamedRange& range : set.ranges) {
                text += fmt::format("- `{}` {}\n", range.text, range.source);
            }
            return text;
        }
    }
    const policy::CallGroup* const group = policy::find_call_group(name);
    return group == nullptr ? std::string()
                            : fmt::format("`{}`: {}\n\n{}\n", group->name, group->summary, policy::call_names(group->calls));
}

std::string describe_family(std::string_view name) {
    const policy::SocketFamily* const family = policy::find_socket_family(name);
    return family == nullptr ? std::string() : fmt::format("`{}`: {}\n", family->name, family->summary);
}

std::string describe_fragment(std::string_view name) {
    const auto text = policy::find_standard_fragment(name);
    return text ? fmt::format("`{}`, inside the compiler\n\n```sbx\n{}```\n", name, *text) : std::string();
}

std::string description_of(const SyntaxTree& tree) {
    for (const StatementView& statement : statements(tree)) {
        if (statement.keyword().text() == "description" && !statement.items().empty() &&
            statement.items().front().kind() == SyntaxKind::string) {
            std::string text;
            for (const StringPiece& piece : decode_string(statement.items().front().text(), 0)) {
                text += piece.value;
            }
            return text;
        }
    }
    return {};
}

}  // namespace sbx::lsp
