// Formatting, code actions and renaming: what is offered is applied, and the result looked at.
#include "tests/unit/lsp/lsp_client.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace {

using namespace sbx::test;

class LspEdits : public ::testing::Test {
protected:
    LspEdits() { client.initialize(); }

    std::string open(const std::string& name, const std::string& text) {
        const std::string uri = directory.uri(name);
        client.open(uri, text);
        return uri;
    }
    Json actions(const std::string& uri, std::uint32_t line, Json context = {{"diagnostics", Json::array()}}) {
        const Json place = {{"line", line}, {"character", line == 7 ? 20 : 12}};
        return client.result(
            "textDocument/codeAction",
            {{"textDocument", {{"uri", uri}}}, {"range", {{"start", place}, {"end", place}}}, {"context", std::move(context)}});
    }
    std::size_t findings(const std::string& uri, const std::string& text, std::int64_t version) {
        client.change(uri, Json::array({{{"text", text}}}), version);
        Json found = client.diagnostics(uri);
        while (found["version"] != version) {
            found = client.diagnostics(uri);
        }
        return found["diagnostics"].size();
    }
    static std::string applied(const std::string& text, const Json& action, const std::string& uri) {
        return with_text_edits(text, action["edit"]["changes"][uri]);
    }
    Json rename(const std::string& uri, std::uint32_t line, std::uint32_t character, const std::string& name) {
        return client.request(
            "textDocument/rename",
            {{"textDocument", {{"uri", uri}}}, {"position", {{"line", line}, {"character", character}}}, {"newName", name}});
    }

    PolicyDirectory directory;
    LspClient client;
};

TEST_F(LspEdits, FormattingIsThatOfTheCommandInOneEditOfTheLinesThatChange) {
    const std::string text =
        "sbx 1\nprofile a\nuse std/system\nfilesystem {\n  read   /usr\n    write /var/tmp/a;\n}\nlimits {\n    open-files 64\n}\n";
    const std::string uri = open("a.sbx", text);
    const Json edits = client.result("textDocument/formatting", {{"textDocument", {{"uri", uri}}}, {"options", {{"tabSize", 8}}}});
    ASSERT_EQ(edits.size(), 1U);
    EXPECT_EQ(range_text(edits[0]["range"]), "4:0-6:0");
    EXPECT_EQ(edits[0]["newText"], "    read  /usr\n    write /var/tmp/a\n");
    const std::string formatted = with_text_edits(text, edits);
    const std::string again = open("a.sbx", formatted);
    EXPECT_EQ(client.result("textDocument/formatting", {{"textDocument", {{"uri", again}}}, {"options", Json::object()}}),
              Json::array());
}

TEST_F(LspEdits, FormattingLeavesWhatIsNotUnderstood) {
    const std::string uri = open("a.sbx", "sbx 1\nprofile a\nfilesystem {\n  read \"/usr\n}\n");
    EXPECT_TRUE(
        client.result("textDocument/formatting", {{"textDocument", {{"uri", uri}}}, {"options", Json::object()}}).is_null());
}

TEST_F(LspEdits, FormattingIsTheSameForEveryDifference) {
    const std::vector<std::string> texts = {"",
                                            "\n\n\n",
                                            "sbx 1",
                                            "sbx 1\n\n\n\nprofile a",
                                            "sbx 1\r\nprofile a\r\n",
                                            "   sbx 1\nprofile a\n# end",
                                            "sbx 1; profile a; let b = [1,2\n3]\n"};
    for (const std::string& text : texts) {
        const std::string uri = open("a.sbx", text);
        const Json edits =
            client.result("textDocument/formatting", {{"textDocument", {{"uri", uri}}}, {"options", Json::object()}});
        const std::string formatted = with_text_edits(text, edits);
        const std::string again = open("a.sbx", formatted);
        EXPECT_EQ(client.result("textDocument/formatting", {{"textDocument", {{"uri", again}}}, {"options", Json::object()}}),
                  Json::array())
            << text << "\nbecame\n"
            << formatted;
    }
}

