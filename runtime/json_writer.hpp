// Writes JSON (RFC 8259) with members in the order in which they are given. Assumes balanced calls; guarantees valid UTF-8: a byte
// that belongs to no character becomes the lone surrogate that Python's `surrogateescape` makes of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sbx::runtime {

class JsonWriter {
public:
    /// `name` is of a member, and empty for an item or for the document.
    void open_object(std::string_view name = {}) { open(name, '{'); }
    void close_object() { close('}'); }
    void open_array(std::string_view name = {}) { open(name, '['); }
    void close_array() { close(']'); }
    void text(std::string_view name, std::string_view value);
    void number(std::string_view name, std::int64_t value) { raw(name, std::to_string(value)); }
    void unsigned_number(std::string_view name, std::uint64_t value) { raw(name, std::to_string(value)); }
    /// Microseconds, written as milliseconds.
    void milliseconds(std::string_view name, std::int64_t microseconds);
    void flag(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
    void null(std::string_view name) { raw(name, "null"); }

    /// The document, with a newline at its end.
    [[nodiscard]] std::string finish() { return std::move(bytes_) + '\n'; }

private:
    std::string bytes_;
    std::size_t depth_ = 0;
    bool first_ = true;

    void begin(std::string_view name);
    void open(std::string_view name, char bracket);
    void close(char bracket);
    void raw(std::string_view name, std::string_view value);
    void quote(std::string_view value);
};

}  // namespace sbx::runtime
