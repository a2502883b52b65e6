// The built policyc as a language server, spoken to over its protocol. Assumes nothing of the machine; guarantees that the process
// is gone with the client, and that no answer is waited for longer than `patience`.
#pragma once

#include <chrono>
#include <filesystem>
#include <list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace sbx::test {

using Json = nlohmann::ordered_json;

/// What an editor can do that can do everything.
[[nodiscard]] Json all_capabilities(std::string_view encoding = "utf-16");

class LspClient {
public:
    static constexpr int patience_in_seconds = 60;

    /// Starts it, and says nothing.
    explicit LspClient(const std::vector<std::string>& arguments = {}, const std::filesystem::path& directory = {});
    LspClient(const LspClient&) = delete;
    LspClient& operator=(const LspClient&) = delete;
    ~LspClient();

    /// `initialize` and `initialized`; its result.
    Json initialize(const Json& capabilities = all_capabilities(), const Json& options = nullptr);
    /// The whole response.
    Json request(std::string_view method, const Json& params);
    /// Its result; a failed expectation, and null, where it is an error.
    Json result(std::string_view method, const Json& params);
    /// With the document and the position in `params`; characters as the encoding counts them.
    Json at(std::string_view method, const std::string& uri, std::uint32_t line, std::uint32_t character,
            Json more = Json::object());
    void notify(std::string_view method, const Json& params);

    void open(const std::string& uri, const std::string& text, std::int64_t version = 1);
    void change(const std::string& uri, const Json& changes, std::int64_t version);
    /// The next `textDocument/publishDiagnostics` about the file.
    Json diagnostics(const std::string& uri);

    /// Bytes as they are.
    void send(std::string_view bytes);
    /// The next message, whatever it is; std::runtime_error at the end of its output, or after all patience.
    Json receive();
    /// The next answer to no request at hand.
    Json next_response();

    /// From the last call of send() until the last message that was received was there; reading it as JSON takes a test longer than
    /// it takes an editor.
    [[nodiscard]] double last_wait_in_milliseconds() const;

    /// `shutdown`, `exit`; the exit code.
    int finish();
    /// Closes its input, and waits.
    int wait();

private:
    Json await(const Json& id);

    pid_t child_ = -1;
    int to_ = -1;
    int from_ = -1;
    std::string received_;
    std::list<Json> kept_;  ///< notifications and requests that nobody has asked for yet
    std::int64_t last_id_ = 0;
    std::chrono::steady_clock::time_point sent_;
    std::chrono::steady_clock::time_point arrived_;
};

[[nodiscard]] std::string framed_json(const Json& message);

/// A directory of the test's own, gone with it, and files in it.
class PolicyDirectory {
public:
    PolicyDirectory();
    PolicyDirectory(const PolicyDirectory&) = delete;
    PolicyDirectory& operator=(const PolicyDirectory&) = delete;
    ~PolicyDirectory();
    /// Its URI.
    std::string write(const std::string& name, std::string_view text);
    [[nodiscard]] std::string uri(const std::string& name) const { return "file://" + (path_ / name).string(); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

[[nodiscard]] std::string read_text(const std::filesystem::path& path);
/// `1:4-1:9`, counted from 0.
[[nodiscard]] std::string range_text(const Json& range);
/// Applies `TextEdit`s of ASCII texts.
[[nodiscard]] std::string with_text_edits(std::string text, Json edits);

}  // namespace sbx::test
