// `allow` and `deny`: who may be reached, with what, on which ports. Assumes nothing of the words; a rule that could not be read as
// a whole is left out, and reported.
#include "compiler/policy/network_parts.hpp"
#include "compiler/policy/resolve_values.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

std::optional<ProtocolSet> protocols_of(std::string_view word) {
    if (word == "any") {
        return ProtocolSet::all();
    }
    for (const Protocol protocol : {Protocol::tcp, Protocol::udp, Protocol::icmp}) {
        if (to_text(protocol) == word) {
            return ProtocolSet{protocol};
        }
    }
    return std::nullopt;
}

/// Reads the words of one rule from left to right.
class RuleReader {
public:
    RuleReader(FileResolver& file, const Statement& statement)
        : file_(file), statement_(statement), words_(words_of(file, statement.items, &complete_)) {
        rule_.statement = statement.keyword.text() == "allow" ? NetworkStatement::allow : NetworkStatement::deny;
        rule_.allows = rule_.statement == NetworkStatement::allow;
        rule_.origin = statement.origin();
    }

    std::optional<NetworkRule> read() {
        refuse_optional(file_, words_);
        if ((words_.empty() && !complete_) || !read_protocol()) {
            return std::nullopt;
        }
        port_ = find_word(words_, "port", 1);
        const bool has_ports = read_ports();
        const bool has_addresses = read_to();
        return has_ports && has_addresses && complete_ ? std::optional(std::move(rule_)) : std::nullopt;
    }

private:
    bool read_protocol() {
        if (words_.empty()) {
            report_shape(file_, statement_, statement_.origin(), quoted(statement_.keyword.text()) + " needs a protocol");
            return false;
        }
        if (const auto protocols = protocols_of(words_[0].text)) {
            rule_.protocols = *protocols;
            return true;
        }
        const auto near = nearest(words_[0].text, {"tcp", "udp", "icmp", "any"});
        file_.session.error(DiagnosticKind::unknown_word, words_[0].origin, quoted(words_[0].text) + " is not a protocol")
            .help(near ? "did you mean `" + std::string(*near) + "`?" : "protocols are `tcp`, `udp`, `icmp` and `any`");
        return false;
    }

    bool read_ports() {
        if (port_ == words_.size()) {
            rule_.ports.literal = PortSet::all();
            return true;
        }
        bool good = true;
        if (words_[0].text != "tcp" && words_[0].text != "udp") {
            good = false;
            file_.session
                .error(DiagnosticKind::port_without_protocol, words_[port_].origin,
                       "a port without `tcp` or `udp`: " + quoted(words_[0].text) + " has none")
                .help("write one statement for `tcp`, one for `udp`, or leave the port out");
        }
        if (port_ + 1 == words_.size()) {
            good = false;
            file_.session.error(DiagnosticKind::empty_match, words_[port_].origin, "`port` with no port after it")
                .help("write the ports, as in `" + std::string(statement_.keyword.text()) +
                      " tcp to 192.0.2.1 port 443 8000-8999`");
        }
        for (std::size_t i = port_ + 1; i < words_.size(); ++i) {
            good = add_port(file_, statement_, words_[i], rule_.ports) && good;
        }
        return good;
    }

    bool read_to() {
        const std::size_t to = find_word(words_, "to", 1);
        if (to == words_.size()) {
            return read_everywhere();
        }
        if (to != 1) {
            report_shape(file_, statement_, words_[1].origin, quoted(words_[1].text) + " where `to` stands");
            return false;
        }
        if (to + 1 >= port_ && complete_) {
            file_.session.error(DiagnosticKind::empty_match, words_[to].origin, "`to` with no address after it")
                .help("write the addresses, as in `" + std::string(statement_.keyword.text()) + " " + std::string(words_[0].text) +
                      " to 10.20.0.0/16`");
            return false;
        }
        if (to + 1 < port_ && words_[to + 1].kind == SyntaxKind::name && words_[to + 1].text == "host") {
            return read_names(to + 1);
        }
        return read_addresses(to + 1);
    }

