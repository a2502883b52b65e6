// A whole policy in the language, one fact a line, in the order of the reference. Assumes a policy that resolve() can make.
#include "compiler/policy/filter_lines.hpp"
#include "compiler/policy/flat_nodes.hpp"
#include "compiler/policy/network_text.hpp"
#include "compiler/policy/statement_text.hpp"

#include <map>
#include <utility>

namespace sbx::policy {
namespace {

class Writer {
public:
    std::vector<StatementLine> lines;

    void line(std::string text, Origin origin = {}) { lines.push_back({(in_block_ ? "    " : "") + std::move(text), origin}); }
    void open(const std::string& keyword, bool means_something_empty = false) {
        line(keyword + " {");
        keep_empty_ = means_something_empty;
        in_block_ = true;
        opened_ = lines.size();
    }
    /// A block with nothing in it is left out: an empty one may mean something.
    void close() {
        in_block_ = false;
        if (lines.size() == opened_ && !keep_empty_) {
            lines.pop_back();
        } else {
            line("}");
        }
    }

private:
    bool in_block_ = false;
    std::size_t opened_ = 0;
    bool keep_empty_ = false;
};

void write_filesystem(const Filesystem& filesystem, Writer& out) {
    out.open("filesystem");
    for (const auto& [path, node] : filesystem.nodes) {
        out.line(to_statement(path, node), node.origin);
    }
    for (const auto& [path, node] : to_flat(filesystem)) {
        if (filesystem.nodes.count(path) == 0) {
            out.line(to_statement(path, node), node.origin);
        }
    }
    if (filesystem.workdir) {
        out.line("workdir " + quote_path(filesystem.workdir->value), filesystem.workdir->origin);
    }
    out.close();
}

void write_network(const Network& network, Writer& out) {
    switch (network.mode.value) {
        case NetworkMode::off:
            out.line("network off", network.mode.origin);
            break;
        case NetworkMode::host:
            out.line("network host", network.mode.origin);
            break;
        case NetworkMode::filtered:
            out.open("network");
            for (NetworkLine& line : network_lines(network)) {
                out.line(std::move(line.text), line.origin);
            }
            out.close();
            break;
    }
}

void write_limits(const Limits& limits, Writer& out) {
    out.open("limits");
    for (const auto& [limit, value] : limits) {
        out.line(std::string(to_text(limit)) + " " + to_text(limit, value.value), value.origin);
    }
    out.close();
}

void write_environment(const Environment& environment, Writer& out) {
    out.open("environment");
    for (const auto& [name, value] : environment.fixed) {
        out.line("set " + name + " = " + value.value.quoted(), value.origin);
    }
    for (const auto& [name, origin] : environment.kept) {
        out.line("keep " + name, origin);
    }
    for (const auto& [name, origin] : environment.accepted) {
        out.line("accept " + name, origin);
    }
    out.close();
}

std::string command_statement(const Command& command) {
    std::string text = std::string("command ") + (command.only ? "only " : "") + quote_path(command.program);
    for (const Text& argument : command.arguments) {
        text += " " + argument.quoted();
    }
    return text;
}

void write_process(const Process& process, Writer& out) {
    out.open("process");
    if (process.run_as) {
        const IdPair ids = process.run_as->value;
        out.line("run-as " + std::to_string(ids.uid) + ":" + std::to_string(ids.gid), process.run_as->origin);
    }
    out.line("hostname " + process.hostname.value.quoted(), process.hostname.origin);
    if (process.command) {
        out.line(command_statement(process.command->value), process.command->origin);
    }
    for (const auto& [descriptor, origin] : process.pass_descriptors) {
        out.line("pass-descriptor " + std::to_string(descriptor), origin);
    }
    const std::pair<const Located<bool>*, const char*> switches[] = {
        {&process.keep_terminal, "controlling-terminal keep"},
        {&process.nested_namespaces, "nested-namespaces allow"},
        {&process.survive_parent, "survive-parent"},
        {&process.share_ipc, "share ipc"},
        {&process.share_uts, "share uts"},
        {&process.groups_none, "groups none"},
    };
    for (const auto& [value, statement] : switches) {
        if (value->value) {
            out.line(statement, value->origin);
        }
    }
    out.close();
}

}  // namespace

std::vector<StatementLine> statement_lines(const Policy& policy) {
    Writer out;
    static const Policy defaults;
    if (policy.target_features != defaults.target_features) {
        std::string features;
        for (const std::string& feature : policy.target_features) {
            features += " " + feature;
        }
        out.line("target bwrap" + features);
    }
    for (const auto& [limit, degradation] : policy.may_degrade) {
        const std::string reason = degradation.reason.empty() ? unknown_reason : degradation.reason;
        out.line("may-degrade " + std::string(to_text(limit)) + because(reason), degradation.origin);
    }
    if (const auto& least = policy.landlock.least) {
        out.line("require landlock " + std::to_string(least->value), least->origin);
    }
    if (const auto& degradation = policy.landlock.may_degrade) {
        out.line("may-degrade landlock" + because(degradation->reason.empty() ? unknown_reason : degradation->reason),
                 degradation->origin);
    }
    for (const auto& [name, parameter] : policy.parameters) {
        out.line(to_statement(name, parameter.value), parameter.origin);
    }
    write_filesystem(policy.filesystem, out);
    write_network(policy.network, out);
    write_limits(policy.limits, out);
    write_environment(policy.environment, out);
    write_process(policy.process, out);
    for (const FilterBlock& block : filter_blocks(policy)) {
        if (block.origin.known() || block.head.find(" because ") != std::string::npos) {
            out.line(block.head, block.origin);
            continue;
        }
        out.open(block.head, block.head == "syscalls only");
        for (const auto& [text, origin] : block.rules) {
            out.line(text, origin);
        }
        out.close();
    }
    return std::move(out.lines);
}

std::vector<std::string> to_statements(const Policy& policy) {
    std::vector<std::string> texts;
    for (StatementLine& line : statement_lines(policy)) {
        texts.push_back(std::move(line.text));
    }
    return texts;
}

}  // namespace sbx::policy
