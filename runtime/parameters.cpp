// Checks and binds launch parameters. See the header.
#include "runtime/parameters.hpp"

#include "runtime/number.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <limits>

namespace sbx::runtime {

namespace {

bool in_range(const ParameterDeclaration& parameter, std::uint64_t number) {
    return number >= parameter.minimum.value_or(0) &&
           number <= parameter.maximum.value_or(std::numeric_limits<std::uint64_t>::max());
}

bool is_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

bool has_type(const ParameterDeclaration& parameter, const std::string& value) {
    switch (parameter.type) {
        case ParameterType::path:
            return is_normal_path(value) &&
                   (parameter.under.empty() || (value != parameter.under && at_or_below(value, parameter.under)));
        case ParameterType::port: {
            const std::optional<std::uint64_t> number = read_number(value);
            return number && *number >= 1 && *number <= 65535 && in_range(parameter, *number);
        }
        case ParameterType::count: {
            const std::optional<std::uint64_t> number = read_number(value);
            return number && in_range(parameter, *number);
        }
        case ParameterType::address:
            return is_address(value);
        case ParameterType::string:
            return value.size() >= parameter.min_length.value_or(0) && value.size() <= parameter.max_length.value_or(4096) &&
                   (parameter.characters.empty() || only_of(value, parameter.characters));
    }
    return false;
}

void check(const ParameterDeclaration& parameter, const std::string& value) {
    const bool listed =
        parameter.one_of.empty() || std::find(parameter.one_of.begin(), parameter.one_of.end(), value) != parameter.one_of.end();
    if (!listed || value.find('\0') != std::string::npos || !has_type(parameter, value)) {
        refuse(step::bind, quoted(value) + " is no value for the parameter " + quoted(parameter.name),
               "it takes: " + describe(parameter));
    }
}

std::string names_of(const std::vector<ParameterDeclaration>& declared) {
    std::string result;
    for (const ParameterDeclaration& parameter : declared) {
        result += (result.empty() ? "" : ", ") + parameter.name;
    }
    return result.empty() ? "this bundle has no parameters" : "this bundle has: " + result;
}

}  // namespace

bool is_normal_path(std::string_view path) {
    if (path.size() < 2 || path.size() > 4095 || path.front() != '/' || path.find('\0') != std::string_view::npos) {
        return false;
    }
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view component = path.substr(0, end);
        if (component.empty() || component == "." || component == ".." || component.size() > 255) {
            return false;
        }
        path.remove_prefix(end);
    }
    return true;
}

bool at_or_below(std::string_view path, std::string_view directory) {
    if (directory == "/") {
        return true;
    }
    return path.substr(0, directory.size()) == directory && (path.size() == directory.size() || path[directory.size()] == '/');
}

bool only_of(std::string_view text, std::string_view set) {
    std::array<bool, 256> member{};
    for (std::size_t i = 0; i < set.size(); ++i) {
        const auto first = static_cast<unsigned char>(set[i]);
        auto last = first;
        if (i + 2 < set.size() && set[i + 1] == '-') {
            last = static_cast<unsigned char>(set[i + 2]);
            i += 2;
        }
        for (unsigned c = first; c <= last; ++c) {
            member[c] = true;
        }
    }
    return std::all_of(text.begin(), text.end(), [&member](char c) { return member[static_cast<unsigned char>(c)]; });
}

std::string describe(const ParameterDeclaration& parameter) {
    std::string result(type_name(parameter.type));
    if (!parameter.under.empty()) {
        result += " under " + quoted(parameter.under);
    }
    if (parameter.minimum || parameter.maximum) {
        result += " from " + std::to_string(parameter.minimum.value_or(0));
        result += parameter.maximum ? " to " + std::to_string(*parameter.maximum) : std::string(" up");
    }
    if (!parameter.characters.empty()) {
        result += " of " + quoted(parameter.characters);
    }
    if (parameter.min_length || parameter.max_length) {
        result += ", " + std::to_string(parameter.min_length.value_or(0));
        result += parameter.max_length ? " to " + std::to_string(*parameter.max_length) : std::string(" or more");
        result += " bytes";
    }
    for (std::size_t i = 0; i < parameter.one_of.size(); ++i) {
        result += (i == 0 ? ", one of " : ", ") + quoted(parameter.one_of[i]);
    }
    return result;
}

Values bind_parameters(const std::vector<ParameterDeclaration>& declared, const std::vector<std::string>& given, std::uint32_t uid,
                       std::uint32_t gid) {
    Values values;
    for (const std::string& entry : given) {
        const std::size_t equals = entry.find('=');
        const std::string name = entry.substr(0, equals);
        if (equals == std::string::npos) {
            refuse(step::usage, "`--set` takes NAME=VALUE, not " + quoted(entry), names_of(declared));
        }
        const auto parameter = std::find_if(declared.begin(), declared.end(), [&name](const auto& p) { return p.name == name; });
        if (parameter == declared.end()) {
            refuse(step::bind, "there is no parameter " + quoted(name), names_of(declared));
        }
        if (!values.emplace(name, entry.substr(equals + 1)).second) {
            refuse(step::usage, "the parameter " + quoted(name) + " is set twice", "give it once");
        }
        check(*parameter, values[name]);
    }
    for (const ParameterDeclaration& parameter : declared) {
        if (values.find(parameter.name) != values.end()) {
            continue;
        }
        if (!parameter.default_value) {
            refuse(step::bind, "the parameter " + quoted(parameter.name) + " has no value",
                   "add `--set " + parameter.name + "=VALUE`, where VALUE is: " + describe(parameter));
        }
        check(parameter, *parameter.default_value);
        values.emplace(parameter.name, *parameter.default_value);
    }
    values.emplace("uid", std::to_string(uid));
    values.emplace("gid", std::to_string(gid));
    return values;
}

}  // namespace sbx::runtime
