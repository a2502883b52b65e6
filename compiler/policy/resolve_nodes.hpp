// What the statements of a `filesystem` block have in common. Internal to resolve().
#pragma once

#include "compiler/policy/resolve_values.hpp"

namespace sbx::policy {

/// Adds a node at `path`; its origin is the word's.
void place(FileResolver& file, const Statement& statement, const Word& word, SandboxPath path, Node node);
/// F030 for a node at `/`; false then.
[[nodiscard]] bool check_not_root(FileResolver& file, const Statement& statement, const Word& word, const SandboxPath& path);
/// L014 for a node at a bare parameter; false then.
[[nodiscard]] bool check_not_parameter(FileResolver& file, const Statement& statement, const Word& word, const SandboxPath& path);
/// S010 for a trailing slash on what is no directory; false then.
[[nodiscard]] bool check_no_slash(FileResolver& file, const Statement& statement, const Word& word, const PathValue& path);
/// S009 for words beyond the first `most`.
void refuse_more(FileResolver& file, const Statement& statement, const std::vector<Word>& words, std::size_t most);

}  // namespace sbx::policy
