// How the server starts, refuses, and ends: the base protocol, driven by bytes.
#include "tests/unit/lsp/lsp_client.hpp"

#include <gtest/gtest.h>

namespace {

using namespace sbx::test;

TEST(LspLifecycle, SaysWhatItCanDoAndEndsWithZeroAfterShutdown) {
    LspClient client;
    const Json answer = client.initialize();
    EXPECT_EQ(answer["serverInfo"]["name"], "policyc");
    const Json& can = answer["capabilities"];
    EXPECT_EQ(can["positionEncoding"], "utf-16");
    EXPECT_EQ(can["textDocumentSync"]["change"], 2);
    for (const char* const provider :
         {"hoverProvider", "definitionProvider", "referencesProvider", "documentSymbolProvider", "documentFormattingProvider"}) {
        EXPECT_EQ(can[provider], true) << provider;
    }
    EXPECT_EQ(can["renameProvider"]["prepareProvider"], true);
    EXPECT_EQ(client.finish(), 0);
}

TEST(LspLifecycle, EndsWithOneWhereTheClientLeavesWithoutShutdown) {
    LspClient exits;
    exits.initialize();
    exits.notify("exit", nullptr);
    EXPECT_EQ(exits.wait(), 1);
    LspClient closes;
    closes.initialize();
    EXPECT_EQ(closes.wait(), 1);
    LspClient never_begins;
    never_begins.notify("exit", nullptr);
    EXPECT_EQ(never_begins.wait(), 1);
}

TEST(LspLifecycle, TakesTheOptionThatClientsGive) {
    LspClient client({"--stdio"});
    client.initialize();
    EXPECT_EQ(client.finish(), 0);
}

TEST(LspLifecycle, OffersBytesToAClientThatCountsThem) {
    LspClient client;
    EXPECT_EQ(client.initialize(all_capabilities("utf-8"))["capabilities"]["positionEncoding"], "utf-8");
}

TEST(LspLifecycle, RefusesWhatComesBeforeInitialize) {
    LspClient client;
    EXPECT_EQ(client.request("textDocument/hover", Json::object())["error"]["code"], -32002);
    client.open("file:///nowhere.sbx", "sbx 2\n");  // dropped, as the protocol says
    client.initialize();
    EXPECT_EQ(client.request("initialize", Json::object())["error"]["code"], -32600);
    EXPECT_EQ(client.finish(), 0);
}

TEST(LspLifecycle, RefusesWhatComesAfterShutdown) {
    LspClient client;
    client.initialize();
    EXPECT_TRUE(client.result("shutdown", nullptr).is_null());
    EXPECT_EQ(client.request("textDocument/hover", Json::object())["error"]["code"], -32600);
    client.notify("exit", nullptr);
    EXPECT_EQ(client.wait(), 0);
}

TEST(LspLifecycle, AnswersWhatItDoesNotKnow) {
    LspClient client;
    client.initialize();
    EXPECT_EQ(client.request("textDocument/moonPhase", Json::object())["error"]["code"], -32601);
    client.notify("$/unheardOf", Json::object());
    EXPECT_EQ(client.request("textDocument/hover", {{"textDocument", 5}})["error"]["code"], -32602);
    EXPECT_EQ(client.request("textDocument/hover", {{"textDocument", {{"uri", "file:///not/open.sbx"}}}})["error"]["code"], Json());
    EXPECT_EQ(client.request("textDocument/hover", nullptr)["error"]["code"], -32602);
    EXPECT_EQ(client.finish(), 0);
}

TEST(LspLifecycle, AsksToBeToldOfFiles) {
    LspClient client;
    client.initialize();
    const Json asked = client.receive();
    EXPECT_EQ(asked["method"], "client/registerCapability");
    EXPECT_EQ(asked["params"]["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    client.send(framed_json({{"jsonrpc", "2.0"}, {"id", asked["id"]}, {"result", nullptr}}));
    EXPECT_EQ(client.finish(), 0);
}

/// What is sent in place of a message, and what is answered.
struct BadMessage {
    std::string bytes;
    int code;
    Json id;
};

TEST(LspLifecycle, AnswersBadMessagesAndGoesOn) {
    const auto framed = [](const std::string& body) {
        return "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    };
    const std::vector<BadMessage> bad = {
        {framed("{"), -32700, nullptr},
        {framed("\xff\xfe"), -32700, nullptr},
        {framed("[]"), -32600, nullptr},
        {framed("7"), -32600, nullptr},
        {framed(""), -32700, nullptr},
        {framed(R"({"jsonrpc":"2.0"})"), -32600, nullptr},
        {framed(R"({"jsonrpc":"2.0","id":8,"method":5})"), -32600, 8},
        {framed(R"({"jsonrpc":"1.0","id":"a","method":"shutdown"})"), -32600, "a"},
        {framed(R"({"id":9,"method":"shutdown"})"), -32600, 9},
        {framed(R"({"jsonrpc":"2.0","id":null,"method":"shutdown"})"), -32600, nullptr},
        {framed(R"({"jsonrpc":"2.0","id":1.5,"method":"shutdown"})"), -32600, nullptr},
        {framed(std::string(50000, '[')), -32700, nullptr},
        {"Content-Length: two\r\n\r\n", -32700, nullptr},
        {"Content-Length: -2\r\n\r\n", -32700, nullptr},
        {"Content-Length: 99999999999999999999\r\n\r\n", -32700, nullptr},
        {"Content-Type: text/plain\r\n\r\n", -32700, nullptr},
        {"not a header\r\n\r\n", -32700, nullptr},
        {std::string(5000, 'x') + "\n", -32700, nullptr},
    };
    LspClient client;
    client.initialize();
    static_cast<void>(client.receive());
    for (const BadMessage& each : bad) {
        client.send(each.bytes);
        const Json answer = client.next_response();
        EXPECT_EQ(answer["error"]["code"], each.code) << each.bytes.substr(0, 80);
        EXPECT_EQ(answer["id"], each.id) << each.bytes.substr(0, 80);
        EXPECT_EQ(client.request("textDocument/moonPhase", nullptr)["error"]["code"], -32601) << each.bytes.substr(0, 80);
    }
    EXPECT_EQ(client.finish(), 0);
}

TEST(LspLifecycle, FindsAMessageBehindGarbage) {
    LspClient client;
    client.initialize();
    client.send("noise\r\n" + framed_json({{"jsonrpc", "2.0"}, {"id", 77}, {"method", "nothing"}}));
    EXPECT_EQ(client.next_response()["error"]["code"], -32700);
    EXPECT_EQ(client.next_response()["id"], 77);
    EXPECT_EQ(client.finish(), 0);
}

TEST(LspLifecycle, ReadsHeadersInEitherCaseAndInPortions) {
    LspClient client;
    client.initialize();
    const std::string body = R"({"jsonrpc":"2.0","id":"portions","method":"nothing"})";
    const std::string bytes =
        "content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH:" + std::to_string(body.size()) + "\r\n\r\n" +
        body;
    for (const char byte : bytes) {
        client.send(std::string_view(&byte, 1));
    }
    EXPECT_EQ(client.next_response()["id"], "portions");
    EXPECT_EQ(client.finish(), 0);
}

}  // namespace
