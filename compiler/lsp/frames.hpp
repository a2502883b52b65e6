// The byte stream of a client taken apart into messages: `Content-Length: N`, an empty line, N bytes (Language Server
// Protocol 3.17, "Base Protocol"). Assumes any bytes in any portions; guarantees that each portion is looked at once, that nothing
// that a client sends ends the reading, and that what is kept is bounded.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sbx::lsp {

/// A larger message is skipped: the largest policy, each of its bytes written as `\u0000`, is 24 MiB.
inline constexpr std::size_t max_message_bytes = 64U << 20U;
/// So many bytes without the end of a header are no header.
inline constexpr std::size_t max_header_bytes = 4096;

/// One message, or what is wrong with what stands in its place.
struct Frame {
    std::string body;
    std::string problem;  ///< one sentence without a full stop; empty for a message
};

class FrameReader {
public:
    void add(std::string_view bytes) { buffer_ += bytes; }
    /// Nothing while the next message is not complete. After a problem, reading goes on at the next `Content-Length:`.
    [[nodiscard]] std::optional<Frame> next();

private:
    [[nodiscard]] std::optional<Frame> refuse(std::string problem);
    void find_header();
    void skip_body();
    void drop(std::size_t bytes) { buffer_.erase(0, bytes); }

    std::string buffer_;
    std::size_t skipped_ = 0;  ///< bytes of a message that is not wanted and has yet to come
    bool lost_ = false;        ///< what comes next need not be a header
};

/// `body` with its header.
[[nodiscard]] std::string framed(std::string_view body);

}  // namespace sbx::lsp