    /// A rule without `to`.
    bool read_everywhere() {
        if (rule_.allows && complete_) {
            report_shape(file_, statement_, statement_.origin(), "`allow` without `to`: it must say where to");
            return false;
        }
        if (words_.size() > 1 && port_ != 1) {
            report_shape(file_, statement_, words_[1].origin, quoted(words_[1].text) + " where `to` or `port` may stand");
            return false;
        }
        rule_.addresses = named_addresses("@any");
        return true;
    }

    /// Whether a name could stand where the addresses begin, as `host` takes one.
    [[nodiscard]] HostNames host_names_at(std::size_t begin) const {
        if (!rule_.allows) {
            return HostNames::never;
        }
        const auto is_written_there = [&](const SyntaxNode& item) {  // and not in a list
            return item.kind() == words_[begin].kind && item.span() == words_[begin].origin.span;
        };
        const bool has_ports = words_[0].text == "tcp" || words_[0].text == "udp";
        const bool is_alone = begin + 1 == port_ && std::any_of(statement_.items.begin(), statement_.items.end(), is_written_there);
        return has_ports && is_alone ? HostNames::instead : HostNames::in_another;
    }

    bool read_addresses(std::size_t begin) {
        bool good = true;
        std::vector<AddressRange> ranges;
        const HostNames names = host_names_at(begin);
        for (std::size_t i = begin; i < port_; ++i) {
            const auto set = address_value(file_, words_[i], names);
            good = good && set.has_value();
            if (set && words_[i].kind == SyntaxKind::variable) {
                rule_.address_parameters.emplace(variable_name(words_[i].text));
            } else if (set) {
                ranges.insert(ranges.end(), set->ranges().begin(), set->ranges().end());
            }
        }
        rule_.addresses = AddressSet::of(std::move(ranges));
        return good;
    }

    bool read_names(std::size_t host) {
        if (!rule_.allows) {
            file_.session.error(DiagnosticKind::expected_item, words_[host].origin, "a name can't be denied")
                .help("leave it out of the `allow` statements: the sandbox's resolver answers no name that they do not list");
            return false;
        }
        if (host + 1 >= port_) {
            report_shape(file_, statement_, words_[host].origin, "`host` needs a name");
            return false;
        }
        bool good = true;
        for (std::size_t i = host + 1; i < port_; ++i) {
            if (words_[i].kind != SyntaxKind::string && !words_[i].value) {
                report_value(file_, statement_, words_[i], "a host name in quotes");
                good = false;
            } else if (auto name = host_name_value(file_, words_[i], true)) {
                rule_.names.insert(std::move(*name));
            } else {
                good = false;
            }
        }
        return good;
    }

    FileResolver& file_;
    const Statement& statement_;
    bool complete_ = true;
    std::vector<Word> words_;
    std::size_t port_ = 0;  ///< where the word `port` stands, or the number of words
    NetworkRule rule_;
};

}  // namespace

std::size_t find_word(const std::vector<Word>& words, std::string_view text, std::size_t from) {
    for (std::size_t i = from; i < words.size(); ++i) {
        if (words[i].kind == SyntaxKind::name && words[i].text == text) {
            return i;
        }
    }
    return words.size();
}

bool add_port(FileResolver& file, const Statement& statement, const Word& word, Ports& ports) {
    if (word.kind == SyntaxKind::variable) {
        const Declaration* const parameter = parameter_of(file, word, ParameterType::port, "a port");
        if (parameter != nullptr) {
            ports.parameters.insert(parameter->name);
        }
        return parameter != nullptr;
    }
    const std::size_t dash = word.text.find('-');
    const auto first = parse_count(word.text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_count(word.text.substr(dash + 1));
    if (!first || !last || *first < 1 || *first > 65535 || *last < 1 || *last > 65535) {
        report_value(file, statement, word, "a port: a number from 1 to 65535, or a range of them");
        return false;
    }
    if (*first > *last) {
        const std::string turned = std::to_string(*last) + "-" + std::to_string(*first);
        file.session.error(DiagnosticKind::empty_match, word.origin, quoted(word.text) + " ends before it starts")
            .help("write `" + turned + "`");
        return false;
    }
    ports.literal.add({static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)});
    return true;
}

void resolve_network_rule(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    if (auto rule = RuleReader(file, statement).read()) {
        file.own.network_rules.push_back(std::move(*rule));
    }
}

}  // namespace sbx::policy
