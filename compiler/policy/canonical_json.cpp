// The normal form as JSON. Every field is written, in a fixed order, with a type that tells it apart from its neighbours, so that
// two documents are equal exactly when the policies are. Assumes strings in UTF-8, which sources are.
#include "compiler/policy/canonical_json.hpp"

#include "compiler/policy/canonical_filters.hpp"
#include "compiler/policy/canonical_network.hpp"
#include "compiler/policy/json_writer.hpp"

#include <set>

namespace sbx::policy {
namespace {

void write(JsonWriter& json, const Text& text) {
    json.array([&] {
        for (const TextPiece& piece : text.pieces()) {
            json.object([&] { json.key(piece.is_parameter ? "parameter" : "literal").string(piece.value); });
        }
    });
}

template <class Strings>
void write_strings(JsonWriter& json, const Strings& strings) {
    json.array([&] {
        for (const std::string& string : strings) {
            json.string(string);
        }
    });
}

/// Null where there is no value.
template <class T, class Write>
void write_optional(JsonWriter& json, const std::optional<T>& value, Write write_value) {
    if (value) {
        write_value(*value);
    } else {
        json.null();
    }
}

void write(JsonWriter& json, const CharacterConstraint& constraint) {
    json.object([&] {
        json.key("allowed").string(constraint.characters);
        json.key("min-length").number(constraint.min_length);
        json.key("max-length").number(constraint.max_length);
    });
}

void write(JsonWriter& json, const Parameter& parameter) {
    json.object([&] {
        json.key("type").string(to_text(parameter.type));
        json.key("under");
        write_optional(json, parameter.under, [&](const SandboxPath& path) { json.string(path.text()); });
        json.key("one-of");
        write_strings(json, parameter.one_of);
        json.key("range");
        write_optional(json, parameter.range, [&](const auto& range) {
            json.array([&] {
                json.number(range.first);
                json.number(range.second);
            });
        });
        json.key("characters");
        write_optional(json, parameter.characters, [&](const CharacterConstraint& constraint) { write(json, constraint); });
        json.key("default");
        write_optional(json, parameter.default_value, [&](const std::string& value) { json.string(value); });
    });
}

/// Paths stay apart from each other by their first byte: `/` or `$`.
struct WriteContent {
    JsonWriter& json;

