// Reads landlock.tab. See the header.
#include "runtime/landlock_table.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/number.hpp"
#include "runtime/refusal.hpp"
#include "runtime/table_lines.hpp"

#include <algorithm>

namespace sbx::runtime {

namespace {

[[noreturn]] void bad_rule(std::string_view line, const char* what) {
    refuse(step::verify, "landlock.tab is malformed at " + quoted(line) + ": " + what, "compile the policy again");
}

template <class Names>
std::uint64_t read_bits(std::string_view line, std::string_view words, const Names& names) {
    std::uint64_t bits = 0;
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        const auto* const found =
            std::find_if(names.begin(), names.end(), [&](const auto& known) { return known.name == words.substr(0, end); });
        if (found == names.end()) {
            bad_rule(line, "no right of Landlock");
        }
        bits |= std::uint64_t{1} << static_cast<unsigned>(found - names.begin());
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    if (bits == 0) {
        bad_rule(line, "it names no right");
    }
    return bits;
}

LandlockRow read_row(std::string_view line, std::string_view rest, bool optional) {
    LandlockRow row;
    std::size_t length = 0;
    row.path = read_template(rest, length);
    row.optional = optional;
    rest.remove_prefix(length);
    if (rest.substr(0, 1) != " ") {
        bad_rule(line, "something follows the path");
    }
    row.rights = read_bits(line, without_comment(rest.substr(1)), format::landlock_rights);
    return row;
}

}  // namespace

LandlockTable read_landlock_table(std::string_view text) {
    LandlockTable table;
    for (const std::string_view line : table_lines(text, format::landlock_magic, format::landlock_file)) {
        const std::size_t blank = std::min(line.find(' '), line.size());
        const std::string_view word = line.substr(0, blank);
        const std::string_view rest = line.substr(std::min(blank + 1, line.size()));
        if (word == "path" || word == "path-if-exists") {
            table.rows.push_back(read_row(line, rest, word != "path"));
        } else if (word == "require") {
            const std::optional<std::uint64_t> version = read_number(without_comment(rest));
            if (!version || *version > 1000) {
                bad_rule(line, "no version of Landlock");
            }
            table.least = static_cast<unsigned>(*version);
        } else if (without_comment(line) == "require-execute") {
            table.needs_execute = true;
        } else if (word == "handle") {
            table.handled = read_bits(line, without_comment(rest), format::landlock_rights);
        } else if (word == "scope") {
            table.scopes = read_bits(line, without_comment(rest), format::landlock_scopes);
        } else if (without_comment(line) == "tcp none") {
            table.no_tcp = true;
        } else {
            bad_rule(line, "it begins with no word of this table");
        }
    }
    return table;
}

}  // namespace sbx::runtime
