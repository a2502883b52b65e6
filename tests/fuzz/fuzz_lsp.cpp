// The language server: any bytes of a client give answers, each of them one message of the protocol, and only `exit` ends it. Two
// readings of an input: as the stream itself, and as a text that is typed and asked about at every few bytes.
#include "compiler/lsp/server.hpp"
#include "grammar/encoding.hpp"
#include "tests/fuzz/claims.hpp"
#include "tests/support/diskless_front_end.hpp"

#include <string>

namespace {

using namespace sbx::lsp;
using sbx::test::require;

std::string packed(const Json& content) {
    Json message = {{"jsonrpc", "2.0"}};
    message.update(content);
    return framed(message.dump());
}

std::string asked(int id, std::string_view method, const Json& params) {
    return packed({{"id", id}, {"method", method}, {"params", params}});
}

const Json everything = Json::parse(R"({"capabilities": {
    "workspace": {"textDocumentContent": {}},
    "textDocument": {
        "hover": {"contentFormat": ["markdown"]},
        "completion": {"completionItem": {"snippetSupport": true}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
        "codeAction": {"codeActionLiteralSupport": {}},
        "publishDiagnostics": {"relatedInformation": true, "tagSupport": {}, "codeDescriptionSupport": true}}}})");

/// How many messages there are; each has to be one.
std::size_t count_messages(const std::string& bytes) {
    FrameReader frames;
    frames.add(bytes);
    std::size_t count = 0;
    while (const auto frame = frames.next()) {
        require(frame->problem.empty(), "what the server writes has its header", frame->problem);
        const Json message = Json::parse(frame->body, nullptr, false);
        require(message.is_object() && message.contains("jsonrpc"), "what the server writes is a message", frame->body);
        ++count;
    }
    return count;
}

void try_stream(std::string_view bytes) {
    sbx::test::DisklessFrontEnd compiler;
    Server server(compiler, "fuzz");
    server.receive(asked(0, "initialize", everything));
    server.receive(bytes.substr(0, bytes.size() / 2));
    server.settle();
    server.receive(bytes.substr(bytes.size() / 2));
    server.settle();
    require(count_messages(server.take_output()) >= 1, "`initialize` is answered");
    if (!server.has_ended()) {
        // What is left of an unfinished message may hide the first, not what comes behind it.
        server.receive("\r\n\r\n" + asked(1, "nothing", nullptr) + asked(2, "nothing", nullptr));
        static_cast<void>(count_messages(server.take_output()));
    }
}

std::string valid_text(std::string_view bytes) {
    std::string text;
    while (!bytes.empty()) {
        const sbx::CodePoint point = sbx::decode_utf8(bytes);
        text += point.valid ? std::string(bytes.substr(0, point.length)) : "?";
        bytes.remove_prefix(point.length);
    }
    return text;
}

void try_text(std::string_view bytes) {
    const std::string text = valid_text(bytes);
    sbx::test::DisklessFrontEnd compiler;
    Server server(compiler, "fuzz");
    const Json document = {{"uri", "file:///typed.sbx"}};
    server.receive(asked(0, "initialize", everything) +
                   packed({{"method", "textDocument/didOpen"},
                           {"params", {{"textDocument", {{"uri", "file:///typed.sbx"}, {"version", 1}, {"text", text}}}}}}));
    server.settle();
    static_cast<void>(server.take_output());
    const PositionMap positions(text, PositionEncoding::utf16);
    const std::size_t step = text.size() / 16 + 1;
    for (std::size_t at = 0; at <= text.size(); at += step) {
        const Position place = positions.position(static_cast<std::uint32_t>(at));
        const Json position = {{"line", place.line}, {"character", place.character}};
        const Json params = {{"textDocument", document},
                             {"position", position},
                             {"range", {{"start", position}, {"end", position}}},
                             {"context", {{"includeDeclaration", true}, {"diagnostics", Json::array()}}},
                             {"newName", "another"}};
        int id = 1;
        for (const char* const method : {"textDocument/hover", "textDocument/completion", "textDocument/definition",
                                         "textDocument/references", "textDocument/documentSymbol", "textDocument/formatting",
                                         "textDocument/codeAction", "textDocument/prepareRename", "textDocument/rename"}) {
            server.receive(asked(id++, method, params));
            const std::string answer = server.take_output();
            require(count_messages(answer) == 1, "a question has one answer", method);
            require(answer.find("-32603") == std::string::npos, "no question is too much for the server", answer);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sbx::test::BoundedTime bounded(size * 16);
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    try_stream(bytes);
    try_text(bytes);
    return 0;
}
