// `sockets`: families by name. What follows from the rest of the policy is added when all files are merged.
#include "compiler/policy/resolve_values.hpp"
#include "compiler/policy/socket_families.hpp"

namespace sbx::policy {

namespace {

void report_unknown_family(FileResolver& file, const Word& word) {
    std::vector<std::string_view> names;
    for (const SocketFamily& family : socket_families()) {
        names.push_back(family.name);
    }
    const auto near = nearest(word.text, names);
    file.session.error(DiagnosticKind::unknown_word, word.origin, quoted(word.text) + " is not a socket family")
        .help(near ? "did you mean `" + std::string(*near) + "`?"
                   : "families are `unix`, `inet`, `inet6`, `netlink-route`, and with a reason `netlink`, `packet`, `vsock`, …");
}

}  // namespace

void resolve_sockets_block(FileResolver& file, const Statement& statement) {
    const auto block = statement.view.block();
    if ((!block || !statement.items.empty()) && !statement.view.has_error()) {
        report_shape(file, statement, statement.items.empty() ? statement.origin() : statement.items[0].origin(),
                     "`sockets` takes a block and nothing else");
    }
    if (block) {
        resolve_statements(file, Context::sockets, block->statements());
    }
}

void resolve_socket_rule(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool good = true;
    const auto words = words_of(file, statement.items, &good);
    refuse_optional(file, words);
    const std::size_t because = find_word(words, "because");
    if (because == 0 && good) {
        report_shape(file, statement, statement.origin(), "`allow` names no socket family");
        return;
    }
    SocketRule rule;
    rule.origin = statement.origin();
    std::string unusual;
    for (std::size_t i = 0; i < because; ++i) {
        const SocketFamily* const family = words[i].value ? nullptr : find_socket_family(words[i].text);
        if (family == nullptr) {
            report_unknown_family(file, words[i]);
            good = false;
            continue;
        }
        rule.families.insert(std::string(family->name));
        if (!is_plain_family(family->name)) {
            unusual += (unusual.empty() ? "" : " ") + std::string(family->name);
        }
    }
    if (because != words.size()) {
        good = check_reason(file, statement, words, because) && good;
        rule.reason = good ? literal_value(file, words[because + 1]).value_or("") : "";
    } else if (good && !unusual.empty()) {
        good = false;
        file.session
            .error(DiagnosticKind::reason_missing, rule.origin,
                   "a statement opens sockets of " + quoted(unusual) + ", which no network filter sees, and does not say why")
            .help("write " + quoted("allow " + unusual + " because \"…\""));
    }
    if (good) {
        file.own.socket_rules.push_back(std::move(rule));
    }
}

}  // namespace sbx::policy
