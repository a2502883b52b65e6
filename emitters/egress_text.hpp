// Pieces of nft's language: sets, elements and rules. Numbers only: nothing here is looked up, by nft or by anybody else.
#pragma once

#include "compiler/plan/filter_plan.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sbx::emit {

/// ` # ci.sbx:12, ci.sbx:14`, or nothing.
[[nodiscard]] std::string origin_comment(const std::vector<Origin>& origins);
/// The set's block without elements: it ends where they would stand.
[[nodiscard]] std::string set_head(const plan::FilterSet& set);
/// Elements `begin` to `end`, one a line, each line indented; where the origin changes, a comment says so.
[[nodiscard]] std::string element_lines(const plan::FilterSet& set, std::size_t begin, std::size_t end, std::string_view indent);
/// `meta nfproto ipv4 meta l4proto tcp ip daddr . tcp dport @tcp_4`
[[nodiscard]] std::string match_text(const plan::FilterRule& rule);
/// `{ 443, 8000-8999 }`, or the one range as it is.
[[nodiscard]] std::string port_set_text(const policy::PortSet& ports);

}  // namespace sbx::emit
