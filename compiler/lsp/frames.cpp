// Headers read; see the header. A name of a field is compared without regard to case, as in RFC 7230, which the protocol refers to.
#include "compiler/lsp/frames.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace sbx::lsp {
namespace {

constexpr std::string_view length_field = "content-length";

char lower(char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

std::string lowered(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

std::string_view trimmed_field(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

struct Header {
    std::optional<std::size_t> length;
    std::string problem;
};

void read_length(std::string_view value, Header& header) {
    std::size_t length = 0;
    const char* const end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, length);
    if (error != std::errc() || stop != end || value.empty()) {
        header.problem = "`Content-Length` is no number of bytes";
    } else if (header.length && *header.length != length) {
        header.problem = "`Content-Length` stands twice";
    } else {
        header.length = length;
    }
}

void read_type(const std::string& value, Header& header) {
    const std::size_t at = value.find("charset=");
    const std::string charset = at == std::string::npos ? "utf-8" : value.substr(at + 8, value.find(';', at + 8) - at - 8);
    if (charset != "utf-8" && charset != "utf8" && charset != "\"utf-8\"") {
        header.problem = "messages are UTF-8, and have no other `charset`";
    }
}

Header read_header(std::string_view text) {
    Header header;
    while (!text.empty() && header.problem.empty()) {
        const std::size_t end = std::min(text.find("\r\n"), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 2, text.size()));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) {
            header.problem = "a line of a header is no `Name: value`";
            return header;
        }
        const std::string name = lowered(trimmed_field(line.substr(0, colon)));
        const std::string_view value = trimmed_field(line.substr(colon + 1));
        if (name == length_field) {
            read_length(value, header);
        } else if (name == "content-type") {
            read_type(lowered(value), header);
        }
    }
    if (header.problem.empty() && !header.length) {
        header.problem = "a header has no `Content-Length`";
    }
    return header;
}

}  // namespace

std::optional<Frame> FrameReader::refuse(std::string problem) {
    // The first line goes, so that reading goes on; a header may begin on the next one.
    const std::size_t line = buffer_.find('\n');
    drop(line == std::string::npos ? buffer_.size() : line + 1);
    lost_ = true;
    return Frame{{}, std::move(problem)};
}

void FrameReader::find_header() {
    const auto found = std::search(buffer_.begin(), buffer_.end(), length_field.begin(), length_field.end(),
                                   [](char a, char b) { return lower(a) == b; });
    lost_ = found == buffer_.end();
    const auto at = static_cast<std::size_t>(found - buffer_.begin());
    drop(lost_ && at >= length_field.size() ? at - (length_field.size() - 1) : lost_ ? 0 : at);
}

void FrameReader::skip_body() {
    const std::size_t here = std::min(skipped_, buffer_.size());
    drop(here);
    skipped_ -= here;
}

std::optional<Frame> FrameReader::next() {
    skip_body();
    if (lost_) {
        find_header();
    }
    if (skipped_ != 0 || lost_ || buffer_.empty()) {
        return std::nullopt;
    }
    const std::size_t end = buffer_.find("\r\n\r\n");
    if (end == std::string::npos) {
        return buffer_.size() > max_header_bytes ? refuse("a header does not end") : std::nullopt;
    }
    const Header header = read_header(std::string_view(buffer_).substr(0, end));
    if (!header.problem.empty()) {
        return refuse(header.problem);
    }
    const std::size_t begin = end + 4;
    if (*header.length > max_message_bytes) {
        drop(begin);
        skipped_ = *header.length;
        skip_body();
        return Frame{{}, fmt::format("a message of {} bytes is larger than any policy can be", *header.length)};
    }
    if (buffer_.size() - begin < *header.length) {
        return std::nullopt;
    }
    Frame frame{buffer_.substr(begin, *header.length), {}};
    drop(begin + *header.length);
    return frame;
}

std::string framed(std::string_view body) {
    return fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body);
}

}  // namespace sbx::lsp
