// Reads the "network" of manifest.json. See the header.
#include "runtime/network_declaration.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/manifest_members.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

namespace sbx::runtime {

namespace {

constexpr std::array<std::string_view, 3> mode_names = {"off", "host", "filtered"};
constexpr std::array<std::string_view, 2> helper_names = {"slirp4netns", "pasta"};
constexpr std::array<std::string_view, 3> family_names = {"ipv4", "ipv6", "port"};

template <class Enum, std::size_t count>
Enum word_of(const JsonValue& object, std::string_view name, const std::array<std::string_view, count>& words) {
    const std::string& text = text_member(object, name);
    const auto* const word = std::find(words.begin(), words.end(), text);
    if (word == words.end()) {
        malformed(quoted(name) + " cannot be " + quoted(text));
    }
    return static_cast<Enum>(word - words.begin());
}

bool holds_only(std::string_view text, std::string_view extra) {
    return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [extra](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || extra.find(c) != std::string_view::npos;
    });
}

/// egress.nft, egress.000.nft, egress.001.nft …, egress.allow.nft: no file out of turn, none left out.
std::vector<std::string> read_filter(const JsonValue& network) {
    std::vector<std::string> files;
    for (const JsonValue& item : list_member(network, "filter")) {
        files.push_back(text_of(item, "filter"));
    }
    const auto expected = [&files](std::size_t index) {
        if (index == 0) {
            return std::string(format::filter_first);
        }
        if (index + 1 == files.size()) {
            return std::string(format::filter_last);
        }
        const std::string number = std::to_string(index - 1);
        const std::string zeros(number.size() < 3 ? 3 - number.size() : 0, '0');
        return std::string(format::filter_chunk_prefix) + zeros + number + ".nft";
    };
    bool ordered = files.size() >= 2;
    for (std::size_t index = 0; index < files.size(); ++index) {
        ordered = ordered && files[index] == expected(index);
    }
    if (!ordered) {
        malformed("`filter` does not list the files of the packet filter in their order");
    }
    return files;
}

SetFill read_fill(const JsonValue& value, const std::vector<ParameterDeclaration>& parameters) {
    SetFill fill{text_member(value, "set"), text_member(value, "parameter"), word_of<FillFamily>(value, "family", family_names)};
    if (!holds_only(fill.set, "_") || fill.set.front() < 'a') {
        malformed(quoted(fill.set) + " is no name for a set");
    }
    const ParameterType wanted = fill.family == FillFamily::port ? ParameterType::port : ParameterType::address;
    const bool declared = std::any_of(parameters.begin(), parameters.end(), [&fill, wanted](const ParameterDeclaration& parameter) {
        return parameter.name == fill.parameter && parameter.type == wanted;
    });
    if (!declared) {
        malformed("the set " + quoted(fill.set) + " is filled with " + quoted(fill.parameter) + ", which is no parameter for that");
    }
    return fill;
}

Publication read_publication(const JsonValue& value) {
    static constexpr std::array<std::string_view, 2> protocols = {"tcp", "udp"};
    Publication publication{word_of<int>(value, "protocol", protocols) == 1, read_template(text_member(value, "port")),
                            text_member(value, "on")};
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    if (inet_pton(AF_INET, publication.on.c_str(), bytes.data()) != 1 &&
        inet_pton(AF_INET6, publication.on.c_str(), bytes.data()) != 1) {
        malformed(quoted(publication.on) + " is no address to publish on");
    }
    return publication;
}

void read_names(const JsonValue& network, NetworkDeclaration& result) {
    const JsonValue* const resolver = network.find("resolver");
    if (resolver == nullptr || (resolver->kind != JsonValue::Kind::null && resolver->kind != JsonValue::Kind::string)) {
        malformed("`network` has no `resolver`");
    }
    if (resolver->kind == JsonValue::Kind::string) {
        result.resolver = resolver->text;
    }
    for (const JsonValue& item : list_member(network, "names")) {
        result.names.push_back(text_of(item, "names"));
        if (!holds_only(result.names.back(), "-._*")) {
            malformed(quoted(result.names.back()) + " is no name of a host");
        }
    }
    for (const JsonValue& item : list_member(network, "upstream")) {
        result.upstream.push_back(read_template(text_of(item, "upstream")));
    }
    const bool named = !result.names.empty();
    if (result.resolver.has_value() != named || (!named && !result.upstream.empty())) {
        malformed("`names`, `resolver` and `upstream` do not go together");
    }
    if (result.resolver && *result.resolver != format::resolver_file) {
        malformed("`resolver` is not " + quoted(format::resolver_file));
    }
}

}  // namespace

NetworkDeclaration read_network(const JsonValue& network, const std::vector<ParameterDeclaration>& parameters) {
    NetworkDeclaration result;
    result.mode = word_of<NetworkMode>(network, "mode", mode_names);
    if (result.mode != NetworkMode::filtered) {
        return result;
    }
    result.helper = word_of<UserNetwork>(network, "helper", helper_names);
    result.ipv6 = flag_member(network, "ipv6");
    result.filter = read_filter(network);
    for (const JsonValue& item : list_member(network, "fill")) {
        result.fill.push_back(read_fill(item, parameters));
    }
    read_names(network, result);
    for (const JsonValue& item : list_member(network, "publish")) {
        result.publish.push_back(read_publication(item));
    }
    if (result.helper != UserNetwork::pasta && (result.ipv6 || !result.publish.empty())) {
        malformed("`helper` cannot do what `ipv6` or `publish` asks for");
    }
    return result;
}

}  // namespace sbx::runtime
