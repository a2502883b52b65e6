// Taking pages apart; see the header.
#include "compiler/cli/pages.hpp"

namespace sbx::cli {
namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of('\n');
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of('\n') - first + 1);
}

}  // namespace

std::vector<PageSection> sections(std::string_view page) {
    constexpr std::string_view opener = "== ";
    std::vector<PageSection> found;
    std::size_t at = page.rfind(opener, 0) == 0 ? 0 : page.find("\n== ");
    while (at < page.size()) {
        at += page[at] == '\n' ? 1 : 0;
        const std::size_t name_end = page.find('\n', at);
        const std::size_t next = name_end == std::string_view::npos ? name_end : page.find("\n== ", name_end);
        const std::string_view body =
            name_end == std::string_view::npos ? std::string_view() : page.substr(name_end, next - name_end);
        found.push_back({page.substr(at + opener.size(), name_end - at - opener.size()), trimmed(body)});
        at = next;
    }
    return found;
}

}  // namespace sbx::cli
