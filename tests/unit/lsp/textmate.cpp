// Rules compiled once, lines read one after the other; see the header.
#include "tests/unit/lsp/textmate.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace sbx::test {

using nlohmann::ordered_json;

struct TextMateGrammar::Rule {
    std::string name;
    std::optional<std::regex> match, begin, end;
    std::map<std::size_t, std::string> captures, begin_captures, end_captures;
    std::vector<const Rule*> patterns;
    std::vector<const Rule*> inside;  ///< `patterns`, includes opened
};

struct TextMateGrammar::Open {
    const Rule* rule;
};

namespace {

using Captures = std::map<std::size_t, std::string>;

std::optional<std::regex> regex_of(const ordered_json& pattern, const char* member) {
    const auto found = pattern.find(member);
    return found == pattern.end() ? std::nullopt : std::optional(std::regex(found->get<std::string>(), std::regex::ECMAScript));
}

Captures captures_of(const ordered_json& pattern, const char* member) {
    Captures captures;
    const auto found = pattern.find(member);
    if (found != pattern.end()) {
        for (const auto& [number, capture] : found->items()) {
            captures[std::stoul(number)] = capture.at("name").get<std::string>();
        }
    }
    return captures;
}

}  // namespace

bool TextMateToken::is(std::string_view prefix) const {
    return std::any_of(scopes.begin(), scopes.end(), [&](const std::string& scope) { return scope.starts_with(prefix); });
}

/// Reads one line on top of what the lines above have opened.
class TextMateGrammar::LineReader {
public:
    LineReader(std::string_view line, std::vector<Open>& open, std::vector<TextMateToken>& tokens)
        : line_(line), open_(open), tokens_(tokens) {}

    void read() {
        // At one place a rule may open and close without taking anything; editors stop where that goes on, and so does this.
        std::size_t turns_here = 0;
        while (true) {
            const std::size_t before = at_;
            if (!step()) {
                put(at_, line_.size(), {});
                return;
            }
            turns_here = at_ == before ? turns_here + 1 : 0;
            if (turns_here > 100) {
                throw std::runtime_error("the grammar goes round in circles at: " + std::string(line_));
            }
        }
    }

private:
    struct Found {
        const Rule* rule = nullptr;
        const Captures* captures = nullptr;
        enum class What { end, begin, match } what = What::match;
        std::cmatch match;
    };

    void try_regex(const std::regex& regex, const Rule* rule, const Captures& captures, Found::What what, Found& best) const {
        const auto flags = at_ == 0 ? std::regex_constants::match_default : std::regex_constants::match_prev_avail;
        std::cmatch match;
        if (std::regex_search(line_.data() + at_, line_.data() + line_.size(), match, regex, flags) &&
            (best.rule == nullptr || match[0].first < best.match[0].first)) {
            best = {rule, &captures, what, match};
        }
    }

    bool step() {
        const Rule& top = *open_.back().rule;
        Found best;
        if (top.end) {
            try_regex(*top.end, &top, top.end_captures, Found::What::end, best);
        }
        for (const Rule* const rule : top.inside) {
            if (rule->match) {
                try_regex(*rule->match, rule, rule->captures, Found::What::match, best);
            } else if (rule->begin) {
                try_regex(*rule->begin, rule, rule->begin_captures, Found::What::begin, best);
            }
        }
        if (best.rule == nullptr) {
            return false;
        }
        const auto begin = static_cast<std::size_t>(best.match[0].first - line_.data());
        put(at_, begin, {});
        if (best.what == Found::What::begin) {
            open_.push_back({best.rule});
        }
        put_match(best);
        if (best.what == Found::What::end) {
            open_.pop_back();
        }
        at_ = static_cast<std::size_t>(best.match[0].second - line_.data());
        return at_ < line_.size() || best.what == Found::What::end || best.match.length(0) > 0 || best.what == Found::What::begin;
    }

