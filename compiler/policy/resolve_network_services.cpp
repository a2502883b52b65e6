// `resolver`, `unblock` and `publish`, and the names of hosts.
#include "compiler/policy/network_parts.hpp"
#include "compiler/policy/repeated_statement.hpp"
#include "compiler/policy/resolve_values.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

/// One address or a parameter of that type.
std::optional<ResolverAddress> one_address(FileResolver& file, const Statement& statement, const Word& word) {
    const auto set = address_value(file, word);
    if (!set) {
        return std::nullopt;
    }
    if (word.kind == SyntaxKind::variable) {
        return ParameterName{std::string(variable_name(word.text))};
    }
    if (set->ranges().size() != 1 || set->ranges()[0].first != set->ranges()[0].last) {
        report_value(file, statement, word, "one address");
        return std::nullopt;
    }
    return set->ranges()[0].first;
}

/// The ports between `port` and `because`; nullopt after an error.
std::optional<Ports> host_ports(FileResolver& file, const Statement& statement, const std::vector<Word>& words,
                                std::size_t because) {
    Ports ports;
    if (because == 1) {
        ports.literal = PortSet::all();
        return ports;
    }
    bool good = words[1].text == "port";
    if (!good) {
        report_shape(file, statement, words[1].origin, quoted(words[1].text) + " where `port` or `because` stands");
    } else if (because == 2) {
        good = false;
        file.session.error(DiagnosticKind::empty_match, words[1].origin, "`port` with no port after it")
            .help("write the ports, as in `unblock host port 5432 because \"…\"`");
    }
    for (std::size_t i = 2; good && i < because; ++i) {
        good = add_port(file, statement, words[i], ports);
    }
    return good ? std::optional(ports) : std::nullopt;
}

std::string name_advice(const std::string& name) {
    if (const std::size_t scheme = name.find("://"); scheme != std::string::npos) {
        return "write the name alone, without `" + name.substr(0, scheme + 3) + "` and without a path";
    }
    if (const std::size_t colon = name.find(':'); colon != std::string::npos && host_name_fault(name.substr(0, colon)).empty()) {
        return "a port stands by itself: `to host \"" + name.substr(0, colon) + "\" port " + name.substr(colon + 1) + "`";
    }
    if (name.size() > 1 && name.back() == '.') {
        return "write it without the dot at its end: every name is a whole one";
    }
    if (name.find('*') != std::string::npos) {
        return "a `*` stands for all that lies below a name, at its beginning and alone: `*.example.org`";
    }
    if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
        return "write the form that name servers know, which begins with `xn--`";
    }
    return "labels have at most 63 letters, digits and inner `-`; dots stand between them";
}

}  // namespace

std::optional<std::string> host_name_value(FileResolver& file, const Word& word, bool wildcard) {
    auto name = literal_value(file, word);
    if (!name) {
        return std::nullopt;
    }
    std::transform(name->begin(), name->end(), name->begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (parse_address(*name)) {
        file.session.error(DiagnosticKind::bad_host_name, word.origin, quoted(*name) + " is an address, where a name stands")
            .help("write the address without `host`: `to " + *name + "`");
        return std::nullopt;
    }
    const bool is_wild = wildcard && name->starts_with("*.");
    const std::string fault = host_name_fault(is_wild ? std::string_view(*name).substr(2) : std::string_view(*name));
    if (!fault.empty()) {
        file.session.error(DiagnosticKind::bad_host_name, word.origin, quoted(*name) + " is not the name of a host: " + fault)
            .help(name_advice(*name));
        return std::nullopt;
    }
    return name;
}

void resolve_resolver(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    if (words.empty() && complete) {
        report_shape(file, statement, statement.origin(), "`resolver` needs an address");
    }
    std::vector<ResolverAddress> addresses;
    for (const Word& word : words) {
        const auto address = one_address(file, statement, word);
        if (!address) {
            complete = false;
        } else if (std::find(addresses.begin(), addresses.end(), *address) != addresses.end()) {
            file.session.error(DiagnosticKind::duplicate, word.origin, quoted(word.text) + " stands twice in one `resolver`")
                .help("remove one of the two");
        } else {
            addresses.push_back(*address);
        }
    }
    if (addresses.empty() || !complete) {
        return;
    }
    if (file.own.resolver) {
        auto report = file.session.error(DiagnosticKind::duplicate, statement.origin(), "`resolver` is set twice in this file");
        report.label(file.own.resolver->origin, "first set here")
            .help("name all of them in one statement: `resolver ADDRESS ADDRESS`");
        offer_removal_of_repeated(report, file.session, statement.origin(), file.own.resolver->origin);
        return;
    }
    file.own.resolver = Setting<std::vector<ResolverAddress>>{std::move(addresses), statement.origin(), statement.is_final};
}

void resolve_unblock(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    const std::size_t because = find_word(words, "because");
    const bool known = !words.empty() && (words[0].text == "link-local" || words[0].text == "metadata" || words[0].text == "host");
    if (!known) {
        if (complete || !words.empty()) {
            report_shape(file, statement, words.empty() ? statement.origin() : words[0].origin,
                         "`unblock` takes `link-local`, `metadata` or `host`");
        }
        return;
    }
    NetworkRule rule;
    rule.statement = NetworkStatement::unblock;
    rule.origin = statement.origin();
    if (words[0].text == "host") {
        const auto ports = host_ports(file, statement, words, because);
        if (!ports) {
            return;
        }
        rule.ports = *ports;
    } else if (because > 1 && words.size() > 1) {
        report_shape(file, statement, words[1].origin, quoted(words[1].text) + " where `because` stands");
        return;
    } else {
        rule.addresses = named_addresses("@" + std::string(words[0].text));
    }
    if (check_reason(file, statement, words, because) && complete) {
        rule.reason = literal_value(file, words[because + 1]).value_or("");
        file.own.network_rules.push_back(std::move(rule));
    }
}

void resolve_publish(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    if (!words.empty() && (words[0].text == "icmp" || words[0].text == "any")) {
        file.session
            .error(DiagnosticKind::port_without_protocol, words[0].origin,
                   "a port without `tcp` or `udp`: " + quoted(words[0].text) + " has none to publish")
            .help("write " + forms(*statement.info));
        return;
    }
    const bool on = words.size() == 4 && words[2].text == "on";
    if ((words.size() != 2 && !on) || (words[0].text != "tcp" && words[0].text != "udp")) {
        if (complete) {
            report_shape(file, statement, statement.origin(), "`publish` takes a protocol and a port");
        }
        return;
    }
    NetworkRule rule;
    rule.statement = NetworkStatement::publish;
    rule.protocols = {words[0].text == "tcp" ? Protocol::tcp : Protocol::udp};
    rule.origin = statement.origin();
    const bool has_port = add_port(file, statement, words[1], rule.ports);
    const auto& ranges = rule.ports.literal.ranges();
    if (has_port && !ranges.empty() && ranges[0].first != ranges[0].last) {
        report_value(file, statement, words[1], "one port");
        return;
    }
    std::optional<ResolverAddress> place = parse_address("127.0.0.1");
    if (on) {
        place = one_address(file, statement, words[3]);
        if (place && std::holds_alternative<ParameterName>(*place)) {
            static_cast<void>(parameter_misfit(file, words[3], "the address that the port is published on"));
            return;
        }
    }
    if (has_port && place) {
        rule.addresses.add({std::get<Address>(*place), std::get<Address>(*place)});
        file.own.network_rules.push_back(std::move(rule));
    }
}

}  // namespace sbx::policy
