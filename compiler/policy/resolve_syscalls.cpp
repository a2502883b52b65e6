// `syscalls`: its mode, and one `allow` or `deny` at a time. What they come to is worked out when all files are merged
// (normalize_system_calls.cpp). A statement of which a word could not be read is left out, and reported.
#include "compiler/policy/repeated_statement.hpp"
#include "compiler/policy/resolve_values.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

bool is_call_word(const Word& word) {
    return word.kind == SyntaxKind::name || word.kind == SyntaxKind::address_set;
}

/// How people who know other tables call them.
constexpr std::pair<std::string_view, std::string_view> other_names[] = {
    {"pread", "pread64"},     {"pwrite", "pwrite64"},   {"umount", "umount2"},         {"fstatat", "newfstatat"},
    {"fadvise", "fadvise64"}, {"prlimit", "prlimit64"}, {"sigreturn", "rt_sigreturn"}, {"sigaction", "rt_sigaction"}};

/// Calls that people know from 32-bit x86, or from older manuals.
constexpr std::string_view calls_of_i386[] = {"_llseek",    "_newselect", "fcntl64", "fstat64",    "ipc",
                                              "lstat64",    "mmap2",      "oldstat", "sendfile64", "signal",
                                              "socketcall", "stat64",     "stime",   "vm86",       "waitpid"};

std::string similar_call(std::string_view word) {
    for (const auto& [other, name] : other_names) {
        if (other == word) {
            return std::string(name);
        }
    }
    return std::string(nearest(word, system_call_names()).value_or(""));
}

void report_unknown_group(FileResolver& file, const Word& word) {
    std::vector<std::string_view> names;
    std::string list;
    for (const CallGroup& group : call_groups()) {
        names.push_back(group.name);
        list += (list.empty() ? "`" : ", `") + std::string(group.name) + "`";
    }
    const auto near = nearest(word.text, names);
    file.session.error(DiagnosticKind::undefined_name, word.origin, "there is no group of system calls " + quoted(word.text))
        .help(near ? "did you mean `" + std::string(*near) + "`?" : "groups are " + list);
}

/// Reads one `allow` or `deny` from left to right.
class CallRuleReader {
public:
    CallRuleReader(FileResolver& file, const Statement& statement)
        : file_(file), statement_(statement), words_(words_of(file, statement.items, &good_)) {
        rule_.allows = statement.keyword.text() == "allow";
        rule_.origin = statement.origin();
    }

    std::optional<SystemCallRule> read() {
        refuse_block(file_, statement_);
        refuse_optional(file_, words_);
        const std::size_t because = find_word(words_, "because");
        const std::size_t end = std::min({because, find_word(words_, "except"), find_word(words_, "without")});
        if (end == 0 && good_) {
            shape(statement_.origin(), quoted(statement_.keyword.text()) + " names no system call");
        }
        for (std::size_t i = 0; i < end; ++i) {
            read_name(words_[i]);
        }
        if (end < because) {
            read_condition(end, because);
        } else if (rule_.allows) {
            settle_whole();
        }
        if (because != words_.size()) {
            good_ = check_reason(file_, statement_, words_, because) && good_;
            rule_.reason = good_ ? literal_value(file_, words_[because + 1]).value_or("") : "";
        }
        if (good_) {
            require_reason();
            refuse_needed();
        }
        return good_ ? std::optional(std::move(rule_)) : std::nullopt;
    }

private:
    void shape(Origin origin, std::string message) {
        report_shape(file_, statement_, origin, std::move(message));
        good_ = false;
    }

    void read_name(const Word& word) {
        rule_.words += (rule_.words.empty() ? "" : " ") + std::string(word.text);
        if (!is_call_word(word) || word.value) {
            report_value(file_, statement_, word, "the name of a system call or a group");
            good_ = false;
        } else if (word.kind == SyntaxKind::address_set) {
            const CallGroup* const group = find_call_group(word.text);
            if (group == nullptr) {
                report_unknown_group(file_, word);
                good_ = false;
                return;
            }
            rule_.calls |= group->calls;
        } else if (const auto call = find_system_call(word.text)) {
            rule_.calls.set(*call);
            names_ioctl_ = names_ioctl_ || *call == ioctl_call();
            names_clone_ = names_clone_ || *call == clone_call();
        } else {
            report_unknown_call(file_, word);
            good_ = false;
        }
    }

