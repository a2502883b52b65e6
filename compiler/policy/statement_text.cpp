// Single values and statements in the language. Assumes values that resolve() can make; guarantees text that it reads back as the
// same.
#include "compiler/policy/statement_text.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

/// Fewer than the language allows, so that no reader has to wonder.
bool needs_no_quotes(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-+@%:=~").find(c) != std::string_view::npos;
}

/// `slash`: `/` where the statement asserts a directory.
std::string quote_path(const SandboxPath& path, std::string_view slash) {
    const std::string tail = path.tail() + std::string(path.is_root() ? "" : slash);
    if (std::all_of(tail.begin(), tail.end(), needs_no_quotes)) {
        return path.is_literal() ? tail : "$" + path.parameter() + tail;
    }
    Text text;
    if (!path.is_literal()) {
        text.append_parameter(path.parameter());
    }
    text.append_literal(tail);
    return text.quoted();
}

std::string octal(std::uint32_t mode) {
    std::string digits;
    do {
        digits.insert(digits.begin(), static_cast<char>('0' + (mode & 7U)));
        mode >>= 3U;
    } while (mode != 0);
    return digits;
}

std::string options(const std::vector<std::string>& said) {
    std::string block;
    for (const std::string& option : said) {
        block += (block.empty() ? " { " : "; ") + option;
    }
    return block.empty() ? block : block + " }";
}

std::vector<std::string> mode_option(std::uint32_t mode, std::uint32_t usual) {
    return mode == usual ? std::vector<std::string>{} : std::vector<std::string>{"mode " + octal(mode)};
}

struct Head {
    const SandboxPath& path;
    const Node& node;

    [[nodiscard]] std::string place() const { return policy::quote_path(path); }
    [[nodiscard]] std::string mark() const { return node.optional ? "?" : ""; }

    std::string operator()(const HostTree& tree) const {
        return std::string(tree.writable ? "write " : "read ") + (tree.noexec ? "noexec " : "") +
               quote_path(tree.source, node.must_be_directory ? "/" : "") + mark() + (tree.source == path ? "" : " as " + place());
    }
    std::string operator()(const Tmpfs& /*node*/) const { return "tmpfs " + place(); }
    std::string operator()(const EmptyDirectory& /*node*/) const { return "dir " + place(); }
    std::string operator()(const DataFile& /*node*/) const { return "file " + place(); }
    std::string operator()(const Link& /*node*/) const { return "symlink " + place(); }
    std::string operator()(const Mask& mask) const { return "hide " + quote_path(path, mask.directory ? "/" : ""); }
    std::string operator()(const Procfs& /*node*/) const { return "proc " + place(); }
    std::string operator()(const DeviceDirectory& /*node*/) const { return "dev " + place(); }
    std::string operator()(const HostDevice& /*node*/) const { return "device " + place() + mark(); }
    std::string operator()(const HostSocket& /*node*/) const { return "socket " + place() + mark(); }
};

/// What follows the head.
struct Rest {
    std::string operator()(const Tmpfs& tmpfs) const {
        std::vector<std::string> said;
        if (tmpfs.size != Tmpfs{}.size) {
            said.push_back("size " + to_text(tmpfs.size));
        }
        for (std::string& option : mode_option(tmpfs.mode, Tmpfs{}.mode)) {
            said.push_back(std::move(option));
        }
        return options(said);
    }
    std::string operator()(const EmptyDirectory& directory) const {
        return options(mode_option(directory.mode, EmptyDirectory{}.mode));
    }
    std::string operator()(const DataFile& file) const {
        return " " + file.contents.quoted() + options(mode_option(file.mode, DataFile{}.mode));
    }
    std::string operator()(const Link& link) const {
        const bool bare = SandboxPath::literal("/" + link.target) &&
                          std::all_of(link.target.begin(), link.target.end(), needs_no_quotes) &&
                          link.target.find_first_of(":=%@~+") == std::string::npos && link.target.front() >= 'A';
        return " -> " + (bare ? link.target : Text(link.target).quoted());
    }
    std::string operator()(const HostTree& /*node*/) const { return {}; }
    std::string operator()(const Mask& /*node*/) const { return {}; }
    std::string operator()(const Procfs& /*node*/) const { return {}; }
    std::string operator()(const DeviceDirectory& /*node*/) const { return {}; }
    std::string operator()(const HostDevice& /*node*/) const { return {}; }
    std::string operator()(const HostSocket& /*node*/) const { return {}; }
};

