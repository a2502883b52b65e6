// Capabilities; see the header.
#include "compiler/lsp/initialize.hpp"

#include "compiler/lsp/uris.hpp"

#include <algorithm>

namespace sbx::lsp {
namespace {

/// The value at `/a/b/c`; null where there is none.
const Json& value_at(const Json& document, const char* pointer) {
    static const Json nothing;
    const Json::json_pointer place(pointer);
    return document.is_object() && document.contains(place) ? document.at(place) : nothing;
}

bool is_true(const Json& document, const char* pointer) {
    const Json& value = value_at(document, pointer);
    return value.is_boolean() && value.get<bool>();
}

bool lists(const Json& list, const char* word) {
    return list.is_array() && std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

Client read_client(const Json& params) {
    Client client;
    const Json& encodings = value_at(params, "/capabilities/general/positionEncodings");
    client.encoding = lists(encodings, "utf-8") ? PositionEncoding::utf8 : PositionEncoding::utf16;
    client.markdown = lists(value_at(params, "/capabilities/textDocument/hover/contentFormat"), "markdown");
    client.snippets = is_true(params, "/capabilities/textDocument/completion/completionItem/snippetSupport");
    client.symbol_trees = is_true(params, "/capabilities/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport");
    client.related_information = is_true(params, "/capabilities/textDocument/publishDiagnostics/relatedInformation");
    client.tags = value_at(params, "/capabilities/textDocument/publishDiagnostics/tagSupport").is_object();
    client.code_descriptions = is_true(params, "/capabilities/textDocument/publishDiagnostics/codeDescriptionSupport");
    client.opens_content = value_at(params, "/capabilities/workspace/textDocumentContent").is_object() ||
                           is_true(params, "/initializationOptions/textDocumentContent");
    client.watches_files = is_true(params, "/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration");
    client.code_action_literals = value_at(params, "/capabilities/textDocument/codeAction/codeActionLiteralSupport").is_object();
    return client;
}

Settings read_settings(const Json& params, Settings settings) {
    const Json& definitions = value_at(params, "/initializationOptions/definitions");
    if (definitions.is_object()) {
        for (const auto& [name, value] : definitions.items()) {
            if (value.is_string()) {
                settings.definitions[name] = value.get<std::string>();
            }
        }
    }
    const Json& directories = value_at(params, "/initializationOptions/includeDirectories");
    if (directories.is_array()) {
        for (const Json& directory : directories) {
            if (directory.is_string()) {
                settings.include_directories.push_back(directory.get<std::string>());
            }
        }
    }
    settings.pedantic = settings.pedantic || is_true(params, "/initializationOptions/pedantic");
    return settings;
}

Json server_capabilities(const Client& client, const std::string& version) {
    constexpr int incremental = 2;
    const Json kinds = {"quickfix", "source.fixAll"};
    const Json schemes = {content_scheme};
    Json capabilities = {
        {"positionEncoding", to_text(client.encoding)},
        {"textDocumentSync", {{"openClose", true}, {"change", incremental}, {"save", {{"includeText", false}}}}},
        {"completionProvider", {{"triggerCharacters", {"$", "{", "@", "/", "\""}}}},
        {"hoverProvider", true},
        {"definitionProvider", true},
        {"referencesProvider", true},
        {"documentSymbolProvider", true},
        {"codeActionProvider", {{"codeActionKinds", kinds}}},
        {"documentFormattingProvider", true},
        {"renameProvider", {{"prepareProvider", true}}},
        {"workspace", {{"textDocumentContent", {{"schemes", schemes}}}}},
    };
    return {{"capabilities", std::move(capabilities)}, {"serverInfo", {{"name", "policyc"}, {"version", version}}}};
}

}  // namespace sbx::lsp
