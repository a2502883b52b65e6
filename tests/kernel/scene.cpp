// Directories with known contents, policies compiled in them, and changes to what was compiled.
#include "tests/kernel/harness.hpp"

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sha2.h>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx::kernel {
namespace fs = std::filesystem;
namespace {

std::string fresh_directory(const char* pattern) {
    std::string name = pattern;
    if (mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("mkdtemp below /var/tmp");
    }
    chmod(name.c_str(), 0755);
    return name;
}

void copy_program(const std::string& from, const std::string& to) {
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
    chmod(to.c_str(), 0755);
}

void remove_tree(const std::string& path) {
    std::error_code ignored;
    fs::remove_all(path, ignored);
}

struct Tools {
    std::string directory = fresh_directory("/var/tmp/sbx-kernel-tools-XXXXXX");
    Tools() {
        copy_program(SBX_PROBE, directory + "/probe");
        copy_program(SBX_NAIVE, directory + "/naive_launcher");
        copy_program(SBX_RUN, directory + "/sbx-run");
    }
    Tools(const Tools&) = delete;
    Tools& operator=(const Tools&) = delete;
    ~Tools() { remove_tree(directory); }
};

std::vector<std::string>& compiler_words() {
    static std::vector<std::string> words = {SBX_POLICYC};
    return words;
}

}  // namespace

const std::vector<std::string>& compiler() {
    return compiler_words();
}

BrokenCompiler::BrokenCompiler(const std::string& flaw) {
    compiler_words() = {SBX_NAIVE_COMPILER, flaw};
}

BrokenCompiler::~BrokenCompiler() {
    compiler_words() = {SBX_POLICYC};
}

const std::string& tools_directory() {
    static const Tools tools;
    return tools.directory;
}

std::string read_file(const std::string& path) {
    std::string text;
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char buffer[8192];
    // Files of a process that has just ended fail when they are read, not when they are opened.
    for (ssize_t count = 0; file >= 0 && (count = read(file, buffer, sizeof buffer)) > 0;) {
        text.append(static_cast<const char*>(buffer), static_cast<std::size_t>(count));
    }
    if (file >= 0) {
        close(file);
    }
    return text;
}

void write_file(const std::string& path, std::string_view text, mode_t mode) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out || chmod(path.c_str(), mode) != 0) {
        throw std::runtime_error("can't write " + path);
    }
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
        text.replace(at, from.size(), to);
    }
    return text;
}

Scene::Scene() : root_(fresh_directory("/var/tmp/sbx-kernel-XXXXXX")) {
    directory("tools", 0755);
    program("tools/probe");
}

Scene::~Scene() {
    remove_tree(root_);
}

std::string Scene::directory(std::string_view relative, mode_t mode) {
    fs::path made = root_;
    for (const fs::path& part : fs::path(relative)) {
        made /= part;
        if (fs::create_directory(made)) {
            chmod(made.c_str(), mode);
        }
    }
    return made;
}

std::string Scene::file(std::string_view relative, std::string_view text, mode_t mode) {
    directory(fs::path(relative).parent_path().string());
    write_file(path(relative), text, mode);
    return path(relative);
}

std::string Scene::program(std::string_view relative) {
    directory(fs::path(relative).parent_path().string());
    copy_program(SBX_PROBE, path(relative));
    return path(relative);
}

void Scene::link(std::string_view target, std::string_view relative) {
    fs::create_symlink(target, path(relative));
}

std::optional<std::string> Scene::contents(std::string_view relative) const {
    if (!fs::is_regular_file(path(relative))) {
        return std::nullopt;
    }
    return read_file(path(relative));
}

bool Scene::exists(std::string_view relative) const {
    return fs::exists(fs::symlink_status(path(relative)));
}

std::string Scene::expanded(std::string_view text) const {
    return replaced(std::string(text), "$ROOT", root_);
}

Outcome Scene::compile(std::string_view statements, std::vector<std::string> options) {
    return compile_text("sbx 1\nprofile kernel-test\nprocess { run-as 65532:65532 }\nfilesystem { read $ROOT/tools as /probe }\n" +
                            std::string(statements) + "\n",
                        std::move(options));
}

Outcome Scene::compile_text(std::string_view text, std::vector<std::string> options) {
    directory("policy", 0755);
    write_file(path("policy/test.sbx"), expanded(text), 0644);
    remove_tree(bundle());
    std::vector<std::string> words = compiler();
    words.insert(words.end(), {path("policy/test.sbx"), "-o", bundle()});
    words.insert(words.end(), options.begin(), options.end());
    return run({.words = std::move(words)});
}

void redigest(const std::string& bundle) {
    using Json = nlohmann::ordered_json;
    Json manifest = Json::parse(read_file(bundle + "/manifest.json"));
    for (Json& artifact : manifest["artifacts"]) {
        const std::string text = read_file(bundle + "/" + artifact["name"].get<std::string>());
        const std::string old = artifact["sha256"];
        char digest[SHA256_DIGEST_STRING_LENGTH];
        SHA256Data(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), digest);
        artifact["sha256"] = old.starts_with("sha256:") ? "sha256:" + std::string(digest) : std::string(digest);
    }
    write_file(bundle + "/manifest.json", manifest.dump(2) + "\n", 0644);
}

unsigned number_of(const char* variable, unsigned otherwise) {
    const char* const text = std::getenv(variable);
    return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

std::string field(std::string text, const std::string& name) {
    text = "\n" + replaced(replaced(std::move(text), "\\n", "\n"), "\\x09", "\t");
    const std::size_t at = text.find("\n" + name + ":");
    if (at == std::string::npos) {
        return "missing";
    }
    const std::size_t begin = text.find_first_not_of(" \t", at + name.size() + 2);
    return text.substr(begin, text.find('\n', begin) - begin);
}

int own_filters(const std::string& status) {
    const auto filters = [](const std::string& text) { return std::atoi(field(text, "Seccomp_filters").c_str()); };
    return filters(status) - filters(read_file("/proc/self/status"));
}

bool sees_more_than_three(const Outcome& outcome) {
    for (std::size_t at = 0; (at = outcome.out.find("fd ", at)) != std::string::npos; ++at) {
        if ((at == 0 || outcome.out[at - 1] == '\n') && std::atoi(outcome.out.c_str() + at + 3) > 2) {
            return true;
        }
    }
    return false;
}

std::vector<pid_t> processes_with(std::string_view tag) {
    std::vector<pid_t> found;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        // A zombie has no command line any more.
        if (name.find_first_not_of("0123456789") == std::string::npos &&
            read_file(entry.path().string() + "/cmdline").find(tag) != std::string::npos) {
            found.push_back(static_cast<pid_t>(std::stol(name)));
        }
    }
    return found;
}

bool gone(std::string_view tag, int milliseconds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    while (!processes_with(tag).empty()) {
        if (std::chrono::steady_clock::now() > until) {
            return false;
        }
        usleep(10000);
    }
    return true;
}

}  // namespace sbx::kernel
