// Syntax to meaning: reads the files that a profile names, expands what is constant, merges the layers, and leaves the normal form.
#pragma once

#include "compiler/policy/policy.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/syntax_tree.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sbx::policy {

/// The seam to the disk, so that this layer does no I/O. Paths are as given to `-I` or derived from the root's.
class FileReader {
public:
    virtual ~FileReader() = default;
    /// nullopt when there is no such file. Other failures are std::system_error.
    [[nodiscard]] virtual std::optional<std::string> read(const std::string& path) const = 0;
    /// Absolute, without links, `.` and `..`: to tell whether two names are one file, and whether it lies in an allowed directory.
    [[nodiscard]] virtual std::string canonical(const std::string& path) const = 0;
};

struct ResolveOptions {
    std::map<std::string, std::string> definitions;  ///< -D NAME=VALUE, in the language's spelling of a value
    std::vector<std::string> include_directories;    ///< -I
};

/// Owns every file of a run; addresses are stable. `trees` are in the same order.
struct SourceSet {
    std::deque<SourceFile> files;
    std::deque<SyntaxTree> trees;
};

/// Always returns a profile; what could not be understood is left out of it and is an error in the sink. `root_path` is the path
/// of the root file for the reader (`-` or empty for standard input: then `use "…"` resolves against the working directory).
/// `root_text` is its contents, already read. The root may be a fragment: it is resolved as if it were a profile, so that
/// `check` works on it; callers that compile refuse it.
[[nodiscard]] Profile resolve(const std::string& root_path, std::string root_text, const FileReader& reader,
                              const ResolveOptions& options, SourceSet& sources, DiagnosticSink& sink);

}  // namespace sbx::policy
