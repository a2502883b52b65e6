// The rows of `enforcement` in manifest.json, apart from the rest of it. A policy of a hundred thousand statements has as many of
// them, each of four short texts: they are read as the lines that they are, and the rest, which is little, as JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbx::verify {

struct ManifestParts {
    std::string rest;           ///< with an empty list instead
    std::string_view rows;      ///< whole lines, without the list's brackets
    std::size_t first_row = 0;  ///< the number of their first line
};
/// Nothing is cut out of what policyc has not written: then `rest` is all of it.
[[nodiscard]] ManifestParts cut_manifest(std::string_view bytes);

/// Their texts as JSON has them: in UTF-8.
struct ManifestRow {
    std::string statement;
    std::string origin;
    std::string protection;
    std::string status;
};
/// Malformed unless each row has its four texts, as policyc writes them, and a status that there is.
[[nodiscard]] std::vector<ManifestRow> read_rows(const ManifestParts& parts);

}  // namespace sbx::verify
