// The language reference, grammar/README.md, taken apart: sections, table rows, what stands in back-quotes.
#pragma once

#include "tests/golden/bundle_files.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace sbx::test {

inline const std::string& reference() {
    static const std::string text = read_bytes(SBX_SOURCE_DIR "/grammar/README.md");
    return text;
}

/// What stands between a heading of the second level and the next.
inline std::string section(const std::string& title) {
    const std::size_t begin = reference().find("\n## " + title + "\n");
    EXPECT_NE(begin, std::string::npos) << title;
    return reference().substr(begin, reference().find("\n## ", begin + 1) - begin);
}

/// The rows of all tables in a text, as cells without the blanks around them; `\|` is a bar.
inline std::vector<std::vector<std::string>> table_rows(const std::string& text) {
    std::vector<std::vector<std::string>> rows;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        at = end + 1;
        if (line.rfind("| ", 0) != 0) {
            continue;
        }
        std::vector<std::string> cells(1);
        for (std::size_t i = 2; i < line.size(); ++i) {
            if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
                cells.back() += line[++i];
            } else if (line[i] == '|') {
                cells.emplace_back();
            } else {
                cells.back() += line[i];
            }
        }
        cells.pop_back();
        for (std::string& cell : cells) {
            cell.erase(0, cell.find_first_not_of(' '));
            cell.erase(cell.find_last_not_of(' ') + 1);
        }
        rows.push_back(std::move(cells));
    }
    return rows;
}

/// What stands in back-quotes.
inline std::vector<std::string> quoted(const std::string& text) {
    std::vector<std::string> found;
    for (std::size_t at = text.find('`'); at != std::string::npos; at = text.find('`', at)) {
        const std::size_t end = text.find('`', at + 1);
        if (end == std::string::npos) {
            break;
        }
        found.push_back(text.substr(at + 1, end - at - 1));
        at = end + 1;
    }
    return found;
}

}  // namespace sbx::test
