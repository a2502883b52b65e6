// Hover, completion, definitions, references and the outline, with exact answers.
#include "tests/unit/lsp/lsp_client.hpp"

#include <gtest/gtest.h>
#include <set>

namespace {

using namespace sbx::test;

constexpr const char* shared_text = R"(sbx 1
fragment shared
description "What the workers share."
let mirror = [10.20.0.0/16, 2001:db8:20::/48]
param scratch: path under /var/tmp
filesystem {
    write $scratch
}
)";
constexpr const char* worker_text = R"(sbx 1
profile worker
use std/system
use "shared.sbx"
let who = "é🙂"
filesystem {
    read    /srv/data
    workdir $scratch
    file    /etc/motd "é🙂 ${who} ${uid}"
}
network {
    allow tcp to $mirror port 443
    allow udp to 192.0.2.7 port 53
}
limits {
    open-files 64
}
environment {
    set A = "x"
}
syscalls { allow ptrace because "a debugger" }
sockets { allow unix }
test "t" {
    denied write /srv/data/x
    denied connect tcp 10.20.3.4:80
    limit  open-files 64
}
)";

class LspQuestions : public ::testing::Test {
protected:
    LspQuestions() : shared(directory.write("shared.sbx", shared_text)), worker(directory.write("worker.sbx", worker_text)) {
        client.initialize();
        client.open(worker, worker_text);
    }

