// A bundle to disk, all or nothing: at every moment, and after a kill or a full disk at any moment, the output directory is the old
// bundle or the new one. Modes are those asked for, whatever the umask.
#pragma once

#include "emitters/emit.hpp"

#include <ctime>
#include <optional>
#include <string>

namespace sbx::cli {

struct WriteOptions {
    /// False behaves as on a file system without RENAME_EXCHANGE (renameat2(2)): the old bundle is set aside first, so for a moment
    /// there is none; a kill in that moment leaves it as `.NAME.policyc-old-…`.
    bool may_exchange = true;
    /// Seconds after which what a killed run left beside `out` is taken for abandoned, and deleted.
    std::time_t leftover_age = 3600;
};

/// Why `out` cannot become a bundle, in words for the user; nullopt if it can. Failing calls are std::system_error.
[[nodiscard]] std::optional<std::string> refuse_output(const std::string& out);

/// Writes `bundle` to a private sibling of `out` and puts it in place of what is there: nothing, an empty directory or an older
/// bundle. Anything else is refused as by refuse_output() and left alone. Failing calls are std::system_error, with nothing
/// changed. Concurrent calls with one `out` leave one of their bundles, whole.
[[nodiscard]] std::optional<std::string> write_bundle(const emit::Bundle& bundle, const std::string& out,
                                                      WriteOptions options = {});

}  // namespace sbx::cli
