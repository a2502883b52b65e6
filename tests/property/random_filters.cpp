// What a policy says of system calls and socket families: the default changed, replaced or removed. What is allowed and what is
// denied has little in common, because a policy that denies all that it allows is refused.
#include "tests/property/random_policy.hpp"

#include <array>
#include <set>

namespace sbx::test {

namespace {

std::string few(std::mt19937& random, const std::vector<const char*>& words) {
    std::set<std::string> chosen;
    for (std::size_t left = 1 + random() % 3; left > 0; --left) {
        chosen.insert(words.at(random() % words.size()));
    }
    std::string text;
    for (const std::string& word : chosen) {
        text += " " + word;
    }
    return text;
}

std::string reason(std::mt19937& random) {
    static constexpr std::array<const char*, 4> reasons = {"\"tried\"", "\"it \\\"must\\\"\"", "\"a # b; }\"", "\"\\u{e9}\\n\""};
    return std::string(" because ") + reasons.at(random() % reasons.size());
}

void add_calls(std::mt19937& random, const std::string& block, std::vector<RandomStatement>& statements) {
    const auto add = [&](const std::string& text) { statements.push_back({"", "", text, block}); };
    if (block != "syscalls" || random() % 2 == 0) {
        add("allow" + few(random, {"@io", "@debug", "bpf", "@keyring", "@clock", "kcmp", "@swap", "vhangup"}) + reason(random));
    }
    if (random() % 2 == 0) {
        add("deny" + few(random, {"@mount", "socketpair", "sendfile", "splice", "@aio", "flock", "@sync", "mlock"}));
    }
    if (random() % 3 == 0) {
        add("allow ioctl" + std::string(random() % 2 == 0
                                            ? " except TIOCSTI TIOCLINUX" + few(random, {"FIONREAD", "0x1234", "TIOCSCTTY"})
                                            : " except TIOCLINUX" + reason(random)));
    }
    if (random() % 3 == 0) {
        add(random() % 2 == 0 ? "allow clone without namespaces" : "allow clone" + reason(random));
    }
}

}  // namespace

std::vector<RandomStatement> random_filters(std::mt19937& random) {
    std::vector<RandomStatement> statements;
    switch (random() % 8) {
        case 0:
            statements.push_back({"", "", "syscalls unrestricted" + reason(random), ""});
            return statements;
        case 1:
            add_calls(random, "syscalls only", statements);
            statements.push_back({"", "", "allow @loader @memory @process @network", "syscalls only"});
            break;
        case 2:
        case 3:
        case 4:
            add_calls(random, "syscalls", statements);
            break;
        default:
            break;
    }
    if (random() % 3 == 0) {
        statements.push_back({"", "", "allow" + few(random, {"unix", "inet", "inet6", "netlink-route"}), "sockets"});
    }
    if (random() % 4 == 0) {
        statements.push_back({"", "", "allow" + few(random, {"vsock", "packet", "alg", "netlink"}) + reason(random), "sockets"});
    }
    return statements;
}

}  // namespace sbx::test
