// The server as a child process; see the header.
#include "tests/unit/lsp/lsp_client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::test {
namespace {

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            throw std::runtime_error("pipe2");
        }
        read = ends[0];
        write = ends[1];
    }
    int read;
    int write;
};

std::size_t offset_of(const std::string& text, const Json& position) {
    std::size_t at = 0;
    for (auto line = position.at("line").get<std::size_t>(); line > 0; --line) {
        at = text.find('\n', at) + 1;
    }
    return at + position.at("character").get<std::size_t>();
}

}  // namespace

Json all_capabilities(std::string_view encoding) {
    return {{"general", {{"positionEncodings", Json::array({encoding})}}},
            {"workspace", {{"textDocumentContent", Json::object()}, {"didChangeWatchedFiles", {{"dynamicRegistration", true}}}}},
            {"textDocument",
             {{"hover", {{"contentFormat", {"markdown", "plaintext"}}}},
              {"completion", {{"completionItem", {{"snippetSupport", true}}}}},
              {"documentSymbol", {{"hierarchicalDocumentSymbolSupport", true}}},
              {"codeAction", {{"codeActionLiteralSupport", Json::object()}}},
              {"publishDiagnostics",
               {{"relatedInformation", true}, {"tagSupport", {{"valueSet", {1}}}}, {"codeDescriptionSupport", true}}}}}};
}

