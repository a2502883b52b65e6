// The grammar, as PEGTL rules, for parser.cpp alone. A file is statements; a statement is leaves
// and lists and at most one block, which ends it. No rule needs backtracking: one byte decides, and a rule that begins succeeds. So
// the rules below that choose look at that byte in a table, where `sor` would try its alternatives one after the other.
#pragma once

#include "grammar/characters.hpp"
#include "grammar/recovery.hpp"
#include "grammar/scan.hpp"
#include "grammar/tree_builder.hpp"

#include <tao/pegtl.hpp>

namespace sbx::rules {

namespace pegtl = tao::pegtl;
using characters::Start;

// ---- leaves
// -----------------------------------------------------------------------------------------------------------------------

/// A rule that matches up to where `Derived::end` says, which is never nothing.
template <class Derived>
struct Run {
    using rule_t = Derived;
    using subs_t = pegtl::empty_list;

    template <class Input>
    static bool match(Input& in) {
        const char* const end = Derived::end(in.current(), in.end());
        in.bump_in_this_line(static_cast<std::size_t>(end - in.current()));
        return true;
    }
};

struct WhiteSpace : Run<WhiteSpace> {
    static constexpr SyntaxKind leaf = SyntaxKind::white_space;
    static const char* end(const char* at, const char* end) { return characters::skip(at, end, characters::blanks); }
};

struct Comment : Run<Comment> {
    static constexpr SyntaxKind leaf = SyntaxKind::comment;
    static const char* end(const char* at, const char* end) { return find_line_end(at, end); }
};

/// LF or CR LF. A lone CR ends a line as well, to go on with; the encoding check has refused it.
inline const char* end_of_line(const char* at, const char* end) {
    return *at == '\r' && at + 1 != end && at[1] == '\n' ? at + 2 : at + 1;
}

struct LineEnd : Run<LineEnd> {
    static const char* end(const char* at, const char* end) { return end_of_line(at, end); }
};

struct ContinuedLine : Run<ContinuedLine> {
    static const char* end(const char* at, const char* end) { return end_of_line(at, end); }
};

struct Semicolon : pegtl::one<';'> {
    static constexpr SyntaxKind leaf = SyntaxKind::semicolon;
};
struct BraceOpen : pegtl::one<'{'> {};
struct BraceClose : pegtl::one<'}'> {};
struct BracketOpen : pegtl::one<'['> {};
struct BracketClose : pegtl::one<']'> {};

struct ByteOrderMark : pegtl::string<'\xEF', '\xBB', '\xBF'> {
    static constexpr SyntaxKind leaf = SyntaxKind::error;
};

/// What is left when there are too many errors.
struct Rest : Run<Rest> {
    static const char* end(const char*, const char* end) { return end; }
};

/// Matches nothing, where a closer should be; the hook says so.
struct MissingCloser : pegtl::success {};

/// A rule that matches the token that `Derived::find` finds at a place; the hook gets it.
template <class Derived>
struct Found {
    using rule_t = Derived;
    using subs_t = pegtl::empty_list;

    template <pegtl::apply_mode, pegtl::rewind_mode, template <class...> class, template <class...> class, class Input>
    static bool match(Input& in, TreeBuilder& tree) {
        const Token token = Derived::find(tree.place(in.end()));
        in.bump_in_this_line(static_cast<std::size_t>(token.end - in.current()));
        tree.found = token;
        return true;
    }
};

/// Any word, value, string, punctuation, or anything wrong.
struct AnyToken : Found<AnyToken> {
    static Token find(const Place& place) { return scan_token(place); }
};

struct TooDeepNest : Found<TooDeepNest> {
    static Token find(const Place& place) { return skipped_nest(place); }
};

/// A `{` that begins a statement.
struct LoneBrace : Found<LoneBrace> {
    static Token find(const Place& place) { return scan_token(place); }
};

// ---- choices
// ----------------------------------------------------------------------------------------------------------------------

/// Names a rule to the function that a choice is given.
template <class Rule>
inline constexpr Rule* the = nullptr;

/// Matches the rule that `Derived::choose` picks by the first byte; nothing at the end of the input.
template <class Derived>
struct Choice {
    using rule_t = Derived;
    using subs_t = pegtl::empty_list;

