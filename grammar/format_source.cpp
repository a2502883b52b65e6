// What the formatter reads from a tree; see the header. Every look at an element is at its kind and its bytes; nothing is looked at
// more than once for each level that it is nested in, of which there are at most `max_nesting`.
#include "grammar/format_source.hpp"

#include <algorithm>

namespace sbx::layout {

namespace {

/// A line that is being tried: takes text until there is no room for it.
class FlatLine {
public:
    FlatLine(std::string& out, std::uint32_t room) : out_(out), room_(room) {}

    /// False once it does not fit.
    bool put(std::string_view text) {
        constexpr std::uint32_t longest_code_point = 4;
        if (text.size() > std::size_t{longest_code_point} * room_) {
            return false;
        }
        const std::uint32_t width = columns(text);
        if (width > room_) {
            return false;
        }
        room_ -= width;
        out_.append(text);
        return true;
    }

private:
    std::string& out_;
    std::uint32_t room_;
};

bool put_list(const SyntaxTree& tree, std::uint32_t list, FlatLine& line);
bool put_block(const SyntaxTree& tree, std::uint32_t block, FlatLine& line);

bool put_element(const SyntaxTree& tree, std::uint32_t element, FlatLine& line) {
    const SyntaxKind kind = tree.elements[element].kind;
    return kind == SyntaxKind::list    ? put_list(tree, element, line)
           : kind == SyntaxKind::block ? put_block(tree, element, line)
                                       : line.put(text_of(tree, element));
}

/// Calls `visit` with every child that is neither white space nor a separator, comments included, until it says false.
template <class Visit>
bool walk_children(const SyntaxTree& tree, std::uint32_t parent, Visit visit) {
    const std::uint32_t past = parent + tree.elements[parent].size;
    for (std::uint32_t at = parent + 1; at < past; at += tree.elements[at].size) {
        const SyntaxKind kind = tree.elements[at].kind;
        const bool nothing = kind == SyntaxKind::white_space || kind == SyntaxKind::line_end || kind == SyntaxKind::comma ||
                             kind == SyntaxKind::semicolon;
        if (!nothing && !visit(at, kind)) {
            return false;
        }
    }
    return true;
}

bool put_statement(const SyntaxTree& tree, std::uint32_t statement, FlatLine& line) {
    SyntaxKind before = SyntaxKind::file;
    return walk_children(tree, statement, [&](std::uint32_t child, SyntaxKind kind) {
        if (kind == SyntaxKind::comment) {
            return false;
        }
        const bool stuck = before == SyntaxKind::file || is_stuck(tree, before, child);
        const std::string_view space = stuck ? "" : needs_comma(tree, before, child) ? ", " : " ";
        before = kind;
        return line.put(space) && put_element(tree, child, line);
    });
}

bool put_block(const SyntaxTree& tree, std::uint32_t block, FlatLine& line) {
    bool empty = true;
    const bool fits = walk_children(tree, block, [&](std::uint32_t child, SyntaxKind kind) {
        if (kind != SyntaxKind::statement) {
            return kind != SyntaxKind::comment;
        }
        const std::string_view space = empty ? "{ " : "; ";
        empty = false;
        return line.put(space) && put_statement(tree, child, line);
    });
    return fits && line.put(empty ? "{ }" : " }");
}

bool put_list(const SyntaxTree& tree, std::uint32_t list, FlatLine& line) {
    SyntaxKind before = SyntaxKind::bracket_open;
    bool target = false;
    const bool fits = walk_children(tree, list, [&](std::uint32_t child, SyntaxKind kind) {
        if (kind == SyntaxKind::comment) {
            return false;
        }
        if (kind == SyntaxKind::bracket_open || kind == SyntaxKind::bracket_close) {
            return line.put(kind == SyntaxKind::bracket_open ? "[" : target ? " ]" : "]");
        }
        const bool first = before == SyntaxKind::bracket_open;
        const bool joined = joins(before) || joins(kind) || target;
        const std::string_view space = first || is_stuck(tree, before, child) ? "" : joined ? " " : ", ";
        target = before == SyntaxKind::arrow;
        before = kind;
        return line.put(space) && put_element(tree, child, line);
    });
    return fits;
}

bool holds_line_break(std::string_view text) {
    return text.find_first_of("\r\n") != std::string_view::npos;
}

bool is_in_list(SyntaxKind kind) {
    return kind != SyntaxKind::bracket_open && kind != SyntaxKind::bracket_close && kind != SyntaxKind::comma;
}

std::uint32_t unit_width(const SyntaxTree& tree, const Unit& unit) {
    std::string text;
    FlatLine line(text, most_columns);
    for (std::uint32_t at = unit.first; at <= unit.last; at += tree.elements[at].size) {
        if (!is_trivia(tree.elements[at].kind) && !put_element(tree, at, line)) {
            return most_columns + 1;
        }
    }
    return columns(text);
}

}  // namespace

std::string_view text_of(const SyntaxTree& tree, std::uint32_t element) {
    const SyntaxElement& it = tree.elements[element];
    return tree.file->text().substr(it.begin, it.end - it.begin);
}

std::string_view comment_text(const SyntaxTree& tree, std::uint32_t element) {
    const std::string_view text = text_of(tree, element);
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

std::uint32_t columns(std::string_view text) {
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    return static_cast<std::uint32_t>(std::count_if(text.begin(), text.end(), begins));
}

bool joins(SyntaxKind kind) {
    return kind == SyntaxKind::colon || kind == SyntaxKind::equals || kind == SyntaxKind::arrow;
}

bool is_stuck(const SyntaxTree& tree, SyntaxKind before, std::uint32_t element) {
    const SyntaxKind kind = tree.elements[element].kind;
    return kind == SyntaxKind::colon || kind == SyntaxKind::question ||
           (before == SyntaxKind::arrow && text_of(tree, element).front() == '#');
}

bool needs_comma(const SyntaxTree& tree, SyntaxKind before, std::uint32_t element) {
    return before == SyntaxKind::name && tree.elements[element].kind != SyntaxKind::colon && text_of(tree, element).front() == ':';
}

void read_statement(const SyntaxTree& tree, std::uint32_t element, Statement& into) {
    into.units.clear();
    into.comments.clear();
    into.block = 0;
    SyntaxKind before = SyntaxKind::file;
    bool line_broken = false;
    std::uint32_t comments = 0;
    const std::uint32_t past = element + tree.elements[element].size;
    for (std::uint32_t at = element + 1; at < past; at += tree.elements[at].size) {
        const SyntaxKind kind = tree.elements[at].kind;
        if (kind == SyntaxKind::white_space) {
            line_broken = line_broken || holds_line_break(text_of(tree, at));
        } else if (kind == SyntaxKind::comment) {
            into.comments.push_back({at, line_broken});
            ++comments;
            line_broken = false;
        } else if (kind == SyntaxKind::block) {
            into.block = at;
        } else if (kind != SyntaxKind::comma) {
            if (is_stuck(tree, before, at) && !into.units.empty()) {
                into.units.back().last = at;
                into.units.back().target = into.units.back().target || before == SyntaxKind::arrow;
            } else {
                into.units.push_back({at, at, kind, before == SyntaxKind::arrow, needs_comma(tree, before, at), comments, 0});
                comments = 0;
            }
            before = kind;
            line_broken = false;
        }
    }
    for (Unit& unit : into.units) {
        unit.width = unit_width(tree, unit);
    }
}

std::vector<Entry> read_entries(const SyntaxTree& tree, std::uint32_t element) {
    std::vector<Entry> entries;
    const bool in_list = tree.elements[element].kind == SyntaxKind::list;
    bool line_broken = element == 0;  // the file begins with a line
    bool blank = false;
    std::uint32_t line_breaks = 0;  // in a row
    const std::uint32_t past = element + tree.elements[element].size;
    for (std::uint32_t at = element + 1; at < past; at += tree.elements[at].size) {
        const SyntaxKind kind = tree.elements[at].kind;
        if (kind == SyntaxKind::line_end || kind == SyntaxKind::white_space) {
            line_breaks += holds_line_break(text_of(tree, at)) ? 1U : 0U;
            line_broken = line_broken || line_breaks > 0;
            blank = blank || line_breaks > 1;
            continue;
        }
        line_breaks = 0;
        if (kind == SyntaxKind::comment || kind == SyntaxKind::statement || (in_list && is_in_list(kind))) {
            // A comment behind the opening bracket belongs to its line.
            const bool first = entries.empty() || (entries.size() == 1 && entries[0].is_comment && !entries[0].own_line);
            entries.push_back({at, kind == SyntaxKind::comment, line_broken, blank && !first});
        }
        // A `;` alone on its line is nothing, and no empty line.
        line_broken = line_broken && kind == SyntaxKind::semicolon;
        blank = blank && kind == SyntaxKind::semicolon;
    }
    return entries;
}

bool append_flat_list(const SyntaxTree& tree, std::uint32_t element, std::uint32_t room, std::string& out) {
    FlatLine line(out, room);
    return put_list(tree, element, line);
}

bool append_flat_block(const SyntaxTree& tree, std::uint32_t element, std::uint32_t room, std::string& out) {
    FlatLine line(out, room);
    return put_block(tree, element, line);
}

}  // namespace sbx::layout
