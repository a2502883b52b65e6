// Cuts a table into lines. See the header.
#include "runtime/table_lines.hpp"

#include "runtime/refusal.hpp"

#include <algorithm>

namespace sbx::runtime {

std::vector<std::string_view> table_lines(std::string_view text, std::string_view first_line, std::string_view file) {
    const auto malformed = [file](const std::string& what) {
        refuse(step::verify, std::string(file) + " is malformed: " + what, "compile the policy again");
    };
    if (text.size() > (std::size_t{1} << 20)) {
        malformed("more than 1 MiB");
    }
    if (text.substr(0, first_line.size()) != first_line || text.substr(first_line.size(), 1) != "\n") {
        malformed("it does not begin with the line " + quoted(first_line));
    }
    if (text.back() != '\n') {
        malformed("its last line does not end");
    }
    const auto control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f; };
    if (std::any_of(text.begin(), text.end(), control)) {
        malformed("it holds a control character");
    }
    std::vector<std::string_view> lines;
    text.remove_prefix(first_line.size() + 1);
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (const std::string_view line = text.substr(0, end); !line.empty() && line.front() != '#') {
            lines.push_back(line);
        }
        if (lines.size() > 10000) {
            malformed("more than 10000 lines");
        }
        text.remove_prefix(end + 1);
    }
    return lines;
}

}  // namespace sbx::runtime
