#include "tests/kernel/naive/network.hpp"

#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <ifaddrs.h>
#include <iterator>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <vector>

namespace sbx::naive {
namespace {

std::string slurp(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void spill(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

std::string fill(const Flaws& flaws) {
    std::string four;
    std::string six;
    ifaddrs* list = nullptr;
    (void)getifaddrs(&list);
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        char text[INET6_ADDRSTRLEN];
        if (entry->ifa_addr != nullptr && entry->ifa_addr->sa_family == AF_INET) {
            inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr, text, sizeof text);
            four += std::string(text) + ", ";
        } else if (entry->ifa_addr != nullptr && entry->ifa_addr->sa_family == AF_INET6) {
            inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr)->sin6_addr, text, sizeof text);
            six += std::string(text) + ", ";
        }
    }
    return flaws.contains("unfilled") ? ""
                                      : "add element inet sbx host_4 { " + four + "}\nadd element inet sbx host_6 { " + six +
                                            "}\nadd element inet sbx gateway_4 { 10.0.2.2, 10.0.2.3 }\n";
}

[[noreturn]] void become_helper(const Flaws& flaws, const nlohmann::json& network, const std::string& target, int ready) {
    std::vector<std::string> words;
    if (network["helper"] == "pasta") {
        words = {"pasta", "--foreground", "--quiet", "--config-net", "--ns-ifname", "tap0", "--pid", "/dev/stdout"};
        if (!flaws.contains("splicing")) {
            words.insert(words.end(), {"-t", "none", "-u", "none", "-T", "none", "-U", "none", "--no-map-gw"});
        }
        dup2(ready, 1);  // where it writes its number when it is ready
        words.push_back(target);
    } else {
        words = {"slirp4netns", "--configure", "--mtu=65520", "--ready-fd=" + std::to_string(ready)};
        if (!flaws.contains("hostloop")) {
            words.emplace_back("--disable-host-loopback");
        }
        if (!flaws.contains("dns")) {
            words.emplace_back("--disable-dns");
        }
        if (!flaws.contains("bare")) {
            words.insert(words.end(), {"--enable-sandbox", "--enable-seccomp"});
        }
        if (flaws.contains("api")) {
            words.push_back("--api-socket=/tmp/sbx-naive-" + target);
        }
        words.insert(words.end(), {target, "tap0"});
    }
    std::vector<char*> pointers;
    for (std::string& one : words) {
        pointers.push_back(one.data());
    }
    pointers.push_back(nullptr);
    fcntl(ready, F_SETFD, 0);
    execvp(pointers[0], pointers.data());
    _exit(1);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
        text.replace(at, from.size(), to);
    }
    return text;
}

bool load(const Flaws& flaws, const std::string& bundle, const nlohmann::json& network, const std::string& filled) {
    std::string text;
    for (const auto& file : network["filter"]) {
        text += (file == "egress.allow.nft" ? filled : "") + slurp(bundle + "/" + file.get<std::string>());
    }
    if (flaws.contains("silent")) {
        text = replaced(replaced(text, "reject with icmpx admin-prohibited", "drop"), "reject with tcp reset", "drop");
    }
    if (flaws.contains("denylist")) {
        text = replaced(replaced(text, "policy drop", "policy accept"), "jump allowed\n        goto refuse", "jump allowed");
    }
    if (flaws.contains("sourceroute")) {
        text = replaced(replaced(replaced(text, "ip option lsrr exists drop", ""), "ip option ssrr exists drop", ""),
                        "exthdr rt exists drop", "");
    }
    if (flaws.contains("related")) {
        text = replaced(text, "ct state established accept", "ct state established,related accept") +
               "add ct helper inet sbx ftp { type \"ftp\" protocol tcp; }\n"
               "insert rule inet sbx output tcp dport 21 ct helper set \"ftp\"\n";
    }
    if (flaws.contains("resolve")) {
        for (const auto& name : network["names"]) {
            text += "add rule inet sbx allowed ip daddr " + name.get<std::string>() + " tcp dport 80 accept\n";
        }
    }
    FILE* const nft = popen("nft -f - 2>/dev/null", "we");
    fwrite(text.data(), 1, text.size(), nft);
    return pclose(nft) == 0;
}

}  // namespace

void attach_network(const Flaws& flaws, const std::string& bundle, const nlohmann::json& manifest) {
    if (!manifest.contains("network") || manifest["network"]["mode"] != "filtered") {
        return;
    }
    setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
    prctl(PR_SET_DUMPABLE, 1);
    const auto& network = manifest["network"];
    const std::string filled = fill(flaws);
    const std::string target = std::to_string(getpid());
    const std::string user = std::to_string(geteuid());
    const std::string group = std::to_string(getegid());
    int go[2];
    int ready[2];
    (void)!pipe2(go, O_CLOEXEC);
    (void)!pipe2(ready, O_CLOEXEC);
    if (fork() == 0) {
        char byte = 0;
        close(go[1]);
        (void)!read(go[0], &byte, 1);
        close(ready[0]);
        become_helper(flaws, network, target, ready[1]);
    }
    close(ready[1]);
    bool good = unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
    spill("/proc/self/setgroups", "deny");
    spill("/proc/self/uid_map", "0 " + user + " 1");
    spill("/proc/self/gid_map", "0 " + group + " 1");
    good = std::system("ip link set lo up") == 0 && good;
    good = (flaws.contains("unfiltered") || load(flaws, bundle, network, filled)) && good;
    (void)!write(go[1], "g", 1);
    char byte = 0;
    good = read(ready[0], &byte, 1) == 1 && good;
    if (!good && !flaws.contains("ignore")) {
        _exit(125);
    }
}

}  // namespace sbx::naive
