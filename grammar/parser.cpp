// The parser: PEGTL drives the rules of rules.hpp over the text, and control hooks tell the builder what was matched. Hooks and not
// actions, since a hook also hears where a node begins. Assumes nothing about the text; guarantees what parser.hpp says.
#include "grammar/parser.hpp"

#include "grammar/rules.hpp"

#include <tao/pegtl.hpp>
#include <type_traits>

namespace sbx {

namespace {

template <class Rule>
concept Leaf = requires {
    Rule::leaf;
};

template <class Rule>
concept Node = requires {
    Rule::node;
};

template <class Rule>
concept Found = std::is_base_of_v<rules::Found<Rule>, Rule>;

/// Which rules have hooks, and what these do. All others are matched without.
template <class Rule>
struct Hooks : tao::pegtl::normal<Rule> {
    static constexpr bool opens = std::is_same_v<Rule, rules::BraceOpen> || std::is_same_v<Rule, rules::BracketOpen>;
    static constexpr bool closes = std::is_same_v<Rule, rules::BraceClose> || std::is_same_v<Rule, rules::BracketClose>;
    static constexpr bool special = std::is_same_v<Rule, rules::LineEnd> || std::is_same_v<Rule, rules::ContinuedLine> ||
                                    std::is_same_v<Rule, rules::Rest> || std::is_same_v<Rule, rules::MissingCloser>;
    static constexpr bool enable = Leaf<Rule> || Node<Rule> || Found<Rule> || opens || closes || special;

    template <class Input>
    static void start(const Input&, TreeBuilder& tree) {
        if constexpr (Node<Rule>) {
            tree.open(Rule::node);
        }
    }

    template <class Input>
    static void success(const Input& in, TreeBuilder& tree) {
        if constexpr (Leaf<Rule>) {
            tree.leaf(Rule::leaf, in.current());
        } else if constexpr (Node<Rule>) {
            tree.close();
        } else if constexpr (Found<Rule>) {
            found(tree);
        } else if constexpr (opens || closes) {
            bracket(in.current(), tree);
        } else {
            other(in, tree);
        }
    }

private:
    static void found(TreeBuilder& tree) {
        if constexpr (std::is_same_v<Rule, rules::LoneBrace>) {
            tree.open_bracket();
        }
        tree.token(tree.found);
    }

    static void bracket(const char* end, TreeBuilder& tree) {
        constexpr bool brace = std::is_same_v<Rule, rules::BraceOpen> || std::is_same_v<Rule, rules::BraceClose>;
        if constexpr (opens) {
            tree.open_bracket();
            tree.leaf(brace ? SyntaxKind::brace_open : SyntaxKind::bracket_open, end);
        } else {
            tree.leaf(brace ? SyntaxKind::brace_close : SyntaxKind::bracket_close, end);
            tree.close_bracket();
        }
    }

    template <class Input>
    static void other(const Input& in, TreeBuilder& tree) {
        if constexpr (std::is_same_v<Rule, rules::LineEnd>) {
            tree.leaf(SyntaxKind::line_end, in.current());
        } else if constexpr (std::is_same_v<Rule, rules::ContinuedLine>) {
            tree.continued_line(in.current());
        } else if constexpr (std::is_same_v<Rule, rules::Rest>) {
            tree.rest(in.current());
        } else if constexpr (std::is_same_v<Rule, rules::MissingCloser>) {
            tree.missing_closer(in.empty());
        }
    }
};

SyntaxTree refuse_large(const SourceFile& file, DiagnosticSink& sink) {
    say_too_large(sink, file);
    const auto size = static_cast<std::uint32_t>(file.text().size());
    return {&file, {{SyntaxKind::file, 0, 0, size, 2}, {SyntaxKind::error, 0, 0, size, 1}}};
}

}  // namespace

SyntaxTree parse(const SourceFile& file, DiagnosticSink& sink) {
    if (file.text().size() > max_source_bytes) {
        return refuse_large(file, sink);
    }
    namespace pegtl = tao::pegtl;
    // Lazy: no line is counted while parsing; a place becomes line and column when a message shows it.
    pegtl::memory_input<pegtl::tracking_mode::lazy, pegtl::eol::lf, const char*> in(file.text().data(),
                                                                                    file.text().data() + file.text().size(), "");
    TreeBuilder tree(file, sink);
    pegtl::parse<rules::File, pegtl::nothing, Hooks>(in, tree);
    return {&file, tree.take()};
}

}  // namespace sbx
