// Line by line; see the header. A line end can stand in no text of JSON, so that what begins a line is no part of one.
#include "compiler/verify/manifest_rows.hpp"

#include "compiler/verify/artifact_text.hpp"
#include "compiler/verify/manifest_json.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace sbx::verify {
namespace {

constexpr std::string_view list_head = "\n  \"enforcement\": [\n";
constexpr std::string_view list_end = "\n  ]";

bool is_plain(char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/// What stands in quotes; nullopt unless it is spelled as nlohmann_json spells it.
std::optional<std::string> text_in(std::string_view quoted) {
    if (quoted.size() < 2 || quoted.front() != '"' || quoted.back() != '"') {
        return std::nullopt;
    }
    const std::string_view bytes = quoted.substr(1, quoted.size() - 2);
    if (std::all_of(bytes.begin(), bytes.end(), is_plain)) {
        return std::string(bytes);
    }
    const Json value = Json::parse(quoted, nullptr, false);
    const bool same = value.is_string() && value.dump(-1, ' ', false, Json::error_handler_t::replace) == quoted;
    return same ? std::optional(value.get<std::string>()) : std::nullopt;
}

/// How far the text in quotes goes that the line begins with.
std::size_t length_of_text(std::string_view line) {
    for (std::size_t i = 1; i < line.size(); ++i) {
        if (line[i] == '"') {
            return i + 1;
        }
        i += line[i] == '\\' ? 1 : 0;
    }
    return line.size();
}

class RowReader {
public:
    explicit RowReader(const ManifestParts& parts) : lines_(parts.rows), first_(parts.first_row) {}

    std::vector<ManifestRow> read() {
        std::vector<ManifestRow> rows;
        bool is_last = false;
        for (auto line = lines_.next(); line; line = lines_.next()) {
            if (is_last) {
                refuse("a row of `enforcement` follows without a comma");
            }
            rows.push_back(read_row(*line, is_last));
        }
        require(is_last, "another row");
        return rows;
    }

private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw Malformed{"line " + std::to_string(first_ + lines_.number() - 1), what};
    }
    void require(bool condition, std::string_view what) const {
        if (!condition) {
            refuse("it is no JSON as policyc writes it: " + std::string(what) + " of `enforcement` has to stand here");
        }
    }

    ManifestRow read_row(std::string_view line, bool& is_last) {
        using Text = std::pair<std::string_view, std::string ManifestRow::*>;
        constexpr std::array<Text, 4> texts = {
            Text{"    {\"statement\": ", &ManifestRow::statement}, Text{", \"origin\": ", &ManifestRow::origin},
            Text{", \"protection\": ", &ManifestRow::protection}, Text{", \"status\": ", &ManifestRow::status}};
        ManifestRow row;
        for (const auto& [head, member] : texts) {
            require(line.starts_with(head), "the next text of a row");
            line.remove_prefix(head.size());
            const std::size_t length = length_of_text(line);
            std::optional<std::string> text = text_in(line.substr(0, length));
            require(text.has_value(), "a text");
            row.*member = std::move(*text);
            line.remove_prefix(length);
        }
        is_last = line == "}";
        require(is_last || line == "},", "the end of a row");
        if (row.status != "enforced" && row.status != "narrower") {
            refuse(named(row.status) + " is no status of a protection");
        }
        return row;
    }

    Lines lines_;
    std::size_t first_;
};

}  // namespace

ManifestParts cut_manifest(std::string_view bytes) {
    const std::size_t head = bytes.find(list_head);
    const std::size_t begin = head == std::string_view::npos ? head : head + list_head.size();
    const std::size_t end = begin == std::string_view::npos ? begin : bytes.find(list_end, begin);
    if (end == std::string_view::npos) {
        return {std::string(bytes), {}, 0};
    }
    ManifestParts parts;
    parts.rest = std::string(bytes.substr(0, begin - 1)) + std::string(bytes.substr(end + list_end.size() - 1));
    parts.rows = bytes.substr(begin, end + 1 - begin);
    parts.first_row =
        static_cast<std::size_t>(std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(begin), '\n')) + 1;
    return parts;
}

std::vector<ManifestRow> read_rows(const ManifestParts& parts) {
    return parts.rows.empty() ? std::vector<ManifestRow>() : RowReader(parts).read();
}

}  // namespace sbx::verify
