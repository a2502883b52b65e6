// What is said of a place under the cursor, with exact answers.
#include "tests/unit/lsp/questions_fixture.hpp"

namespace {

using namespace sbx::test;

class LspHover : public LspQuestions {
protected:
    Json hover(const std::string& words, std::uint32_t into = 1) {
        const auto [line, character] = place_of(worker_text, words, into);
        return client.at("textDocument/hover", worker, line, character);
    }
    std::string hover_text(const std::string& words, std::uint32_t into = 1) {
        const Json answer = hover(words, into);
        return answer.is_null() ? "" : answer["contents"]["value"].get<std::string>();
    }
};

TEST_F(LspHover, APathSaysWhatItMayDoAndWhy) {
    const Json answer = hover("/srv/data\n");
    EXPECT_EQ(range_text(answer["range"]), "6:12-6:21");
    EXPECT_EQ(answer["contents"]["kind"], "markdown");
    EXPECT_EQ(answer["contents"]["value"],
              "`/srv/data` inside the sandbox\n\n"
              "- read: **allowed**; `read /srv/data` gives the host's tree read-only (worker.sbx:7)\n"
              "- write: **denied**; `read /srv/data` gives the host's tree read-only (worker.sbx:7)\n"
              "- exec: **allowed**; `read /srv/data` gives the host's tree read-only (worker.sbx:7)\n");
}

TEST_F(LspHover, AnAddressSaysWhatOfItIsReachedAndWhy) {
    EXPECT_EQ(
        hover_text("192.0.2.7"),
        "`192.0.2.7` from inside the sandbox\n\n"
        "- allowed: udp to 192.0.2.7 port 53\n"
        "- for example `connect tcp 192.0.2.7:53`: **denied**; no statement allows `tcp to 192.0.2.7 port 53` (worker.sbx:11)\n");
    EXPECT_EQ(hover_text("10.20.3.4:80"),
              "- `connect tcp 10.20.3.4:80`: **denied**; no statement allows `tcp to 10.20.3.4 port 80` (worker.sbx:11)\n");
}

TEST_F(LspHover, ANameSaysWhatItStandsFor) {
    EXPECT_EQ(hover_text("$mirror"), "```sbx\nlet mirror = [10.20.0.0/16, 2001:db8:20::/48]\n```\nshared.sbx:4\n");
    EXPECT_EQ(hover_text("$scratch"),
              "```sbx\nparam scratch: path under /var/tmp\n```\nshared.sbx:5\n\n"
              "`$scratch` inside the sandbox\n\n"
              "- read: **allowed**; `write $scratch` gives the host's tree writable (shared.sbx:7)\n"
              "- write: **allowed**; `write $scratch` gives the host's tree writable (shared.sbx:7)\n"
              "- exec: **allowed**; `write $scratch` gives the host's tree writable (shared.sbx:7)\n");
    // Inside a string, behind characters of one and of two units: the place is counted in UTF-16.
    const auto [line, quote] = place_of(worker_text, "\"é🙂 ${who}", 0);
    const Json in_string = client.at("textDocument/hover", worker, line, quote + 5);
    EXPECT_EQ(range_text(in_string["range"]), "8:29-8:32") << in_string.dump();
    EXPECT_EQ(in_string["contents"]["value"], "```sbx\nlet who = \"é🙂\"\n```\nworker.sbx:5\n");
    EXPECT_EQ(client.at("textDocument/hover", worker, line, quote + 12)["contents"]["value"],
              "`$uid`: the id inside the sandbox, known at launch\n");
}

TEST_F(LspHover, WordsSayWhatTheyMean) {
    EXPECT_EQ(hover_text("open-files 64"),
              "```sbx\nopen-files 1024\n```\ndescriptors of each process\n\n- in force: `64` (worker.sbx:16)\n");
    EXPECT_EQ(hover_text("64\n}"), "- in force: `64` (worker.sbx:16)\n");
    EXPECT_EQ(hover_text("port 443"),
              "```sbx\nallow tcp|udp|icmp|any to ADDRESSES [port PORTS]  or  allow tcp|udp to host \"NAME\" [port "
              "PORTS]\n```\npackets that may leave\n");
    EXPECT_EQ(hover_text("A ="),
              "`A` in the environment of the sandbox\n\n- set: **allowed**; `set A = \"x\"` fixes its value (worker.sbx:19)\n");
    EXPECT_EQ(hover_text("ptrace"),
              "`ptrace`, a system call since Linux 1.0, of the groups debug default\n\n"
              "- the call: **allowed**; `allow ptrace because \"a debugger\"` allows `ptrace` (worker.sbx:21)\n");
    EXPECT_EQ(hover_text("unix"), "`unix`: Unix sockets, on this host\n");
    EXPECT_TRUE(hover_text("limits {").starts_with("```sbx\nlimits { … }\n```\nwhat the sandbox may use up\n\n- `cpu-time`: "));
    EXPECT_TRUE(hover_text("std/system").starts_with("`std/system`, inside the compiler\n\n```sbx\nsbx 1\nfragment system\n"));
    EXPECT_EQ(hover_text("\"shared.sbx\""), "`" + (directory.path() / "shared.sbx").string() + "`\n\nWhat the workers share.\n");
}

TEST_F(LspHover, AFindingHasItsPage) {
    const std::string uri = directory.uri("typed.sbx");
    client.open(
        uri, "sbx 1\nprofile a\nuse std/system\nfilesystem {\n    hide /srv/y/\n    read /run waive SBX-F005 \"it is empty\"\n}\n");
    const auto page = client.at("textDocument/hover", uri, 4, 12)["contents"]["value"].get<std::string>();
    EXPECT_NE(page.find("\n---\n\n**SBX-F003 hide-without-effect**: a `hide` that changes no view\n"), std::string::npos) << page;
    EXPECT_NE(page.find("**right**\n\n```sbx\nsbx 1\n"), std::string::npos) << page;
    const auto waived = client.at("textDocument/hover", uri, 5, 22)["contents"]["value"].get<std::string>();
    EXPECT_TRUE(waived.starts_with("**SBX-F005 socket-reachable-through-readonly**")) << waived;
}

TEST_F(LspHover, TextIsPlainForAClientThatShowsItAsItIs) {
    LspClient plain;
    plain.initialize(Json::object());
    plain.open(worker, worker_text);
    const Json answer = plain.at("textDocument/hover", worker, 6, 15);
    EXPECT_EQ(answer["contents"]["kind"], "plaintext");
    EXPECT_EQ(answer["contents"]["value"].get<std::string>().find("**"), std::string::npos);
}

TEST_F(LspHover, NothingIsSaidOfNothing) {
    EXPECT_TRUE(client.at("textDocument/hover", worker, 5, 12).is_null());
    EXPECT_TRUE(client.at("textDocument/hover", worker, 999, 0).is_null());
    EXPECT_TRUE(client.at("textDocument/hover", directory.uri("closed.sbx"), 0, 0).is_null());
}

}  // namespace
