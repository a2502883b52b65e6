// From a place to candidates, and from them to items; see the header.
#include "compiler/lsp/completion.hpp"

#include "compiler/lsp/candidates.hpp"
#include "compiler/lsp/signature.hpp"
#include "compiler/lsp/spot.hpp"

#include <algorithm>
#include <iterator>

namespace sbx::lsp {
namespace {

using policy::Context;

/// The candidates, and from where to the place what is typed is replaced.
struct Offer {
    Candidates list;
    std::uint32_t begin = 0;
};

class Completer {
public:
    Completer(Workspace& workspace, const Document& document, std::uint32_t offset)
        : workspace_(workspace),
          document_(document),
          analysis_(workspace.analysis(document)),
          offset_(offset),
          spot_(spot_at(analysis_.tree(), offset)) {}

    Offer offer() {
        if (spot_.in_comment()) {
            return {};
        }
        Offer offer;
        offer.begin = spot_.at && is_typed(*spot_.at) ? spot_.at->span().begin : offset_;
        const std::string typed(analysis_.file().text({offer.begin, offset_}));
        if (typed.starts_with('"')) {
            return in_string(typed, offer.begin);
        }
        if (typed.starts_with('$')) {
            offer.list = name_candidates(workspace_, document_, {"$", "", false});
        } else if (is_at_keyword()) {
            offer.list = at_keyword();
        } else {
            offer.list = behind_keyword();
        }
        return offer;
    }

private:
    /// What is at the place and belongs to what is typed; a bracket does not.
    static bool is_typed(const SyntaxNode& leaf) {
        switch (leaf.kind()) {
            case SyntaxKind::name:
            case SyntaxKind::path:
            case SyntaxKind::variable:
            case SyntaxKind::string:
            case SyntaxKind::address_set:
            case SyntaxKind::literal:
            case SyntaxKind::pattern:
            case SyntaxKind::word:
            case SyntaxKind::error:
                return true;
            case SyntaxKind::file:
            case SyntaxKind::statement:
            case SyntaxKind::block:
            case SyntaxKind::list:
            case SyntaxKind::white_space:
            case SyntaxKind::comment:
            case SyntaxKind::line_end:
            case SyntaxKind::semicolon:
            case SyntaxKind::comma:
            case SyntaxKind::brace_open:
            case SyntaxKind::brace_close:
            case SyntaxKind::bracket_open:
            case SyntaxKind::bracket_close:
            case SyntaxKind::colon:
            case SyntaxKind::equals:
            case SyntaxKind::arrow:
            case SyntaxKind::question:
                break;
        }
        return false;
    }

    [[nodiscard]] bool is_final() const { return !spot_.words.empty() && spot_.words[0].text() == "final" && spot_.before > 0; }
    [[nodiscard]] bool is_at_keyword() const { return spot_.before == (is_final() ? 1U : 0U); }

    Candidates at_keyword() {
        if (!spot_.context) {
            return {};
        }
        Candidates list = statement_candidates(*spot_.context);
        const auto is_firm = [&](const Candidate& each) { return policy::can_be_final(*spot_.context, each.label); };
        if (is_final()) {
            std::erase_if(list, [&](const Candidate& each) { return !is_firm(each); });
        } else if (*spot_.context != Context::file && std::any_of(list.begin(), list.end(), is_firm)) {
            list.push_back(
                {"final", CandidateKind::keyword, "final STATEMENT", "no file that takes this one in may override it", {}});
        }
        return list;
    }

    Candidates behind_keyword() {
        const std::vector<std::string_view> before = words_before();
        if (!before.empty() && before.back() == "waive") {
            return code_candidates();
        }
        const policy::StatementInfo* const row = spot_.statement();
        if (row == nullptr) {
            return {};
        }
        const NextWords next = next_words(row->signature, before);
        Candidates list;
        if (!spot_.in_list) {
            for (const std::string& word : next.words) {
                list.push_back({word, CandidateKind::keyword, std::string(row->signature), {}, {}});
            }
        }
        for (const std::string& place : next.places) {
            Candidates found = candidates_for(place, spot_, workspace_, document_);
            std::move(found.begin(), found.end(), std::back_inserter(list));
            if (takes_names(place) && (!needs_equals() || has_equals())) {
                Candidates names = name_candidates(workspace_, document_, {"$", "", false});
                std::move(names.begin(), names.end(), std::back_inserter(list));
            }
        }
        if (next.may_end && !spot_.in_list && !before.empty()) {
            list.push_back({"waive", CandidateKind::keyword, "waive CODE \"reason\"", "accepts a finding on this statement", {}});
        }
        return list;
    }

    /// `$` stands where a value does.
    static bool takes_names(const std::string& place) {
        static const std::vector<std::string> places = {"PATH", "SRC",   "DST",   "ADDRESSES", "ADDRESS",
                                                        "PORT", "PORTS", "VALUE", "TARGET"};
        return std::find(places.begin(), places.end(), place) != places.end();
    }