    /// Of the place right before `words` in the text, `into` units on.
    [[nodiscard]] static std::pair<std::uint32_t, std::uint32_t> place_of(const std::string& text, const std::string& words,
                                                                          std::uint32_t into) {
        const std::size_t at = text.find(words);
        EXPECT_NE(at, std::string::npos) << words;
        const auto line =
            static_cast<std::uint32_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
        const std::size_t begin = text.rfind('\n', at) + 1;
        return {line, static_cast<std::uint32_t>(at - begin) + into};
    }
    Json hover(const std::string& words, std::uint32_t into = 1) {
        const auto [line, character] = place_of(worker_text, words, into);
        return client.at("textDocument/hover", worker, line, character);
    }
    std::string hover_text(const std::string& words, std::uint32_t into = 1) {
        const Json answer = hover(words, into);
        return answer.is_null() ? "" : answer["contents"]["value"].get<std::string>();
    }
    /// The labels offered at the `|` of a text.
    Json completions(std::string text) {
        const std::size_t bar = text.find('|');
        text.erase(bar, 1);
        const std::string uri = directory.uri("typed.sbx");
        client.open(uri, text);
        const auto end = text.begin() + static_cast<std::ptrdiff_t>(bar);
        const auto line = static_cast<std::uint32_t>(std::count(text.begin(), end, '\n'));
        const std::size_t begin = bar == 0 ? 0 : text.rfind('\n', bar - 1) + 1;
        // No character of these texts takes two units.
        const auto character = std::count_if(text.begin() + static_cast<std::ptrdiff_t>(begin), end,
                                             [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
        return client.at("textDocument/completion", uri, line, static_cast<std::uint32_t>(character))["items"];
    }
    std::vector<std::string> labels(const std::string& text) {
        std::vector<std::string> all;
        for (const Json& item : completions(text)) {
            all.push_back(item["label"].get<std::string>());
        }
        return all;
    }
    using Labels = std::vector<std::string>;

    PolicyDirectory directory;
    std::string shared;
    std::string worker;
    LspClient client;
};

TEST_F(LspQuestions, APathSaysWhatItMayDoAndWhy) {
    const Json answer = hover("/srv/data\n");
    EXPECT_EQ(range_text(answer["range"]), "6:12-6:21");
    EXPECT_EQ(answer["contents"]["kind"], "markdown");
    EXPECT_EQ(answer["contents"]["value"],
              "`/srv/data` inside the sandbox\n\n"
              "- read: **allowed**; `read /srv/data` gives the host's tree read-only (worker.sbx:7)\n"
              "- write: **denied**; `read /srv/data` gives the host's tree read-only (worker.sbx:7)\n"
              "- exec: **allowed**; `read /srv/data` gives the host's tree read-only (worker.sbx:7)\n");
}

TEST_F(LspQuestions, AnAddressSaysWhatOfItIsReachedAndWhy) {
    EXPECT_EQ(
        hover_text("192.0.2.7"),
        "`192.0.2.7` from inside the sandbox\n\n"
        "- allowed: udp to 192.0.2.7 port 53\n"
        "- for example `connect tcp 192.0.2.7:53`: **denied**; no statement allows `tcp to 192.0.2.7 port 53` (worker.sbx:11)\n");
    EXPECT_EQ(hover_text("10.20.3.4:80"),
              "- `connect tcp 10.20.3.4:80`: **denied**; no statement allows `tcp to 10.20.3.4 port 80` (worker.sbx:11)\n");
}

TEST_F(LspQuestions, ANameSaysWhatItStandsFor) {
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

TEST_F(LspQuestions, WordsSayWhatTheyMean) {
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

TEST_F(LspQuestions, AFindingHasItsPage) {
    const std::string uri = directory.uri("typed.sbx");
    client.open(
        uri, "sbx 1\nprofile a\nuse std/system\nfilesystem {\n    hide /srv/y/\n    read /run waive SBX-F005 \"it is empty\"\n}\n");
    const auto page = client.at("textDocument/hover", uri, 4, 12)["contents"]["value"].get<std::string>();
    EXPECT_NE(page.find("\n---\n\n**SBX-F003 hide-without-effect**: a `hide` that changes no view\n"), std::string::npos) << page;
    EXPECT_NE(page.find("**right**\n\n```sbx\nsbx 1\n"), std::string::npos) << page;
    const auto waived = client.at("textDocument/hover", uri, 5, 22)["contents"]["value"].get<std::string>();
    EXPECT_TRUE(waived.starts_with("**SBX-F005 socket-reachable-through-readonly**")) << waived;
}

TEST_F(LspQuestions, TextIsPlainForAClientThatShowsItAsItIs) {
    LspClient plain;
    plain.initialize(Json::object());
    plain.open(worker, worker_text);
    const Json answer = plain.at("textDocument/hover", worker, 6, 15);
    EXPECT_EQ(answer["contents"]["kind"], "plaintext");
    EXPECT_EQ(answer["contents"]["value"].get<std::string>().find("**"), std::string::npos);
}

TEST_F(LspQuestions, NothingIsSaidOfNothing) {
    EXPECT_TRUE(client.at("textDocument/hover", worker, 5, 12).is_null());
    EXPECT_TRUE(client.at("textDocument/hover", worker, 999, 0).is_null());
    EXPECT_TRUE(client.at("textDocument/hover", directory.uri("closed.sbx"), 0, 0).is_null());
}

TEST_F(LspQuestions, DefinitionsAreFoundThroughFiles) {
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

TEST_F(LspQuestions, DefinitionsAreFoundThroughExtendsAndWithin) {
    directory.write("base.sbx", "sbx 1\nprofile base\nuse \"shared.sbx\"\nlet deep = /srv/deep\n");
    const std::string uri = directory.uri("typed.sbx");
    client.open(uri, "sbx 1\nprofile a\nextends \"base.sbx\"\nwithin \"worker.sbx\"\nfilesystem { read $deep $mirror }\n");
    EXPECT_EQ(client.at("textDocument/definition", uri, 2, 10)["uri"], directory.uri("base.sbx"));
    EXPECT_EQ(client.at("textDocument/definition", uri, 3, 10)["uri"], worker);
    EXPECT_EQ(range_text(client.at("textDocument/definition", uri, 4, 20)["range"]), "3:4-3:8");
    EXPECT_EQ(client.at("textDocument/definition", uri, 4, 26)["uri"], shared);
}

TEST_F(LspQuestions, ReferencesAreFoundInEveryFileThatIsOpenOrUsed) {
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

TEST_F(LspQuestions, TheOutlineIsATree) {
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

TEST_F(LspQuestions, CompletionKnowsStatements) {
    EXPECT_EQ(labels("sbx 1\nprofile a\nlimits {\n    |"),
              Labels({"cpu-time", "wall-time", "grace", "memory", "address-space", "data", "stack", "core", "locked-memory",
                      "message-queues", "file-size", "open-files", "processes", "cpus", "output", "tmpfs-total", "final"}));
    EXPECT_EQ(labels("sbx 1\nprofile a\nfilesystem { tmpfs /tmp { |"), Labels({"size", "mode"}));
    EXPECT_EQ(labels("sbx 1\nprofile a\nfinal |"), Labels({"let", "param", "target", "network"}));
    EXPECT_EQ(labels("sbx 1\nprofile a\nunheard { |"), Labels());
    EXPECT_EQ(labels("sbx 1\nprofile a\n# fi|"), Labels());
    const Json items = completions("sbx 1\nprofile a\nlim|");
    for (const Json& item : items) {
        if (item["label"] == "limits") {
            EXPECT_EQ(item["insertTextFormat"], 2);
            EXPECT_EQ(item["textEdit"]["newText"], "limits {\n    $0\n}");
            EXPECT_EQ(range_text(item["textEdit"]["range"]), "2:0-2:3");
        }
    }
}

TEST_F(LspQuestions, CompletionKnowsWhatAStatementTakesNext) {
    const std::string head = "sbx 1\nprofile a\n";
    EXPECT_EQ(labels(head + "network {\n    allow |"), Labels({"any", "icmp", "tcp", "udp"}));
    EXPECT_EQ(labels(head + "network {\n    allow tcp |"), Labels({"to"}));
    EXPECT_EQ(
        labels(head + "network {\n    allow tcp to @pri|"),
        Labels({"host", "@public", "@private", "@any", "@loopback", "@link-local", "@metadata", "@multicast", "@documentation"}));
    EXPECT_EQ(labels(head + "network {\n    deny tcp to |").front(), "@public") << "names can't be denied";
    EXPECT_EQ(labels(head + "network {\n    allow tcp to host \"a.example\" |").front(), "port");
    EXPECT_EQ(labels(head + "network {\n    allow tcp to 10.0.0.1 |").front(), "port");
    EXPECT_EQ(labels(head + "network |"), Labels({"host", "off"}));
    EXPECT_EQ(labels(head + "param x: |"), Labels({"address", "count", "path", "port", "string"}));
    EXPECT_EQ(labels(head + "param x: path |"), Labels({"under", "one", "of", "waive"}));
    EXPECT_EQ(labels(head + "test \"a\" { limit |").size(), 16U);
    EXPECT_EQ(labels(head + "test \"a\" { allowed |"), Labels({"connect", "exec", "read", "resolve", "syscall", "write"}));
    EXPECT_EQ(
        labels(head + "network {\n    resolver 10.0.0.53\n    allow tcp to host [\"b.example\", \"*.c.example\"] port 443\n}\n"
                      "test \"a\" { denied resolve |"),
        Labels({"b.example"}));

    EXPECT_EQ(labels(head + "target bwrap |"), Labels({"bind-fd", "disable-userns", "overlay", "argv0"}));
    EXPECT_EQ(labels(head + "may-degrade |"), Labels({"memory", "cpus", "landlock", "all"}));
    EXPECT_EQ(labels(head + "sockets { allow |").front(), "unix");
    EXPECT_EQ(labels(head + "syscalls { allow ioctl except |").front(), "FICLONE");
    EXPECT_EQ(labels(head + "syscalls { allow ptr|").size(), labels(head + "syscalls { deny @|").size());
    EXPECT_EQ(labels(head + "filesystem { read /run waive |").front(), "SBX-L003");
    EXPECT_EQ(labels(head + "waive |").front(), "SBX-L003");
    EXPECT_EQ(labels(head + "test \"a\" { denied read |"), Labels());
}

TEST_F(LspQuestions, CompletionKnowsNamesFilesAndFragments) {
    const std::string head = "sbx 1\nprofile a\n";
    EXPECT_EQ(labels(head + "use |"), Labels({"std/ca-certificates", "std/gcc", "std/git", "std/java", "std/node", "std/python",
                                              "std/resolver", "std/script-runner", "std/shell", "std/system"}));
    directory.write("more/deep.sbx", "sbx 1\nfragment deep\n");
    directory.write("more/.hidden.sbx", "");
    directory.write("more/notes.txt", "");
    EXPECT_EQ(labels(head + "use \"|\""), Labels({"more/", "shared.sbx", "worker.sbx"})) << "the file itself is not among them";
    EXPECT_EQ(labels(head + "extends \"more/|"), Labels({"more/deep.sbx"}));
    EXPECT_EQ(labels(head + "use \"/|\""), Labels()) << "nothing outside is looked at";
    std::filesystem::create_directory_symlink("/", directory.path() / "out");
    EXPECT_EQ(labels(head + "use \"out/|\""), Labels());
    EXPECT_EQ(labels(head + "use \"../|\""), Labels());
    EXPECT_EQ(labels(head + "use \"shared.sbx\"\nlet own = 1\nfilesystem { read $|"), Labels({"$mirror", "$own", "$scratch"}));
    EXPECT_EQ(labels(head + "let own = \"a\"\nenvironment { set A = \"${|\" }"), Labels({"${own}", "${gid}", "${uid}"}));
    const Json items = completions(head + "let own = \"a\"\nenvironment { set A = \"é${o|}\" }");
    EXPECT_EQ(items[0]["textEdit"]["newText"], "${own");
    EXPECT_EQ(range_text(items[0]["textEdit"]["range"]), "3:24-3:27");
}

}  // namespace
