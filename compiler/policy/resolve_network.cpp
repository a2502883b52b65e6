// `network`, `syscalls` and `sockets`. This release's targets deliver `network off` and `network host`; all else is checked as if
// they could, and then refused, so that nobody believes in a filter that is not there.
#include "compiler/policy/resolve_values.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

void set_mode(FileResolver& file, const Statement& statement, NetworkMode mode, Origin origin) {
    if (file.own.network && !(mode == NetworkMode::filtered && file.own.network->value == mode)) {
        report_duplicate(file, origin, file.own.network->origin, "network");
        return;
    }
    file.own.network = Setting<NetworkMode>{mode, origin, statement.is_final};
}

/// Position of a word that is a keyword inside a rule, or the number of words.
std::size_t find_word(const std::vector<Word>& words, std::string_view text, std::size_t from = 0) {
    for (std::size_t i = from; i < words.size(); ++i) {
        if (words[i].kind == SyntaxKind::name && words[i].text == text) {
            return i;
        }
    }
    return words.size();
}

bool check_protocol(FileResolver& file, const Statement& statement, const std::vector<Word>& words) {
    if (words.empty()) {
        report_shape(file, statement, statement.origin(), quoted(statement.keyword.text()) + " needs a protocol");
        return false;
    }
    const std::vector<std::string_view> protocols{"tcp", "udp", "icmp", "any"};
    if (std::find(protocols.begin(), protocols.end(), words[0].text) != protocols.end()) {
        return true;
    }
    const auto near = nearest(words[0].text, protocols);
    file.session.error(DiagnosticKind::unknown_word, words[0].origin, quoted(words[0].text) + " is not a protocol")
        .help(near ? "did you mean `" + std::string(*near) + "`?" : "protocols are `tcp`, `udp`, `icmp` and `any`");
    return false;
}

void check_ports(FileResolver& file, const Statement& statement, const std::vector<Word>& words, std::size_t port) {
    if (port == words.size()) {
        return;
    }
    if (words[0].text != "tcp" && words[0].text != "udp") {
        auto report = file.session.error(DiagnosticKind::port_without_protocol, words[port].origin,
                                         "a port without `tcp` or `udp`: " + quoted(words[0].text) + " has none");
        report.help("write one statement for `tcp`, one for `udp`, or leave the port out");
    }
    if (port + 1 == words.size()) {
        file.session.error(DiagnosticKind::empty_match, words[port].origin, "`port` with no port after it")
            .help("write the ports, as in `" + std::string(statement.keyword.text()) + " tcp to 192.0.2.1 port 443 8000-8999`");
    }
    for (std::size_t i = port + 1; i < words.size(); ++i) {
        check_port(file, statement, words[i]);
    }
}

void check_host_name(FileResolver& file, const Statement& statement, const std::vector<Word>& words, std::size_t host,
                     std::size_t end) {
    if (host + 1 >= end) {
        report_shape(file, statement, words[host].origin, "`host` needs a name");
    }
    for (std::size_t i = host + 1; i < end; ++i) {
        if (words[i].kind != SyntaxKind::string && !words[i].value) {
            report_value(file, statement, words[i], "a host name in quotes");
        }
    }
}

}  // namespace

