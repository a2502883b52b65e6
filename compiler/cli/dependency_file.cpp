// Spelling names for make and ninja; see the header. What is escaped and what is refused was found by asking both, and CMake: the
// test asks them again, for every character.
#include "compiler/cli/dependency_file.hpp"

#include "compiler/cli/display_text.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace sbx::cli {
namespace {

/// Ninja ends a name at these; make expands the patterns and takes `=` for an assignment, `;` for a recipe, `|` for what is no
/// dependency. CMake's reader takes `(` and `)` as they are, make takes `a(b)` for a member of an archive.
constexpr std::string_view unspellable = "\"&'*;<=>?[^`|";
constexpr std::string_view escaped = " #:";

bool is_control(char byte) {
    return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F;
}

/// The characters that keep `name` out of a rule; empty if none does.
std::string_view obstacle(std::string_view name) {
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (is_control(name[at]) || unspellable.find(name[at]) != std::string_view::npos) {
            return name.substr(at, 1);
        }
        // Behind a backslash the two disagree about what is escaped.
        if (name[at] == '\\' && (at + 1 == name.size() || std::string_view("#:$").find(name[at + 1]) != std::string_view::npos)) {
            return name.substr(at, 2);
        }
    }
    const std::size_t open = name.find('(');
    return open != std::string_view::npos && name.back() == ')' ? name.substr(open) : std::string_view();
}

std::optional<std::string> refuse_name(std::string_view name, std::string_view obstacle) {
    if (obstacle.empty()) {
        return std::nullopt;
    }
    return fmt::format(
        "`--depfile` has no way to name `{}`: make and Ninja do not read `{}` as part of a name. Rename it, or build without",
        displayed(name), displayed(obstacle));
}

std::string spelled_name(std::string_view name) {
    std::string out = name.front() == '~' ? "./" : "";  // else make looks for a user's home
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (name[at] == ' ') {
            // Backslashes before a blank are doubled, and nowhere else.
            for (std::size_t behind = at; behind > 0 && name[behind - 1] == '\\'; --behind) {
                out += '\\';
            }
        }
        if (escaped.find(name[at]) != std::string_view::npos) {
            out += '\\';
        }
        out += name[at] == '$' ? "$$" : std::string(1, name[at]);
    }
    return out;
}

std::string_view without_slashes(std::string_view directory) {
    while (directory.size() > 1 && directory.back() == '/') {
        directory.remove_suffix(1);
    }
    return directory;
}

}  // namespace

std::optional<std::string> RecordedFiles::read(const std::string& path) const {
    auto text = DiskFiles::read(path);
    if (text && std::find(names_.begin(), names_.end(), path) == names_.end()) {
        names_.push_back(path);
    }
    return text;
}

void RecordedFiles::add(const std::string& path) {
    names_.push_back(path);
}

std::string bundle_target(std::string_view out) {
    const std::string_view directory = without_slashes(out);
    return fmt::format("{}{}{}", directory, directory == "/" ? "" : "/", format::policy_file);
}

std::string dependency_rule(std::string_view target, const std::vector<std::string>& inputs) {
    std::string out = spelled_name(target) + ":";
    for (const std::string& input : inputs) {
        out += " \\\n  " + spelled_name(input);
    }
    out += '\n';
    for (const std::string& input : inputs) {
        out += "\n" + spelled_name(input) + ":\n";
    }
    return out;
}

std::optional<std::string> refuse_names(std::string_view target, const std::vector<std::string>& inputs) {
    // A target with `%` is a pattern to make.
    const std::size_t percent = target.find('%');
    if (auto refused = refuse_name(target, percent == std::string_view::npos ? obstacle(target) : target.substr(percent, 1))) {
        return refused;
    }
    for (const std::string& input : inputs) {
        if (auto refused = refuse_name(input, obstacle(input))) {
            return refused;
        }
    }
    return std::nullopt;
}

std::optional<std::string> refuse_place(const std::string& path, const std::string& out) {
    namespace fs = std::filesystem;
    std::error_code error;  // what cannot be found now is told when it is opened
    const fs::path bundle = fs::weakly_canonical(fs::absolute(without_slashes(out), error), error);
    fs::path place = fs::weakly_canonical(fs::absolute(path, error), error);
    for (; place.has_relative_path(); place = place.parent_path()) {
        if (place == bundle) {
            return fmt::format(
                "`{}` lies in `{}`, the bundle, which holds nothing but what its manifest lists: name a file beside it, as in "
                "`--depfile {}.d`",
                displayed(path), displayed(out), displayed(without_slashes(out)));
        }
    }
    return std::nullopt;
}

}  // namespace sbx::cli
