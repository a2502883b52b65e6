// Units counted; see the header. Most lines are ASCII, in which every encoding counts bytes.
#include "compiler/lsp/positions.hpp"

#include "grammar/encoding.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace sbx::lsp {
namespace {

std::uint32_t units_of(const CodePoint& point, PositionEncoding encoding) {
    return encoding == PositionEncoding::utf8 ? point.length : point.valid && point.value > 0xFFFF ? 2 : 1;
}

std::uint32_t units_in(std::string_view text, PositionEncoding encoding) {
    std::uint32_t units = 0;
    while (!text.empty()) {
        const CodePoint point = decode_utf8(text);
        units += units_of(point, encoding);
        text.remove_prefix(point.length);
    }
    return units;
}

/// Bytes of `line` before the unit, or before the character that the unit is inside of.
std::size_t bytes_before(std::string_view line, std::uint32_t unit, PositionEncoding encoding) {
    std::size_t at = 0;
    std::uint32_t units = 0;
    while (at < line.size()) {
        const CodePoint point = decode_utf8(line.substr(at));
        units += units_of(point, encoding);
        if (units > unit) {
            break;
        }
        at += point.length;
    }
    return at;
}

struct LineEnd {
    std::size_t begin;
    std::size_t length;  ///< 0 at the end of the text
};
LineEnd find_line_end(std::string_view text, std::size_t from) {
    const std::size_t at = text.find_first_of("\r\n", from);
    if (at == std::string_view::npos) {
        return {text.size(), 0};
    }
    return {at, text.substr(at, 2) == "\r\n" ? 2U : 1U};
}

std::uint32_t read_number(const Json& value, const char* member) {
    const Json& number = value.at(member);
    if (!number.is_number_integer() || number < 0 || number > std::numeric_limits<std::int32_t>::max()) {
        throw std::out_of_range(member);
    }
    return number.get<std::uint32_t>();
}

}  // namespace

std::string_view to_text(PositionEncoding encoding) {
    return encoding == PositionEncoding::utf8 ? "utf-8" : "utf-16";
}

Position read_position(const Json& value) {
    return {read_number(value, "line"), read_number(value, "character")};
}

PositionMap::PositionMap(std::string_view text, PositionEncoding encoding) : text_(text), encoding_(encoding) {
    std::size_t begin = 0;
    while (true) {
        const LineEnd end = find_line_end(text, begin);
        const std::string_view line = text.substr(begin, end.begin - begin);
        const bool is_ascii = std::all_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
        lines_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end.begin), is_ascii});
        if (end.length == 0) {
            return;
        }
        begin = end.begin + end.length;
    }
}

Position PositionMap::position(std::uint32_t offset) const {
    const auto next =
        std::upper_bound(lines_.begin(), lines_.end(), offset, [](std::uint32_t at, const Line& line) { return at < line.begin; });
    const Line& line = *(next - 1);
    const std::uint32_t at = std::min(offset, line.end);
    const auto number = static_cast<std::uint32_t>(next - lines_.begin() - 1);
    return {number, line.is_ascii ? at - line.begin : units_in(text_.substr(line.begin, at - line.begin), encoding_)};
}

std::uint32_t PositionMap::offset(Position position) const {
    if (position.line >= lines_.size()) {
        return static_cast<std::uint32_t>(text_.size());
    }
    const Line& line = lines_[position.line];
    const std::uint32_t length = line.end - line.begin;
    if (line.is_ascii) {
        return line.begin + std::min(position.character, length);
    }
    return line.begin + static_cast<std::uint32_t>(bytes_before(text_.substr(line.begin, length), position.character, encoding_));
}

Json PositionMap::range(Span span) const {
    const Position begin = position(span.begin);
    const Position end = position(span.end);
    return {{"start", {{"line", begin.line}, {"character", begin.character}}},
            {"end", {{"line", end.line}, {"character", end.character}}}};
}

std::uint32_t PositionMap::line_start(std::uint32_t line) const {
    return line < lines_.size() ? lines_[line].begin : static_cast<std::uint32_t>(text_.size());
}

std::size_t offset_in(std::string_view text, Position position, PositionEncoding encoding) {
    std::size_t begin = 0;
    LineEnd end = find_line_end(text, begin);
    for (std::uint32_t line = 0; line < position.line; ++line) {
        if (end.length == 0) {
            return text.size();
        }
        begin = end.begin + end.length;
        end = find_line_end(text, begin);
    }
    return begin + bytes_before(text.substr(begin, end.begin - begin), position.character, encoding);
}

}  // namespace sbx::lsp