void check_port(FileResolver& file, const Statement& statement, const Word& word) {
    if (word.kind == SyntaxKind::variable) {
        static_cast<void>(parameter_of(file, word, ParameterType::port, "a port"));
        return;
    }
    const std::size_t dash = word.text.find('-');
    const auto first = parse_count(word.text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_count(word.text.substr(dash + 1));
    if (!first || !last || *first < 1 || *first > 65535 || *last < 1 || *last > 65535) {
        report_value(file, statement, word, "a port: a number from 1 to 65535, or a range of them");
    } else if (*first > *last) {
        const std::string turned = std::to_string(*last) + "-" + std::to_string(*first);
        file.session.error(DiagnosticKind::empty_match, word.origin, quoted(word.text) + " ends before it starts")
            .help("write `" + turned + "`");
    }
}

void resolve_network_block(FileResolver& file, const Statement& statement) {
    const auto block = statement.view.block();
    if (!block) {
        const bool is_host = statement.items.size() == 1 && statement.items[0].text() == "host";
        if (is_host || (statement.items.size() == 1 && statement.items[0].text() == "off")) {
            set_mode(file, statement, is_host ? NetworkMode::host : NetworkMode::off, statement.origin());
        } else if (!statement.view.has_error()) {
            report_shape(file, statement, statement.items.empty() ? statement.origin() : statement.items[0].origin(),
                         "`network` takes `off`, `host` or a block");
        }
        return;
    }
    if (!statement.items.empty()) {
        report_shape(file, statement, statement.items[0].origin(), quoted(statement.items[0].text()) + " before a block");
    }
    const auto rules = block->statements();
    resolve_statements(file, Context::network, rules);
    set_mode(file, statement, rules.empty() ? NetworkMode::off : NetworkMode::filtered, statement.keyword.origin());
    if (!rules.empty()) {
        file.session
            .refuse(DiagnosticKind::not_enforceable, statement.keyword.origin(), "no target of this release can filter a network")
            .help("write `network off` for none at all, or `network host` for the host's own, which filters nothing");
    }
}

void resolve_network_rule(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    refuse_optional(file, words);
    if ((words.empty() && !complete) || !check_protocol(file, statement, words)) {
        return;
    }
    const std::size_t to = find_word(words, "to", 1);
    const std::size_t port = find_word(words, "port", 1);
    const std::size_t addresses_end = port;
    check_ports(file, statement, words, port);
    if (to == words.size()) {
        if (statement.keyword.text() == "allow" && complete) {
            report_shape(file, statement, statement.origin(), "`allow` without `to`: it must say where to");
        } else if (words.size() > 1 && port != 1) {
            report_shape(file, statement, words[1].origin, quoted(words[1].text) + " where `to` or `port` may stand");
        }
        return;
    }
    if (to != 1) {
        report_shape(file, statement, words[1].origin, quoted(words[1].text) + " where `to` stands");
    }
    if (to + 1 >= addresses_end && complete) {
        file.session.error(DiagnosticKind::empty_match, words[to].origin, "`to` with no address after it")
            .help("write the addresses, as in `" + std::string(statement.keyword.text()) + " " + std::string(words[0].text) +
                  " to 10.20.0.0/16`");
        return;
    }
    if (to + 1 < addresses_end && words[to + 1].kind == SyntaxKind::name && words[to + 1].text == "host") {
        check_host_name(file, statement, words, to + 1, addresses_end);
        return;
    }
    for (std::size_t i = to + 1; i < addresses_end; ++i) {
        static_cast<void>(address_value(file, words[i], true));
    }
}

void resolve_resolver(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    if (words.empty() && complete) {
        report_shape(file, statement, statement.origin(), "`resolver` needs an address");
    }
    for (const Word& word : words) {
        const auto set = address_value(file, word);
        if (set && word.kind != SyntaxKind::variable &&
            (set->ranges().size() != 1 || set->ranges()[0].first != set->ranges()[0].last)) {
            report_value(file, statement, word, "one address");
        }
    }
}

void resolve_unblock(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const auto words = words_of(file, statement.items);
    const std::size_t because = find_word(words, "because");
    const bool known = !words.empty() && (words[0].text == "link-local" || words[0].text == "metadata" || words[0].text == "host");
    if (!known) {
        report_shape(file, statement, words.empty() ? statement.origin() : words[0].origin,
                     "`unblock` takes `link-local`, `metadata` or `host`");
        return;
    }
    if (find_word(words, "port") < because) {
        for (std::size_t i = find_word(words, "port") + 1; i < because; ++i) {
            check_port(file, statement, words[i]);
        }
    } else if (because > 1) {
        report_shape(file, statement, words.size() > 1 ? words[1].origin : statement.origin(), "`unblock` gives no reason");
        return;
    }
    static_cast<void>(check_reason(file, statement, words, because));
}

void resolve_publish(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const auto words = words_of(file, statement.items);
    const bool on = words.size() == 4 && words[2].text == "on";
    if ((words.size() != 2 && !on) || (words[0].text != "tcp" && words[0].text != "udp")) {
        report_shape(file, statement, statement.origin(), "`publish` takes a protocol and a port");
        return;
    }
    check_port(file, statement, words[1]);
    if (on) {
        static_cast<void>(address_value(file, words[3]));
    }
}

}  // namespace sbx::policy
