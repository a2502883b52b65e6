// Each flaw leaves out one protection, as launchers in the wild have done.
#include "tests/kernel/naive/flaws.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace sbx::naive {

std::vector<std::string> spoiled(const Flaws& flaws, const std::vector<std::string>& words) {
    static const std::map<std::string, std::pair<const char*, std::size_t>> dropped = {{"--unshare-user", {"nest", 0}},
                                                                                       {"--disable-userns", {"userns", 0}},
                                                                                       {"--assert-userns-disabled", {"userns", 0}},
                                                                                       {"--unshare-pid", {"pid", 0}},
                                                                                       {"--unshare-ipc", {"ipc", 0}},
                                                                                       {"--unshare-cgroup", {"ipc", 0}},
                                                                                       {"--unshare-net", {"net", 0}},
                                                                                       {"--new-session", {"session", 0}},
                                                                                       {"--die-with-parent", {"orphan", 0}},
                                                                                       {"--remount-ro", {"remount", 1}},
                                                                                       {"--size", {"size", 1}},
                                                                                       {"--perms", {"perms", 1}},
                                                                                       {"--chdir", {"cwd", 1}},
                                                                                       {"--seccomp", {"seccomp", 1}},
                                                                                       {"--add-seccomp-fd", {"seccomp", 1}},
                                                                                       {"--cap-drop", {"caps", 1}},
                                                                                       {"--clearenv", {"env", 0}},
                                                                                       {"--uid", {"ids", 1}},
                                                                                       {"--gid", {"ids", 1}}};
    std::vector<std::string> out;
    if (flaws.contains("aspid1")) {
        out.push_back("--as-pid-1");
    }
    for (std::size_t at = 0; at < words.size(); ++at) {
        const auto found = dropped.find(words[at]);
        if (found != dropped.end() && flaws.contains(found->second.first)) {
            at += found->second.second;
            continue;
        }
        out.push_back(words[at]);
        if (flaws.contains("paths") && words[at] == "--ro-bind-fd") {
            out.back() = "--ro-bind";
        } else if (flaws.contains("paths") && words[at] == "--bind-fd") {
            out.back() = "--bind";
        } else if (flaws.contains("writable") && words[at] == "--ro-bind-fd") {
            out.back() = "--bind-fd";
        } else if (flaws.contains("hostproc") && words[at] == "--proc") {
            out.back() = "--bind";
            out.push_back("/proc");
        } else if (flaws.contains("hostdev") && words[at] == "--dev") {
            out.back() = "--dev-bind";
            out.push_back("/dev");
        }
    }
    return out;
}

bool is_pin(const std::vector<std::string>& strings, std::size_t at, std::vector<std::string>& trees) {
    if (strings[at] != "3" || !strings[at + 1].ends_with("bind-fd") || strings[at + 2].substr(2) != strings[at + 3]) {
        return false;
    }
    const std::string path = strings[at + 3].substr(1);
    const bool inside =
        std::any_of(trees.begin(), trees.end(), [&](const std::string& tree) { return path.starts_with(tree + "/"); });
    if (strings[at + 1] == "=--bind-fd") {
        trees.push_back(path);
    }
    return inside;
}

}  // namespace sbx::naive
