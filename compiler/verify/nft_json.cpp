// Objects of nft's JSON, in the order in which nft lists them: tables, sets, chains, rules. See the header.
#include "compiler/verify/nft_json.hpp"

#include "compiler/verify/manifest_json.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

/// The only member of an object.
std::pair<std::string, const Json*> only_member(const Json& object, const char* what) {
    if (!object.is_object() || object.size() != 1) {
        malformed(std::string(what) + " cannot be read: " + std::string(object.type_name()));
    }
    return {object.begin().key(), &*object.begin()};
}

void allow_keys(const Json& object, std::initializer_list<std::string_view> keys, const char* what) {
    for (const auto& entry : object.items()) {
        if (std::find(keys.begin(), keys.end(), entry.key()) == keys.end()) {
            malformed(named(entry.key()) + " of " + what + " cannot be read");
        }
    }
}

/// A value as it would stand in a file.
std::string value_text(const Json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (value.is_number_unsigned()) {
        return std::to_string(value.get<std::uint64_t>());
    }
    if (value.is_boolean()) {
        return value.get<bool>() ? "exists" : "missing";
    }
    const auto [kind, content] = only_member(value, "a value");
    if (kind == "prefix") {
        require_keys(*content, {"addr", "len"}, false, "prefix");
        return text((*content)["addr"], "addr") + "/" + std::to_string(number((*content)["len"], "len"));
    }
    if (kind == "range" && content->is_array() && content->size() == 2) {
        return value_text((*content)[0]) + "-" + value_text((*content)[1]);
    }
    malformed("a value cannot be read: " + std::string(value.type_name()));
}

NftElement read_element(const Json& value, const std::vector<NftType>& types) {
    NftElement element;
    if (types.size() == 1) {
        element.value = read_nft_value(types.front(), value_text(value));
        return element;
    }
    const auto [kind, parts] = only_member(value, "a concatenation");
    if (kind != "concat" || !parts->is_array() || parts->size() != 2) {
        malformed("an element is no concatenation of two values: " + std::string(value.type_name()));
    }
    element.value = read_nft_value(types.front(), value_text((*parts)[0]));
    element.second = read_nft_value(types.back(), value_text((*parts)[1]));
    return element;
}

std::vector<NftElement> read_elements(const Json& values, const std::vector<NftType>& types) {
    std::vector<NftElement> elements;
    elements.reserve(values.size());
    for (const Json& value : values) {
        elements.push_back(read_element(value, types));
    }
    return elements;
}

NftSet read_set(const Json& object) {
    allow_keys(object, {"family", "name", "table", "type", "handle", "flags", "elem", "auto-merge", "comment"}, "a set");
    NftSet set;
    const Json& types = member(object, "type");
    for (const Json& type : types.is_array() ? types : Json::array({types})) {
        const auto known = find_nft_type(text(type, "type"));
        if (!known) {
            malformed(named(text(type, "type")) + " is no type that can be read");
        }
        set.types.push_back(*known);
    }
    if (object.contains("flags")) {
        if (object["flags"] != Json::array({"interval"})) {
            malformed("the flags of a set cannot be read: " + std::string(object["flags"].type_name()));
        }
        set.interval = true;
    }
    if (object.contains("elem") && !set.types.empty()) {
        set.elements = read_elements(list(object, "elem"), set.types);
    }
    return set;
}

NftChain read_chain(const Json& object) {
    allow_keys(object, {"family", "table", "name", "handle", "type", "hook", "prio", "policy", "comment"}, "a chain");
    NftChain chain;
    if (object.contains("hook")) {
        chain.hook = text(object["hook"], "hook");
        chain.drops = text(member(object, "policy"), "policy") == "drop";
        const bool known = chain.hook == "input" || chain.hook == "forward" || chain.hook == "output";
        if (!known || text(member(object, "type"), "type") != "filter") {
            malformed("a chain of another type or hook than a filter has: " + chain.hook);
        }
    }
    return chain;
}

NftField read_field(const Json& object) {
    const auto [kind, content] = only_member(object, "what a rule looks at");
    std::string protocol = kind;
    std::string name;
    if (kind == "payload") {
        require_keys(*content, {"protocol", "field"}, false, "payload");
        protocol = text((*content)["protocol"], "protocol");
        name = text((*content)["field"], "field");
    } else if (kind == "meta" || kind == "ct") {
        require_keys(*content, {"key"}, false, "meta");
        name = text((*content)["key"], "key");
    } else if (kind == "ip option" && content->size() == 1) {
        name = text(member(*content, "name"), "name");
    } else if (kind == "exthdr") {
        name = text(member(*content, "name"), "name");
        if (content->contains("field")) {
            protocol = name;
            name = text((*content)["field"], "field");
        }
    }
    const auto field = find_nft_field(protocol, name);
    if (!field) {
        malformed(named(protocol + " " + name) + " cannot be read: its meaning is not known");
    }
    return *field;
}

