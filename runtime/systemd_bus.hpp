// As much of D-Bus as one call of systemd's manager takes: a message is built, and what comes back is read. Assumes nothing about
// who wrote what is read; guarantees that nothing is read beyond its end, and that a message is whole or refused. Little endian
// only, which is what a manager on the same machine writes. D-Bus Specification, "Message Protocol" and "Marshaling".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx::runtime {

/// Where an array that is being written has its length, and its first element.
struct BusArray {
    std::size_t length = 0, first = 0;
};

/// Every value is aligned to its size, counted from the start of the message; of a body that is the same, since it starts at a
/// multiple of 8.
class BusWriter {
public:
    void align(std::size_t to) { bytes_.resize((bytes_.size() + to - 1) / to * to, '\0'); }
    void byte(unsigned char value) { bytes_ += static_cast<char>(value); }
    void number(std::uint32_t value);
    /// Also an object path.
    void string(std::string_view text);
    void signature(std::string_view text);
    /// `element`: what its elements are aligned to, 8 for structures.
    [[nodiscard]] BusArray begin_array(std::size_t element);
    void end_array(const BusArray& array);
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    void number_at(std::size_t place, std::uint32_t value);
    std::string bytes_;
};

/// A value that is not there, not whole, or not as the specification has it, is 0 or empty, and failed() says so from then on.
class BusReader {
public:
    explicit BusReader(std::string_view bytes) : bytes_(bytes) {}
    void align(std::size_t to);
    std::uint8_t byte();
    std::uint32_t number();
    std::string_view string();
    std::string_view signature();
    void skip(std::size_t count) { static_cast<void>(take(count)); }
    void fail() { failed_ = true; }
    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] std::size_t place() const { return place_; }

private:
    std::string_view take(std::size_t count);
    std::string_view text(std::size_t length);
    std::string_view bytes_;
    std::size_t place_ = 0;
    bool failed_ = false;
};

enum class BusKind : std::uint8_t { call = 1, reply = 2, error = 3, signal = 4 };

struct BusCall {
    std::string_view path, interface, member, destination, signature;
};

/// A whole message.
[[nodiscard]] std::string bus_call(const BusCall& call, std::uint32_t serial, const std::string& body);

struct BusMessage {
    BusKind kind = BusKind::call;
    std::uint32_t reply_to = 0;  ///< the serial of a call, or 0
    std::string error;           ///< the name of one: `org.freedesktop.DBus.Error.AccessDenied`
    std::string member, signature;
    std::string body;
};

/// What comes first of every message, and tells its size.
inline constexpr std::size_t bus_preamble = 16;
/// Nothing we ask for comes near it.
inline constexpr std::size_t largest_bus_message = std::size_t{256} << 10;

/// How long the message is that begins so; absent if it is none, or longer than that.
[[nodiscard]] std::optional<std::size_t> bus_message_size(std::string_view preamble);
/// Absent if it is none, or not as long as it says.
[[nodiscard]] std::optional<BusMessage> read_bus_message(std::string_view bytes);

}  // namespace sbx::runtime
