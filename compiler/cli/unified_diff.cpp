// See the header. Which lines are the same is no search after formatting, which keeps all characters but white space and
// separators: how many others stand before a line says where in the other text it is. After edits that take some away, the next
// lines that are the same are looked for.
#include "compiler/cli/unified_diff.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <iterator>
#include <utility>
#include <vector>

namespace sbx::cli {
namespace {

constexpr std::size_t context = 3;

struct TextLine {
    std::string_view text;   // with its line end, if it has one
    std::size_t before = 0;  // how many characters that formatting keeps stand before it
    std::size_t kept = 0;    // and how many in it
};

std::vector<TextLine> numbered_lines(std::string_view text) {
    constexpr std::string_view changing = " \t\r\n,;";
    std::vector<TextLine> lines;
    std::size_t before = 0;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
        const auto stays = [&](char c) { return changing.find(c) == std::string_view::npos; };
        const auto kept = static_cast<std::size_t>(std::count_if(line.begin(), line.end(), stays));
        lines.push_back({line, before, kept});
        before += kept;
        text.remove_prefix(line.size());
    }
    return lines;
}

enum class Side : std::uint8_t { both, old, fresh };
/// A line of the result, and what it is on both sides: ` `, `-` and `+`.
struct Edit {
    Side side;
    std::size_t old_line;
    std::size_t new_line;
};

/// Equal, and more than a bracket, or followed by what is equal too.
bool agree(const std::vector<TextLine>& old, std::size_t i, const std::vector<TextLine>& fresh, std::size_t j) {
    if (i == old.size() || j == fresh.size()) {
        return i == old.size() && j == fresh.size();
    }
    const bool is_last = i + 1 == old.size() || j + 1 == fresh.size();
    return old[i].text == fresh[j].text &&
           (old[i].kept > 1 || (is_last ? old.size() - i == fresh.size() - j : old[i + 1].text == fresh[j + 1].text));
}

/// How many lines of both are skipped until they agree again, as few as possible; of the old ones rather than of the new ones.
std::pair<std::size_t, std::size_t> distance_to_agreement(const std::vector<TextLine>& old, std::size_t i,
                                                          const std::vector<TextLine>& fresh, std::size_t j) {
    constexpr std::size_t farthest = 256;
    for (std::size_t distance = 1; distance <= farthest; ++distance) {
        for (std::size_t of_new = 0; of_new <= distance; ++of_new) {
            const std::size_t of_old = distance - of_new;
            if (i + of_old <= old.size() && j + of_new <= fresh.size() && agree(old, i + of_old, fresh, j + of_new)) {
                return {of_old, of_new};
            }
        }
    }
    return {std::min<std::size_t>(1, old.size() - i), std::min<std::size_t>(1, fresh.size() - j)};
}

/// Where lines were taken out, put in or changed.
std::vector<Edit> edits_of_lines(const std::vector<TextLine>& old, const std::vector<TextLine>& fresh) {
    std::vector<Edit> edits;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < old.size() || j < fresh.size()) {
        if (i < old.size() && j < fresh.size() && old[i].text == fresh[j].text) {
            edits.push_back({Side::both, i++, j++});
            continue;
        }
        const auto [of_old, of_new] = distance_to_agreement(old, i, fresh, j);
        for (const std::size_t end = i + of_old; i < end;) {
            edits.push_back({Side::old, i++, j});
        }
        for (const std::size_t end = j + of_new; j < end;) {
            edits.push_back({Side::fresh, i, j++});
        }
    }
    return edits;
}

std::size_t kept_in(const std::vector<TextLine>& lines) {
    return lines.empty() ? 0 : lines.back().before + lines.back().kept;
}

std::vector<Edit> edits_between(const std::vector<TextLine>& old, const std::vector<TextLine>& fresh) {
    if (kept_in(old) != kept_in(fresh)) {
        return edits_of_lines(old, fresh);
    }
    std::vector<Edit> edits;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < old.size() || j < fresh.size()) {
        const bool only_old = j == fresh.size();
        const bool only_new = i == old.size();
        if (!only_old && !only_new && old[i].before == fresh[j].before && old[i].text == fresh[j].text) {
            edits.push_back({Side::both, i++, j++});
            continue;
        }
        // Whichever is behind; at one place the line that holds nothing, which has no counterpart.
        const bool old_first =
            only_old || (!only_new && (old[i].before < fresh[j].before || (old[i].before == fresh[j].before && fresh[j].kept > 0)));
        edits.push_back(old_first ? Edit{Side::old, i++, j} : Edit{Side::fresh, i, j++});
    }
    return edits;
}