TEST_F(LspEdits, TheCompilersFixesAreOffered) {
    const std::string text =
        "sbx 1\nprofile a\nuse std/system\nfilesystem {\n    read /srv/../b\n}\nnetwork {\n    allow tcp to 10.1.2.3/8 port "
        "443\n}\n";
    const std::string uri = open("a.sbx", text);
    const Json offered = actions(uri, 4);
    ASSERT_EQ(offered.size(), 1U) << offered.dump(2);
    EXPECT_EQ(offered[0]["title"], "Replace `/srv/../b` by `/b`");
    EXPECT_EQ(offered[0]["kind"], "quickfix");
    EXPECT_EQ(offered[0]["diagnostics"][0]["code"], "SBX-F024");
    EXPECT_NE(applied(text, offered[0], uri).find("    read /b\n"), std::string::npos);
    EXPECT_EQ(actions(uri, 5), Json::array()) << "of this place alone";
    const Json network = actions(uri, 7);
    ASSERT_GE(network.size(), 1U) << network.dump(2);
    EXPECT_EQ(network[0]["title"], "Replace `10.1.2.3/8` by `10.0.0.0/8`");
    EXPECT_EQ(actions(uri, 7, {{"diagnostics", Json::array()}, {"only", {"refactor"}}}), Json::array());
}

TEST_F(LspEdits, AreOfferedInTheFileThatIsWrong) {
    const std::string shared =
        open("shared.sbx", "sbx 1\nfragment shared\nlet wide = [10.1.2.3/8]\nfilesystem {\n    read /usr\n}\n");
    open("worker.sbx", "sbx 1\nprofile worker\nuse \"shared.sbx\"\nfilesystem {\n    read /srv/../b\n}\n");
    EXPECT_EQ(actions(shared, 4), Json::array()) << "the worker's mistake is the worker's";
    const std::string worker = directory.uri("worker.sbx");
    EXPECT_EQ(actions(worker, 4).size(), 1U);
}

TEST_F(LspEdits, AWaiverIsWrittenWhereTheFindingIsAndTakesIt) {
    const std::string text =
        "sbx 1\nprofile a\nuse std/system\nfilesystem {\n    hide /srv/x/ ; read /opt\n"
        "    dir /srv/d { mode 755 }\n    file /srv/d/f \"it makes the directory anyway\"\n}\n";
    const std::string uri = open("a.sbx", text);
    ASSERT_EQ(client.diagnostics(uri)["diagnostics"].size(), 2U);
    const Json about_hide = actions(uri, 4);
    ASSERT_EQ(about_hide.back()["title"], "Waive SBX-F003 (hide-without-effect) here, with a reason");
    const std::string once = applied(text, about_hide.back(), uri);
    EXPECT_NE(once.find("    hide /srv/x/ waive SBX-F003 \"why this is fine\" ; read /opt\n"), std::string::npos) << once;
    EXPECT_EQ(findings(uri, once, 2), 1U) << once;
    const Json about_file = actions(uri, 5);
    ASSERT_GE(about_file.size(), 1U);
    const std::string twice = applied(once, about_file.back(), uri);
    EXPECT_NE(twice.find("    dir /srv/d waive SBX-F001 \"why this is fine\" { mode 755 }\n"), std::string::npos) << twice;
    EXPECT_EQ(findings(uri, twice, 3), 0U) << twice;
}

TEST_F(LspEdits, OfTwoNamespacesThatAreSharedEachIsTakenOutAlone) {
    const std::string text = "sbx 1\nprofile a\nuse std/system\nprocess {\n    share ipc uts\n}\n";
    const std::string uri = open("a.sbx", text);
    std::vector<std::string> left;
    for (const Json& action : actions(uri, 4)) {
        if (action["title"].get<std::string>().rfind("Waive", 0) != 0) {
            const std::string edited = applied(text, action, uri);
            left.push_back(edited.substr(edited.find("share"), edited.find("\n}") - edited.find("share")));
        }
    }
    EXPECT_EQ(left, std::vector<std::string>{"share uts"}) << "asked about `ipc`";
    const std::string listed = "sbx 1\nprofile a\nuse std/system\nprocess {\n    share ipc, uts\n}\n";
    for (const Json& action : actions(open("b.sbx", listed), 4)) {
        EXPECT_EQ(action["title"].get<std::string>().rfind("Waive", 0), 0U) << "a comma would be left";
    }
}

