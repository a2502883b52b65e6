// What the server says of open texts: the findings of `policyc check`, where they are, in the units of the client, of the texts as
// they are in the editor.
#include "tests/unit/lsp/lsp_client.hpp"

#include <fstream>
#include <gtest/gtest.h>

namespace {

using namespace sbx::test;

/// `SBX-F003 6:9-6:19`, one for each.
std::vector<std::string> found_in(const Json& params) {
    std::vector<std::string> found;
    for (const Json& each : params.at("diagnostics")) {
        found.push_back(each.value("code", "-") + " " + range_text(each.at("range")));
    }
    return found;
}

using Found = std::vector<std::string>;

TEST(LspDiagnostics, HaveEverythingThatTheCompilerSays) {
    PolicyDirectory directory;
    LspClient client;
    client.initialize();
    const std::string uri = directory.uri("a.sbx");
    client.open(uri, "sbx 1\nprofile a\nuse std/system\nfilesystem {\n    read /srv/x\n    hide /srv/y/\n}\n", 7);
    const Json expected = Json::parse(R"({"uri": "URI", "version": 7, "diagnostics": [{
        "range": {"start": {"line": 5, "character": 9}, "end": {"line": 5, "character": 16}},
        "severity": 2,
        "code": "SBX-F003",
        "codeDescription": {"href": "policyc:/explain/SBX-F003.md"},
        "source": "policyc",
        "message": "`hide /srv/y/` has no effect\nwhat no statement grants is absent already\nhelp: remove the statement, or correct its path",
        "tags": [1]}]})");
    Json found = client.diagnostics(uri);
    EXPECT_EQ(found["uri"], uri);
    found["uri"] = "URI";
    EXPECT_EQ(found, expected) << found.dump(2);
}

TEST(LspDiagnostics, SayOnlyWhatTheClientShows) {
    PolicyDirectory directory;
    LspClient client;
    client.initialize(Json::object());
    const std::string uri = directory.uri("a.sbx");
    client.open(uri, "sbx 1\nprofile a\nlet b = 1\nlet b = 2\n");
    const Json found = client.diagnostics(uri)["diagnostics"];
    ASSERT_EQ(found.size(), 1U);
    EXPECT_FALSE(found[0].contains("tags"));
    EXPECT_FALSE(found[0].contains("codeDescription"));
    EXPECT_FALSE(found[0].contains("relatedInformation"));
    const auto message = found[0]["message"].get<std::string>();
    EXPECT_NE(message.find("a.sbx:3:5: first defined here"), std::string::npos) << message;
}

TEST(LspDiagnostics, PointAtOtherPlaces) {
    PolicyDirectory directory;
    LspClient client;
    client.initialize();
    const std::string uri = directory.uri("a.sbx");
    client.open(uri, "sbx 1\nprofile a\nlet b = 1\nlet b = 2\n");
    const Json found = client.diagnostics(uri)["diagnostics"];
    ASSERT_EQ(found.size(), 1U);
    const Json& related = found[0]["relatedInformation"][0];
    EXPECT_EQ(related["message"], "first defined here");
    EXPECT_EQ(related["location"]["uri"], uri);
    EXPECT_EQ(range_text(related["location"]["range"]), "2:4-2:5");
}

TEST(LspDiagnostics, CountUnitsOfTheEncoding) {
    const std::string text = "sbx 1\nprofile a\nuse std/system\nlet é = 1\nfilesystem { file /a \"é漢🙂\"; read /b/../c }\n";
    for (const auto& [encoding, place] :
         std::vector<std::pair<std::string, std::string>>{{"utf-16", "4:34-4:41"}, {"utf-8", "4:39-4:46"}}) {
        PolicyDirectory directory;
        LspClient client;
        client.initialize(all_capabilities(encoding));
        const std::string uri = directory.uri("a.sbx");
        client.open(uri, text);
        const Found found = found_in(client.diagnostics(uri));
        EXPECT_NE(std::find(found.begin(), found.end(), "SBX-F024 " + place), found.end())
            << encoding << ": " << Json(found).dump();
    }
}