std::string framed_json(const Json& message) {
    const std::string body = message.dump();
    return "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

LspClient::LspClient(const std::vector<std::string>& arguments, const std::filesystem::path& directory) {
    std::signal(SIGPIPE, SIG_IGN);
    const Pipe to;
    const Pipe from;
    child_ = ::fork();
    if (child_ == 0) {
        std::vector<std::string> words = {SBX_POLICYC, "lsp"};
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> pointers;
        for (std::string& word : words) {
            pointers.push_back(word.data());
        }
        pointers.push_back(nullptr);
        if ((directory.empty() || ::chdir(directory.c_str()) == 0) && ::dup2(to.read, 0) == 0 && ::dup2(from.write, 1) == 1) {
            ::execv(SBX_POLICYC, pointers.data());
        }
        ::_exit(99);
    }
    ::close(to.read);
    ::close(from.write);
    to_ = to.write;
    from_ = from.read;
}

LspClient::~LspClient() {
    if (child_ > 0) {
        ::kill(child_, SIGKILL);
        static_cast<void>(wait());
    }
    ::close(from_);
}

double LspClient::last_wait_in_milliseconds() const {
    return std::chrono::duration<double, std::milli>(arrived_ - sent_).count();
}

void LspClient::send(std::string_view bytes) {
    sent_ = std::chrono::steady_clock::now();
    while (!bytes.empty()) {
        const ssize_t sent = ::write(to_, bytes.data(), bytes.size());
        if (sent < 0 && errno != EINTR) {
            throw std::runtime_error("the server has closed its input");
        }
        bytes.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
    }
}

Json LspClient::receive() {
    while (true) {
        const std::size_t end = received_.find("\r\n\r\n");
        if (end != std::string::npos) {
            const std::size_t length = std::strtoul(received_.c_str() + std::string_view("Content-Length: ").size(), nullptr, 10);
            if (received_.size() >= end + 4 + length) {
                arrived_ = std::chrono::steady_clock::now();
                Json message = Json::parse(received_.substr(end + 4, length));
                received_.erase(0, end + 4 + length);
                return message;
            }
        }
        struct pollfd input {
            from_, POLLIN, 0
        };
        if (::poll(&input, 1, patience_in_seconds * 1000) <= 0) {
            throw std::runtime_error("no answer");
        }
        std::array<char, 65536> buffer{};
        const ssize_t got = ::read(from_, buffer.data(), buffer.size());
        if (got <= 0) {
            throw std::runtime_error("the server has ended");
        }
        received_.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

Json LspClient::await(const Json& id) {
    while (true) {
        Json message = receive();
        if (!message.contains("method") && message.at("id") == id) {
            return message;
        }
        kept_.push_back(std::move(message));
    }
}

Json LspClient::next_response() {
    while (true) {
        Json message = receive();
        if (!message.contains("method")) {
            return message;
        }
        kept_.push_back(std::move(message));
    }
}

Json LspClient::initialize(const Json& capabilities, const Json& options) {
    Json params = {{"processId", nullptr}, {"rootUri", nullptr}, {"capabilities", capabilities}};
    if (!options.is_null()) {
        params["initializationOptions"] = options;
    }
    Json answer = result("initialize", params);
    notify("initialized", Json::object());
    return answer;
}

Json LspClient::request(std::string_view method, const Json& params) {
    const std::int64_t id = ++last_id_;
    send(framed_json({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}}));
    return await(id);
}

Json LspClient::result(std::string_view method, const Json& params) {
    const Json response = request(method, params);
    EXPECT_TRUE(response.contains("result")) << method << ": " << response.dump();
    return response.contains("result") ? response["result"] : Json(nullptr);
}

Json LspClient::at(std::string_view method, const std::string& uri, std::uint32_t line, std::uint32_t character, Json more) {
    more["textDocument"] = {{"uri", uri}};
    more["position"] = {{"line", line}, {"character", character}};
    return result(method, more);
}

void LspClient::notify(std::string_view method, const Json& params) {
    send(framed_json({{"jsonrpc", "2.0"}, {"method", method}, {"params", params}}));
}

void LspClient::open(const std::string& uri, const std::string& text, std::int64_t version) {
    notify("textDocument/didOpen", {{"textDocument", {{"uri", uri}, {"languageId", "sbx"}, {"version", version}, {"text", text}}}});
}

void LspClient::change(const std::string& uri, const Json& changes, std::int64_t version) {
    notify("textDocument/didChange", {{"textDocument", {{"uri", uri}, {"version", version}}}, {"contentChanges", changes}});
}

Json LspClient::diagnostics(const std::string& uri) {
    const auto is_wanted = [&uri](const Json& message) {
        return message.contains("method") && message["method"] == "textDocument/publishDiagnostics" &&
               message["params"]["uri"] == uri;
    };
    while (true) {
        const auto found = std::find_if(kept_.begin(), kept_.end(), is_wanted);
        if (found != kept_.end()) {
            Json params = (*found)["params"];
            kept_.erase(found);
            return params;
        }
        kept_.push_back(receive());
    }
}

int LspClient::wait() {
    ::close(to_);
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int LspClient::finish() {
    EXPECT_TRUE(result("shutdown", nullptr).is_null());
    notify("exit", nullptr);
    return wait();
}

PolicyDirectory::PolicyDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "policyc-lsp-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("mkdtemp");
    }
    path_ = std::filesystem::canonical(name);
}

PolicyDirectory::~PolicyDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string PolicyDirectory::write(const std::string& name, std::string_view text) {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
    return uri(name);
}

std::string read_text(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

std::string range_text(const Json& range) {
    const auto text = [](const Json& position) {
        return std::to_string(position.at("line").get<int>()) + ":" + std::to_string(position.at("character").get<int>());
    };
    return text(range.at("start")) + "-" + text(range.at("end"));
}

std::string with_text_edits(std::string text, Json edits) {
    std::sort(edits.begin(), edits.end(), [&text](const Json& a, const Json& b) {
        return offset_of(text, a["range"]["start"]) > offset_of(text, b["range"]["start"]);
    });
    for (const Json& edit : edits) {
        const std::size_t begin = offset_of(text, edit["range"]["start"]);
        text.replace(begin, offset_of(text, edit["range"]["end"]) - begin, edit["newText"].get<std::string>());
    }
    return text;
}

}  // namespace sbx::test
