// Which trees those are. Only the path is looked at: what it is a link to is the launcher's to find out.
#include "compiler/policy/system_trees.hpp"

#include "compiler/policy/restated_value.hpp"

namespace sbx::policy {

namespace {

/// `whole`: everything below it, too. hier(7).
struct SystemTree {
    std::string_view path;
    bool whole;
    std::string_view why;
};
constexpr SystemTree system_trees[] = {
    {"/bin", true, "programs that every user runs"},
    {"/boot", true, "what the machine boots"},
    {"/dev", true, "the host's devices"},
    {"/etc", false, "the host's configuration"},
    {"/home", false, "every user's files"},
    {"/lib", true, "libraries that every program loads"},
    {"/lib32", true, "libraries that every program loads"},
    {"/lib64", true, "libraries that every program loads"},
    {"/libx32", true, "libraries that every program loads"},
    {"/proc", true, "the host's processes"},
    {"/root", false, "the administrator's files"},
    {"/sbin", true, "programs that the administrator runs"},
    {"/sys", true, "the kernel's settings"},
    {"/usr", false, "the host's programs and libraries"},
    {"/usr/bin", true, "programs that every user runs"},
    {"/usr/lib", true, "libraries that every program loads"},
    {"/usr/lib32", true, "libraries that every program loads"},
    {"/usr/lib64", true, "libraries that every program loads"},
    {"/usr/libexec", true, "programs that others run"},
    {"/usr/sbin", true, "programs that the administrator runs"},
    {"/var", false, "the host's state"},
};

bool at_or_below(std::string_view path, std::string_view tree) {
    return path.substr(0, tree.size()) == tree && (path.size() == tree.size() || path[tree.size()] == '/');
}

void report_fresh(Session& session, Origin origin, std::string message, std::string instead, std::optional<Fix> edit = {}) {
    auto report = session.error(DiagnosticKind::host_proc_visible, origin, std::move(message));
    report.help(std::move(instead));
    if (edit) {
        report.fix(edit->origin, std::move(edit->replacement), edit->safe);
    }
}

}  // namespace

bool check_source(Session& session, Origin origin, const SandboxPath& source, bool writable, const StatementView* statement) {
    const auto restated = [&](std::string_view keyword) {
        return statement != nullptr ? restated_value(*statement, origin, keyword, true) : std::nullopt;
    };
    const std::string_view path = source.tail();
    if (at_or_below(path, "/proc")) {
        report_fresh(session, origin, "`" + source.text() + "` shows the host's processes",
                     "write `proc /proc`, which shows the sandbox's own and nothing else",
                     path == "/proc" && !writable ? restated("proc") : std::nullopt);
        return false;
    }
    if (at_or_below(path, "/dev")) {
        report_fresh(session, origin, "`" + source.text() + "` shows the host's devices",
                     "write `dev /dev` for the usual ones, and `device /dev/NAME` for one of the host's");
        return false;
    }
    if (!writable) {
        return true;
    }
    if (at_or_below(path, "/sys")) {
        report_fresh(session, origin, "`" + source.text() + "` lets the sandbox change the kernel's settings",
                     "write `read " + source.text() + "`, or remove the statement", restated("read"));
        return false;
    }
    for (const SystemTree& tree : system_trees) {
        if (path == "/" || path == tree.path || (tree.whole && at_or_below(path, tree.path))) {
            session
                .error(DiagnosticKind::system_tree_writable, origin,
                       "`" + source.text() + "` holds " + (path == "/" ? "everything" : std::string(tree.why)) +
                           ", and can't be granted for writing")
                .help("write `read " + source.text() + "`, and `write` of a directory that is made for this program");
            return false;
        }
    }
    return true;
}

bool check_parameter_source(Session& session, Origin origin, const std::string& parameter, const SandboxPath& under,
                            Origin declaration) {
    for (const SystemTree& tree : system_trees) {
        const bool may_be = under.is_root() || (at_or_below(tree.path, under.tail()) && tree.path != under.tail());
        if (may_be || (tree.whole && at_or_below(under.tail(), tree.path))) {
            session
                .error(DiagnosticKind::system_tree_writable, origin,
                       "a launch may give `$" + parameter + "` the value `" +
                           (may_be ? std::string(tree.path) : under.text() + "/…") + "`, which holds " + std::string(tree.why))
                .label(declaration, "declared here")
                .help("narrow it: `param " + parameter + ": path under /var/tmp`, or another directory made for such use");
            return false;
        }
    }
    return true;
}

}  // namespace sbx::policy
