// The server as a value, where what matters is what stands in one portion of input.
#include "compiler/lsp/server.hpp"

#include "tests/support/diskless_front_end.hpp"
#include "tests/unit/lsp/lsp_client.hpp"

#include <gtest/gtest.h>

namespace {

using namespace sbx;

std::string message(const test::Json& content) {
    test::Json whole = {{"jsonrpc", "2.0"}};
    whole.update(content);
    return test::framed_json(whole);
}

std::vector<test::Json> messages_in(const std::string& bytes) {
    lsp::FrameReader frames;
    frames.add(bytes);
    std::vector<test::Json> all;
    while (const auto frame = frames.next()) {
        all.push_back(test::Json::parse(frame->body));
    }
    return all;
}

const std::string begun = message({{"id", 1}, {"method", "initialize"}, {"params", {{"capabilities", test::Json::object()}}}});

std::string opened(const std::string& text) {
    return message({{"method", "textDocument/didOpen"},
                    {"params", {{"textDocument", {{"uri", "file:///a.sbx"}, {"version", 1}, {"text", text}}}}}});
}
std::string typed(std::int64_t version, const std::string& text) {
    return message({{"method", "textDocument/didChange"},
                    {"params",
                     {{"textDocument", {{"uri", "file:///a.sbx"}, {"version", version}}},
                      {"contentChanges", test::Json::array({{{"text", text}}})}}}});
}

TEST(LspServer, DoesNotCarryOutWhatIsTakenBackInTheSamePortion) {
    test::DisklessFrontEnd compiler;
    lsp::Server server(compiler, "test");
    server.receive(begun + message({{"id", 2}, {"method", "shutdown"}}) +
                   message({{"method", "$/cancelRequest"}, {"params", {{"id", 2}}}}) +
                   message({{"method", "$/cancelRequest"}, {"params", {{"id", 1234}}}}));
    const auto answers = messages_in(server.take_output());
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[1]["id"], 2);
    EXPECT_EQ(answers[1].value("error", test::Json::object()).value("code", 0), -32800);
    EXPECT_FALSE(server.was_shut_down());
}

TEST(LspServer, ChecksOnceWhatWasTypedInOneGo) {
    test::DisklessFrontEnd compiler;
    lsp::Server server(compiler, "test");
    std::string bytes = begun + opened("");
    for (int version = 2; version <= 50; ++version) {
        bytes += typed(version, "sbx 1\nprofile a" + std::to_string(version) + "\n");
    }
    server.receive(bytes);
    EXPECT_EQ(compiler.checks, 0U) << "a text is looked at when its writer pauses";
    server.settle();
    server.settle();
    EXPECT_EQ(compiler.checks, 1U);
    const auto answers = messages_in(server.take_output());
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[1]["params"]["version"], 50);
}

TEST(LspServer, AnswersInTheOrderOfTheQuestionsAboutTheTextAsItWasThen) {
    test::DisklessFrontEnd compiler;
    lsp::Server server(compiler, "test");
    const auto outline = [](int id) {
        return message(
            {{"id", id}, {"method", "textDocument/documentSymbol"}, {"params", {{"textDocument", {{"uri", "file:///a.sbx"}}}}}});
    };
    server.receive(begun + opened("sbx 1\nprofile one\n") + outline(2) + typed(2, "sbx 1\nprofile two\n") + outline(3));
    const auto answers = messages_in(server.take_output());
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(answers[1]["result"][1]["name"], "profile one");
    EXPECT_EQ(answers[2]["result"][1]["name"], "profile two");
}

TEST(LspServer, TakesAllChangesOfAMessageOrNone) {
    test::DisklessFrontEnd compiler;
    lsp::Server server(compiler, "test");
    const test::Json whole = {{"text", "sbx 1\nprofile two\n"}};
    const test::Json broken = {{"range", {{"start", {{"line", "first"}}}}}, {"text", "x"}};
    server.receive(
        begun + opened("sbx 1\nprofile one\n") +
        message({{"method", "textDocument/didChange"},
                 {"params",
                  {{"textDocument", {{"uri", "file:///a.sbx"}, {"version", 2}}},
                   {"contentChanges", test::Json::array({whole, broken})}}}}) +
        message(
            {{"id", 2}, {"method", "textDocument/documentSymbol"}, {"params", {{"textDocument", {{"uri", "file:///a.sbx"}}}}}}));
    EXPECT_EQ(messages_in(server.take_output()).back()["result"][1]["name"], "profile one");
}

TEST(LspServer, SkipsAMessageThatNoPolicyNeeds) {
    test::DisklessFrontEnd compiler;
    lsp::Server server(compiler, "test");
    server.receive("Content-Length: 70000000\r\n\r\n");
    for (int megabyte = 0; megabyte < 70; ++megabyte) {
        server.receive(std::string(1000000, '{'));
    }
    server.receive(begun);
    const auto answers = messages_in(server.take_output());
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[0]["error"]["code"], -32700);
    EXPECT_EQ(answers[1]["id"], 1);
}

}  // namespace
