// A rule: what it matches, then what becomes of the packet. See the header.
#include "compiler/verify/nft_text.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

NftElement read_element(NftWords& words, const std::vector<NftType>& types) {
    const NftWord word = words.take();
    const bool is_name = types.front() == NftType::interface;
    if (word.kind != NftWord::Kind::word && !(is_name && word.kind == NftWord::Kind::quoted)) {
        throw Malformed{"line " + std::to_string(word.line), named(word) + " stands where a value has to"};
    }
    NftElement element;
    element.value = read_nft_value(types.front(), word.text);
    if (types.size() == 2) {
        words.expect(".");
        element.second = read_nft_value(types.back(), words.expect_word("a value"));
    }
    return element;
}

class RuleReader {
public:
    explicit RuleReader(NftWords& words) : words_(words) {}

    NftRule read() {
        rule_.place = words_.place();
        while (!at_end()) {
            if (words_.take_if("counter")) {
                counter();
            } else if (words_.take_if("comment")) {
                comment();
            } else if (rule_.verdict != NftVerdict::none) {
                refuse("stands behind what becomes of the packet, and cannot be read");
            } else if (!verdict()) {
                match();
            }
        }
        return std::move(rule_);
    }

private:
    [[noreturn]] void refuse(const std::string& what) const { throw Malformed{words_.place(), named(words_.peek()) + " " + what}; }

    [[nodiscard]] bool at_end() const {
        const NftWord& next = words_.peek();
        return next.kind == NftWord::Kind::end || next.kind == NftWord::Kind::newline || next.is(";") || next.is("}");
    }

    void counter() {
        for (const char* what : {"packets", "bytes"}) {
            if (words_.take_if(what)) {
                static_cast<void>(words_.expect_word("a count"));
            }
        }
    }
    void comment() {
        if (words_.take().kind != NftWord::Kind::quoted) {
            refuse("stands where a comment in quotes has to");
        }
    }

    bool verdict() {
        constexpr std::array verdicts = {
            std::pair{std::string_view("accept"), NftVerdict::accept}, std::pair{std::string_view("drop"), NftVerdict::drop},
            std::pair{std::string_view("reject"), NftVerdict::reject}, std::pair{std::string_view("jump"), NftVerdict::jump},
            std::pair{std::string_view("goto"), NftVerdict::go_to},    std::pair{std::string_view("return"), NftVerdict::leave}};
        const auto* const found =
            std::find_if(verdicts.begin(), verdicts.end(), [&](const auto& each) { return words_.peek().is(each.first); });
        if (found == verdicts.end()) {
            return false;
        }
        words_.take();
        rule_.verdict = found->second;
        if (found->second == NftVerdict::jump || found->second == NftVerdict::go_to) {
            rule_.target = words_.expect_word("the name of a chain");
        } else if (found->second == NftVerdict::reject && words_.take_if("with")) {
            answer();
        }
        return true;
    }

    /// What the sender is told.
    void answer() {
        if (words_.take_if("tcp")) {
            words_.expect("reset");
        } else if (words_.take_if("icmp") || words_.take_if("icmpv6") || words_.take_if("icmpx")) {
            words_.take_if("type");
            static_cast<void>(words_.expect_word("the kind of an ICMP error"));
        } else {
            refuse("is no way to reject that can be read");
        }
    }

    NftField field() {
        const NftWord at = words_.peek();
        std::string_view protocol = words_.expect_word("a field of packets");
        std::string_view name = protocol;
        if (protocol == "iifname" || protocol == "oifname") {
            protocol = "meta";
        } else {
            name = words_.expect_word("a field of packets");
            if (protocol == "ip" && name == "option") {
                protocol = "ip option";
                name = words_.expect_word("an IP option");
            }
        }
        const auto found = find_nft_field(protocol, name);
        if (!found) {
            throw Malformed{"line " + std::to_string(at.line),
                            named(std::string(protocol) + " " + std::string(name)) + " cannot be read: its meaning is not known"};
        }
        return *found;
    }

    void match() {
        NftMatch match;
        match.fields.push_back(field());
        while (words_.take_if(".")) {
            match.fields.push_back(field());
        }
        if (match.fields.size() > 2) {
            refuse("follows more than two concatenated fields, which cannot be read");
        }
        match.negated = words_.take_if("!=");
        if (!match.negated) {
            words_.take_if("==");
        }
        std::vector<NftType> types;
        std::transform(match.fields.begin(), match.fields.end(), std::back_inserter(types), type_of);
        if (words_.take_if("@")) {
            match.set = words_.expect_word("the name of a set");
        } else if (words_.peek().is("{")) {
            read_nft_elements(words_, types, match.elements);
        } else {
            match.elements.push_back(read_element(words_, types));
            while (types.front() == NftType::state && words_.take_if(",")) {
                match.elements.push_back(read_element(words_, types));
            }
        }
        rule_.matches.push_back(std::move(match));
    }

    NftWords& words_;
    NftRule rule_;
};

}  // namespace

NftRule read_nft_rule(NftWords& words) {
    return RuleReader(words).read();
}

void read_nft_elements(NftWords& words, const std::vector<NftType>& types, std::vector<NftElement>& elements) {
    words.expect("{");
    words.skip_newlines();
    while (!words.peek().is("}")) {
        elements.push_back(read_element(words, types));
        words.skip_newlines();
        if (!words.take_if(",")) {
            break;
        }
        words.skip_newlines();
    }
    words.expect("}");
}

}  // namespace sbx::verify
