// `--depfile`: what a compilation has read, as a rule that make(1), ninja(1) and CMake read. Paths are as they were given, so that
// the same command in the same directory writes the same bytes.
#pragma once

#include "compiler/cli/disk_files.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::cli {

/// Files from the disk, each noted when it was there: the dependencies of what is made of them.
class RecordedFiles : public DiskFiles {
public:
    [[nodiscard]] std::optional<std::string> read(const std::string& path) const override;
    void add(const std::string& path);
    /// In the order in which they were first read, each once.
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

private:
    mutable std::vector<std::string> names_;
};

/// The file of a bundle that stands for all of it in a rule. A build that is interrupted deletes what it was about to make
/// (make(1), "Interrupts", and ninja, where there is a dependency file); without its policy.json a bundle still runs and is still
/// replaced by the next one, without its manifest it would be neither.
[[nodiscard]] std::string bundle_target(std::string_view out);

/// `TARGET: INPUT…` and for each input a rule without a recipe, so that make goes on where one is gone (gcc(1), -MP).
[[nodiscard]] std::string dependency_rule(std::string_view target, const std::vector<std::string>& inputs);

/// Why one of the names cannot stand in such a rule, in words for the user: where make and ninja have no spelling for it, each
/// would read a different one. nullopt if all can.
[[nodiscard]] std::optional<std::string> refuse_names(std::string_view target, const std::vector<std::string>& inputs);

/// Why the rule cannot be kept at `path`: the directory `out` holds a bundle and nothing else.
[[nodiscard]] std::optional<std::string> refuse_place(const std::string& path, const std::string& out);

}  // namespace sbx::cli
