// The text of refusals. Assumes nothing about what it is given; guarantees one printable ASCII line of bounded length.
#include "runtime/refusal.hpp"

#include <cerrno>

namespace sbx::runtime {

namespace {
constexpr std::size_t longest_quote = 400;
}

std::string printable(std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f) {
            result += c;
        } else {
            result += "\\x";
            result += digits[byte >> 4];
            result += digits[byte & 15];
        }
    }
    return result;
}

std::string quoted(std::string_view text) {
    return "`" + printable(text.substr(0, longest_quote)) + (text.size() > longest_quote ? "...`" : "`");
}

void refuse_errno(std::string_view at, const std::string& what, int error, std::string remedy) {
    // Whatever could not be opened for this: nothing is wrong with it.
    if (error == EMFILE) {
        remedy = "raise the caller's limit of open files";
    } else if (error == ENFILE) {
        remedy = "close files on this host, or raise /proc/sys/fs/file-max";
    }
    throw Refusal{std::string(at), what + ": " + error_text(error), std::move(remedy), exit_refused, error};
}

}  // namespace sbx::runtime
