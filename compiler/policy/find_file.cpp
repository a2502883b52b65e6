// Where a named file lies: text first, then the disk; see the header.
#include "compiler/policy/find_file.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

/// `a/b/../c` gives `a/c`; a `..` that leads out of a relative path stays.
std::string tidied(const std::string& path) {
    std::vector<std::string> parts;
    const bool absolute = !path.empty() && path.front() == '/';
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string part = path.substr(at, end - at);
        if (part == ".." && !parts.empty() && parts.back() != "..") {
            parts.pop_back();
        } else if (part == "..") {
            if (!absolute) {
                parts.push_back(part);
            }
        } else if (!part.empty() && part != ".") {
            parts.push_back(part);
        }
        at = end + 1;
    }
    std::string result = absolute ? "/" : "";
    for (std::size_t i = 0; i < parts.size(); ++i) {
        result += (i == 0 ? "" : "/") + parts[i];
    }
    return result.empty() ? "." : result;
}

std::string joined(const std::string& directory, const std::string& path) {
    return directory.empty() || directory == "." ? path : directory + "/" + path;
}

bool lies_below(const std::string& path, const std::string& directory) {
    const std::string prefix = directory == "/" ? directory : directory + "/";
    return path.compare(0, prefix.size(), prefix) == 0;
}

/// The text of `canonical` relative to the first allowed directory that holds it; nullopt when none does.
std::optional<std::string> relative_to_allowed(const Session& session, const std::string& canonical) {
    std::vector<std::string> allowed{session.root_directory};
    allowed.insert(allowed.end(), session.options.include_directories.begin(), session.options.include_directories.end());
    for (const std::string& directory : allowed) {
        const std::string base = session.reader.canonical(directory);
        if (lies_below(canonical, base)) {
            return canonical.substr(base == "/" ? 1 : base.size() + 1);
        }
    }
    return std::nullopt;
}

}  // namespace

void report_include(FileResolver& file, Origin origin, std::string message, std::string help) {
    file.session.error(DiagnosticKind::include_problem, origin, std::move(message)).help(std::move(help));
}

std::optional<FoundFile> find_file(FileResolver& file, const std::string& wanted, Origin origin) {
    Session& session = file.session;
    if (wanted.empty() || wanted.front() == '/' || wanted.find('\0') != std::string::npos) {
        report_include(file, origin, quoted(wanted) + " is not a relative path",
                       "name the file relative to this one, and give its directory with -I if it lies elsewhere");
        return std::nullopt;
    }
    std::vector<std::string> directories{file.directory};
    if (file.is_standard) {
        directories.clear();
    }
    directories.insert(directories.end(), session.options.include_directories.begin(), session.options.include_directories.end());
    bool escapes = false;
    for (const std::string& directory : directories) {
        const std::string name = tidied(joined(directory, wanted));
        // Text first: nothing outside is opened, not even to see whether it is there.
        if (!relative_to_allowed(session, tidied(session.reader.canonical(directory.empty() ? "." : directory) + "/" + wanted))) {
            escapes = true;
            continue;
        }
        if (session.missing_files.count(name) != 0) {
            continue;
        }
        auto text = session.reader.read(name);
        if (!text) {
            session.missing_files.insert(name);
            continue;
        }
        const std::string canonical = session.reader.canonical(name);
        const auto stable = relative_to_allowed(session, canonical);
        if (stable) {
            return FoundFile{name, canonical, *stable, std::move(*text)};
        }
        escapes = true;
    }
    if (escapes) {
        report_include(file, origin, quoted(wanted) + " leaves the directory of the root profile",
                       "move the file below that directory, or allow its own with `-I DIR`");
    } else {
        report_include(file, origin, "there is no file " + quoted(wanted) + " to take in",
                       "paths are relative to the file that names them; directories for shared files are given with `-I DIR`");
    }
    return std::nullopt;
}

}  // namespace sbx::policy
