// The programs of the host that a launch uses.
#pragma once

#include "runtime/refusal.hpp"
#include "runtime/root_owned_tool.hpp"

namespace sbx::runtime::tools {

inline const Tool bubblewrap = {
    step::bubblewrap,
    "bubblewrap",
    "bubblewrap",
    {"/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap", "/usr/libexec/bwrap", "/usr/lib/bubblewrap/bwrap"}};
inline const Tool nft = {step::network, "nft", "nftables", {"/usr/sbin/nft", "/sbin/nft", "/usr/local/sbin/nft"}};
inline const Tool slirp4netns = {
    step::network, "slirp4netns", "slirp4netns", {"/usr/bin/slirp4netns", "/usr/local/bin/slirp4netns"}};
/// pasta is the name under which passt does it; in most systems that name is a link.
inline const Tool pasta = {step::network, "pasta", "passt", {"/usr/bin/passt", "/usr/local/bin/passt"}};
inline const Tool dnsmasq = {step::network, "dnsmasq", "dnsmasq-base", {"/usr/sbin/dnsmasq", "/usr/local/sbin/dnsmasq"}};

}  // namespace sbx::runtime::tools
