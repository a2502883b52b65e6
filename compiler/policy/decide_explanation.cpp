// Why a path may or may not be used, in one sentence that names the statement, and the smallest statement that would change it.
#include "compiler/policy/decide_filesystem.hpp"
#include "compiler/policy/node_access.hpp"
#include "compiler/policy/statement_text.hpp"

namespace sbx::policy {
namespace {

struct Case {
    RequestKind kind;
    bool allowed;
    SandboxPath path;
    const Place& place;

    [[nodiscard]] std::string at() const { return "`" + quote_path(path) + "`"; }
    [[nodiscard]] std::string statement() const {
        return place.node == nullptr ? "" : "`" + statement_head(place.written, *place.node) + "`";
    }
    template <class Content>
    [[nodiscard]] const Content* content() const {
        return place.node == nullptr ? nullptr : std::get_if<Content>(&place.node->content);
    }
    [[nodiscard]] bool is(RequestKind other) const { return kind == other; }
};

std::string nothing_there(const Case& c) {
    if (c.place.node == nullptr) {
        return "no statement gives " + c.at() + ", so it does not exist in the sandbox";
    }
    if (c.place.node != nullptr && lets_nobody_in(*c.place.node)) {
        return "the mode of " + c.statement() + " lets nobody in, so nothing below it can be reached";
    }
    if (c.content<EmptyDirectory>() != nullptr) {
        return c.statement() + " is empty, so " + c.at() + " does not exist in the sandbox";
    }
    if (c.content<DeviceDirectory>() != nullptr) {
        return c.statement() +
               " holds only null, zero, full, random, urandom, tty, ptmx, pts, shm, fd, stdin, stdout and stderr, not " + c.at();
    }
    return c.statement() + " places something that is no directory, so nothing lies below it";
}

std::string procfs_reason(const Case& c) {
    if (c.allowed) {
        return c.statement() + " gives a fresh procfs of the sandbox's own processes";
    }
    return c.is(RequestKind::write) ? "in the procfs of " + c.statement() + " only what lies below a process's entry can be written"
                                    : "nothing in the procfs of " + c.statement() + " can be executed but a process's `exe`";
}

std::string device_reason(const Case& c) {
    if (c.allowed) {
        return c.statement() + " gives the device, or the directory that holds it";
    }
    return c.is(RequestKind::write) ? "the directory " + c.at() + " of " + c.statement() + " can't be changed"
                                    : "a device, as " + c.statement() + " gives it, can't be executed";
}

std::string private_read_reason(const Case& c) {
    if (c.allowed) {
        return c.statement() + " places it, read-only";
    }
    if (c.is(RequestKind::write)) {
        return c.statement() + " is read-only";
    }
    if (c.is(RequestKind::read)) {
        return "the mode of " + c.statement() + " lets nobody read it";
    }
    return c.content<DataFile>() != nullptr ? "the mode of " + c.statement() + " has no execute bit"
                                            : c.statement() + " is a directory, which can't be executed";
}

std::string host_reason(const Case& c) {
    if (!c.allowed && c.is(RequestKind::exec)) {
        return c.statement() + " lets nothing be executed";
    }
    return c.statement() + " gives the host's tree " + (c.place.view == View::host_write ? "writable" : "read-only");
}

std::string reason(const Case& c) {
    switch (c.place.view) {
        case View::absent:
            return nothing_there(c);
        case View::masked:
            return c.statement() + " masks " + c.at();
        case View::implied_directory:
            return c.at() + " is only a read-only directory on the way to other nodes";
        case View::link:
            return c.statement() + " is a link, below which nothing can stand";
        case View::private_read:
            return private_read_reason(c);
        case View::procfs:
            return procfs_reason(c);
        case View::device:
            return device_reason(c);
        case View::private_write:
            return c.statement() + " gives a private writable directory";
        case View::host_read:
        case View::host_write:
            return host_reason(c);
        case View::socket:
            return c.allowed ? c.statement() + " lets the socket be connected to"
                             : c.statement() +
                                   " lets the socket be connected to, but a socket can be neither read as a file nor executed";
    }
    return {};
}

/// The statement that gives just this place of a host tree, `writable` or not.
std::string narrower_tree(const Case& c, const HostTree& tree, bool writable) {
    const bool derived = c.path.parameter() == c.place.written.parameter() && c.place.written.contains(c.path);
    const SandboxPath source = derived ? tree.source.joined(below(c.place.written, c.path)) : c.path;
    return "`" + statement_head(c.path, Node{HostTree{source, writable, tree.noexec}, false, false, {}}) + "`";
}

std::string host_tree_advice(const Case& c, const HostTree& tree) {
    if (!c.allowed && c.is(RequestKind::exec)) {
        return "remove `noexec` from " + c.statement();
    }
    if (c.is(RequestKind::write)) {
        return (c.place.exact ? "replace " + c.statement() + " with " : "add ") + narrower_tree(c, tree, !c.allowed);
    }
    return c.place.exact ? "remove " + c.statement() : "add `hide " + quote_path(c.path) + "`";
}

std::string advice_to_deny(const Case& c) {
    switch (c.place.view) {
        case View::absent:
        case View::masked:
        case View::implied_directory:
        case View::link:
            return {};
        case View::private_write:
            return c.place.exact || c.content<Tmpfs>() == nullptr ? "remove " + c.statement()
                                                                  : "add `hide " + quote_path(c.path) + "`";
        case View::private_read:
        case View::procfs:
        case View::device:
        case View::socket:
        case View::host_read:
        case View::host_write:
            return "remove " + c.statement();
    }
    return {};
}

std::string advice_to_allow(const Case& c) {
    const std::string grant = std::string(c.is(RequestKind::write) ? "write " : "read ") + quote_path(c.path);
    switch (c.place.view) {
        case View::absent:
            if (c.content<DeviceDirectory>() != nullptr) {
                return "add `device " + quote_path(c.path) + "`";
            }
            if (c.place.node != nullptr && lets_nobody_in(*c.place.node)) {
                return "give " + c.statement() + " `{ mode 755 }`";
            }
            return c.place.node == nullptr || c.content<EmptyDirectory>() != nullptr ? "add `" + grant + "`" : std::string();
        case View::masked:
            return c.content<Mask>() != nullptr ? "remove " + c.statement() : std::string();
        case View::implied_directory:
            return c.is(RequestKind::exec) || c.path.is_root() ? std::string() : "add `" + grant + "`";
        case View::private_read:
            if (c.content<DataFile>() != nullptr && !c.is(RequestKind::write)) {
                return "give " + c.statement() + (c.is(RequestKind::exec) ? " `{ mode 555 }`" : " `{ mode 444 }`");
            }
            return c.content<EmptyDirectory>() != nullptr && c.is(RequestKind::write)
                       ? "replace " + c.statement() + " with `tmpfs " + quote_path(c.place.written) + "`"
                       : std::string();
        case View::link:
        case View::procfs:
        case View::device:
        case View::private_write:
        case View::host_read:
        case View::host_write:
        case View::socket:
            return {};
    }
    return {};
}

}  // namespace

Explanation explain(RequestKind kind, bool allowed, const SandboxPath& path, const Place& place, const Arrival& arrival) {
    const Case c{kind, allowed, path, place};
    const std::string via =
        arrival.link == nullptr ? "" : "`" + to_statement(arrival.link_written, *arrival.link) + "` leads to " + c.at() + ", and ";
    if (arrival.loops) {
        const std::string example =
            arrival.link == nullptr ? "" : ", `" + to_statement(arrival.link_written, *arrival.link) + "` among them";
        return {"more than 40 links follow one another" + example, "point the link at a place that is no link"};
    }
    if (const auto* tree = c.content<HostTree>(); tree != nullptr) {
        return {via + reason(c), host_tree_advice(c, *tree)};
    }
    return {via + reason(c), allowed ? advice_to_deny(c) : advice_to_allow(c)};
}

}  // namespace sbx::policy
