// Statements of a file; see the header. Each is checked against the ruleset as it stands, in the order of loading.
#include "compiler/verify/nft_text.hpp"

#include "compiler/verify/artifact_text.hpp"
#include "runtime/artifact_format.hpp"

namespace sbx::verify {
namespace {

class FileReader {
public:
    FileReader(std::string_view bytes, std::size_t file, NftRuleset& ruleset) : words_(bytes), file_(file), ruleset_(ruleset) {}

    std::size_t read() {
        try {
            while (next_statement(NftWord::Kind::end, "")) {
                statement();
            }
        } catch (Malformed& mistake) {
            if (mistake.place.empty()) {
                mistake.place = words_.place();
            }
            throw;
        }
        return elements_;
    }

private:
    [[noreturn]] void refuse(const NftWord& word, const std::string& what) const {
        throw Malformed{"line " + std::to_string(word.line), named(word) + " " + what};
    }

    /// Skips separators; false at the end of a file or, taken with it, at the mark that closes a block.
    bool next_statement(NftWord::Kind end, std::string_view closer) {
        while (words_.peek().kind == NftWord::Kind::newline || words_.peek().is(";")) {
            words_.take();
        }
        const bool at_end = words_.peek().kind == end && end == NftWord::Kind::end;
        return !at_end && (closer.empty() || !words_.take_if(closer));
    }
    bool in_block() { return next_statement(NftWord::Kind::mark, "}"); }

    void statement() {
        const NftWord first = words_.take();
        if (first.is("table")) {
            table();
        } else if (first.is("add")) {
            add();
        } else {
            refuse(first, "begins a statement that cannot be read");
        }
        end_of_statement();
    }

    void end_of_statement() {
        const NftWord& next = words_.peek();
        if (next.kind != NftWord::Kind::end && next.kind != NftWord::Kind::newline && !next.is(";") && !next.is("}")) {
            refuse(next, "follows what should be the end of a statement");
        }
    }

    void table_name() {
        const std::string_view family = words_.expect_word("the family of a table");
        ruleset_.add_table(family, words_.expect_word("the name of a table"));
    }
    std::string name(std::string_view what) { return std::string(words_.expect_word(what)); }

    void table() {
        table_name();
        words_.expect("{");
        while (in_block()) {
            const NftWord first = words_.take();
            if (first.is("set")) {
                const std::string set = name("the name of a set");
                read_set(set);
            } else if (first.is("chain")) {
                const std::string chain = name("the name of a chain");
                read_chain(chain);
            } else {
                refuse(first, "stands in a table, and cannot be read");
            }
        }
    }

    void add() {
        const NftWord what = words_.take();
        const bool is_table = what.is("table");
        if (!is_table && !what.is("set") && !what.is("chain") && !what.is("element") && !what.is("rule")) {
            refuse(what, "is added, and cannot be read");
        }
        table_name();
        if (is_table) {
            return;
        }
        const std::string named_one = name("a name");
        if (what.is("set")) {
            read_set(named_one);
        } else if (what.is("chain")) {
            read_chain(named_one);
        } else if (what.is("element")) {
            add_elements(ruleset_.set(named_one));
        } else {
            add_rule(named_one);
        }
    }

    void read_set(const std::string& set_name) {
        NftSet set;
        bool has_elements = false;
        words_.expect("{");
        while (in_block()) {
            const NftWord what = words_.take();
            if (what.is("type")) {
                read_type(set);
            } else if (what.is("flags")) {
                words_.expect("interval");
                set.interval = true;
            } else if (what.is("elements") && !has_elements) {
                words_.expect("=");
                has_elements = true;
                add_elements(set);
            } else if (what.is("comment") && words_.peek().kind == NftWord::Kind::quoted) {
                words_.take();
            } else if (!what.is("auto-merge")) {
                refuse(what, "stands in a set, and cannot be read");
            }
            end_of_statement();
        }
        ruleset_.add_set(set_name, std::move(set));
    }

    void read_type(NftSet& set) {
        do {
            const NftWord word = words_.peek();
            const auto type = find_nft_type(words_.expect_word("a type"));
            if (!type) {
                refuse(word, "is no type that can be read");
            }
            set.types.push_back(*type);
        } while (words_.take_if("."));
    }

    void add_elements(NftSet& set) {
        if (set.types.empty() || set.types.size() > 2) {
            refuse(words_.peek(), "begins elements of a set without a type that can be read");
        }
        const std::size_t before = set.elements.size();
        read_nft_elements(words_, set.types, set.elements);
        elements_ += set.elements.size() - before;
        check_nft_elements(set, before);
    }

    void read_chain(const std::string& chain_name) {
        // One that is there already goes on.
        if (!ruleset_.chains().contains(chain_name)) {
            ruleset_.add_chain(chain_name, {});
        }
        if (!words_.take_if("{")) {
            return;
        }
        NftChain& chain = ruleset_.chain(chain_name);
        while (in_block()) {
            if (words_.take_if("type")) {
                base_chain(chain);
            } else if (words_.take_if("policy")) {
                policy(chain);
            } else {
                add_rule(chain_name);
            }
            end_of_statement();
        }
    }

    void base_chain(NftChain& chain) {
        words_.expect("filter");
        words_.expect("hook");
        const NftWord hook = words_.take();
        if (!chain.hook.empty() || (!hook.is("input") && !hook.is("forward") && !hook.is("output"))) {
            refuse(hook, "is a hook that cannot be read here");
        }
        chain.hook = hook.text;
        words_.expect("priority");
        static_cast<void>(words_.expect_word("a priority"));
    }

    void policy(NftChain& chain) {
        const NftWord policy = words_.take();
        if (chain.hook.empty() || (!policy.is("drop") && !policy.is("accept"))) {
            refuse(policy, "is no policy of a chain that can be read");
        }
        chain.drops = policy.is("drop");
    }

    void add_rule(const std::string& chain) {
        NftRule rule = read_nft_rule(words_);
        rule.file = file_;
        ruleset_.add_rule(chain, std::move(rule));
    }

    NftWords words_;
    std::size_t file_;
    NftRuleset& ruleset_;
    std::size_t elements_ = 0;
};

}  // namespace

std::size_t read_nft_text(std::string_view bytes, std::size_t file, NftRuleset& ruleset) {
    const std::string magic = std::string(format::filter_magic) + "\n";
    if (!bytes.starts_with(magic)) {
        throw Malformed{"line 1", "it does not begin with " + named(format::filter_magic)};
    }
    if (!bytes.ends_with('\n')) {
        throw Malformed{"", "the last line does not end: the file was cut short"};
    }
    return FileReader(bytes, file, ruleset).read();
}

}  // namespace sbx::verify