/// `a-z0-9._-`: runs of three or more as ranges, a `-` of its own at the end, where it can't make one.
std::string character_list(const std::string& characters) {
    std::string list;
    for (std::size_t i = 0; i < characters.size();) {
        std::size_t last = i;
        while (last + 1 < characters.size() && characters[last + 1] == characters[last] + 1 && characters[last + 1] != '-' &&
               characters[i] != '-') {
            ++last;
        }
        if (last - i >= 2) {
            list.append(1, characters[i]).append(1, '-').append(1, characters[last]);
        } else if (characters[i] != '-') {
            list.append(characters, i, last - i + 1);
        }
        i = last + 1;
    }
    return characters.find('-') == std::string::npos ? list : list + "-";
}

std::string parameter_value(ParameterType type, const std::string& value) {
    switch (type) {
        case ParameterType::path:
            return quote_path(SandboxPath::literal(value).value_or(SandboxPath()));
        case ParameterType::string:
            return Text(value).quoted();
        case ParameterType::port:
        case ParameterType::address:
        case ParameterType::count:
            return value;
    }
    return value;
}

std::string range_text(std::uint64_t first, std::uint64_t last) {
    return std::to_string(first) + "-" + std::to_string(last);
}

std::string number_in_unit(Limit limit, std::uint64_t number) {
    switch (limit) {
        case Limit::cpu_time:
        case Limit::wall_time:
        case Limit::grace:
            return to_text(Duration{number});
        case Limit::open_files:
        case Limit::processes:
            return std::to_string(number);
        case Limit::cpus:
            return thousandths_to_text(number);
        case Limit::memory:
        case Limit::address_space:
        case Limit::data:
        case Limit::stack:
        case Limit::core:
        case Limit::locked_memory:
        case Limit::message_queues:
        case Limit::file_size:
        case Limit::output:
        case Limit::tmpfs_total:
            return to_text(ByteSize{number});
    }
    return {};
}

}  // namespace

std::string parameter_list(const std::set<std::string>& parameters) {
    std::string text;
    for (auto each = parameters.begin(); each != parameters.end(); ++each) {
        const bool is_last = std::next(each) == parameters.end();
        text += std::string(text.empty() ? "" : is_last ? " and " : ", ") + "`$" + *each + "`";
    }
    return text;
}

std::string quote_path(const SandboxPath& path) {
    return quote_path(path, "");
}

std::string to_text(Limit limit, const LimitValue& value) {
    if (const auto* parameter = std::get_if<ParameterValue>(&value)) {
        return "$" + parameter->parameter;
    }
    const auto* number = std::get_if<std::uint64_t>(&value);
    return number == nullptr ? "unlimited" : number_in_unit(limit, *number);
}

std::string statement_head(const SandboxPath& path, const Node& node) {
    return std::visit(Head{path, node}, node.content);
}

std::string to_statement(const SandboxPath& path, const Node& node) {
    return statement_head(path, node) + std::visit(Rest{}, node.content);
}

std::string to_statement(const std::string& name, const Parameter& parameter) {
    std::string text = "param " + name + ": " + std::string(to_text(parameter.type));
    if (parameter.under) {
        text += " under " + quote_path(*parameter.under);
    }
    if (!parameter.one_of.empty()) {
        std::string values;
        for (const std::string& value : parameter.one_of) {
            values += (values.empty() ? "" : ", ") + parameter_value(parameter.type, value);
        }
        text += " one of [" + values + "]";
    }
    if (parameter.range) {
        text += " " + range_text(parameter.range->first, parameter.range->second);
    }
    if (parameter.characters) {
        text += " of " + Text(character_list(parameter.characters->characters)).quoted() + " " +
                range_text(parameter.characters->min_length, parameter.characters->max_length);
    }
    return parameter.default_value ? text + " = " + parameter_value(parameter.type, *parameter.default_value) : text;
}

}  // namespace sbx::policy