    void operator()(const HostTree& tree) const {
        json.key("kind").string("host-tree");
        json.key("source").string(tree.source.text());
        json.key("writable").boolean(tree.writable);
        json.key("noexec").boolean(tree.noexec);
    }
    void operator()(const Tmpfs& tmpfs) const {
        json.key("kind").string("tmpfs");
        json.key("size").number(tmpfs.size.bytes);
        json.key("mode").number(tmpfs.mode);
    }
    void operator()(const EmptyDirectory& directory) const {
        json.key("kind").string("directory");
        json.key("mode").number(directory.mode);
    }
    void operator()(const DataFile& file) const {
        json.key("kind").string("file");
        json.key("contents");
        write(json, file.contents);
        json.key("mode").number(file.mode);
    }
    void operator()(const Link& link) const {
        json.key("kind").string("link");
        json.key("target").string(link.target);
    }
    void operator()(const Mask& mask) const {
        json.key("kind").string("mask");
        json.key("directory").boolean(mask.directory);
    }
    void operator()(const Procfs& /*node*/) const { json.key("kind").string("procfs"); }
    void operator()(const DeviceDirectory& /*node*/) const { json.key("kind").string("device-directory"); }
    void operator()(const HostDevice& /*node*/) const { json.key("kind").string("host-device"); }
    void operator()(const HostSocket& /*node*/) const { json.key("kind").string("host-socket"); }
};

void write(JsonWriter& json, const SandboxPath& path, const Node& node) {
    json.object([&] {
        json.key("path").string(path.text());
        std::visit(WriteContent{json}, node.content);
        json.key("optional").boolean(node.optional);
        json.key("must-be-directory").boolean(node.must_be_directory);
    });
}

void write(JsonWriter& json, const Filesystem& filesystem) {
    json.object([&] {
        json.key("nodes").array([&] {
            for (const auto& [path, node] : filesystem.nodes) {
                write(json, path, node);
            }
        });
        json.key("required").object([&] {
            for (const auto& [path, directory] : filesystem.required) {
                json.key(path.text()).string(directory.value ? "directory" : "any");
            }
        });
        json.key("workdir");
        write_optional(json, filesystem.workdir, [&](const auto& workdir) { json.string(workdir.value.text()); });
    });
}

void write(JsonWriter& json, const LimitValue& value) {
    if (const auto* number = std::get_if<std::uint64_t>(&value)) {
        json.number(*number);
    } else if (const auto* parameter = std::get_if<ParameterValue>(&value)) {
        json.object([&] { json.key("parameter").string(parameter->parameter); });
    } else {
        json.string("unlimited");
    }
}

void write(JsonWriter& json, const Limits& limits) {
    json.object([&] {
        for (const auto& [limit, value] : limits) {
            json.key(to_text(limit));
            write(json, value.value);
        }
    });
}

/// The names of the limits, sorted. Absent where nothing may degrade.
void write(JsonWriter& json, const Degradations& degradations) {
    std::set<std::string> words;
    for (const auto& [limit, degradation] : degradations) {
        words.emplace(to_text(limit));
    }
    json.key("may-degrade");
    write_strings(json, words);
}

/// Absent where nothing is demanded.
void write(JsonWriter& json, const LandlockDemand& demand) {
    if (demand == LandlockDemand()) {
        return;
    }
    json.key("landlock").object([&] {
        if (demand.least) {
            json.key("require").number(demand.least->value);
        }
        json.key("may-degrade").boolean(demand.may_degrade.has_value());
    });
}

void write_names(JsonWriter& json, const std::map<std::string, Origin>& entries) {
    json.array([&] {
        for (const auto& [name, origin] : entries) {
            json.string(name);
        }
    });
}

void write(JsonWriter& json, const Environment& environment) {
    json.object([&] {
        json.key("fixed").object([&] {
            for (const auto& [name, value] : environment.fixed) {
                json.key(name);
                write(json, value.value);
            }
        });
        json.key("kept");
        write_names(json, environment.kept);
        json.key("accepted");
        write_names(json, environment.accepted);
    });
}

void write(JsonWriter& json, const Command& command) {
    json.object([&] {
        json.key("program").string(command.program.text());
        json.key("arguments").array([&] {
            for (const Text& argument : command.arguments) {
                write(json, argument);
            }
        });
        json.key("only").boolean(command.only);
    });
}

void write(JsonWriter& json, const Process& process) {
    json.object([&] {
        json.key("run-as");
        write_optional(json, process.run_as, [&](const auto& ids) {
            json.object([&] {
                json.key("uid").number(ids.value.uid);
                json.key("gid").number(ids.value.gid);
            });
        });
        json.key("hostname");
        write(json, process.hostname.value);
        json.key("command");
        write_optional(json, process.command, [&](const auto& command) { write(json, command.value); });
        json.key("pass-descriptors").array([&] {
            for (const auto& [descriptor, origin] : process.pass_descriptors) {
                json.number(descriptor);
            }
        });
        json.key("keep-terminal").boolean(process.keep_terminal.value);
        json.key("nested-namespaces").boolean(process.nested_namespaces.value);
        json.key("survive-parent").boolean(process.survive_parent.value);
        json.key("share-ipc").boolean(process.share_ipc.value);
        json.key("share-uts").boolean(process.share_uts.value);
        json.key("groups-none").boolean(process.groups_none.value);
    });
}

}  // namespace

std::string canonical_json(const Policy& policy) {
    JsonWriter json;
    json.object([&] {
        json.key("sbx-policy").number(1);
        json.key("parameters").object([&] {
            for (const auto& [name, parameter] : policy.parameters) {
                json.key(name);
                write(json, parameter.value);
            }
        });
        json.key("filesystem");
        write(json, policy.filesystem);
        json.key("network");
        write_network(json, policy.network);
        json.key("limits");
        write(json, policy.limits);
        if (!policy.may_degrade.empty()) {
            write(json, policy.may_degrade);
        }
        json.key("environment");
        write(json, policy.environment);
        json.key("process");
        write(json, policy.process);
        json.key("system-calls");
        write_system_calls(json, policy);
        json.key("sockets");
        write_sockets(json, policy.sockets);
        write(json, policy.landlock);
        json.key("target-features");
        write_strings(json, policy.target_features);
    });
    return json.take() + "\n";
}

}  // namespace sbx::policy
