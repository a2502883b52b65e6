// Paths as policies mean them. Assumes nothing about its input; guarantees that whatever it returns is absolute, normal and within
// the kernel's limits, so that no later stage has to think of `..` again.
#include "compiler/policy/sandbox_path.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace sbx::policy {
namespace {

constexpr std::size_t longest_component = 255;  // NAME_MAX, <linux/limits.h>
constexpr std::size_t longest_path = 4095;      // PATH_MAX counts the final NUL

bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name_part(char c) {
    return is_name_start(c) || (c >= '0' && c <= '9') || c == '-';
}

bool is_name(std::string_view word) {
    return !word.empty() && is_name_start(word.front()) && std::all_of(word.begin(), word.end(), is_name_part);
}

std::string component_fault(std::string_view component, bool last) {
    if (component.empty()) {
        return last ? "it ends in `/`" : "it has an empty component (`//`)";
    }
    if (component == ".") {
        return "it has a component `.`";
    }
    if (component == "..") {
        return "it has a component `..`";
    }
    if (component.size() > longest_component) {
        return "it has a component of " + std::to_string(component.size()) + " bytes, and " + std::to_string(longest_component) +
               " is the most a file name may have";
    }
    return {};
}

/// How many bytes two texts begin with in common; most of policies' time goes into putting paths in order.
std::size_t common_length(std::string_view a, std::string_view b) {
    const std::size_t shorter = std::min(a.size(), b.size());
    std::size_t at = 0;
    for (std::uint64_t of_a = 0, of_b = 0; at + sizeof of_a <= shorter; at += sizeof of_a) {
        std::memcpy(&of_a, a.data() + at, sizeof of_a);
        std::memcpy(&of_b, b.data() + at, sizeof of_b);
        if (of_a != of_b) {
            break;
        }
    }
    while (at < shorter && a[at] == b[at]) {
        ++at;
    }
    return at;
}

/// What keeps `tail` (not empty) from being absolute and normal; empty when nothing does.
std::string tail_fault(std::string_view tail) {
    if (tail.front() != '/') {
        return "it does not begin with `/`";
    }
    if (tail.size() > longest_path) {
        return "it has " + std::to_string(tail.size()) + " bytes, and " + std::to_string(longest_path) +
               " is the most a path may have";
    }
    if (tail.find('\0') != std::string_view::npos) {
        return "it has a NUL byte";
    }
    for (std::size_t begin = 1; begin <= tail.size();) {
        const std::size_t end = std::min(tail.find('/', begin), tail.size());
        if (std::string fault = component_fault(tail.substr(begin, end - begin), end == tail.size()); !fault.empty()) {
            return fault;
        }
        begin = end + 1;
    }
    return {};
}

bool report(std::string fault, std::string* why_not) {
    if (fault.empty()) {
        return true;
    }
    if (why_not != nullptr) {
        *why_not = std::move(fault);
    }
    return false;
}

/// Sorts `/` before every other byte, so that a subtree follows its root without a gap (`/a`, `/a/b`, `/a-b`).
int rank(char c) {
    return c == '/' ? 0 : static_cast<unsigned char>(c);
}

}  // namespace

std::optional<SandboxPath> SandboxPath::literal(std::string_view text, std::string* why_not) {
    if (text == "/") {
        return SandboxPath();
    }
    if (!report(text.empty() ? "it is empty" : tail_fault(text), why_not)) {
        return std::nullopt;
    }
    SandboxPath path;
    path.tail_ = text;
    return path;
}

std::optional<SandboxPath> SandboxPath::below_parameter(std::string_view parameter, std::string_view tail, std::string* why_not) {
    if (!report(is_name(parameter) ? std::string() : "what follows `$` is no name", why_not) ||
        !report(tail.empty() ? std::string() : tail_fault(tail), why_not)) {
        return std::nullopt;
    }
    SandboxPath path;
    path.parameter_ = parameter;
    path.tail_ = tail;
    return path;
}

std::string SandboxPath::normalized(std::string_view text) {
    std::vector<std::string_view> components;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('/', begin), text.size());
        const std::string_view component = text.substr(begin, end - begin);
        if (component == "..") {
            if (!components.empty()) {
                components.pop_back();
            }
        } else if (!component.empty() && component != ".") {
            components.push_back(component);
        }
        begin = end + 1;
    }
    std::string normal;
    for (const std::string_view component : components) {
        normal.append("/").append(component);
    }
    return normal.empty() ? "/" : normal;
}

std::string SandboxPath::text() const {
    return parameter_.empty() ? tail_ : "$" + parameter_ + tail_;
}

bool SandboxPath::contains(const SandboxPath& other) const {
    if (parameter_ != other.parameter_) {
        return false;
    }
    if (is_root() || tail_ == other.tail_) {
        return true;
    }
    return other.tail_.size() > tail_.size() && other.tail_.starts_with(tail_) && other.tail_[tail_.size()] == '/';
}

std::optional<SandboxPath> SandboxPath::parent() const {
    if (is_root() || tail_.empty()) {
        return std::nullopt;
    }
    SandboxPath above = *this;
    above.tail_.resize(tail_.rfind('/'));
    if (above.tail_.empty() && parameter_.empty()) {
        above.tail_ = "/";
    }
    return above;
}

std::string_view SandboxPath::file_name() const {
    return tail_.empty() ? std::string_view() : std::string_view(tail_).substr(tail_.rfind('/') + 1);
}

SandboxPath SandboxPath::joined(std::string_view suffix) const {
    SandboxPath below = *this;
    if (is_root() && !suffix.empty()) {
        below.tail_.clear();
    }
    below.tail_.append(suffix);
    return below;
}

std::strong_ordering operator<=>(const SandboxPath& a, const SandboxPath& b) {
    if (!a.is_literal() || !b.is_literal()) {
        if (const int order = a.parameter_.compare(b.parameter_); order != 0) {
            return order <=> 0;
        }
    }
    const std::size_t common = common_length(a.tail_, b.tail_);
    if (common == a.tail_.size() || common == b.tail_.size()) {
        return a.tail_.size() <=> b.tail_.size();
    }
    return rank(a.tail_[common]) <=> rank(b.tail_[common]);
}

}  // namespace sbx::policy
