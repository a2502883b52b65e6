// Step 2: the bundle on disk. Assumes that an attacker may write anywhere but where the checks below say; guarantees that the bytes
// it hands out are those whose digest the manifest states, read once from files that only root or the caller can change (R-CMP-13).
#pragma once

#include "runtime/descriptor.hpp"
#include "runtime/manifest.hpp"

#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace sbx::runtime {

class Bundle {
public:
    /// Opens the directory and reads manifest.json. A root caller's bundle must lie where nobody else can replace it.
    explicit Bundle(const std::string& path);

    [[nodiscard]] const Manifest& manifest() const { return manifest_; }
    /// The verified bytes of an artifact.
    [[nodiscard]] std::string read(const std::string& name) const;
    [[nodiscard]] int descriptor() const { return directory_.get(); }

private:
    Descriptor directory_;
    Manifest manifest_;

    [[nodiscard]] std::string read_file(const std::string& name) const;
};

/// SHA-256, in lower case.
[[nodiscard]] std::string hex_digest(const std::string& bytes);

/// Device and inode of a directory and of everything above it, to find out whether a tree holds it (R-CMP-15, R-FS-15).
using Lineage = std::vector<std::pair<dev_t, ino_t>>;
[[nodiscard]] Lineage lineage_of(int directory);

/// The directory above `directory`; closed at the root of the file system.
[[nodiscard]] Descriptor parent_of(int directory);

}  // namespace sbx::runtime
