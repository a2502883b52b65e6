// Cases from and to disk; see the header.
#include "tests/diagnostics/case_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace sbx::test {
namespace {

constexpr std::string_view section_start = "==== ";

std::string read_whole(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        throw std::runtime_error("cannot read " + path);
    }
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// `\n`, `\s` for a blank, `\xHH`, and `\#` for `number`.
std::string unescaped(std::string_view text, std::string_view number) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view rest = text.substr(at);
        if (rest.starts_with("\\n") || rest.starts_with("\\s")) {
            result += rest[1] == 'n' ? '\n' : ' ';
            ++at;
        } else if (rest.starts_with("\\#")) {
            result += number;
            ++at;
        } else if (rest.starts_with("\\x")) {
            result += static_cast<char>(std::stoi(std::string(rest.substr(2, 2)), nullptr, 16));
            at += 3;
        } else {
            result += text[at];
        }
    }
    return result;
}

struct Replacement {
    std::string token;
    std::string text;
};

Replacement read_replacement(std::string_view words) {
    const std::size_t blank = words.find(' ');
    std::string_view text = blank == std::string_view::npos ? std::string_view() : words.substr(blank + 1);
    std::size_t times = 1;
    if (const std::size_t star = text.rfind(" * "); star != std::string_view::npos) {
        times = std::stoul(std::string(text.substr(star + 3)));
        text = text.substr(0, star);
    }
    Replacement replacement{unescaped(words.substr(0, blank), ""), {}};
    for (std::size_t i = 1; i <= times; ++i) {
        replacement.text += unescaped(text, std::to_string(i));
    }
    return replacement;
}

std::string replaced(std::string text, const std::vector<Replacement>& replacements) {
    for (const auto& [token, instead] : replacements) {
        for (std::size_t at = text.find(token); at != std::string::npos; at = text.find(token, at + instead.size())) {
            text.replace(at, token.size(), instead);
        }
    }
    return text;
}

/// Lines with their ends; the last may have none.
std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
        lines.push_back(text.substr(at, end + 1 - at));
        at = end + 1;
    }
    return lines;
}

class CaseReader {
public:
    explicit CaseReader(CaseFile& file) : file_(file) {}

    void read(const std::string& whole) {
        std::string* into = &file_.policy;
        for (const std::string& line : lines_of(whole)) {
            if (into != &file_.expected && line.starts_with(section_start)) {
                into = &section(line.substr(section_start.size(), line.size() - section_start.size() - 1));
            } else {
                *into += line;
            }
            if (into != &file_.expected) {
                file_.input += line;
            }
        }
        file_.policy = replaced(file_.policy, replacements_);
        file_.files.add(file_.name, file_.policy);
        for (const auto& [name, text] : others_) {
            file_.files.add(name, replaced(text, replacements_));
        }
    }

private:
    /// What the lines up to the next section belong to.
    std::string& section(const std::string& heading) {
        const std::size_t blank = std::min(heading.find(' '), heading.size());
        const std::string word = heading.substr(0, blank);
        const std::string rest = heading.substr(std::min(blank + 1, heading.size()));
        if (word == "file") {
            return others_.emplace_back(rest, std::string()).second;
        }
        if (word == "output") {
            return file_.expected;
        }
        if (word == "define") {
            const std::size_t equals = rest.find('=');
            file_.options.definitions[rest.substr(0, equals)] = rest.substr(equals + 1);
        } else if (word == "include") {
            file_.options.include_directories.push_back(rest);
        } else if (word == "replace") {
            replacements_.push_back(read_replacement(rest));
        } else if (word == "pedantic") {
            file_.pedantic = true;
        } else if (word == "build" || word == "bundle") {
            file_.out = rest;
            file_.builds = word == "build";
        } else {
            throw std::runtime_error(file_.name + ": no section is called `" + heading + "`");
        }
        return between_;
    }

    CaseFile& file_;
    std::vector<Replacement> replacements_;
    std::deque<std::pair<std::string, std::string>> others_;
    std::string between_;  ///< lines after a section that has none
};

std::string folder() {
    return std::string(SBX_SOURCE_DIR) + "/tests/diagnostics";
}

}  // namespace

CaseFile read_case(const std::string& path) {
    CaseFile file;
    file.name = std::filesystem::path(path).filename().string();
    CaseReader(file).read(read_whole(path));
    return file;
}

void write_case(const std::string& path, const CaseFile& file, const std::string& output) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << file.input << section_start << "output\n" << output;
    if (!out.flush()) {
        throw std::runtime_error("cannot write " + path);
    }
}

std::vector<std::string> case_paths(const std::string& prefix) {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(prefix) && entry.path().extension() == ".sbx") {
            paths.push_back(entry.path().string());
        }
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

cli::Compilation compile_case(const CaseFile& file, const std::string& policy) {
    cli::CompileRequest request;
    request.path = file.name;
    request.text = policy;
    request.options = file.options;
    request.out = file.out;
    request.levels.pedantic = file.pedantic;
    request.until = file.builds ? cli::Until::emitted : cli::Until::checked;
    return cli::compile(std::move(request), file.files);
}

}  // namespace sbx::test
