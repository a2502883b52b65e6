// Words and functions of the generated part. Every string goes through ShellWord, so that no byte of it is read by the shell.
#include "emitters/launcher_parts.hpp"
#include "emitters/quote.hpp"

namespace sbx::emit {
namespace {

/// In single quotes, and looking as if it were to be expanded: shellcheck asks whether that is meant.
bool quotes_what_expands(std::string_view command) {
    bool inside = false;
    for (std::size_t at = 0; at < command.size(); ++at) {
        if (command[at] == '\'') {
            inside = !inside;
        } else if (!inside && command[at] == '\\') {
            ++at;
        } else if (inside && (command[at] == '$' || command[at] == '`')) {
            return true;
        }
    }
    return false;
}

}  // namespace

ShellNames::ShellNames(const plan::ExecutionPlan& plan) : variables_{{"uid", "sbx_uid"}, {"gid", "sbx_gid"}} {
    // Numbers, because a parameter's name may hold `-`, which a variable's may not.
    for (const auto& [name, parameter] : plan.parameters) {
        const std::string variable = fmt::format("sbx_p{}", parameters_.size() + 1);
        parameters_.emplace(name, variable);
        variables_.emplace(name, variable);
    }
}

std::string ShellNames::word(const plan::Text& text) const {
    std::string word;
    for (const auto& piece : text.pieces()) {
        word += piece.is_parameter ? fmt::format("\"${}\"", variable(piece.value)) : ShellWord(piece.value).text();
    }
    return word.empty() ? ShellWord("").text() : word;
}

std::string ShellNames::word(const plan::SandboxPath& path) const {
    if (path.is_literal()) {
        return ShellWord(path.tail()).text();
    }
    const std::string tail = path.tail().empty() ? std::string() : ShellWord(path.tail()).text();
    return fmt::format("\"${}\"{}", variable(path.parameter()), tail);
}

std::string ShellNames::length(const plan::Text& text) const {
    std::string sum;
    for (const auto& piece : text.pieces()) {
        if (piece.is_parameter) {
            sum += fmt::format(" + ${{#{}}}", variable(piece.value));
        }
    }
    return sum;
}

std::string ShellNames::length(const plan::SandboxPath& path) const {
    return path.is_literal() ? std::string() : fmt::format(" + ${{#{}}}", variable(path.parameter()));
}

ShellFunction::ShellFunction(std::string_view name) : text_(fmt::format("{}() {{\n", name)) {}

void ShellFunction::line(std::string_view command) {
    if (!pending_.empty()) {
        text_ += fmt::format("    # {}\n", pending_);
        if (remembers_) {
            text_ += fmt::format("    sbx_origin={}\n", ShellWord(pending_));
        }
        pending_.clear();
    }
    if (quotes_what_expands(command)) {
        text_ += "    # Literal.\n    # shellcheck disable=SC2016\n";
    }
    text_ += fmt::format("    {}\n", command);
    empty_ = false;
}

void ShellFunction::origin(const Origin& origin, bool remember) {
    const std::string place = Comment(origin.known() ? origin.describe_stable() : std::string("every sandbox")).text();
    if (place != last_origin_) {
        last_origin_ = place;
        pending_ = place;
        remembers_ = remember;
    }
}

std::string ShellFunction::take() {
    if (empty_) {
        line(":");
    }
    return text_ + "}\n\n";
}

std::string step_condition(const plan::MountStep& step, std::size_t index) {
    switch (step.guard) {
        case plan::Guard::if_exists:
        case plan::Guard::if_directory:
        case plan::Guard::if_file:
            return fmt::format("[ -z \"$sbx_g{}\" ] || ", index);
        case plan::Guard::always:
        case plan::Guard::must_exist:
        case plan::Guard::must_be_directory:
        case plan::Guard::must_be_file:
        case plan::Guard::hide_directory:
        case plan::Guard::reserve_directory:
        case plan::Guard::reserve_file:
            break;
    }
    return {};
}

bool mounted_by_path(const plan::Bind& bind) {
    const auto of_kernel = plan::SandboxPath::literal("/proc");
    return bind.kind == plan::SourceKind::socket || (!bind.writable && of_kernel && of_kernel->contains(bind.source));
}

std::string mount_number(std::size_t step, std::size_t mount) {
    return fmt::format("{}_{}", step, mount);
}

}  // namespace sbx::emit
