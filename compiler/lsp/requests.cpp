// The table of requests; see the header.
#include "compiler/lsp/requests.hpp"

#include "compiler/lsp/code_actions.hpp"
#include "compiler/lsp/completion.hpp"
#include "compiler/lsp/formatting.hpp"
#include "compiler/lsp/hover.hpp"
#include "compiler/lsp/navigation.hpp"
#include "compiler/lsp/rename.hpp"
#include "compiler/lsp/symbols.hpp"

#include <algorithm>
#include <iterator>

namespace sbx::lsp {
namespace {

struct RequestRow {
    std::string_view method;
    RequestHandler handler;
};

constexpr RequestRow request_rows[] = {
    {"textDocument/codeAction", code_actions},
    {"textDocument/completion", completion},
    {"textDocument/definition", definition},
    {"textDocument/documentSymbol", document_symbols},
    {"textDocument/formatting", formatting},
    {"textDocument/hover", hover},
    {"textDocument/prepareRename", prepare_rename},
    {"textDocument/references", references},
    {"textDocument/rename", rename},
    {"workspace/textDocumentContent", text_document_content},
};

}  // namespace

RequestHandler find_request(std::string_view method) {
    const auto* const row = std::find_if(std::begin(request_rows), std::end(request_rows),
                                         [&](const RequestRow& each) { return each.method == method; });
    return row == std::end(request_rows) ? nullptr : row->handler;
}

}  // namespace sbx::lsp
