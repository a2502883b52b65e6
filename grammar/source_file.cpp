// Places in a source file. Assumes a text below 4 GiB (the parser refuses one over 4 MiB); guarantees that no query reads
// outside the text, whatever span or offset it is asked about.
#include "grammar/source_file.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace sbx {

namespace {

std::vector<std::uint32_t> find_line_starts(std::string_view text) {
    std::vector<std::uint32_t> starts{0};
    starts.reserve(text.size() / 32 + 1);
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    for (const char* at = begin; at < end;) {
        const void* found = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
        if (found == nullptr) {
            break;
        }
        at = static_cast<const char*>(found) + 1;
        starts.push_back(static_cast<std::uint32_t>(at - begin));
    }
    return starts;
}

bool starts_code_point(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

}  // namespace

SourceFile::SourceFile(std::string name, std::string text)
    : name_(std::move(name)), stable_name_(name_), text_(std::move(text)), line_starts_(find_line_starts(text_)) {}

SourceFile::SourceFile(std::string name, std::string stable_name, std::string text)
    : name_(std::move(name)), stable_name_(std::move(stable_name)), text_(std::move(text)), line_starts_(find_line_starts(text_)) {}

std::string_view SourceFile::text(Span span) const {
    const std::size_t begin = std::min<std::size_t>(span.begin, text_.size());
    const std::size_t end = std::clamp<std::size_t>(span.end, begin, text_.size());
    return std::string_view(text_).substr(begin, end - begin);
}

LineColumn SourceFile::position(std::uint32_t offset) const {
    const auto at = static_cast<std::uint32_t>(std::min<std::size_t>(offset, text_.size()));
    const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), at);
    const std::string_view before = text({*(next - 1), at});
    const auto code_points = std::count_if(before.begin(), before.end(), starts_code_point);
    return {static_cast<std::uint32_t>(next - line_starts_.begin()), static_cast<std::uint32_t>(code_points) + 1};
}

Span SourceFile::line_around(std::uint32_t offset) const {
    const auto at = static_cast<std::uint32_t>(std::min<std::size_t>(offset, text_.size()));
    const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), at);
    const std::uint32_t begin = *(next - 1);
    std::size_t end = next == line_starts_.end() ? text_.size() : *next - 1U;
    if (end > begin && text_[end - 1] == '\r') {
        --end;
    }
    return {begin, static_cast<std::uint32_t>(end)};
}

std::string Origin::describe() const {
    if (file == nullptr) {
        return "built in";
    }
    const LineColumn place = file->position(span.begin);
    return file->name() + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::string Origin::describe_stable() const {
    return file == nullptr ? std::string() : file->stable_name() + ":" + std::to_string(file->position(span.begin).line);
}

}  // namespace sbx
