// What fits into a table; see the header.
#include "compiler/verify/nft_ruleset.hpp"

#include "runtime/artifact_format.hpp"

#include <algorithm>

namespace sbx::verify {
namespace {

[[noreturn]] void refuse(const std::string& what) {
    throw Malformed{"", what};
}

constexpr std::uint64_t half(const std::array<std::uint8_t, 16>& bytes, std::size_t begin, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        value = value << 8U | bytes[begin + i];
    }
    return value;
}

}  // namespace

Number number_of(const policy::Address& address) {
    return address.family == policy::Family::ipv4 ? Number{0, half(address.bytes, 0, 4)}
                                                  : Number{half(address.bytes, 0, 8), half(address.bytes, 8, 8)};
}

policy::Address address_of(policy::Family family, const Number& number) {
    policy::Address address{family, {}};
    const bool is_short = family == policy::Family::ipv4;
    const std::size_t size = is_short ? 4 : 16;
    for (std::size_t i = 0; i < size; ++i) {
        const std::size_t from_end = size - 1 - i;
        const std::uint64_t word = from_end < 8 ? number.low : number.high;
        address.bytes[i] = static_cast<std::uint8_t>(word >> (8 * (from_end % 8)) & 0xffU);
    }
    return address;
}

void check_nft_elements(const NftSet& set, std::size_t from) {
    const auto is_wide = [](const NftElement& element) {
        return element.value.first != element.value.last || element.second.first != element.second.last;
    };
    const auto begin = set.elements.begin() + static_cast<std::ptrdiff_t>(from);
    if (!set.interval && std::any_of(begin, set.elements.end(), is_wide)) {
        refuse("a set without `flags interval` gets an interval, which nft does not take");
    }
}

void NftRuleset::add_table(std::string_view family, std::string_view name) {
    if (family != "inet" || name != format::filter_table) {
        refuse("the filter is one `table inet sbx`, and this is " + named(std::string(family) + " " + std::string(name)));
    }
    has_table_ = true;
}

void NftRuleset::add_set(const std::string& name, NftSet set) {
    if (!has_table_) {
        refuse("the set " + named(name) + " stands in no table");
    }
    if (set.types.empty() || set.types.size() > 2) {
        refuse("the set " + named(name) + " has no type that can be read");
    }
    if (!sets_.emplace(name, std::move(set)).second) {
        refuse("the set " + named(name) + " is declared a second time");
    }
}

NftSet& NftRuleset::set(std::string_view name) {
    const auto found = sets_.find(name);
    if (found == sets_.end()) {
        refuse("there is no set " + named(name));
    }
    return found->second;
}

NftChain& NftRuleset::chain(const std::string& name) {
    const auto found = chains_.find(name);
    if (found == chains_.end()) {
        refuse("there is no chain " + named(name));
    }
    return found->second;
}

void NftRuleset::add_chain(const std::string& name, NftChain chain) {
    if (!has_table_) {
        refuse("the chain " + named(name) + " stands in no table");
    }
    if (!chains_.emplace(name, std::move(chain)).second) {
        refuse("the chain " + named(name) + " is declared a second time");
    }
}

void NftRuleset::add_rule(const std::string& chain, NftRule rule) {
    NftChain& to = this->chain(chain);
    for (const NftMatch& match : rule.matches) {
        if (match.set.empty()) {
            continue;
        }
        const std::vector<NftType>& types = set(match.set).types;
        const bool fits = std::equal(types.begin(), types.end(), match.fields.begin(), match.fields.end(),
                                     [](NftType type, NftField field) { return type == type_of(field); });
        if (!fits) {
            refuse("the set " + named(match.set) + " is of another type than what is looked up in it");
        }
    }
    to.rules.push_back(std::move(rule));
}

const NftChain* NftRuleset::on_hook(std::string_view hook) const {
    const NftChain* result = nullptr;
    for (const auto& [name, chain] : chains_) {
        if (chain.hook == hook) {
            if (result != nullptr) {
                refuse("two chains are on the hook " + named(hook));
            }
            result = &chain;
        }
    }
    return result;
}

}  // namespace sbx::verify