    /// A statement that names them without a condition means them whole.
    void settle_whole() {
        if (names_ioctl_) {
            rule_.except = std::set<std::uint32_t>();
        }
        if (names_clone_) {
            rule_.clone_namespaces = true;
        }
    }

    void read_condition(std::size_t at, std::size_t because) {
        const bool is_except = words_[at].text == "except";
        const bool fits = rule_.allows && at == 1 && (is_except ? names_ioctl_ : names_clone_);
        if (!fits && good_) {
            shape(words_[at].origin, is_except ? "`except` stands behind `allow ioctl`, with nothing else before it"
                                               : "`without namespaces` stands behind `allow clone`, with nothing else before it");
            return;
        }
        if (!is_except) {
            if (because != at + 2 || words_[at + 1].text != "namespaces") {
                shape(words_[at].origin, "`without` takes `namespaces`");
            }
            rule_.clone_namespaces = false;
            rule_.words += " without namespaces";
            return;
        }
        rule_.words += " except";
        rule_.except = std::set<std::uint32_t>();
        if (because == at + 1 && good_) {
            shape(words_[at].origin, "`except` names no request");
        }
        for (std::size_t i = at + 1; i < because; ++i) {
            read_request(words_[i]);
        }
    }

    void read_request(const Word& word) {
        rule_.words += " " + std::string(word.text);
        if (const auto number = find_ioctl_request(word.text); number && !word.value) {
            rule_.except->insert(*number);
            return;
        }
        good_ = false;
        std::vector<std::string_view> names;
        for (const IoctlRequest& request : ioctl_requests()) {
            names.push_back(request.name);
        }
        const auto near = nearest(word.text, names);
        file_.session
            .error(DiagnosticKind::unknown_word, word.origin, quoted(word.text) + " is no request of `ioctl` that is known here")
            .help(near ? "did you mean `" + std::string(*near) + "`?" : "write its number, as in `0x5412`");
    }

    /// What opens something that every sandbox keeps shut says why.
    void require_reason() {
        if (!rule_.allows || !rule_.reason.empty()) {
            return;
        }
        const CallSet opened = rule_.calls & calls_of("@default");
        std::string what;
        std::string instead;
        if (opened.any()) {
            what = quoted(call_names(opened)) +
                   (opened.count() == 1 ? ", which every sandbox refuses" : ", which all sandboxes refuse");
        } else if (rule_.except && !(rule_.except->count(tiocsti_request) != 0 && rule_.except->count(tioclinux_request) != 0)) {
            what = "requests of `ioctl` with which a program types into the caller's terminal";
            instead = "write `allow ioctl except TIOCSTI TIOCLINUX`, or say why";
        } else if (rule_.clone_namespaces.value_or(false)) {
            what = "namespaces made by `clone`";
            instead = "write `allow clone without namespaces`, or say why";
        } else {
            return;
        }
        good_ = false;
        file_.session.error(DiagnosticKind::reason_missing, rule_.origin, "a statement opens " + what + ", and does not say why")
            .help(instead.empty() ? "write " + quoted(to_statement(rule_) + " because \"…\"") : instead);
    }

    void refuse_needed() {
        const CallSet needed = rule_.calls & calls_of("@start");
        if (rule_.allows || needed.none()) {
            return;
        }
        good_ = false;
        const bool by_group = rule_.words.find('@') != std::string::npos;
        file_.session
            .error(DiagnosticKind::needed_to_start, rule_.origin,
                   quoted(call_names(needed)) + " cannot be denied: without " + (needed.count() == 1 ? "it" : "them") +
                       " no program is started")
            .note("bubblewrap and sbx-run are under the filter, too, when they start the command and when they wait for it")
            .help(by_group ? "name the calls of the group one by one, without " + quoted(call_names(needed))
                           : "remove " + std::string(needed.count() == 1 ? "it" : "them") + " from the statement");
    }

