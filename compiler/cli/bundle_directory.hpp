// What stands in a directory that may be a bundle: judged before it is replaced, and removed file by file afterwards, so that
// nothing but a bundle's own files is ever deleted.
#pragma once

#include <string>

namespace sbx::cli {

/// Empty if the directory `name` in the open directory `parent` may be replaced: it is empty, or has a manifest.json that policyc
/// wrote and no file that this does not list. Else why not, in words that follow "`DIR` ". An absent one
/// may be replaced.
[[nodiscard]] std::string why_not_ours(int parent, const std::string& name);

/// Deletes the bundle `name` in `parent`: its files, the directories that held them, itself. Files beyond one level of
/// subdirectories are none of ours and make it fail. False, with errno, if something is left; absent is success.
bool remove_bundle(int parent, const std::string& name);

}  // namespace sbx::cli
