// Reads environment.tab and applies it. See the header.
#include "runtime/environment_table.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/number.hpp"
#include "runtime/refusal.hpp"
#include "runtime/table_lines.hpp"

#include <algorithm>

namespace sbx::runtime {

namespace {

/// execve(2) takes no longer string (MAX_ARG_STRLEN); bubblewrap's own argument list has room for less.
constexpr std::size_t longest_value = 128 << 10;

// The list of the compiler, which a test compares with this one.
constexpr std::string_view loading_names[] = {"LD_*",
                                              "DYLD_*",
                                              "GLIBC_TUNABLES",
                                              "GCONV_PATH",
                                              "GETCONF_DIR",
                                              "HOSTALIASES",
                                              "LOCALDOMAIN",
                                              "RES_OPTIONS",
                                              "RESOLV_*",
                                              "LOCPATH",
                                              "NLSPATH",
                                              "MALLOC_*",
                                              "NIS_PATH",
                                              "TZDIR",
                                              "BASH_ENV",
                                              "BASH_FUNC_*",
                                              "BASHOPTS",
                                              "SHELLOPTS",
                                              "ENV",
                                              "ZDOTDIR",
                                              "IFS",
                                              "PS4",
                                              "PROMPT_COMMAND",
                                              "CDPATH",
                                              "GLOBIGNORE",
                                              "NODE_OPTIONS",
                                              "NODE_PATH",
                                              "NODE_EXTRA_CA_CERTS",
                                              "NODE_REPL_EXTERNAL_MODULE",
                                              "BUN_*",
                                              "DENO_*",
                                              "PYTHON*",
                                              "PERL5*",
                                              "PERLLIB",
                                              "PERLIO*",
                                              "RUBYOPT",
                                              "RUBYLIB",
                                              "GEM_*",
                                              "BUNDLE_*",
                                              "LUA_*",
                                              "PHPRC",
                                              "PHP_INI_SCAN_DIR",
                                              "JAVA_TOOL_OPTIONS",
                                              "_JAVA_OPTIONS",
                                              "JDK_JAVA_OPTIONS",
                                              "CLASSPATH",
                                              "GIT_*",
                                              "SSH_AUTH_SOCK",
                                              "SSH_ASKPASS",
                                              "OPENSSL_CONF",
                                              "OPENSSL_MODULES",
                                              "OPENSSL_ENGINES",
                                              "GTK_MODULES",
                                              "QT_PLUGIN_PATH",
                                              "MAKEFLAGS",
                                              "PAGER",
                                              "EDITOR",
                                              "VISUAL",
                                              "LESSOPEN",
                                              "LESSCLOSE",
                                              "*_proxy",
                                              "*_PROXY"};

bool matches(std::string_view pattern, std::string_view name) {
    if (pattern.size() > 1 && pattern.front() == '*') {
        pattern.remove_prefix(1);
        return name.size() >= pattern.size() && name.substr(name.size() - pattern.size()) == pattern;
    }
    if (!pattern.empty() && pattern.back() == '*') {
        pattern.remove_suffix(1);
        return name.substr(0, pattern.size()) == pattern;
    }
    return pattern == name;
}
bool matches_any(const std::vector<std::string>& patterns, std::string_view name) {
    return std::any_of(patterns.begin(), patterns.end(), [name](const std::string& pattern) { return matches(pattern, name); });
}

[[noreturn]] void bad_entry(std::string_view line, const char* what) {
    refuse(step::verify, "environment.tab is malformed at " + quoted(line) + ": " + what, "compile the policy again");
}

std::string read_pattern(std::string_view line, std::string_view text) {
    std::string_view name = text;
    if (!name.empty() && name.back() == '*') {
        name.remove_suffix(1);
    }
    if (!is_name(name) && text != "*") {
        bad_entry(line, "no name of a variable");
    }
    return std::string(text);
}

void read_set(std::string_view line, std::string_view rest, EnvironmentTable& table) {
    const std::size_t blank = std::min(rest.find(' '), rest.size());
    const std::string_view name = rest.substr(0, blank);
    if (!is_name(name) || blank == rest.size()) {
        bad_entry(line, "no name of a variable");
    }
    rest.remove_prefix(blank + 1);
    std::size_t length = 0;
    Template value = read_template(rest, length);
    if (length != rest.size() && rest.substr(length, 3) != " # ") {
        bad_entry(line, "something follows the value");
    }
    const bool twice = std::any_of(table.set.begin(), table.set.end(), [name](const auto& entry) { return entry.first == name; });
    if (twice) {
        bad_entry(line, "the variable is set twice");
    }
    table.set.emplace_back(std::string(name), std::move(value));
}

std::string passed_name(const std::string& entry) {
    const std::size_t equals = entry.find('=');
    const std::string name = entry.substr(0, equals);
    if (equals == std::string::npos || !is_name(name)) {
        refuse(step::usage, "`--env` takes NAME=VALUE, not " + quoted(entry), "write, for example, `--env LANG=C.UTF-8`");
    }
    return name;
}

[[noreturn]] void refuse_variable(const std::string& name, const EnvironmentTable& table, const std::vector<std::string>& dropped) {
    const auto listed = [](const std::vector<std::string>& names) {
        std::string result;
        for (const std::string& each : names) {
            result += (result.empty() ? "" : ", ") + each;
        }
        return result;
    };
    refuse(step::bind,
           "the policy does not accept the variable " + quoted(name) +
               (dropped.empty() ? "" : ", and no policy accepts " + quoted(listed(dropped)) + " from a caller"),
           table.accept.empty() ? "leave it out; the policy accepts none" : "it accepts " + listed(table.accept));
}

void bind_passed(const EnvironmentTable& table, const std::vector<std::string>& passed, BoundEnvironment& result) {
    std::vector<std::string> dropped;
    for (const std::string& entry : passed) {
        if (const std::string name = passed_name(entry); changes_loading(name, false)) {
            dropped.push_back(name);
        }
    }
    for (const std::string& entry : passed) {
        const std::string name = passed_name(entry);
        if (changes_loading(name, false)) {
            continue;
        }
        if (!matches_any(table.accept, name)) {
            refuse_variable(name, table, dropped);
        }
        const std::size_t value = name.size() + 1;
        if (entry.size() - value > longest_value) {
            refuse(step::bind, "the value of " + quoted(name) + " is longer than 128 KiB", "pass a file instead");
        }
        result.variables[name] = entry.substr(value);
    }
    result.dropped.insert(result.dropped.end(), dropped.begin(), dropped.end());
}

}  // namespace

bool changes_loading(std::string_view name, bool keeping) {
    if (name == "PATH") {
        return !keeping;
    }
    return std::any_of(std::begin(loading_names), std::end(loading_names),
                       [name](std::string_view pattern) { return matches(pattern, name); });
}

EnvironmentTable read_environment_table(std::string_view text) {
    EnvironmentTable table;
    for (const std::string_view line : table_lines(text, format::environment_magic, format::environment_file)) {
        const std::size_t blank = std::min(line.find(' '), line.size());
        const std::string_view verb = line.substr(0, blank);
        const std::string_view rest = line.substr(std::min(blank + 1, line.size()));
        if (verb == "keep") {
            table.keep.push_back(read_pattern(line, without_comment(rest)));
        } else if (verb == "accept") {
            table.accept.push_back(read_pattern(line, without_comment(rest)));
        } else if (verb == "set") {
            read_set(line, rest, table);
        } else {
            bad_entry(line, "it begins with none of `accept`, `keep` and `set`");
        }
    }
    return table;
}

BoundEnvironment bind_environment(const EnvironmentTable& table, const std::vector<std::string_view>& caller,
                                  const std::vector<std::string>& passed, const Values& values) {
    BoundEnvironment result;
    for (const std::string_view entry : caller) {
        const std::size_t equals = entry.find('=');
        const std::string_view name = entry.substr(0, equals);
        if (equals == std::string_view::npos || !is_name(name) || !matches_any(table.keep, name)) {
            continue;
        }
        if (changes_loading(name, true) || entry.size() - equals > longest_value) {
            result.dropped.emplace_back(name);
        } else {
            result.variables[std::string(name)] = std::string(entry.substr(equals + 1));
        }
    }
    bind_passed(table, passed, result);
    for (const auto& [name, value] : table.set) {
        result.variables[name] = expand(value, values);
    }
    std::sort(result.dropped.begin(), result.dropped.end());
    result.dropped.erase(std::unique(result.dropped.begin(), result.dropped.end()), result.dropped.end());
    return result;
}

}  // namespace sbx::runtime
