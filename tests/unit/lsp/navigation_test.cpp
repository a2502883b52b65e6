// Definitions, references and the outline, with exact answers.
#include "tests/unit/lsp/questions_fixture.hpp"

#include <set>

namespace {

using namespace sbx::test;

class LspNavigation : public LspQuestions {};

TEST_F(LspNavigation, DefinitionsAreFoundThroughFiles) {
    const auto go = [&](const std::string& words) {
        const auto [line, character] = place_of(worker_text, words, 1);
        return client.at("textDocument/definition", worker, line, character);
    };
    EXPECT_EQ(go("$mirror")["uri"], shared);
    EXPECT_EQ(range_text(go("$mirror")["range"]), "3:4-3:10");
    EXPECT_EQ(range_text(go("$scratch")["range"]), "4:6-4:13");
    EXPECT_EQ(go("\"shared.sbx\"")["uri"], shared);
    EXPECT_EQ(go("std/system")["uri"], "policyc:/std/system.sbx");
    EXPECT_TRUE(go("/srv/data").is_null());
    const auto text = client.result("workspace/textDocumentContent", {{"uri", "policyc:/std/system.sbx"}})["text"];
    EXPECT_EQ(text, read_text(std::filesystem::path(SBX_SOURCE_DIR) / "compiler/standard/system.sbx"));
    EXPECT_EQ(client.request("workspace/textDocumentContent", {{"uri", "policyc:/etc/passwd"}})["error"]["code"], -32803);
}

TEST_F(LspNavigation, DefinitionsAreFoundThroughExtendsAndWithin) {
    directory.write("base.sbx", "sbx 1\nprofile base\nuse \"shared.sbx\"\nlet deep = /srv/deep\n");
    const std::string uri = directory.uri("typed.sbx");
    client.open(uri, "sbx 1\nprofile a\nextends \"base.sbx\"\nwithin \"worker.sbx\"\nfilesystem { read $deep $mirror }\n");
    EXPECT_EQ(client.at("textDocument/definition", uri, 2, 10)["uri"], directory.uri("base.sbx"));
    EXPECT_EQ(client.at("textDocument/definition", uri, 3, 10)["uri"], worker);
    EXPECT_EQ(range_text(client.at("textDocument/definition", uri, 4, 20)["range"]), "3:4-3:8");
    EXPECT_EQ(client.at("textDocument/definition", uri, 4, 26)["uri"], shared);
}

TEST_F(LspNavigation, ReferencesAreFoundInEveryFileThatIsOpenOrUsed) {
    const std::string other = directory.uri("other.sbx");
    client.open(other, "sbx 1\nprofile other\nuse \"shared.sbx\"\nnetwork { deny any to $mirror }\n");
    const auto [line, character] = place_of(worker_text, "$mirror", 2);
    Json places = client.at("textDocument/references", worker, line, character, {{"context", {{"includeDeclaration", true}}}});
    std::set<std::string> found;
    for (const Json& place : places) {
        found.insert(place["uri"].get<std::string>() + " " + range_text(place["range"]));
    }
    EXPECT_EQ(found, std::set<std::string>({other + " 3:23-3:29", shared + " 3:4-3:10", worker + " 11:18-11:24"}));
    places = client.at("textDocument/references", worker, line, character, {{"context", {{"includeDeclaration", false}}}});
    EXPECT_EQ(places.size(), 2U);
}

TEST_F(LspNavigation, TheOutlineIsATree) {
    const Json tree = client.result("textDocument/documentSymbol", {{"textDocument", {{"uri", worker}}}});
    std::vector<std::string> top;
    for (const Json& symbol : tree) {
        top.push_back(symbol["name"].get<std::string>());
    }
    EXPECT_EQ(top,
              std::vector<std::string>({"sbx 1", "profile worker", "use std/system", "use \"shared.sbx\"", "let who = \"é🙂\"",
                                        "filesystem", "network", "limits", "environment", "syscalls", "sockets", "test \"t\""}));
    EXPECT_EQ(tree[1]["kind"], 2);
    EXPECT_EQ(tree[4]["kind"], 14);
    EXPECT_EQ(tree[5]["kind"], 3);
    EXPECT_EQ(range_text(tree[5]["range"]), "5:0-9:1");
    EXPECT_EQ(tree[5]["children"][2]["name"], "file    /etc/motd \"é🙂 ${who} ${uid}\"");
    EXPECT_EQ(range_text(tree[5]["children"][2]["range"]), "8:4-8:41");
    LspClient flat;
    flat.initialize(Json::object());
    flat.open(worker, worker_text);
    const Json list = flat.result("textDocument/documentSymbol", {{"textDocument", {{"uri", worker}}}});
    EXPECT_EQ(list[6]["name"], "read    /srv/data");
    EXPECT_EQ(list[6]["containerName"], "filesystem");
    EXPECT_EQ(range_text(list[6]["location"]["range"]), "6:4-6:21");
}

}  // namespace