    template <pegtl::apply_mode A, pegtl::rewind_mode M, template <class...> class Action, template <class...> class Control,
              class Input>
    static bool match(Input& in, TreeBuilder& tree) {
        const auto use = [&]<class Rule>(Rule*) { return Control<Rule>::template match<A, M, Action, Control>(in, tree); };
        if (in.empty()) {
            return false;
        }
        if (tree.stopped()) {
            return use(the<Rest>);
        }
        return Derived::choose(in.current(), in.end(), tree, use);
    }
};

/// Inside `[ ]`. Stops at its closer, and at what can't be in it: braces, and a `;` that ends a statement.
struct ListItem : Choice<ListItem> {
    template <class Use>
    static bool choose(const char* at, const char* end, TreeBuilder& tree, Use use);
};

/// Inside a statement. Stops at its end, and at `{`.
struct StatementItem : Choice<StatementItem> {
    template <class Use>
    static bool choose(const char* at, const char* end, TreeBuilder& tree, Use use);
};

/// The `{` that a statement stopped at, if it did.
struct StatementBlock : Choice<StatementBlock> {
    template <class Use>
    static bool choose(const char* at, const char* end, TreeBuilder& tree, Use use);
};

/// Between statements, or one. In a block it stops at `}`; in a file, nowhere.
template <bool in_block>
struct Item : Choice<Item<in_block>> {
    template <class Use>
    static bool choose(const char* at, const char* end, TreeBuilder& tree, Use use);
};

// ---- nodes
// ------------------------------------------------------------------------------------------------------------------------

struct List : pegtl::seq<BracketOpen, pegtl::star<ListItem>, pegtl::sor<BracketClose, MissingCloser>> {
    static constexpr SyntaxKind node = SyntaxKind::list;
};
struct Block : pegtl::seq<BraceOpen, pegtl::star<Item<true>>, pegtl::sor<BraceClose, MissingCloser>> {
    static constexpr SyntaxKind node = SyntaxKind::block;
};
struct LoneBlock : pegtl::seq<LoneBrace, pegtl::star<Item<true>>, pegtl::sor<BraceClose, MissingCloser>> {
    static constexpr SyntaxKind node = SyntaxKind::block;
};
struct Statement : pegtl::seq<pegtl::star<StatementItem>, pegtl::opt<StatementBlock>> {
    static constexpr SyntaxKind node = SyntaxKind::statement;
};
struct File : pegtl::seq<pegtl::opt<ByteOrderMark>, pegtl::star<Item<false>>> {
    static constexpr SyntaxKind node = SyntaxKind::file;
};

// ---- how choices choose
// -----------------------------------------------------------------------------------------------------------

template <class Use>
bool ListItem::choose(const char* at, const char* end, TreeBuilder& tree, Use use) {
    const Start start = characters::start(*at);
    if (start == Start::blank) {
        return use(the<WhiteSpace>);
    }
    if (start == Start::newline) {
        return use(the<ContinuedLine>);
    }
    if (start == Start::hash && tree.comment_may_begin()) {
        return use(the<Comment>);
    }
    if (start == Start::bracket_open && endpoint_end(at, end) == nullptr) {
        return tree.too_deep() ? use(the<TooDeepNest>) : use(the<List>);
    }
    const bool stops = start == Start::bracket_close || start == Start::brace_open || start == Start::brace_close ||
                       (start == Start::semicolon && semicolon_ends_statement(at, end));
    if (!stops && tree.at_line_start()) {
        tree.notice_line_start(end);
    }
    return !stops && use(the<AnyToken>);
}

template <class Use>
bool StatementItem::choose(const char* at, const char* end, TreeBuilder& tree, Use use) {
    const Start start = characters::start(*at);
    if (start == Start::blank) {
        return use(the<WhiteSpace>);
    }
    if (start == Start::newline) {
        return tree.after_comma() && use(the<ContinuedLine>);
    }
    if (start == Start::hash && tree.comment_may_begin()) {
        return use(the<Comment>);
    }
    if (start == Start::bracket_open && tree.last() != SyntaxKind::arrow && endpoint_end(at, end) == nullptr) {
        return tree.too_deep() ? use(the<TooDeepNest>) : use(the<List>);
    }
    const bool stops = start == Start::brace_close || start == Start::semicolon ||
                       (start == Start::brace_open && tree.last() != SyntaxKind::arrow);
    return !stops && use(the<AnyToken>);
}

template <class Use>
bool StatementBlock::choose(const char* at, const char*, TreeBuilder& tree, Use use) {
    if (*at != '{') {
        return false;
    }
    if (tree.too_deep()) {
        return use(the<TooDeepNest>);
    }
    return tree.last() == SyntaxKind::file ? use(the<LoneBlock>) : use(the<Block>);
}

template <bool in_block>
template <class Use>
bool Item<in_block>::choose(const char* at, const char* end, TreeBuilder& tree, Use use) {
    const Start start = characters::start(*at);
    if (start == Start::blank) {
        return use(the<WhiteSpace>);
    }
    if (start == Start::newline) {
        return use(the<LineEnd>);
    }
    if (start == Start::hash && tree.comment_may_begin()) {
        return use(the<Comment>);
    }
    if (start == Start::semicolon) {
        return semicolon_ends_statement(at, end) ? use(the<Semicolon>) : use(the<AnyToken>);
    }
    if (start == Start::brace_close) {
        return !in_block && use(the<AnyToken>);
    }
    if (in_block && tree.at_line_start()) {
        tree.notice_line_start(end);
    }
    return use(the<Statement>);
}

}  // namespace sbx::rules
