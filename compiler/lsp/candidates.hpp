// Words that can stand in a place of a signature, from the compiler's tables and from the policy.
#pragma once

#include "compiler/lsp/spot.hpp"
#include "compiler/lsp/workspace.hpp"

#include <string>
#include <vector>

namespace sbx::lsp {

/// `CompletionItemKind`.
enum class CandidateKind : int {
    function = 3,
    variable = 6,
    module = 9,
    value = 12,
    keyword = 14,
    file = 17,
    folder = 19,
    constant = 21
};

struct Candidate {
    std::string label;
    CandidateKind kind = CandidateKind::value;
    std::string detail;         ///< one line
    std::string documentation;  ///< Markdown
    std::string insert;         ///< what is written if that is not the label
};
using Candidates = std::vector<Candidate>;

/// For `place` as next_words() names it.
[[nodiscard]] Candidates candidates_for(const std::string& place, const Spot& spot, Workspace& workspace, const Document& document);
/// Statements of a block.
[[nodiscard]] Candidates statement_candidates(policy::Context context);
/// How a name is written where it is used.
struct NameForm {
    std::string before;
    std::string after;
    bool with_ids = false;  ///< `uid` and `gid`, which stand in strings alone
};
/// All that is in scope.
[[nodiscard]] Candidates name_candidates(Workspace& workspace, const Document& document, const NameForm& form);
/// Files and directories that `typed`, a relative path, may go on to.
[[nodiscard]] Candidates file_candidates(Workspace& workspace, const Document& document, const std::string& typed);
/// Findings that can be waived.
[[nodiscard]] Candidates code_candidates();

}  // namespace sbx::lsp
