// Addresses, networks, ranges and named sets as they stand in rules and tests.
#include "compiler/policy/network_parts.hpp"
#include "compiler/policy/resolve_values.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

std::optional<AddressSet> named_set(FileResolver& file, const Word& word) {
    AddressSet set;
    std::vector<std::string_view> names;
    for (const NamedSet& named : named_address_sets()) {
        names.push_back(named.name);
        if (named.name == word.text) {
            for (const NamedRange& range : named.ranges) {
                set.add(parse_range(range.text).range);
            }
            return set;
        }
    }
    const auto near = nearest(word.text, names);
    file.session.error(DiagnosticKind::undefined_name, word.origin, "there is no address set " + quoted(word.text))
        .help(near ? "did you mean `" + std::string(*near) + "`?"
                   : "`policyc explain @private` prints one; `@public` and `@any` are others");
    return std::nullopt;
}

void report_corrected(FileResolver& file, const Word& word, DiagnosticKind kind, const std::string& problem,
                      const ParsedRange& parsed, const std::string& otherwise) {
    auto report = file.session.error(kind, word.origin, quoted(word.text) + problem);
    report.help("write `" + parsed.corrected + "`" + otherwise);
    if (word.origin.file->text(word.origin.span) == word.text) {
        report.fix(word.origin, parsed.corrected, false);
    }
}

/// A word that nobody can have meant for an address. One with two colons or a zone is meant for IPv6.
bool is_host_name(const Word& word) {
    if (word.kind == SyntaxKind::string || word.value || word.kind == SyntaxKind::name) {
        return true;
    }
    const bool is_six = word.text.find('%') != std::string_view::npos || std::count(word.text.begin(), word.text.end(), ':') > 1;
    return word.kind == SyntaxKind::word && !is_six &&
           word.text.find_first_of("ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ") != std::string_view::npos;
}

std::string address_advice(std::string_view text) {
    if (const auto mapped = parse_mapped_address(text)) {
        return "write the IPv4 address that it stands for: `" + to_text(*mapped) + "`";
    }
    if (const auto mapped = parse_mapped_address(text.substr(0, text.find_first_of("/-")))) {
        return "what begins with `::ffff:` stands for IPv4: write the IPv4 addresses, which begin with `" + to_text(*mapped) + "`";
    }
    const std::string_view zoneless = text.substr(0, text.find('%'));
    if (zoneless.size() != text.size() && parse_address(zoneless)) {
        return "an interface is no part of an address: write `" + std::string(zoneless) + "`";
    }
    if (const auto endpoint = parse_endpoint(text)) {
        const std::size_t colon = text.rfind(':');
        return "a port stands by itself: `to " + to_text(endpoint->address) + " port " + std::string(text.substr(colon + 1)) + "`";
    }
    return "write four decimal numbers without leading zeros (`192.0.2.1`), an IPv6 address (`2001:db8::1`), a network "
           "(`10.0.0.0/8`) or a range (`192.0.2.1-192.0.2.9`)";
}

void report_bad_range(FileResolver& file, const Word& word, const ParsedRange& parsed) {
    switch (parsed.error) {
        case RangeError::none:
            return;
        case RangeError::host_bits_set:
            report_corrected(file, word, DiagnosticKind::host_bits_set, " has host bits set", parsed,
                             " for the network, or leave the prefix out for the one address");
            return;
        case RangeError::reversed:
            report_corrected(file, word, DiagnosticKind::empty_match, " ends before it starts", parsed, "");
            return;
        case RangeError::prefix_too_long:
            file.session.error(DiagnosticKind::bad_address, word.origin, quoted(word.text) + " has too long a prefix")
                .help("a prefix has at most 32 bits for IPv4 and 128 for IPv6");
            return;
        case RangeError::mixed_families:
            file.session
                .error(DiagnosticKind::bad_address, word.origin, quoted(word.text) + " begins in one family and ends in the other")
                .help("write one range for IPv4 and one for IPv6");
            return;
        case RangeError::not_an_address:
            file.session
                .error(DiagnosticKind::bad_address, word.origin, quoted(word.text) + " is not an address in the strict form")
                .help(address_advice(word.text));
            return;
    }
}

/// Whether a text can be meant as a whole name and as nothing else: not as `localhost`, which no server answers, and not as an
/// address with a slip in it, as in `192.0.2.lO`.
bool is_surely_a_name(std::string_view text) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const std::size_t dot = text.rfind('.');
    if (dot == std::string_view::npos || text.size() - dot <= 2 || !host_name_fault(text).empty()) {
        return false;
    }
    return std::any_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(dot), is_letter) &&
           std::all_of(text.begin() + static_cast<std::ptrdiff_t>(dot + 1), text.end(), is_letter);
}

void report_bare_name(FileResolver& file, const Word& word, HostNames names) {
    auto report =
        file.session.error(DiagnosticKind::bare_host_name, word.origin, quoted(word.text) + " is a name, where an address stands");
    report.note("no name is looked up when a policy is compiled");
    report.help(names == HostNames::never ? "write the address itself, as in `192.0.2.1`"
                                          : "write `to host \"NAME\"` for a name that the sandbox resolves, or the address itself");
    const std::string_view written = word.origin.file->text(word.origin.span);
    const bool has_quotes = written.size() > 1 && written.front() == '"' && written.back() == '"';
    const std::string_view name = has_quotes ? written.substr(1, written.size() - 2) : written;
    if (names == HostNames::instead && written == word.text && is_surely_a_name(name)) {
        report.fix(word.origin, "host \"" + std::string(name) + "\"", true);
    }
}

}  // namespace

std::optional<AddressSet> address_value(FileResolver& file, const Word& word, HostNames names) {
    if (word.kind == SyntaxKind::variable) {
        return parameter_of(file, word, ParameterType::address, "an address") != nullptr ? std::optional(AddressSet())
                                                                                         : std::nullopt;
    }
    if (word.kind == SyntaxKind::address_set) {
        return named_set(file, word);
    }
    if (is_host_name(word)) {
        report_bare_name(file, word, names);
        return std::nullopt;
    }
    const ParsedRange parsed = parse_range(word.text);
    if (parsed.error != RangeError::none) {
        report_bad_range(file, word, parsed);
        return std::nullopt;
    }
    AddressSet set;
    set.add(parsed.range);
    return set;
}

}  // namespace sbx::policy
