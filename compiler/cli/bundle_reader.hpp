// A bundle from the disk, all of it, for those who look at bundles rather than make them.
#pragma once

#include "compiler/verify/bundle_files.hpp"
#include "compiler/verify/finding.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace sbx::cli {

struct StoredFile {
    std::string bytes;
    std::uint32_t mode = 0;
};
struct StoredBundle {
    std::map<std::string, StoredFile> files;  ///< by name relative to the bundle
    /// What is no file of a bundle: links, devices, directories in directories; and directories that others can change.
    verify::Findings strangers;

    /// Refers to `files`.
    [[nodiscard]] verify::BundleFiles view() const;
};

/// std::system_error if the directory, or anything in it, cannot be read; no link is followed below it.
[[nodiscard]] StoredBundle read_bundle(const std::string& path);

}  // namespace sbx::cli
