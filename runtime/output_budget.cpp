// Counts and finds the place to cut. See the header; RFC 3629, section 3, but for what it forbids of well-formed sequences.
#include "runtime/output_budget.hpp"

#include <algorithm>

namespace sbx::runtime {

namespace {

/// Of the bytes after a first one, and 0 where none follow.
unsigned bytes_after(unsigned char first) {
    return first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 0;
}

bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

/// How many bytes its last character lacks after `bytes`, if it lacked `missing` before.
unsigned missing_after(unsigned missing, std::string_view bytes) {
    constexpr std::size_t longest = 4;
    if (bytes.size() >= longest) {  // what began before these is complete
        bytes.remove_prefix(bytes.size() - (longest - 1));
        missing = 0;
    }
    for (const char byte : bytes) {
        missing = missing > 0 && continues(byte) ? missing - 1 : bytes_after(static_cast<unsigned char>(byte));
    }
    return missing;
}

}  // namespace

std::size_t OutputBudget::admit(std::size_t stream, std::string_view bytes) {
    Stream& own = streams_.at(stream);
    const Stream& other = streams_.at(1 - stream);
    cut_ = cut_ || bytes.size() > left_ || other.waiting > left_ - bytes.size();
    const std::uint64_t room = left_ - other.missing;
    std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), room));
    const auto missing = [&] {
        const bool is_open = count == bytes.size() ? !own.ended : continues(bytes[count]);
        return is_open ? missing_after(own.missing, bytes.substr(0, count)) : 0;
    };
    while (count > 0 && missing() > room - count) {
        --count;
    }
    own.missing = missing();
    own.waiting = bytes.size() - count;
    left_ -= count;
    return count;
}

void OutputBudget::end(std::size_t stream) {
    if (cut_) {
        return;  // what is missing was written, and is not passed on
    }
    streams_.at(stream).ended = true;
    streams_.at(stream).missing = 0;
}

void OutputBudget::drop(std::size_t stream) {
    end(stream);
    streams_.at(stream).waiting = 0;
}

}  // namespace sbx::runtime
