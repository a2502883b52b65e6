// `param NAME: TYPE [constraint] [= DEFAULT]`: the type, at most one constraint, and a default that satisfies it.
#include "compiler/policy/resolve_values.hpp"

#include <algorithm>
#include <bitset>

namespace sbx::policy {

namespace {

std::optional<ParameterType> find_type(std::string_view word) {
    for (const ParameterType type :
         {ParameterType::path, ParameterType::port, ParameterType::address, ParameterType::count, ParameterType::string}) {
        if (to_text(type) == word) {
            return type;
        }
    }
    return std::nullopt;
}

void report_misuse(FileResolver& file, Origin origin, std::string message, std::string help) {
    file.session.error(DiagnosticKind::parameter_misused, origin, std::move(message)).help(std::move(help));
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> read_range(FileResolver& file, const Word& word, std::uint64_t most) {
    const std::size_t dash = word.text.find('-');
    const auto first = parse_count(word.text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_count(word.text.substr(dash + 1));
    if (!first || !last || *first > *last || *last > most) {
        report_misuse(
            file, word.origin, quoted(word.text) + " is not a range of numbers up to " + std::to_string(most),
            "write the smallest and the largest value, as in `1-" + std::to_string(std::min<std::uint64_t>(most, 65535)) + "`");
        return std::nullopt;
    }
    return std::pair{*first, *last};
}

std::optional<std::string> read_characters(FileResolver& file, const Word& word) {
    const auto text = literal_value(file, word);
    if (!text) {
        return std::nullopt;
    }
    std::bitset<256> allowed;
    for (std::size_t i = 0; i < text->size(); ++i) {
        const auto first = static_cast<unsigned char>((*text)[i]);
        const bool is_range = i + 2 < text->size() && (*text)[i + 1] == '-';
        const auto last = is_range ? static_cast<unsigned char>((*text)[i + 2]) : first;
        if (first < 0x20 || last > 0x7e || first > last) {
            report_misuse(file, word.origin, "the characters of a constraint are printable ASCII, and a range goes upwards",
                          "write them as in `of \"a-z0-9._-\" 1-64`");
            return std::nullopt;
        }
        for (unsigned c = first; c <= last; ++c) {
            allowed.set(c);
        }
        i += is_range ? 2 : 0;
    }
    std::string characters;
    for (unsigned c = 0; c < 256; ++c) {
        if (allowed.test(c)) {
            characters.push_back(static_cast<char>(c));
        }
    }
    if (characters.empty()) {
        report_misuse(file, word.origin, "a constraint that allows no character", "write them as in `of \"a-z0-9._-\" 1-64`");
        return std::nullopt;
    }
    return characters;
}

/// The text of a value of the parameter's type, as a launch would give it.
std::optional<std::string> read_value(FileResolver& file, ParameterType type, const Word& word) {
    const auto wrong = [&](const std::string& form) {
        report_misuse(file, word.origin, quoted(word.text) + " is not a value of type " + std::string(to_text(type)),
                      "write " + form);
        return std::nullopt;
    };
    switch (type) {
        case ParameterType::path: {
            const auto path = path_value(file, word);
            if (path && !path->path.is_literal()) {
                return wrong("a path without parameters, as in `\"/opt/gcc-12\"`");
            }
            return path ? std::optional(path->path.text()) : std::nullopt;
        }
        case ParameterType::port: {
            const auto port = word.kind == SyntaxKind::literal ? parse_count(word.text) : std::nullopt;
            return port && *port >= 1 && *port <= 65535 ? std::optional(std::to_string(*port)) : wrong("a port, 1 to 65535");
        }
        case ParameterType::count: {
            const auto count = word.kind == SyntaxKind::literal ? parse_count(word.text) : std::nullopt;
            return count ? std::optional(std::to_string(*count)) : wrong("a whole number, as in `1_024`");
        }
        case ParameterType::address: {
            const auto address = parse_address(word.text);
            return address ? std::optional(to_text(*address)) : wrong("one address, as in `192.0.2.1`");
        }
        case ParameterType::string:
            return literal_value(file, word);
    }
    return std::nullopt;
}

/// Reads a `param` statement from left to right.
class ParameterReader {
public:
    ParameterReader(FileResolver& file, const Statement& statement) : file_(file), statement_(statement) {}

    std::optional<Parameter> read() {
        const auto& items = statement_.items;
        if (items.size() < 3 || items[1].kind() != SyntaxKind::colon) {
            if (!statement_.view.has_error()) {
                report_shape(file_, statement_, statement_.origin(), "a `param` needs a colon and a type");
            }
            return std::nullopt;
        }
        const auto type = find_type(items[2].text());
        if (!type) {
            auto report =
                file_.session.error(DiagnosticKind::unknown_word, items[2].origin(), quoted(items[2].text()) + " is not a type");
            const auto near = nearest(items[2].text(), {"path", "port", "address", "count", "string"});
            report.help(near ? "did you mean `" + std::string(*near) + "`?"
                             : "types are `path`, `port`, `address`, `count` and `string`");
            return std::nullopt;
        }
        parameter_.type = *type;
        next_ = 3;
        if (!read_constraint() || !read_default()) {
            return std::nullopt;
        }
        if (next_ < items.size()) {
            report_shape(file_, statement_, items[next_].origin(), quoted(items[next_].text()) + " can't stand here");
            return std::nullopt;
        }
        refuse_block(file_, statement_);
        return parameter_;
    }

private:
    [[nodiscard]] bool at(std::string_view word) const {
        return next_ < statement_.items.size() && statement_.items[next_].text() == word;
    }
    /// The values up to `=` or the end.
    std::vector<Word> take(std::size_t most) {
        const std::size_t begin = next_;
        while (next_ < statement_.items.size() && next_ - begin < most && statement_.items[next_].kind() != SyntaxKind::equals) {
            ++next_;
        }
        return words_of(file_, statement_.items.data() + begin, statement_.items.data() + next_, &complete_);
    }
    /// Always false. A value that names something undefined is reported already.
    bool lacks(std::string message) {
        if (complete_) {
            report_shape(file_, statement_, statement_.origin(), std::move(message));
        }
        return false;
    }
    bool unfit(const SyntaxNode& item, const std::string& form) {
        report_misuse(file_, item.origin(),
                      "a parameter of type " + std::string(to_text(parameter_.type)) + " has no such constraint", form);
        return false;
    }
    bool read_constraint() {
        if (next_ >= statement_.items.size() || statement_.items[next_].kind() == SyntaxKind::equals) {
            return true;
        }
        const SyntaxNode item = statement_.items[next_];
        if (at("under")) {
            return parameter_.type == ParameterType::path ? read_under()
                                                          : unfit(item, "remove it: only a `path` lies `under` a directory");
        }
        if (at("one")) {
            return read_one_of();
        }
        if (at("of")) {
            return parameter_.type == ParameterType::string ? read_of()
                                                            : unfit(item, "remove it: only a `string` is made `of` characters");
        }
        if (item.kind() == SyntaxKind::literal || item.kind() == SyntaxKind::variable) {
            if (parameter_.type != ParameterType::count && parameter_.type != ParameterType::port) {
                return unfit(item, "remove it: only a `count` or a `port` has a range");
            }
            const auto words = take(1);
            const bool is_port = parameter_.type == ParameterType::port;
            const std::uint64_t least = is_port ? 1 : 0;
            const std::uint64_t most = is_port ? 65535 : ~std::uint64_t{0};
            auto range = words.size() == 1 ? read_range(file_, words[0], most) : std::nullopt;
            if (!range) {
                return false;
            }
            if (range->second < least) {
                report_misuse(file_, words[0].origin, "no port is 0", "write a range of ports, as in `1024-65535`");
                return false;
            }
            range->first = std::max(range->first, least);
            if (*range != std::pair{least, most}) {  // otherwise it says what the type says
                parameter_.range = range;
            }
            return true;
        }
        file_.session.error(DiagnosticKind::expected_item, item.origin(), quoted(item.text()) + " is not a constraint")
            .help("constraints are `under /DIR`, `one of [A B]`, a range as `1-65535`, and `of \"a-z0-9\" 1-64`");
        return false;
    }
    bool read_under() {
        ++next_;
        const auto words = take(1);
        if (words.size() != 1) {
            return lacks("`under` needs one directory");
        }
        const auto path = path_value(file_, words[0]);
        if (path && !path->path.is_literal()) {
            report_misuse(file_, words[0].origin, "`under` names another parameter", "write a directory, as in `under /var/tmp`");
            return false;
        }
        if (path) {
            parameter_.under = path->path;
        }
        return path.has_value();
    }
    bool read_one_of() {
        ++next_;
        if (!at("of")) {
            report_shape(file_, statement_, statement_.origin(), "`one` without `of`");
            return false;
        }
        ++next_;
        for (const Word& word : take(1)) {
            const auto value = read_value(file_, parameter_.type, word);
            if (!value) {
                return false;
            }
            parameter_.one_of.push_back(*value);
        }
        if (parameter_.one_of.empty()) {
            return lacks("`one of` needs a list of values, as in `one of [8080 8443]`");
        }
        std::sort(parameter_.one_of.begin(), parameter_.one_of.end());
        parameter_.one_of.erase(std::unique(parameter_.one_of.begin(), parameter_.one_of.end()), parameter_.one_of.end());
        return true;
    }
    bool read_of() {
        ++next_;
        const auto words = take(2);
        if (words.size() != 2) {
            return lacks("`of` needs characters and lengths, as in `of \"a-z0-9._-\" 1-64`");
        }
        const auto characters = read_characters(file_, words[0]);
        const auto lengths = read_range(file_, words[1], 4096);
        if (!characters || !lengths) {
            return false;
        }
        parameter_.characters = CharacterConstraint{*characters, lengths->first, lengths->second};
        return true;
    }
    bool read_default() {
        if (next_ >= statement_.items.size()) {
            return true;
        }
        const Origin equals = statement_.items[next_].origin();
        if (statement_.items[next_].kind() != SyntaxKind::equals) {
            report_shape(file_, statement_, equals, quoted(statement_.items[next_].text()) + " can't stand here");
            return false;
        }
        ++next_;
        const auto words = take(1);
        if (words.size() != 1) {
            return lacks("`=` needs one default value");
        }
        parameter_.default_value = read_value(file_, parameter_.type, words[0]);
        if (!parameter_.default_value) {
            return false;
        }
        const std::string problem = constraint_violation(parameter_, *parameter_.default_value);
        if (!problem.empty()) {
            report_misuse(file_, words[0].origin, "the default " + problem,
                          "give a default that a launch could give, too, or none");
            return false;
        }
        return true;
    }

    FileResolver& file_;
    const Statement& statement_;
    Parameter parameter_;
    std::size_t next_ = 0;
    bool complete_ = true;  ///< no value named something that is not defined
};

}  // namespace

std::optional<Parameter> read_parameter(FileResolver& file, const Statement& statement) {
    return ParameterReader(file, statement).read();
}

}  // namespace sbx::policy
