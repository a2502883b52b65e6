// `syscalls` and `sockets`: checked for form, and then refused, since no target of this release has them.
#include "compiler/policy/resolve_values.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

constexpr std::string_view groups[] = {"@mount", "@module", "@debug", "@keyring", "@clock", "@raw-io"};
constexpr std::string_view families[] = {"unix", "inet", "inet6", "netlink", "packet", "vsock", "alg", "bluetooth", "can", "xdp"};

bool is_word(const Word& word, std::string_view text) {
    return word.kind == SyntaxKind::name && word.text == text;
}

std::size_t find_because(const std::vector<Word>& words) {
    return static_cast<std::size_t>(
        std::find_if(words.begin(), words.end(), [](const Word& word) { return is_word(word, "because"); }) - words.begin());
}

}  // namespace

void resolve_syscalls_block(FileResolver& file, const Statement& statement) {
    const auto block = statement.view.block();
    const auto words = words_of(file, statement.items);
    if (!words.empty() && is_word(words[0], "unrestricted")) {
        refuse_block(file, statement);
        static_cast<void>(check_reason(file, statement, words, 1));
    } else if (!block || words.size() > 1 || (words.size() == 1 && !is_word(words[0], "only"))) {
        if (!statement.view.has_error()) {
            report_shape(file, statement, words.empty() ? statement.origin() : words[0].origin,
                         "`syscalls` takes a block, `only` and a block, or `unrestricted`");
        }
    }
    if (block) {
        resolve_statements(file, Context::syscalls, block->statements());
    }
    file.session
        .refuse(DiagnosticKind::not_enforceable, statement.keyword.origin(),
                "no target of this release can change the system-call filter")
        .help("remove the block: every sandbox has the fixed filter, which keeps foreign architectures and terminal injection out");
}

void resolve_sockets_block(FileResolver& file, const Statement& statement) {
    const auto block = statement.view.block();
    if ((!block || !statement.items.empty()) && !statement.view.has_error()) {
        report_shape(file, statement, statement.items.empty() ? statement.origin() : statement.items[0].origin(),
                     "`sockets` takes a block and nothing else");
    }
    if (block) {
        resolve_statements(file, Context::sockets, block->statements());
    }
    file.session
        .refuse(DiagnosticKind::not_enforceable, statement.keyword.origin(), "no target of this release can choose socket families")
        .help("remove the block: every sandbox has unix, inet, inet6 and netlink-route sockets, and no others");
}

void resolve_syscall_rule(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    const std::size_t because = find_because(words);
    if (because == 0 && complete) {
        report_shape(file, statement, statement.origin(), quoted(statement.keyword.text()) + " names no system call");
    }
    for (std::size_t i = 0; i < because; ++i) {
        if (words[i].kind == SyntaxKind::address_set &&
            std::find(std::begin(groups), std::end(groups), words[i].text) == std::end(groups)) {
            const auto near = nearest(words[i].text, {std::begin(groups), std::end(groups)});
            file.session
                .error(DiagnosticKind::undefined_name, words[i].origin,
                       "there is no group of system calls " + quoted(words[i].text))
                .help(near ? "did you mean `" + std::string(*near) + "`?"
                           : "groups are `@mount`, `@module`, `@debug`, `@keyring`, `@clock`, `@raw-io`");
        } else if (words[i].kind != SyntaxKind::name && words[i].kind != SyntaxKind::address_set) {
            report_value(file, statement, words[i], "the name of a system call or a group");
        }
    }
    if (because != words.size()) {
        static_cast<void>(check_reason(file, statement, words, because));
    }
}

void resolve_socket_rule(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    if (words.empty() && complete) {
        report_shape(file, statement, statement.origin(), "`allow` names no socket family");
    }
    for (const Word& word : words) {
        if (std::find(std::begin(families), std::end(families), word.text) == std::end(families)) {
            const auto near = nearest(word.text, {std::begin(families), std::end(families)});
            file.session.error(DiagnosticKind::unknown_word, word.origin, quoted(word.text) + " is not a socket family")
                .help(near ? "did you mean `" + std::string(*near) + "`?"
                           : "families are `unix`, `inet`, `inet6`, `netlink`, `packet`, `vsock`, …");
        }
    }
}

}  // namespace sbx::policy