/// What is removed before what is added instead.
void sort_changes(std::vector<Edit>& edits) {
    const auto is_change = [](const Edit& edit) { return edit.side != Side::both; };
    auto begin = std::find_if(edits.begin(), edits.end(), is_change);
    while (begin != edits.end()) {
        const auto end = std::find_if_not(begin, edits.end(), is_change);
        const std::size_t new_line = begin->new_line;
        std::stable_partition(begin, end, [](const Edit& edit) { return edit.side == Side::old; });
        begin->new_line = new_line;
        begin = std::find_if(end, edits.end(), is_change);
    }
}

/// `a.sbx`, with a tab behind it where it holds a blank, or in quotes, as git and patch read it.
std::string header_name(std::string_view name) {
    const auto needs_quotes = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7F; };
    if (std::none_of(name.begin(), name.end(), needs_quotes)) {
        return std::string(name) + (name.find(' ') == std::string_view::npos ? "" : "\t");
    }
    std::string quoted = "\"";
    for (const char c : name) {
        if (c == '"' || c == '\\') {
            quoted.append(1, '\\').append(1, c);
        } else if (needs_quotes(c)) {
            quoted += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
        } else {
            quoted += c;
        }
    }
    return quoted + "\"";
}

/// `12,3`: which lines of one side a hunk is about; of none, the line before them.
std::string range(std::size_t first, std::size_t count) {
    return count == 1 ? fmt::format("{}", first + 1) : fmt::format("{},{}", count == 0 ? first : first + 1, count);
}

void append_line(std::string& out, char sign, std::string_view line) {
    out.append(1, sign).append(line);
    if (line.back() != '\n') {
        out.append("\n\\ No newline at end of file\n");
    }
}

/// Where the edits of a hunk end: `context` lines behind its last change, with which the next one has no line of context in common.
std::size_t hunk_end(const std::vector<Edit>& edits, std::size_t change) {
    std::size_t last = change;
    for (std::size_t at = change; at < edits.size() && at - last <= 2 * context + 1; ++at) {
        last = edits[at].side == Side::both ? last : at;
    }
    return std::min(last + context + 1, edits.size());
}

}  // namespace

std::string unified_diff(std::string_view name, std::string_view before, std::string_view after) {
    const std::vector<TextLine> old = numbered_lines(before);
    const std::vector<TextLine> fresh = numbered_lines(after);
    std::vector<Edit> edits = edits_between(old, fresh);
    sort_changes(edits);
    const auto is_change = [](const Edit& edit) { return edit.side != Side::both; };
    std::string out;
    auto change = std::find_if(edits.begin(), edits.end(), is_change);
    if (change != edits.end()) {
        out = fmt::format("--- {0}\n+++ {0}\n", header_name(name));
    }
    while (change != edits.end()) {
        const auto at = static_cast<std::size_t>(std::distance(edits.begin(), change));
        const std::size_t first = at - std::min(at, context);
        const std::size_t end = hunk_end(edits, at);
        const auto begin = edits.begin() + static_cast<std::ptrdiff_t>(first);
        const auto past = edits.begin() + static_cast<std::ptrdiff_t>(end);
        const auto removed = std::count_if(begin, past, [](const Edit& edit) { return edit.side != Side::fresh; });
        const auto added = std::count_if(begin, past, [](const Edit& edit) { return edit.side != Side::old; });
        out += fmt::format("@@ -{} +{} @@\n", range(begin->old_line, static_cast<std::size_t>(removed)),
                           range(begin->new_line, static_cast<std::size_t>(added)));
        for (auto edit = begin; edit != past; ++edit) {
            const bool is_new = edit->side == Side::fresh;
            append_line(out,
                        is_new                    ? '+'
                        : edit->side == Side::old ? '-'
                                                  : ' ',
                        is_new ? fresh[edit->new_line].text : old[edit->old_line].text);
        }
        change = std::find_if(past, edits.end(), is_change);
    }
    return out;
}

}  // namespace sbx::cli