    /// The matched run, cut where captures begin and end.
    void put_match(const Found& found) {
        std::vector<std::size_t> cuts = {position(found.match[0].first), position(found.match[0].second)};
        for (const auto& [number, name] : *found.captures) {
            if (found.match[number].matched) {
                cuts.push_back(position(found.match[number].first));
                cuts.push_back(position(found.match[number].second));
            }
        }
        std::sort(cuts.begin(), cuts.end());
        for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
            std::vector<std::string> scopes;
            if (found.what == Found::What::match && !found.rule->name.empty()) {
                scopes.push_back(found.rule->name);
            }
            for (const auto& [number, name] : *found.captures) {
                if (found.match[number].matched && position(found.match[number].first) <= cuts[i] &&
                    cuts[i + 1] <= position(found.match[number].second)) {
                    scopes.push_back(name);
                }
            }
            put(cuts[i], cuts[i + 1], scopes);
        }
    }

    [[nodiscard]] std::size_t position(const char* place) const { return static_cast<std::size_t>(place - line_.data()); }

    void put(std::size_t begin, std::size_t end, const std::vector<std::string>& scopes) {
        if (begin == end) {
            return;
        }
        TextMateToken token{begin, end, {}};
        for (const Open& open : open_) {
            if (!open.rule->name.empty()) {
                token.scopes.push_back(open.rule->name);
            }
        }
        token.scopes.insert(token.scopes.end(), scopes.begin(), scopes.end());
        tokens_.push_back(std::move(token));
    }

    std::string_view line_;
    std::vector<Open>& open_;
    std::vector<TextMateToken>& tokens_;
    std::size_t at_ = 0;
};

TextMateGrammar::TextMateGrammar(const ordered_json& grammar) : grammar_(grammar) {
    root_ = rule_of(grammar_);
    for (const auto& [pattern, rule] : rules_) {
        std::vector<const Rule*> entered;
        for (const Rule* const each : rule->patterns) {
            flatten(*each, rule->inside, entered);
        }
    }
}

TextMateGrammar::~TextMateGrammar() = default;

const TextMateGrammar::Rule* TextMateGrammar::rule_of(const ordered_json& pattern) {
    if (const auto include = pattern.find("include"); include != pattern.end()) {
        return rule_of(grammar_.at("repository").at(include->get<std::string>().substr(1)));
    }
    auto [place, is_new] = rules_.try_emplace(&pattern, nullptr);
    if (!is_new) {
        return place->second.get();
    }
    place->second = std::make_unique<Rule>();
    Rule& rule = *place->second;
    rule.name = pattern.contains("scopeName") ? "" : pattern.value("name", "");
    rule.match = regex_of(pattern, "match");
    rule.begin = regex_of(pattern, "begin");
    rule.end = regex_of(pattern, "end");
    rule.captures = captures_of(pattern, "captures");
    rule.begin_captures = captures_of(pattern, "beginCaptures");
    rule.end_captures = captures_of(pattern, "endCaptures");
    if (pattern.contains("patterns")) {
        for (const ordered_json& each : pattern.at("patterns")) {
            rule.patterns.push_back(rule_of(each));
        }
    }
    return &rule;
}

void TextMateGrammar::flatten(const Rule& rule, std::vector<const Rule*>& into, std::vector<const Rule*>& entered) const {
    if (rule.match || rule.begin) {
        into.push_back(&rule);
        return;
    }
    if (std::find(entered.begin(), entered.end(), &rule) != entered.end()) {
        return;
    }
    entered.push_back(&rule);
    for (const Rule* const each : rule.patterns) {
        flatten(*each, into, entered);
    }
}

std::vector<std::vector<TextMateToken>> TextMateGrammar::tokens(std::string_view text) const {
    std::vector<std::vector<TextMateToken>> lines;
    std::vector<Open> open = {{root_}};
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        LineReader(text.substr(0, end), open, lines.emplace_back()).read();
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

}  // namespace sbx::test
