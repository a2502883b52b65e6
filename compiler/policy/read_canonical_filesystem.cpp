// Nodes, required sources and the working directory; the other way round of canonical_json.cpp.
#include "compiler/policy/canonical_values.hpp"

namespace sbx::policy {
namespace {

class FilesystemReader {
public:
    explicit FilesystemReader(CanonicalValues& values) : values_(values) {}

    Filesystem read() {
        values_.json.object([&] {
            values_.json.key("nodes");
            values_.json.array([&] { read_node(); });
            values_.json.key("required");
            values_.json.map([&](const std::string& text) {
                const std::string kind = values_.json.string();
                if (kind != "directory" && kind != "any") {
                    values_.json.refuse("expected `directory` or `any`, found `" + kind + "`");
                }
                values_.append(filesystem_.required, values_.path_of(text, false), Located<bool>{kind == "directory", {}}, text);
            });
            values_.json.key("workdir");
            if (!values_.json.null()) {
                filesystem_.workdir = Located<SandboxPath>{values_.path(), {}};
            }
        });
        return std::move(filesystem_);
    }

private:
    void read_node() {
        values_.json.object([&] {
            values_.json.key("path");
            SandboxPath place = values_.path();
            Node node;
            values_.json.key("kind");
            node.content = read_content(values_.json.string());
            node.optional = values_.flag("optional");
            node.must_be_directory = values_.flag("must-be-directory");
            const std::string shown = place.text();
            values_.append(filesystem_.nodes, std::move(place), std::move(node), shown);
        });
    }

    NodeContent read_content(const std::string& kind) {
        if (kind == "host-tree") {
            values_.json.key("source");
            HostTree tree{values_.path(), false, false};
            tree.writable = values_.flag("writable");
            tree.noexec = values_.flag("noexec");
            return tree;
        }
        if (kind == "tmpfs") {
            values_.json.key("size");
            const ByteSize size{values_.json.number()};
            return Tmpfs{size, values_.mode()};
        }
        if (kind == "directory") {
            return EmptyDirectory{values_.mode()};
        }
        if (kind == "file") {
            values_.json.key("contents");
            Text contents = values_.text();
            return DataFile{std::move(contents), values_.mode()};
        }
        if (kind == "link") {
            values_.json.key("target");
            Link link{values_.json.string()};
            if (link.target.empty()) {
                values_.json.refuse("a link leads to nothing");
            }
            return link;
        }
        if (kind == "mask") {
            return Mask{values_.flag("directory")};
        }
        return read_simple_content(kind);
    }

    NodeContent read_simple_content(const std::string& kind) {
        if (kind == "procfs") {
            return Procfs{};
        }
        if (kind == "device-directory") {
            return DeviceDirectory{};
        }
        if (kind == "host-device") {
            return HostDevice{};
        }
        if (kind == "host-socket") {
            return HostSocket{};
        }
        values_.json.refuse("`" + kind + "` is no kind of node");
    }

    CanonicalValues& values_;
    Filesystem filesystem_;
};

}  // namespace

Filesystem read_filesystem(CanonicalValues& values) {
    return FilesystemReader(values).read();
}

}  // namespace sbx::policy
