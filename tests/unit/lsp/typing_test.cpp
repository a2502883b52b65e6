// Policies typed character by character, which are wrong for most of the way: every change is answered, and the server lives. The
// times are printed; what they may be is a claim about a release build on a machine of one's own (20 ms, and 200 ms for a file of
// 10 000 statements), so here they are only bounded by much more.
#include "tests/unit/lsp/lsp_client.hpp"

#include <algorithm>
#include <cstdio>
#include <gtest/gtest.h>

namespace {

using namespace sbx::test;
namespace fs = std::filesystem;

/// Of sanitizers and of other people's builds on the same machine.
constexpr double slowest_answer_in_ms = 5000;

class Times {
public:
    void add(double milliseconds) { all_.push_back(milliseconds); }
    [[nodiscard]] double worst() const { return *std::max_element(all_.begin(), all_.end()); }
    void print(const std::string& what) {
        std::sort(all_.begin(), all_.end());
        std::printf("%-58s %6zu answers: median %6.2f ms, 99%% below %6.2f ms, worst %6.2f ms\n", what.c_str(), all_.size(),
                    all_[all_.size() / 2], all_[all_.size() * 99 / 100], all_.back());
    }

private:
    std::vector<double> all_;
};

/// A text in an editor, in UTF-8 positions; every change waits for what is said about it.
class TypedFile {
public:
    TypedFile(LspClient& client, std::string uri) : client_(client), uri_(std::move(uri)) {
        client_.open(uri_, "", version_);
        static_cast<void>(client_.diagnostics(uri_));
    }

    void insert(std::size_t at, std::string_view bytes) { replace(at, 0, bytes); }
    void remove(std::size_t at, std::size_t length) { replace(at, length, ""); }
    [[nodiscard]] std::size_t size() const { return text_.size(); }
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] Times& times() { return times_; }
    [[nodiscard]] const Json& last() const { return last_; }

    /// What an editor asks while its user goes on.
    void ask(std::size_t at) {
        const Json place = position(at);
        const Json params = {{"textDocument", {{"uri", uri_}}}, {"position", place}};
        for (const char* const method : {"textDocument/completion", "textDocument/hover", "textDocument/documentSymbol"}) {
            static_cast<void>(client_.result(method, params));
            times_.add(client_.last_wait_in_milliseconds());
        }
    }

private:
    [[nodiscard]] Json position(std::size_t at) const {
        const auto end = text_.begin() + static_cast<std::ptrdiff_t>(at);
        const auto line = std::count(text_.begin(), end, '\n');
        const std::size_t begin = at == 0 ? 0 : text_.rfind('\n', at - 1) + 1;
        return {{"line", line}, {"character", at - begin}};
    }

    void replace(std::size_t at, std::size_t length, std::string_view bytes) {
        const Json change = {{"range", {{"start", position(at)}, {"end", position(at + length)}}}, {"text", bytes}};
        text_.replace(at, length, bytes);
        client_.change(uri_, Json::array({change}), ++version_);
        do {
            last_ = client_.diagnostics(uri_);
        } while (last_.at("version") != version_);
        times_.add(client_.last_wait_in_milliseconds());
    }

    LspClient& client_;
    std::string uri_;
    std::string text_;
    std::int64_t version_ = 1;
    Times times_;
    Json last_;
};

/// Bytes of the character that begins at `at`.
std::size_t character_length(const std::string& text, std::size_t at) {
    std::size_t length = 1;
    while (at + length < text.size() && (static_cast<unsigned char>(text[at + length]) & 0xC0U) == 0x80U) {
        ++length;
    }
    return length;
}

