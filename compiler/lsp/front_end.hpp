// The seam to the compiler's composition root: what `policyc check` says about a policy, and what it reads. So this layer does no
// I/O, knows no option and no stage behind the meaning, and is never of another opinion than the command.
#pragma once

#include "compiler/policy/resolve.hpp"
#include "grammar/diagnostic.hpp"

#include <memory>
#include <string>
#include <vector>

namespace sbx::lsp {

/// What the compiler makes of one policy. Diagnostics point into `sources`, whose first file is the root, or into `kept`.
struct Checked {
    policy::SourceSet sources;
    policy::Profile profile;
    std::vector<Diagnostic> diagnostics;  ///< those that `policyc check` prints, in its order
    std::shared_ptr<const void> kept;
    std::string failure;  ///< one sentence about a file that could not be read, house rules among them; empty for none
};

/// What a client may ask of all its policies, beside what the command line says.
struct Settings {
    std::map<std::string, std::string> definitions;  ///< as -D
    std::vector<std::string> include_directories;    ///< as -I
    bool pedantic = false;                           ///< as --pedantic
};

class FrontEnd {
public:
    virtual ~FrontEnd() = default;

    virtual void configure(const Settings& settings) = 0;
    [[nodiscard]] virtual const Settings& settings() const = 0;
    /// `path` is absolute, or `-` for a text without a file. Never throws for what is in a file, or for one that is not there.
    [[nodiscard]] virtual Checked check(const std::string& path, const std::string& text, const policy::FileReader& reader) = 0;
    /// House rules are read again when they are next needed.
    virtual void forget_house_rules() = 0;
    /// The disk.
    [[nodiscard]] virtual const policy::FileReader& disk() const = 0;
    /// Names of policies in a directory, and, with a `/` at the end, of the directories in it; sorted. Empty where it can't be
    /// read.
    [[nodiscard]] virtual std::vector<std::string> list(const std::string& directory) const = 0;
    /// The long form of a diagnostic, as Markdown.
    [[nodiscard]] virtual std::string page(DiagnosticKind kind) const = 0;
};

}  // namespace sbx::lsp
