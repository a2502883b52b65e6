// The order of privilege at one place, written from the language reference and from what node_access says that a node offers.
// Guarantees that is_within() is a partial order, so that relations of wholes are transitive.
#include "compiler/policy/compare_grant.hpp"

#include "compiler/policy/node_access.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

using namespace granted;

constexpr std::uint32_t host = host_read | host_write;

std::uint32_t bits_of(const Place& place) {
    const std::uint32_t modes = (place.readable ? reading : 0U) | (place.executable ? execution : 0U);
    switch (place.view) {
        case View::absent:
        case View::masked:
        case View::implied_directory:
            return 0;
        case View::link:
            return presence | link;
        case View::private_read:
            return presence | modes;
        case View::procfs:
            return presence | process_entries | modes;
        case View::device:
            return presence | device_use | modes;
        case View::private_write:
            return presence | private_write | modes;
        case View::host_read:
            return presence | private_write | connection | host_read | modes;
        case View::host_write:
            return presence | private_write | connection | host_read | host_write | modes;
        case View::socket:
            return presence | connection;
    }
    return 0;
}

std::string tree_words(const HostTree& tree, const SandboxPath& node_path, const std::string& source) {
    std::string words = tree.writable ? "writable" : "read-only";
    if (tree.source != node_path) {
        words += ", from the host's " + source;
    }
    return words + (tree.noexec ? ", without execution" : "");
}

/// What a node is called at a place at or below it.
struct Words {
    const SandboxPath& node_path;
    std::string_view rest;
    const Grant& grant;

    std::string operator()(const HostTree& tree) const { return tree_words(tree, node_path, grant.source); }
    std::string operator()(const Tmpfs& tmpfs) const {
        return "a private writable directory" + (rest.empty() ? " of " + to_text(tmpfs.size) : std::string());
    }
    std::string operator()(const EmptyDirectory& /*node*/) const { return rest.empty() ? "an empty directory" : "not there"; }
    std::string operator()(const DataFile& /*node*/) const { return rest.empty() ? "a file that the policy holds" : "not there"; }
    std::string operator()(const Link& link) const {
        return rest.empty() ? "a link to " + link.target : "reached through the link " + quote_path(node_path);
    }
    std::string operator()(const Mask& /*node*/) const { return "hidden"; }
    std::string operator()(const Procfs& /*node*/) const { return grant.bits == 0 ? "hidden" : "a procfs of its own"; }
    std::string operator()(const DeviceDirectory& /*node*/) const {
        return rest.empty() ? "a minimal /dev" : grant.bits == 0 ? "not there" : "a device of the minimal /dev";
    }
    std::string operator()(const HostDevice& /*node*/) const { return rest.empty() ? "the host's device" : "not there"; }
    std::string operator()(const HostSocket& /*node*/) const { return rest.empty() ? "the host's socket" : "not there"; }
};

/// `/data/x` for a source and the way below it.
std::string source_text(const SandboxPath& source, std::string_view rest) {
    return source.joined(rest).text();
}

/// What a gain is called, most important first; `%` is the place.
struct Phrase {
    std::uint32_t bit;
    unsigned weight;
    std::string_view gained;
    std::string_view lost;
};
constexpr Phrase phrases[] = {
    {host_write, 90, "can write %", "can no longer write %"},
    {host_read, 80, "can read %", "can no longer read %"},
    {device_use, 75, "can use the device %", "can no longer use the device %"},
    {connection, 70, "can connect to the socket %", "can no longer connect to the socket %"},
    {device_directory, 50, "has a minimal /dev at %", "no longer has a minimal /dev at %"},
    {process_entries, 50, "has a procfs at %", "no longer has a procfs at %"},
    {private_write, 40, "has a private directory that it can write at %", "no longer has a private directory at %"},
    {execution, 60, "can run what is in %", "can no longer run what is in %"},
    {link, 30, "has a link at %", "no longer has a link at %"},
    {reading, 30, "can read %", "can no longer read %"},
    {presence, 20, "finds something at %", "no longer finds anything at %"},
};
constexpr Phrase another{0, 40, "finds something else at %", "finds something else at %"};

const Phrase& phrase_for(std::uint32_t bits) {
    const auto* const found =
        std::find_if(std::begin(phrases), std::end(phrases), [&](const Phrase& phrase) { return (bits & phrase.bit) != 0; });
    return found == std::end(phrases) ? another : *found;
}