TEST(LspDiagnostics, FollowChangesInUnitsOfTheEncoding) {
    PolicyDirectory directory;
    LspClient client;
    client.initialize();
    const std::string uri = directory.uri("a.sbx");
    client.open(uri, "sbx 1\nprofile a\nuse std/system\ndescription \"🙂🙂\" # x\n");
    EXPECT_EQ(found_in(client.diagnostics(uri)), Found());
    // Behind both characters and the quote: 12 + 1 + 4 + 1 units.
    client.change(uri,
                  Json::array({{{"range", {{"start", {{"line", 3}, {"character", 18}}}, {"end", {{"line", 3}, {"character", 22}}}}},
                                {"text", "\nlet unused = 1"}},
                               {{"range", {{"start", {{"line", 4}, {"character", 4}}}, {"end", {{"line", 4}, {"character", 6}}}}},
                                {"text", "UN"}}}),
                  2);
    const Json found = client.diagnostics(uri);
    EXPECT_EQ(found["version"], 2);
    EXPECT_EQ(found_in(found), Found({"SBX-L003 4:4-4:10"})) << found.dump(2);
    EXPECT_NE(found["diagnostics"][0]["message"].get<std::string>().find("`UNused`"), std::string::npos);
}

TEST(LspDiagnostics, AreAboutTheTextsInTheEditorAndNotOnTheDisk) {
    PolicyDirectory directory;
    const std::string fragment = directory.write("shared.sbx", "sbx 1\nfragment shared\nlet place = /srv/a\n");
    const std::string profile =
        directory.write("worker.sbx", "sbx 1\nprofile worker\nuse std/system\nuse \"shared.sbx\"\nfilesystem { read $place }\n");
    LspClient client;
    client.initialize();
    client.open(profile, read_text(directory.path() / "worker.sbx"));
    EXPECT_EQ(found_in(client.diagnostics(profile)), Found());
    client.open(fragment, "sbx 1\nfragment shared\nlet other = /srv/a\n");
    EXPECT_EQ(found_in(client.diagnostics(profile)), Found({"SBX-L002 4:18-4:24"})) << "the profile is told of again";
    EXPECT_EQ(found_in(client.diagnostics(fragment)), Found()) << "its names are for those who take it in";
    client.change(fragment, Json::array({{{"text", "sbx 1\nfragment shared\nlet place = /srv/../a\n"}}}), 2);
    EXPECT_EQ(found_in(client.diagnostics(fragment)), Found());
    EXPECT_EQ(found_in(client.diagnostics(profile)), Found({"SBX-F024 4:18-4:24"}));
    client.notify("textDocument/didClose", {{"textDocument", {{"uri", fragment}}}});
    EXPECT_EQ(found_in(client.diagnostics(profile)), Found()) << "the disk counts again";
}

TEST(LspDiagnostics, OfAFileThatIsNotOpenAreToldUnderItsName) {
    PolicyDirectory directory;
    const std::string fragment = directory.write("shared.sbx", "sbx 1\nfragment shared\nfilesystem { raed /usr }\n");
    const std::string profile = directory.uri("worker.sbx");
    LspClient client;
    client.initialize();
    client.open(profile, "sbx 1\nprofile worker\nuse \"shared.sbx\"\n");
    EXPECT_EQ(found_in(client.diagnostics(fragment)), Found({"SBX-L001 2:13-2:17"}));
    EXPECT_EQ(found_in(client.diagnostics(profile)), Found());
    client.notify("textDocument/didClose", {{"textDocument", {{"uri", profile}}}});
    EXPECT_EQ(found_in(client.diagnostics(fragment)), Found()) << "nobody asks about it any more";
}

TEST(LspDiagnostics, OfAFragmentInsideTheCompilerAreShownAtItsUse) {
    PolicyDirectory directory;
    LspClient client;
    client.initialize();
    const std::string uri = directory.uri("a.sbx");
    std::string text = "sbx 1\nprofile a\nuse std/system\nfilesystem {\n";
    for (int i = 0; i < 4000; ++i) {
        text += "    read /data/" + std::to_string(i) + "\n";
    }
    client.open(uri, text + "}\n");
    const Json found = client.diagnostics(uri);
    ASSERT_GE(found["diagnostics"].size(), 1U);
    for (const Json& each : found["diagnostics"]) {
        EXPECT_NE(each["range"]["start"]["line"], 0) << "a place of its own file, or of the `use`: " << each.dump(2);
    }
}