    FileResolver& file_;
    const Statement& statement_;
    bool good_ = true;
    std::vector<Word> words_;
    SystemCallRule rule_;
    bool names_ioctl_ = false;
    bool names_clone_ = false;
};

/// One file says it one way.
void set_filter_mode(FileResolver& file, const Statement& statement, FilterMode mode) {
    Slot<FilterMode>& own = file.filter_word;
    if (!own) {
        own = Setting<FilterMode>{mode, statement.keyword.origin(), false};
        if (mode != FilterMode::changed) {
            file.own.filter_mode = own;
        }
        return;
    }
    if (own->value == mode && mode != FilterMode::unrestricted) {
        return;
    }
    auto report = file.session.error(
        DiagnosticKind::duplicate, statement.keyword.origin(),
        own->value == mode ? "`syscalls unrestricted` stands twice" : "`syscalls` is said in two ways in this file");
    report.label(own->origin, own->value == mode ? "first here" : "and otherwise here")
        .help(
            "keep one: `syscalls { … }` changes what every sandbox refuses, `syscalls only { … }` replaces it, `syscalls "
            "unrestricted` removes it");
    offer_removal_of_repeated(report, file.session, statement.keyword.origin(), own->origin);
}

}  // namespace

void report_unknown_call(FileResolver& file, const Word& word) {
    if (std::find(std::begin(calls_of_i386), std::end(calls_of_i386), word.text) != std::end(calls_of_i386)) {
        file.session.error(DiagnosticKind::unknown_word, word.origin, quoted(word.text) + " is a system call of 32-bit x86 alone")
            .help("leave it out: a program that makes a call of 32-bit x86 is ended, whatever the policy says");
        return;
    }
    auto report = file.session.error(DiagnosticKind::unknown_word, word.origin,
                                     quoted(word.text) + " is no system call of x86_64 or aarch64");
    if (const std::string near = similar_call(word.text); !near.empty()) {
        report.help("did you mean `" + near + "`?").fix(word.origin, near, false);
    } else {
        report.help("name a call as syscalls(2) lists it, or a group: `policyc explain @default` shows what is refused anyway");
    }
}

void resolve_syscalls_block(FileResolver& file, const Statement& statement) {
    const auto block = statement.view.block();
    const auto words = words_of(file, statement.items);
    const auto is_word = [&](std::size_t i, std::string_view text) {
        return i < words.size() && words[i].kind == SyntaxKind::name && words[i].text == text;
    };
    if (is_word(0, "unrestricted")) {
        refuse_block(file, statement);
        if (words.size() > 1 && !is_word(1, "because")) {
            report_shape(file, statement, words[1].origin, quoted(words[1].text) + " where `because` stands");
        } else if (check_reason(file, statement, words, 1)) {
            set_filter_mode(file, statement, FilterMode::unrestricted);
            file.own.unfiltered_reason = literal_value(file, words[2]).value_or("");
        }
        return;
    }
    if (!block || words.size() > 1 || (words.size() == 1 && !is_word(0, "only"))) {
        if (!statement.view.has_error()) {
            report_shape(file, statement, words.empty() ? statement.origin() : words[0].origin,
                         "`syscalls` takes a block, `only` and a block, or `unrestricted`");
        }
        return;
    }
    set_filter_mode(file, statement, words.empty() ? FilterMode::changed : FilterMode::only);
    resolve_statements(file, Context::syscalls, block->statements());
}

void resolve_syscall_rule(FileResolver& file, const Statement& statement) {
    if (auto rule = CallRuleReader(file, statement).read()) {
        file.own.call_rules.push_back(std::move(*rule));
    }
}

}  // namespace sbx::policy
