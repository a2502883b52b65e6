// The edit for a statement that one file says twice, word for word.
#pragma once

#include "compiler/policy/resolve_session.hpp"

namespace sbx::policy {

/// Offers to take the statement around `second` out, where the one around `first` is another of the same file, in the same words:
/// whatever it says is then said still. Nothing where they differ, where a comment stands in the second, and for text that is no
/// part of a file.
void offer_removal_of_repeated(DiagnosticBuilder& report, const Session& session, const Origin& second, const Origin& first);

}  // namespace sbx::policy
