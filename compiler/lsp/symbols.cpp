// Statements as symbols; see the header.
#include "compiler/lsp/symbols.hpp"

#include "grammar/encoding.hpp"
#include "grammar/syntax_views.hpp"

namespace sbx::lsp {
namespace {

/// `SymbolKind`.
enum class SymbolKind : int {
    module = 2,
    namespace_block = 3,
    package = 4,
    method = 6,
    property = 7,
    variable = 13,
    constant = 14
};

constexpr std::size_t longest_name = 80;

SymbolKind symbol_kind(std::string_view keyword, bool has_block, bool is_nested) {
    if (keyword == "profile" || keyword == "fragment") {
        return SymbolKind::module;
    }
    if (keyword == "use" || keyword == "extends" || keyword == "within") {
        return SymbolKind::package;
    }
    return keyword == "let"            ? SymbolKind::constant
           : keyword == "param"        ? SymbolKind::variable
           : keyword == "test"         ? SymbolKind::method
           : (has_block && !is_nested) ? SymbolKind::namespace_block
                                       : SymbolKind::property;
}

/// One line of it, cut at a character.
std::string shortened(std::string_view text) {
    text = text.substr(0, text.find_first_of("\r\n"));
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    if (text.size() <= longest_name) {
        return std::string(text);
    }
    std::size_t end = 0;
    while (end < longest_name) {
        end += decode_utf8(text.substr(end)).length;
    }
    return std::string(text.substr(0, end)) + "…";
}

/// The statement up to its block or its waiver.
Span head_of(const StatementView& statement) {
    Span span = statement.origin().span;
    span.end = statement.keyword().span().end;
    for (const SyntaxNode& item : statement.items()) {
        if (item.kind() == SyntaxKind::name && item.text() == "waive" && item.index() != statement.items().front().index()) {
            break;
        }
        span.end = item.span().end;
    }
    return span;
}

class Outline {
public:
    Outline(const SyntaxTree& tree, const PositionMap& positions) : tree_(tree), positions_(positions) {}

    [[nodiscard]] Json of(const std::vector<StatementView>& statements, bool is_nested) const {
        Json list = Json::array();
        for (const StatementView& statement : statements) {
            if (statement.keyword().kind() == SyntaxKind::name) {
                list.push_back(symbol(statement, is_nested));
            }
        }
        return list;
    }

private:
    [[nodiscard]] Json symbol(const StatementView& statement, bool is_nested) const {
        const bool is_final = statement.keyword().text() == "final" && !statement.items().empty();
        const std::string_view keyword = is_final ? statement.items().front().text() : statement.keyword().text();
        const Span head = head_of(statement);
        Json json = {{"name", shortened(tree_.file->text(head))},
                     {"kind", static_cast<int>(symbol_kind(keyword, statement.block().has_value(), is_nested))},
                     {"range", positions_.range(statement.origin().span)},
                     {"selectionRange", positions_.range(head)}};
        if (const auto block = statement.block()) {
            json["children"] = of(block->statements(), true);
        }
        return json;
    }

    const SyntaxTree& tree_;
    const PositionMap& positions_;
};

void flatten(const Json& tree, const std::string& uri, const std::string& container, Json& list) {
    for (const Json& symbol : tree) {
        Json flat = {{"name", symbol["name"]}, {"kind", symbol["kind"]}, {"location", {{"uri", uri}, {"range", symbol["range"]}}}};
        if (!container.empty()) {
            flat["containerName"] = container;
        }
        list.push_back(std::move(flat));
        if (symbol.contains("children")) {
            flatten(symbol["children"], uri, symbol["name"].get<std::string>(), list);
        }
    }
}

}  // namespace

Answer document_symbols(Workspace& workspace, const Json& params) {
    const Document* const document = workspace.document_of(params);
    if (document == nullptr) {
        return Json(nullptr);
    }
    const Analysis& analysis = workspace.analysis(*document);
    Json tree = Outline(analysis.tree(), analysis.positions).of(statements(analysis.tree()), false);
    if (workspace.client.symbol_trees) {
        return tree;
    }
    Json list = Json::array();
    flatten(tree, document->uri, "", list);
    return list;
}

}  // namespace sbx::lsp
