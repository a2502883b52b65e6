// Which values a launch refuses is written from the language reference, section 3.
#include "tests/property/random_value.hpp"

namespace sbx::test {

namespace {

/// Values that the launch refuses: those that cover a node, lie in one that stands below the parameter's own directory, in what is
/// hidden or closed, or deep in a tmpfs.
bool is_refused_value(const policy::Policy& policy, const std::string& under, const std::string& value) {
    bool in_tmpfs = false;
    for (const auto& [path, node] : policy.filesystem.nodes) {
        if (!path.is_literal()) {
            continue;
        }
        const bool inside = path.tail() != under && at_or_below(path.tail(), under);
        if (at_or_below(path.tail(), value) || (inside && at_or_below(value, path.tail()))) {
            return true;
        }
        if (at_or_below(value, path.tail())) {  // paths are sorted: the last one is the nearest
            in_tmpfs = std::holds_alternative<policy::Tmpfs>(node.content);
            const bool open = in_tmpfs || std::holds_alternative<policy::HostTree>(node.content) ||
                              std::holds_alternative<policy::EmptyDirectory>(node.content);
            if (!open) {
                return true;
            }
        }
    }
    return in_tmpfs && value.rfind('/') != under.size();
}

}  // namespace

bool at_or_below(const std::string& path, const std::string& top) {
    return path == top || top == "/" || path.starts_with(top + "/");
}

std::optional<std::string> random_value(std::mt19937& random, const policy::Policy& policy) {
    const auto parameter = policy.parameters.find("p");
    if (parameter == policy.parameters.end()) {
        return "";
    }
    const std::string under = parameter->second.value.under->text();
    std::string value = under;
    for (std::size_t left = 1 + random() % 2; left > 0; --left) {
        value += std::string("/") + static_cast<char>('a' + random() % 3);
    }
    return is_refused_value(policy, under, value) ? std::nullopt : std::optional(value);
}

}  // namespace sbx::test