std::string filled(std::string_view phrase, const std::string& place) {
    const std::size_t at = phrase.find('%');
    return std::string(phrase.substr(0, at)) + place + std::string(phrase.substr(at + 1));
}

std::string instead(const std::string& place, const Grant& before, const Grant& after) {
    if (before.words == after.words) {
        return "finds other contents at " + place;
    }
    return "finds " + place + " " + after.words + ", which was " + before.words;
}

}  // namespace

Grant no_grant() {
    Grant grant;
    grant.words = "not there";
    return grant;
}

Grant grant_at(const SandboxPath& node_path, const Node& node, std::string_view rest) {
    Place place;
    place.node = &node;
    place = with_access(std::move(place), rest, false);
    Grant grant;
    grant.view = place.view;
    grant.bits = bits_of(place);
    if (const auto* tree = std::get_if<HostTree>(&node.content)) {
        grant.source = source_text(tree->source, rest);
    } else if (std::holds_alternative<HostSocket>(node.content)) {
        grant.source = node_path.text();
    } else if (const auto* file = std::get_if<DataFile>(&node.content)) {
        grant.made_of = file->contents.quoted();
    } else if (const auto* target = std::get_if<Link>(&node.content)) {
        grant.made_of = target->target + std::string(rest);
    } else if (const auto* tmpfs = std::get_if<Tmpfs>(&node.content); tmpfs != nullptr && rest.empty()) {
        grant.size = tmpfs->size.bytes;
    } else if (std::holds_alternative<DeviceDirectory>(node.content) && rest.empty()) {
        grant.bits = (grant.bits & ~device_use) | device_directory;
    }
    grant.words = std::visit(Words{node_path, rest, grant}, node.content);
    return grant;
}

bool is_within(const Grant& a, const Grant& b) {
    if ((a.bits & ~b.bits) != 0) {
        return false;
    }
    if ((a.bits & (host | connection)) != 0) {
        return a.source == b.source;
    }
    if ((b.bits & host) != 0 || a.bits == 0) {
        return true;  // what is private is less than what is the host's
    }
    if ((a.bits & private_write) != 0) {
        return a.size <= b.size;
    }
    return (b.bits & private_write) != 0 || a.made_of == b.made_of;
}

Grant either(Grant a, const Grant& b) {
    if ((b.bits & (host | connection)) != 0 && a.source != b.source) {
        a.source += a.source.empty() ? b.source : " or " + b.source;
    }
    a.bits |= b.bits;
    a.size = std::max(a.size, b.size);
    return a;
}

Grant both(Grant a, const Grant& b) {
    a.bits &= b.bits;
    if (a.source != b.source) {
        a.bits &= ~(host | connection);
    }
    a.size = std::min(a.size, b.size);
    return a;
}

std::string grant_claim(const std::string& place, const Grant& before, const Grant& after, Relation relation) {
    switch (relation) {
        case Relation::wider: {
            const std::uint32_t gained = after.bits & ~before.bits;
            if (gained == 0) {
                return "can fill " + place + " further: it is " + after.words + ", and was " + before.words;
            }
            return filled(phrase_for(gained).gained, place) + ", which was " + before.words;
        }
        case Relation::narrower: {
            const std::uint32_t lost = before.bits & ~after.bits;
            if (lost == 0) {
                return "can fill " + place + " less: it is " + after.words + ", and was " + before.words;
            }
            return filled(phrase_for(lost).lost, place) + ", which is " + after.words + " now";
        }
        case Relation::equivalent:
        case Relation::incomparable:
            break;
    }
    return instead(place, before, after);
}

RequestKind telling_request(const Grant& before, const Grant& after) {
    const std::uint32_t changed = before.bits ^ after.bits;
    if ((changed & host_read) != 0 || before.source != after.source) {
        return RequestKind::read;
    }
    if ((changed & (host_write | private_write | connection | device_use)) != 0) {
        return RequestKind::write;
    }
    return (changed & execution) != 0 ? RequestKind::exec : RequestKind::read;
}

unsigned weight_of(const Grant& before, const Grant& after) {
    return phrase_for(before.bits ^ after.bits).weight;
}

}  // namespace sbx::policy