NftMatch read_match(const Json& object) {
    require_keys(object, {"op", "left", "right"}, false, "match");
    NftMatch match;
    const std::string op = text(object["op"], "op");
    match.negated = op == "!=";
    if (!match.negated && op != "==" && op != "in") {
        malformed("the comparison " + named(op) + " cannot be read");
    }
    const Json& left = object["left"];
    if (left.is_object() && left.contains("concat")) {
        for (const Json& part : list(left, "concat")) {
            match.fields.push_back(read_field(part));
        }
    } else {
        match.fields.push_back(read_field(left));
    }
    if (match.fields.empty() || match.fields.size() > 2) {
        malformed("more than two concatenated fields cannot be read");
    }
    std::vector<NftType> types;
    std::transform(match.fields.begin(), match.fields.end(), std::back_inserter(types), type_of);
    const Json& right = object["right"];
    if (right.is_string() && right.get<std::string>().starts_with('@')) {
        match.set = right.get<std::string>().substr(1);
    } else if (right.is_object() && right.contains("set")) {
        match.elements = read_elements(right["set"].is_array() ? right["set"] : Json::array({right["set"]}), types);
    } else if (right.is_array() && types.front() == NftType::state) {
        match.elements = read_elements(right, types);
    } else {
        match.elements.push_back(read_element(right, types));
    }
    return match;
}

void read_statement(const Json& object, NftRule& rule) {
    constexpr std::array verdicts = {
        std::pair{std::string_view("accept"), NftVerdict::accept}, std::pair{std::string_view("drop"), NftVerdict::drop},
        std::pair{std::string_view("reject"), NftVerdict::reject}, std::pair{std::string_view("jump"), NftVerdict::jump},
        std::pair{std::string_view("goto"), NftVerdict::go_to},    std::pair{std::string_view("return"), NftVerdict::leave}};
    const auto [kind, content] = only_member(object, "a part of a rule");
    if (kind == "counter") {
        return;
    }
    if (rule.verdict != NftVerdict::none) {
        malformed(named(kind) + " stands behind what becomes of the packet, and cannot be read");
    }
    if (kind == "match") {
        rule.matches.push_back(read_match(*content));
        return;
    }
    const auto* const verdict =
        std::find_if(verdicts.begin(), verdicts.end(), [word = kind](const auto& each) { return each.first == word; });
    if (verdict == verdicts.end()) {
        malformed(named(kind) + " in a rule cannot be read");
    }
    rule.verdict = verdict->second;
    if (rule.verdict == NftVerdict::jump || rule.verdict == NftVerdict::go_to) {
        rule.target = text(member(*content, "target"), "target");
    }
}

void add_rule(const Json& object, NftRuleset& ruleset) {
    allow_keys(object, {"family", "table", "chain", "handle", "comment", "expr"}, "a rule");
    NftRule rule;
    rule.place = "rule " + std::to_string(number(member(object, "handle"), "handle"));
    for (const Json& part : list(object, "expr")) {
        read_statement(part, rule);
    }
    ruleset.add_rule(text(member(object, "chain"), "chain"), std::move(rule));
}

void add_object(const std::string& kind, const Json& object, NftRuleset& ruleset) {
    if (kind == "table") {
        ruleset.add_table(text(member(object, "family"), "family"), text(member(object, "name"), "name"));
        return;
    }
    const std::string table = text(member(object, "family"), "family") + " " + text(member(object, "table"), "table");
    if (table != "inet sbx") {
        malformed("there is something of the table " + named(table));
    }
    if (kind == "rule") {
        add_rule(object, ruleset);
        return;
    }
    const std::string name = text(member(object, "name"), "name");
    if (kind == "set") {
        ruleset.add_set(name, read_set(object));
    } else if (kind == "chain") {
        ruleset.add_chain(name, read_chain(object));
    } else {
        malformed(named(kind) + " cannot be read");
    }
}

}  // namespace

NftRuleset read_nft_json(std::string_view bytes) {
    const Json root = Json::parse(bytes, nullptr, false);
    if (root.is_discarded()) {
        malformed("it is no JSON");
    }
    NftRuleset ruleset;
    for (const Json& entry : list(root, "nftables")) {
        const auto [kind, object] = only_member(entry, "what is listed");
        if (kind != "metainfo") {
            add_object(kind, *object, ruleset);
        }
    }
    return ruleset;
}

}  // namespace sbx::verify
