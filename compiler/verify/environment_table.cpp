// environment.tab, from runtime/artifact_format.hpp, and its comparison with the policy.
#include "compiler/verify/tables.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

constexpr std::array<std::string_view, 3> verbs = {"accept", "keep", "set"};

bool is_variable(std::string_view name, bool pattern) {
    if (pattern && name.ends_with('*')) {
        name.remove_suffix(1);
        if (name.empty()) {
            return true;
        }
    }
    const auto is_part = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !name.empty() && std::all_of(name.begin(), name.end(), is_part) && !(name.front() >= '0' && name.front() <= '9');
}

/// Where the template at the beginning of `text` ends; npos where it does not.
std::size_t template_end(std::string_view text) {
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            return at + 1;
        }
    }
    return std::string_view::npos;
}

struct Row {
    std::size_t verb = 0;
    std::string name;
    Text value;
};

Row read_row(std::string_view line) {
    Row row;
    const std::size_t first = line.find(' ');
    const auto* const verb = std::find(verbs.begin(), verbs.end(), line.substr(0, first));
    if (verb == verbs.end() || first == std::string_view::npos) {
        throw Malformed{"", named(line) + " is no row of this table"};
    }
    row.verb = static_cast<std::size_t>(verb - verbs.begin());
    std::string_view rest = line.substr(first + 1);
    const std::size_t end = std::min(rest.find(' '), rest.size());
    row.name = rest.substr(0, end);
    rest.remove_prefix(end);
    if (!is_variable(row.name, *verb != "set")) {
        throw Malformed{"", named(row.name) + " is no name of a variable"};
    }
    if (*verb == "set") {
        const std::size_t close = rest.starts_with(" \"") ? template_end(rest.substr(1)) : std::string_view::npos;
        if (close == std::string_view::npos) {
            throw Malformed{"", named(line) + " has no value in quotes"};
        }
        row.value = read_template(rest.substr(1, close));
        rest.remove_prefix(1 + close);
    }
    if (!rest.empty() && !rest.starts_with(" # ")) {
        throw Malformed{"", named(line) + " has more than a row of this table has"};
    }
    return row;
}

void compare_names(const char* verb, const std::map<std::string, Origin>& meant, const std::map<std::string, Origin>& found,
                   const std::string& file, Findings& findings) {
    for (const auto& [name, origin] : meant) {
        if (!found.contains(name)) {
            findings.push_back({file, "", "`" + std::string(verb) + " " + name + "` is missing", name});
        }
    }
    for (const auto& [name, origin] : found) {
        if (!meant.contains(name)) {
            findings.push_back(
                {file, "", "`" + std::string(verb) + " " + name + "` stands here, and the policy does not say so", name});
        }
    }
}

}  // namespace

policy::Environment read_environment_table(std::string_view bytes) {
    Lines lines(bytes);
    if (lines.next() != format::environment_magic) {
        throw Malformed{"line 1", "it does not begin with " + named(format::environment_magic)};
    }
    policy::Environment environment;
    std::pair<std::size_t, std::string> last;
    bool first = true;
    while (const auto line = lines.next()) {
        if (line->starts_with('#')) {
            continue;
        }
        try {
            Row row = read_row(*line);
            std::pair<std::size_t, std::string> key{row.verb, row.name};
            if (!first && !(last < key)) {
                throw Malformed{"", named(row.name) + " stands here a second time, or out of order"};
            }
            first = false;
            last = std::move(key);
            if (verbs.at(row.verb) == "set") {
                environment.fixed.emplace(row.name, Located<Text>{std::move(row.value), {}});
            } else {
                (verbs.at(row.verb) == "keep" ? environment.kept : environment.accepted).emplace(row.name, Origin{});
            }
        } catch (Malformed& mistake) {
            mistake.place = lines.place();
            throw;
        }
    }
    return environment;
}

void compare_environment(const policy::Environment& meant, const policy::Environment& found, const std::string& file,
                         Findings& findings) {
    compare_names("accept", meant.accepted, found.accepted, file, findings);
    compare_names("keep", meant.kept, found.kept, file, findings);
    for (const auto& [name, value] : meant.fixed) {
        const auto there = found.fixed.find(name);
        if (there == found.fixed.end()) {
            findings.push_back({file, "", "`set " + name + "` is missing", name});
        } else if (there->second.value != value.value) {
            findings.push_back(
                {file, "",
                 named(name) + " is set to " + there->second.value.quoted() + "; the policy means " + value.value.quoted(), name});
        }
    }
    for (const auto& [name, value] : found.fixed) {
        if (!meant.fixed.contains(name)) {
            findings.push_back({file, "", "`set " + name + "` stands here, and the policy does not say so", name});
        }
    }
}

}  // namespace sbx::verify