    [[nodiscard]] bool needs_equals() const { return spot_.keyword() == "let" || spot_.keyword() == "set"; }
    [[nodiscard]] bool has_equals() const {
        const auto end = spot_.words.begin() + static_cast<std::ptrdiff_t>(spot_.before);
        return std::any_of(spot_.words.begin(), end, [](const SyntaxNode& word) { return word.kind() == SyntaxKind::equals; });
    }

    /// Behind the keyword and before the place, in the form that next_words() takes.
    [[nodiscard]] std::vector<std::string_view> words_before() const {
        std::vector<std::string_view> words;
        bool in_list = false;
        for (std::size_t i = is_final() ? 2 : 1; i < spot_.before; ++i) {
            const SyntaxNode& word = spot_.words[i];
            switch (word.kind()) {
                case SyntaxKind::bracket_open:
                    in_list = true;
                    words.push_back(word.text());
                    break;
                case SyntaxKind::bracket_close:
                    in_list = false;
                    break;
                case SyntaxKind::equals:
                case SyntaxKind::colon:
                case SyntaxKind::arrow:
                case SyntaxKind::question:
                    break;
                case SyntaxKind::file:
                case SyntaxKind::statement:
                case SyntaxKind::block:
                case SyntaxKind::list:
                case SyntaxKind::white_space:
                case SyntaxKind::comment:
                case SyntaxKind::line_end:
                case SyntaxKind::semicolon:
                case SyntaxKind::comma:
                case SyntaxKind::brace_open:
                case SyntaxKind::brace_close:
                case SyntaxKind::name:
                case SyntaxKind::path:
                case SyntaxKind::variable:
                case SyntaxKind::string:
                case SyntaxKind::address_set:
                case SyntaxKind::literal:
                case SyntaxKind::pattern:
                case SyntaxKind::word:
                case SyntaxKind::error:
                    if (!in_list) {
                        words.push_back(word.text());
                    }
                    break;
            }
        }
        if (spot_.in_list && !words.empty()) {
            words.pop_back();  // the list is what stands here
        }
        return words;
    }

    /// `${name}` anywhere, and files behind `use`, `extends` and `within`.
    Offer in_string(const std::string& typed, std::uint32_t begin) {
        const std::size_t dollar = typed.rfind("${");
        if (dollar != std::string::npos && typed.find('}', dollar) == std::string::npos) {
            const bool is_closed = analysis_.file().text({offset_, offset_ + 1}) == "}";
            return {name_candidates(workspace_, document_, {"${", is_closed ? "" : "}", true}),
                    begin + static_cast<std::uint32_t>(dollar)};
        }
        const std::string_view keyword = spot_.keyword();
        if (spot_.context == Context::file && (keyword == "use" || keyword == "extends" || keyword == "within")) {
            return {file_candidates(workspace_, document_, typed.substr(1)), begin + 1};
        }
        return {};
    }

    Workspace& workspace_;
    const Document& document_;
    const Analysis& analysis_;
    std::uint32_t offset_;
    Spot spot_;
};

Json to_item(const Candidate& candidate, const Json& range, const Client& client) {
    Json item = {{"label", candidate.label}, {"kind", static_cast<int>(candidate.kind)}};
    if (!candidate.detail.empty()) {
        item["detail"] = candidate.detail;
    }
    if (!candidate.documentation.empty()) {
        if (client.markdown) {
            item["documentation"] = {{"kind", "markdown"}, {"value", candidate.documentation}};
        } else {
            item["documentation"] = candidate.documentation;
        }
    }
    const bool is_snippet = !candidate.insert.empty() && client.snippets;
    if (is_snippet) {
        constexpr int snippet_format = 2;
        item["insertTextFormat"] = snippet_format;
    }
    item["textEdit"] = {{"range", range}, {"newText", is_snippet ? candidate.insert : candidate.label}};
    return item;
}

}  // namespace

Answer completion(Workspace& workspace, const Json& params) {
    const Document* const document = workspace.document_of(params);
    if (document == nullptr) {
        return Json(nullptr);
    }
    const PositionMap& positions = workspace.analysis(*document).positions;
    const std::uint32_t offset = positions.offset(read_position(params.at("position")));
    Offer offer = Completer(workspace, *document, offset).offer();
    const auto by_label = [](const Candidate& a, const Candidate& b) { return a.label == b.label; };
    Json items = Json::array();
    const Json range = positions.range({offer.begin, offset});
    for (std::size_t i = 0; i < offer.list.size(); ++i) {
        const auto here = offer.list.begin() + static_cast<std::ptrdiff_t>(i);
        const bool is_first = std::none_of(offer.list.begin(), here, [&](const Candidate& each) { return by_label(each, *here); });
        if (is_first) {
            items.push_back(to_item(*here, range, workspace.client));
        }
    }
    return Json({{"isIncomplete", false}, {"items", std::move(items)}});
}

}  // namespace sbx::lsp
