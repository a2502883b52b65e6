// The file of `--report`, opened before anything else is decided. Assumes that others may write where it lies; guarantees that
// nothing is created or changed through a link or a name that somebody else planted, and that an old report never passes for this
// launch's.
#pragma once

#include "runtime/descriptor.hpp"

#include <string>
#include <string_view>

namespace sbx::runtime {

class ReportFile {
public:
    /// No file if `path` is empty. Creates it, mode 0644, or empties one of the caller's own.
    explicit ReportFile(const std::string& path);

    [[nodiscard]] bool wanted() const { return file_.open(); }
    [[nodiscard]] int descriptor() const { return file_.get(); }
    /// Replaces what it holds; false if that failed.
    [[nodiscard]] bool write(std::string_view text) const;

private:
    Descriptor file_;
};

}  // namespace sbx::runtime
