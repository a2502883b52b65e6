// Matching names and patterns against loader_variables.def.
#include "compiler/policy/loader_variables.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

constexpr std::string_view proxies[] = {"all_proxy", "ftp_proxy", "http_proxy", "https_proxy", "no_proxy", "rsync_proxy",
                                        "ALL_PROXY", "FTP_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "RSYNC_PROXY"};

bool starts_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}
bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool matches_name(std::string_view row, std::string_view name) {
    if (row.front() == '*') {
        return ends_with(name, row.substr(1));
    }
    return row.back() == '*' ? starts_with(name, row.substr(0, row.size() - 1)) : row == name;
}

bool matches_pattern(std::string_view row, std::string_view prefix) {
    if (row.front() == '*') {
        return std::any_of(std::begin(proxies), std::end(proxies),
                           [&](std::string_view proxy) { return ends_with(proxy, row.substr(1)) && starts_with(proxy, prefix); });
    }
    if (row.back() == '*') {
        row.remove_suffix(1);
        return starts_with(row, prefix) || starts_with(prefix, row);
    }
    return starts_with(row, prefix);
}

}  // namespace

const std::vector<LoaderVariable>& loader_variables() {
    static const std::vector<LoaderVariable> table{
#define SBX_LOADER_VARIABLE(pattern, why) {pattern, why},
#include "compiler/policy/loader_variables.def"
#undef SBX_LOADER_VARIABLE
    };
    return table;
}

const LoaderVariable* find_loader_variable(std::string_view name_or_pattern) {
    const bool is_pattern = ends_with(name_or_pattern, "*");
    const std::string_view bare = is_pattern ? name_or_pattern.substr(0, name_or_pattern.size() - 1) : name_or_pattern;
    for (const LoaderVariable& row : loader_variables()) {
        if (is_pattern ? matches_pattern(row.pattern, bare) : matches_name(row.pattern, bare)) {
            return &row;
        }
    }
    return nullptr;
}

}  // namespace sbx::policy
