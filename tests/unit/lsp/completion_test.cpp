// What is offered at a place, with exact answers.
#include "tests/unit/lsp/questions_fixture.hpp"

namespace {

using namespace sbx::test;

class LspCompletion : public LspQuestions {
protected:
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
};

TEST_F(LspCompletion, CompletionKnowsStatements) {
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

TEST_F(LspCompletion, CompletionKnowsWhatAStatementTakesNext) {
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

TEST_F(LspCompletion, CompletionKnowsNamesFilesAndFragments) {
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
