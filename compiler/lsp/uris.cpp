// Percent-encoding; see the header.
#include "compiler/lsp/uris.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::lsp {
namespace {

constexpr unsigned no_digit = 16;

unsigned hex_digit(char byte) {
    const auto between = [byte](char first, char last) { return byte >= first && byte <= last; };
    return between('0', '9')   ? static_cast<unsigned>(byte - '0')
           : between('a', 'f') ? static_cast<unsigned>(byte - 'a') + 10
           : between('A', 'F') ? static_cast<unsigned>(byte - 'A') + 10
                               : no_digit;
}

/// nullopt for a `%` that no two digits follow, and for NUL, which no path holds.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            decoded += text[at];
            continue;
        }
        const unsigned high = at + 1 < text.size() ? hex_digit(text[at + 1]) : no_digit;
        const unsigned low = at + 2 < text.size() ? hex_digit(text[at + 2]) : no_digit;
        if (high == no_digit || low == no_digit || high + low == 0) {
            return std::nullopt;
        }
        decoded += static_cast<char>(static_cast<unsigned char>(high * 16 + low));
        at += 2;
    }
    return decoded;
}

/// What RFC 3986 lets stand in a path: unreserved, `/`, and of the rest what editors leave as it is.
bool stands_for_itself(char byte) {
    const bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    return is_letter || (byte >= '0' && byte <= '9') || std::string_view("-._~/").find(byte) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> path_of_uri(std::string_view uri) {
    constexpr std::string_view scheme = "file:";
    if (uri.substr(0, scheme.size()) != scheme) {
        return std::nullopt;
    }
    uri.remove_prefix(scheme.size());
    if (uri.substr(0, 2) == "//") {
        const std::size_t slash = std::min(uri.find('/', 2), uri.size());
        const std::string_view host = uri.substr(2, slash - 2);
        if (!host.empty() && host != "localhost") {
            return std::nullopt;
        }
        uri.remove_prefix(slash);
    }
    uri = uri.substr(0, uri.find_first_of("?#"));
    if (uri.empty() || uri.front() != '/') {
        return std::nullopt;
    }
    return percent_decoded(uri);
}

std::string uri_of_path(std::string_view path) {
    std::string uri = "file://";
    for (const char byte : path) {
        if (stands_for_itself(byte)) {
            uri += byte;
        } else {
            uri += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(byte)));
        }
    }
    return uri;
}

std::string uri_of_standard_fragment(std::string_view name) {
    return fmt::format("{}:/{}.sbx", content_scheme, name);
}

std::string uri_of_page(std::string_view code) {
    return fmt::format("{}:/explain/{}.md", content_scheme, code);
}

}  // namespace sbx::lsp