TEST_F(LspEdits, AWaiverForTheFileStandsBelowItsHeader) {
    LspClient pedantic;
    pedantic.initialize(all_capabilities(), {{"pedantic", true}});
    const std::string text = "sbx 1\nprofile a\nuse std/system\n";
    const std::string uri = directory.uri("a.sbx");
    pedantic.open(uri, text);
    ASSERT_GE(pedantic.diagnostics(uri)["diagnostics"].size(), 1U);
    const Json place = {{"line", 1}, {"character", 8}};
    const Json offered = pedantic.result("textDocument/codeAction", {{"textDocument", {{"uri", uri}}},
                                                                     {"range", {{"start", place}, {"end", place}}},
                                                                     {"context", {{"diagnostics", Json::array()}}}});
    ASSERT_GE(offered.size(), 1U);
    const auto code = offered[0]["diagnostics"][0]["code"].get<std::string>();
    const std::string waived = applied(text, offered[0], uri);
    EXPECT_EQ(waived, "sbx 1\nprofile a\nwaive " + code + " \"why this is fine\"\nuse std/system\n");
    pedantic.change(uri, Json::array({{{"text", waived}}}), 2);
    const Json found = pedantic.diagnostics(uri);
    for (const Json& each : found["diagnostics"]) {
        EXPECT_NE(each["code"], code);
    }
}

TEST_F(LspEdits, ErrorsAreNotWaived) {
    const std::string uri = open("a.sbx", "sbx 1\nprofile a\nfilesystem {\n    hide /usr?\n}\n");
    for (const Json& each : actions(uri, 3)) {
        EXPECT_FALSE(each["title"].get<std::string>().starts_with("Waive")) << each.dump(2);
    }
}

TEST_F(LspEdits, AllSafeEditsAreMadeAtOnceAndOnlyWhereAskedFor) {
    const std::string text =
        "sbx 1\nprofile a\nuse std/system\nnetwork {\n    allow tcp to 10.0.0.0/8 port 443\n    allow tcp to 10.1.0.0/16 port "
        "443\n}\n";
    const std::string uri = open("a.sbx", text);
    for (const Json& each : actions(uri, 4)) {
        EXPECT_NE(each["kind"], "source.fixAll");
    }
    const Json offered = actions(uri, 0, {{"diagnostics", Json::array()}, {"only", {"source.fixAll"}}});
    if (client.diagnostics(uri)["diagnostics"].empty()) {
        GTEST_FAIL() << "the text has nothing to mend";
    }
    ASSERT_EQ(offered.size(), 1U);
    const std::string mended = applied(text, offered[0], uri);
    EXPECT_EQ(findings(uri, mended, 2), 0U) << mended;
}

TEST_F(LspEdits, ANameIsChangedInEveryFileThatIsOpenOrUsed) {
    const std::string shared = directory.write(
        "shared.sbx",
        "sbx 1\nfragment shared\nlet place = /srv/a\nparam job: path under /var/tmp\nfilesystem { read $place; write $job }\n");
    const std::string worker = open(
        "worker.sbx",
        "sbx 1\nprofile worker\nuse std/system\nuse \"shared.sbx\"\nlet more = \"é🙂 ${place}\"\nfilesystem { read $place/b "
        "as /b; workdir $job }\nenvironment { set A = $more }\n");
    const std::string other =
        open("other.sbx", "sbx 1\nprofile other\nuse std/system\nuse \"shared.sbx\"\nfilesystem { read $place/c as /c }\n");
    const Json renamed = rename(worker, 4, 20, "folder");
    std::map<std::string, std::vector<std::string>> found;
    for (const auto& [uri, edits] : renamed["result"]["changes"].items()) {
        for (const Json& edit : edits) {
            EXPECT_EQ(edit["newText"], "folder");
            found[uri].push_back(range_text(edit["range"]));
        }
    }
    const std::map<std::string, std::vector<std::string>> expected = {
        {shared, {"2:4-2:9", "4:19-4:24"}}, {worker, {"4:18-4:23", "5:19-5:24"}}, {other, {"4:19-4:24"}}};
    EXPECT_EQ(found, expected) << renamed.dump(2);
    const Json parameter = rename(worker, 5, 44, "task");
    EXPECT_EQ(parameter["result"]["changes"][shared].size(), 2U) << parameter.dump(2);
    EXPECT_EQ(parameter["result"]["changes"][worker].size(), 1U) << parameter.dump(2);
}