TEST(LspDiagnostics, FollowHouseRules) {
    PolicyDirectory directory;
    directory.write(".policyc.json", R"({"severities": {"SBX-F003": "off"}, "required-limits": ["memory"]})");
    const std::string uri = directory.uri("a.sbx");
    const std::string text = "sbx 1\nprofile a\nuse std/system\nfilesystem { hide /srv/y/ }\n";
    LspClient client;
    client.initialize();
    client.open(uri, text);
    EXPECT_EQ(found_in(client.diagnostics(uri)), Found({"SBX-R004 1:8-1:9"}));
    directory.write(".policyc.json", R"({"severities": {"SBX-F003": "nonsense"}})");
    client.notify("workspace/didChangeWatchedFiles", {{"changes", Json::array()}});
    const Json broken = client.diagnostics(uri);
    EXPECT_NE(broken["diagnostics"][0]["message"].get<std::string>().find("`nonsense` is no severity"), std::string::npos)
        << broken.dump(2);
    std::filesystem::remove(directory.path() / ".policyc.json");
    client.notify("textDocument/didSave", {{"textDocument", {{"uri", uri}}}});
    EXPECT_EQ(found_in(client.diagnostics(uri)), Found({"SBX-F003 3:18-3:25"}));
}

TEST(LspDiagnostics, TakeDefinitionsDirectoriesAndPedantryFromTheClientAndTheCommandLine) {
    PolicyDirectory directory;
    PolicyDirectory elsewhere;
    elsewhere.write("far.sbx", "sbx 1\nfragment far\nfilesystem { read /usr }\n");
    const std::string uri = directory.uri("a.sbx");
    const std::string text = "sbx 1\nprofile a\nuse \"far.sbx\"\nlet n = 64\nlimits { open-files $n }\n";
    LspClient by_option;
    by_option.initialize(
        all_capabilities(),
        {{"definitions", {{"n", "\"text\""}}}, {"includeDirectories", {elsewhere.path().string()}}, {"pedantic", true}});
    by_option.open(uri, text);
    EXPECT_EQ(found_in(by_option.diagnostics(uri))[0].substr(0, 8), "SBX-L013");
    LspClient by_command({"-I", elsewhere.path().string(), "-D", "n=65", "--pedantic"});
    by_command.initialize();
    by_command.open(uri, text);
    bool pedantic = false;
    const Json found = by_command.diagnostics(uri);
    for (const Json& each : found["diagnostics"]) {
        EXPECT_EQ(each["severity"], 3) << each.dump(2);
        pedantic = true;
    }
    EXPECT_TRUE(pedantic);
}

TEST(LspDiagnostics, SurviveWhateverIsNamed) {
    PolicyDirectory directory;
    std::filesystem::create_directory(directory.path() / "folder");
    std::filesystem::create_symlink("loop", directory.path() / "loop");
    const std::string uri = directory.uri("a.sbx");
    LspClient client;
    client.initialize();
    int version = 0;
    for (const char* const name :
         {"folder", "loop", ".", "..", "../..", "/dev/zero", "../../../../dev/zero", "a.sbx", "", "folder/x"}) {
        const std::string text = "sbx 1\nprofile a\nuse \"" + std::string(name) + "\"\n";
        if (version == 0) {
            client.open(uri, text, ++version);
        } else {
            client.change(uri, Json::array({{{"text", text}}}), ++version);
        }
        const Json found = client.diagnostics(uri);
        EXPECT_EQ(found["version"], version);
        EXPECT_EQ(found_in(found).at(0).substr(0, 12), "SBX-L005 2:4") << name << found.dump(2);
    }
    EXPECT_EQ(client.finish(), 0);
}

TEST(LspDiagnostics, KnowTextsWithoutAFile) {
    LspClient client;
    client.initialize();
    client.open("untitled:Untitled-1", "sbx 1\nprofile a\nlet b = 1\n");
    EXPECT_EQ(found_in(client.diagnostics("untitled:Untitled-1")), Found({"SBX-L010 1:8-1:9", "SBX-L003 2:4-2:5"}));
    client.open("file:///no/such/directory/a.sbx", "sbx 1\nprofile a\nuse std/system\n");
    EXPECT_EQ(found_in(client.diagnostics("file:///no/such/directory/a.sbx")), Found());
}

}  // namespace
