// What `final` keeps from being overridden. Internal to the merge of layers.
#pragma once

#include "compiler/policy/resolve_layer.hpp"

#include <string>

namespace sbx::policy {

/// L007 with both places.
void report_final(Session& session, const std::string& what, Origin firm, Origin later);
/// Reports nodes of `later` at or below a final node of `firm`, or at a parameter all of whose values lie there, and variables that
/// take the place of a final one though their names are written otherwise. What only repeats a final statement is none.
void check_final(const Layer& firm, const Layer& later, Session& session);

}  // namespace sbx::policy