TEST_F(LspEdits, ANameIsNotChangedWhereThatIsNotSafe) {
    directory.write("shared.sbx", "sbx 1\nfragment shared\nlet place = /srv/a\nfilesystem { read $place }\n");
    directory.write("twice.sbx", "sbx 1\nfragment twice\nlet doubled = /srv/b\nfilesystem { read $doubled }\n");
    const std::string uri = open("a.sbx",
                                 "sbx 1\nprofile a\nuse std/system\nuse \"shared.sbx\"\nuse \"twice.sbx\"\nlet doubled = "
                                 "/srv/c\nfilesystem { read $doubled $place/x as /x }\nenvironment { set A = \"${uid}\" }\n");
    const auto refused = [&](std::uint32_t line, std::uint32_t character, const std::string& name) {
        const Json answer = rename(uri, line, character, name);
        EXPECT_EQ(answer["error"]["code"], -32803) << answer.dump();
        return answer["error"]["message"].get<std::string>();
    };
    EXPECT_EQ(refused(5, 5, "a b"), "a name is a letter or `_`, then letters, digits, `_` and `-`");
    EXPECT_EQ(refused(5, 5, "uid"), "`uid` is built in: the id inside the sandbox");
    EXPECT_EQ(refused(7, 26, "x"), "`uid` is built in: the id inside the sandbox");
    EXPECT_EQ(refused(1, 9, "x"), "only the names of `let` and `param` can be changed");
    EXPECT_NE(refused(5, 5, "place").find("`place` is declared already, at "), std::string::npos);
    EXPECT_NE(refused(5, 5, "single").find("`doubled` is declared at "), std::string::npos) << "one stands for the other";
    const std::string broken = open("b.sbx", "sbx 1\nprofile b\nlet c = /srv/c\nfilesystem { read $c \"/x }\n");
    EXPECT_NE(rename(broken, 2, 4, "d")["error"]["message"].get<std::string>().find("has mistakes of spelling"), std::string::npos);
    LspClient defined({"-D", "n=5"});
    defined.initialize();
    const std::string text = "sbx 1\nprofile c\nuse std/system\nlet n = 4\nlimits { processes $n }\n";
    defined.open(directory.uri("c.sbx"), text);
    const Json answer = defined.request(
        "textDocument/rename",
        {{"textDocument", {{"uri", directory.uri("c.sbx")}}}, {"position", {{"line", 3}, {"character", 4}}}, {"newName", "m"}});
    EXPECT_EQ(answer["error"]["message"], "`-D` gives `n` a value, under this name");
}

TEST_F(LspEdits, PrepareRenameSaysWhatWillBeChanged) {
    const std::string uri =
        open("a.sbx", "sbx 1\nprofile a\nuse std/system\nlet place = /srv/a\nfilesystem { read \"${place}/b\" }\n");
    const Json answer = client.at("textDocument/prepareRename", uri, 4, 22);
    EXPECT_EQ(range_text(answer["range"]), "4:21-4:26");
    EXPECT_EQ(answer["placeholder"], "place");
    EXPECT_TRUE(client.at("textDocument/prepareRename", uri, 4, 1).is_null());
}

}  // namespace