std::vector<fs::path> policies_below(const char* folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(SBX_SOURCE_DIR) / folder)) {
        if (entry.path().extension() == ".sbx") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

TEST(LspTyping, EveryExampleCharacterByCharacter) {
    LspClient client;
    client.initialize(all_capabilities("utf-8"));
    for (const fs::path& path : policies_below("examples")) {
        const std::string whole = read_text(path);
        const std::string uri = "file://" + path.string();
        TypedFile file(client, uri);
        for (std::size_t at = 0; at < whole.size();) {
            const std::size_t length = character_length(whole, at);
            file.insert(at, whole.substr(at, length));
            at += length;
            if (at % 41 == 0) {
                file.ask(at);
            }
        }
        EXPECT_EQ(file.last()["diagnostics"], Json::array()) << path << ": typed to its end it is a good policy";
        EXPECT_LT(file.times().worst(), slowest_answer_in_ms) << path;
        file.times().print(fs::relative(path, SBX_SOURCE_DIR).string());
        client.notify("textDocument/didClose", {{"textDocument", {{"uri", uri}}}});
    }
    EXPECT_EQ(client.finish(), 0);
}

TEST(LspTyping, DeletionsAndGarbageAnywhere) {
    static const std::vector<std::string> garbage = {"{",  "}",  "\"", "[",   "]",      "$",    "@",     "# ",
                                                     "\\", "::", "->", "{\n", "é🙂", "\r\n", "final "};
    LspClient client;
    client.initialize(all_capabilities("utf-8"));
    for (const fs::path& path : policies_below("compiler/standard")) {
        const std::string whole = read_text(path);
        PolicyDirectory directory;
        const std::string uri = directory.write("typed.sbx", "");
        TypedFile file(client, uri);
        file.insert(0, whole);
        const Json good = file.last()["diagnostics"];
        std::size_t turn = 0;
        for (std::size_t at = 0; at < whole.size(); at += 13) {
            while (at > 0 && (static_cast<unsigned char>(whole[at]) & 0xC0U) == 0x80U) {
                --at;
            }
            const std::string& bytes = garbage[turn++ % garbage.size()];
            file.insert(at, bytes);
            if (turn % 5 == 0) {
                file.ask(at + bytes.size());
            }
            file.remove(at, bytes.size());
            const std::size_t length = character_length(whole, at);
            const std::string taken = file.text().substr(at, length);
            file.remove(at, length);
            file.insert(at, taken);
        }
        ASSERT_EQ(file.text(), whole);
        EXPECT_EQ(file.last()["diagnostics"], good) << "what was put right is right";
        while (file.size() > 0) {
            const std::size_t length = std::min<std::size_t>(file.size(), 17);
            std::size_t at = file.size() - length;
            while ((static_cast<unsigned char>(whole[at]) & 0xC0U) == 0x80U) {
                --at;
            }
            file.remove(at, file.size() - at);
        }
        EXPECT_LT(file.times().worst(), slowest_answer_in_ms) << path;
        file.times().print(fs::relative(path, SBX_SOURCE_DIR).string());
    }
    EXPECT_EQ(client.finish(), 0);
}

/// 10 000 statements of all kinds.
std::string large_policy() {
    std::string text = "sbx 1\nprofile large\nuse std/system\nfilesystem {\n";
    constexpr int of_a_kind = 3328;
    for (int i = 0; i < of_a_kind; ++i) {
        text += "    file /data/" + std::to_string(i % 13) + "/" + std::to_string(i) + " \"contents\"\n";
    }
    text += "}\nnetwork {\n";
    for (int i = 0; i < of_a_kind; ++i) {
        text += "    allow tcp to 10." + std::to_string(i / 256) + "." + std::to_string(i % 256) + ".0/24 port " +
                std::to_string(1 + i) + "\n";
    }
    text += "}\nenvironment {\n";
    for (int i = 0; i < of_a_kind; ++i) {
        text += "    set NAME_" + std::to_string(i) + " = \"value ${uid}\"\n";
    }
    return text +
           "}\nlimits {\n    processes 64\n    open-files 64\n    cpu-time 5s\n}\ntest \"t\" {\n    denied write /usr\n    denied "
           "read /home\n}\n";
}

TEST(LspTyping, TenThousandStatements) {
    PolicyDirectory directory;
    const std::string text = large_policy();
    ASSERT_GE(std::count(text.begin(), text.end(), '\n'), 10000);
    const std::string uri = directory.write("large.sbx", text);
    LspClient client;
    client.initialize(all_capabilities("utf-8"));
    TypedFile file(client, uri);
    file.insert(0, text);
    const std::size_t middle = text.find("NAME_1700");
    std::string more = "\"\n    keep LANG\n    set B = \"c";
    std::size_t at = text.find("value", middle);
    for (const char byte : more) {
        file.insert(at++, std::string_view(&byte, 1));
    }
    file.ask(at);
    EXPECT_LT(file.times().worst(), slowest_answer_in_ms);
    file.times().print("10 000 statements");
    EXPECT_EQ(client.finish(), 0);
}

}  // namespace
