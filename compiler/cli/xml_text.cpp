// See the header.
#include "compiler/cli/xml_text.hpp"

#include "compiler/cli/display_text.hpp"

namespace sbx::cli {

std::string xml_text(std::string_view text) {
    std::string out;
    for (const char byte : displayed(text)) {
        switch (byte) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&apos;";
                break;
            default:
                out += byte;
        }
    }
    return out;
}

}  // namespace sbx::cli
