// Sources from the disk and from standard input.
#pragma once

#include "compiler/policy/resolve.hpp"

#include <optional>
#include <string>

namespace sbx::cli {

/// Reads at most one byte more than the language allows a file to have: enough for the parser to refuse it, whatever is read.
class DiskFiles : public policy::FileReader {
public:
    [[nodiscard]] std::optional<std::string> read(const std::string& path) const override;
    /// realpath(3); std::system_error if the file is not there.
    [[nodiscard]] std::string canonical(const std::string& path) const override;
};

/// The text of the root file; `-` is standard input. std::system_error if it cannot be read, ENOENT included.
[[nodiscard]] std::string read_root(const std::string& path);

}  // namespace sbx::cli
