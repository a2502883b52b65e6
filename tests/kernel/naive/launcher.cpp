// A launcher that is broken on purpose. It reads a bundle and starts bubblewrap as the policy asks, but checks nothing, takes every
// path and value on trust, and leaves out whatever its first word names: the tests use it to show that they notice. It proves
// nothing when it succeeds. Usage: naive_launcher FLAW,FLAW… BUNDLE [--set N=V]… [--env N=V]… -- COMMAND…
#include "tests/kernel/naive/flaws.hpp"
#include "tests/kernel/naive/network.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <set>
#include <sstream>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace {

struct Launch {
    std::set<std::string> flaws;
    std::string bundle;
    std::map<std::string, std::string> values;
    std::vector<std::pair<std::string, std::string>> environment;
    std::vector<std::string> command;
    nlohmann::json manifest;

    [[nodiscard]] bool flawed(const char* name) const { return flaws.contains(name); }
};

std::string slurp(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> split(const std::string& text) {
    std::set<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, ',');) {
        parts.insert(part);
    }
    return parts;
}

std::string expand(const Launch& launch, const std::string& text) {
    std::string out;
    for (std::size_t at = 1; at + 1 < text.size(); ++at) {
        if (text[at] == '\\') {
            const char escape = text[++at];
            if (escape == 'x') {
                out += static_cast<char>(std::stoi(text.substr(at + 1, 2), nullptr, 16));
                at += 2;
            } else {
                out += escape == 'n' ? '\n' : escape == 't' ? '\t' : escape == 'r' ? '\r' : escape;
            }
        } else if (text.compare(at, 2, "${") == 0) {
            const std::size_t end = text.find('}', at);
            out += launch.values.at(text.substr(at + 2, end - at - 2));
            at = end;
        } else {
            out += text[at];
        }
    }
    return out;
}

std::string plain(const Launch& launch, const std::string& typed) {
    return typed[0] == '=' ? typed.substr(1) : expand(launch, typed);
}

int memory_file(const std::string& text) {
    const int file = memfd_create("data", 0);
    (void)!write(file, text.data(), text.size());
    lseek(file, 0, SEEK_SET);
    return file;
}

std::string word(const Launch& launch, const std::string& typed) {
    const std::string rest = typed.substr(1);
    switch (typed[0]) {
        case '<':
        case '>': {
            const std::string path = plain(launch, rest.substr(1));
            if (launch.flawed("paths")) {
                return path;  // bound by name: links are followed
            }
            return std::to_string(open(path.c_str(), O_PATH));
        }
        case '@':
            return std::to_string(memory_file(slurp(launch.bundle + "/data/" + rest)));
        case '&':
            return std::to_string(memory_file(expand(launch, slurp(launch.bundle + "/data/" + rest))));
        case '#':
            return std::to_string(memory_file(slurp(launch.bundle + "/seccomp.x86_64.bpf")));
        default:
            return plain(launch, typed);
    }
}

std::vector<std::string> records(const Launch& launch) {
    std::vector<std::string> strings;
    std::istringstream in(slurp(launch.bundle + "/bwrap.args"));
    for (std::string text; std::getline(in, text, '\0');) {
        strings.push_back(text);
    }
    std::vector<std::vector<std::string>> parts;
    std::vector<std::string> trees;
    for (std::size_t at = 1; at < strings.size();) {
        const std::string guard = strings[at++];
        bool taken = guard != "comment";
        if (guard != "always" && guard != "comment") {
            taken = access(plain(launch, strings[at++]).c_str(), F_OK) == 0 || launch.flawed("guards");
        }
        taken = taken && !(launch.flawed("pins") && sbx::naive::is_pin(strings, at, trees));
        std::vector<std::string> words;
        for (unsigned long count = std::stoul(strings[at++]); count > 0; --count, ++at) {
            if (taken) {
                words.push_back(word(launch, strings[at]));
            }
        }
        parts.push_back(words);
    }
    if (launch.flawed("order")) {  // masks before what they mask
        std::stable_partition(parts.begin(), parts.end(),
                              [](const auto& part) { return std::find(part.begin(), part.end(), "--tmpfs") != part.end(); });
    }
    std::vector<std::string> all;
    for (const auto& part : parts) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return sbx::naive::spoiled(launch.flaws, all);
}

void set_limits(const Launch& launch) {
    static const std::map<std::string, __rlimit_resource> names = {{"cpu", RLIMIT_CPU},         {"as", RLIMIT_AS},
                                                                   {"data", RLIMIT_DATA},       {"stack", RLIMIT_STACK},
                                                                   {"core", RLIMIT_CORE},       {"fsize", RLIMIT_FSIZE},
                                                                   {"memlock", RLIMIT_MEMLOCK}, {"nproc", RLIMIT_NPROC},
                                                                   {"nofile", RLIMIT_NOFILE},   {"msgqueue", RLIMIT_MSGQUEUE}};
    std::istringstream in(slurp(launch.bundle + "/rlimits.tab"));
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string name;
        rlim_t soft = 0;
        // The kernel counts processes by user and namespace: in the caller's own, the whole desktop counts.
        if (line[0] != '#' && words >> name >> soft && (name != "nproc" || launch.flawed("outside"))) {
            const rlimit value{soft, launch.flawed("soft") ? soft + 64 : soft};
            setrlimit(names.at(name), &value);
        }
    }
}

void add_environment(const Launch& launch, std::vector<std::string>& words) {
    std::istringstream in(slurp(launch.bundle + "/environment.tab"));
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("set ")) {
            const std::size_t blank = line.find(' ', 4);
            const std::size_t comment = line.rfind("\" # ");
            const std::string value = line.substr(blank + 1, comment == std::string::npos ? comment : comment - blank);
            words.insert(words.end(), {"--setenv", line.substr(4, blank - 4), expand(launch, value)});
        }
    }
    for (const auto& [name, value] : launch.environment) {
        words.insert(words.end(), {"--setenv", name, value});
    }
}

void become(const Launch& launch) {
    const auto& id = launch.manifest["process"]["run_as"];
    if (geteuid() == 0 && !launch.flawed("id") && !id.is_null()) {
        if (!launch.flawed("groups")) {
            setgroups(0, nullptr);
        }
        const gid_t gid = id["gid"];
        const uid_t uid = id["uid"];
        if (setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0) {
            std::exit(125);
        }
    }
}

Launch read_words(int argc, char** argv) {
    Launch launch;
    launch.flaws = split(argv[1]);
    launch.bundle = argv[2];
    launch.manifest = nlohmann::json::parse(slurp(launch.bundle + "/manifest.json"));
    for (const auto& parameter : launch.manifest["parameters"]) {
        if (parameter.contains("default")) {
            launch.values[parameter["name"]] = parameter["default"];
        }
    }
    int at = 3;
    for (; at + 1 < argc && std::strcmp(argv[at], "--") != 0; at += 2) {
        const std::string pair = argv[at + 1];
        const std::size_t equals = pair.find('=');
        if (std::strcmp(argv[at], "--set") == 0) {
            launch.values[pair.substr(0, equals)] = pair.substr(equals + 1);
        } else {
            launch.environment.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
        }
    }
    for (++at; at < argc; ++at) {
        launch.command.emplace_back(argv[at]);
    }
    const auto& usual = launch.manifest["process"]["command"];
    if (launch.command.empty() && !usual.is_null()) {
        launch.command.push_back(expand(launch, usual["program"]));
        for (const auto& argument : usual["arguments"]) {
            launch.command.push_back(expand(launch, argument));
        }
    }
    return launch;
}

/// As a script would that puts its command together from text.
void execute_by_shell(const std::vector<std::string>& words) {
    std::string line;
    for (const std::string& text : words) {
        line += text + " ";
    }
    execl("/bin/sh", "sh", "-c", line.c_str(), static_cast<char*>(nullptr));
}

void execute(const std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (const std::string& text : words) {
        pointers.push_back(const_cast<char*>(text.c_str()));
    }
    pointers.push_back(nullptr);
    execvp(pointers[0], pointers.data());
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        return 125;
    }
    Launch launch = read_words(argc, argv);
    become(launch);
    launch.values["uid"] = std::to_string(getuid());
    launch.values["gid"] = std::to_string(getgid());
    if (launch.flawed("fds")) {
        (void)!open("/", O_RDONLY | O_DIRECTORY);
    } else {
        close_range(3, ~0U, 0);
    }
    sbx::naive::attach_network(launch.flaws, launch.bundle, launch.manifest);
    if (launch.flawed("unconfined")) {  // the tools lie in the directory that this program lies in
        const std::string own = argv[0];
        std::string& program = launch.command[0];
        if (program.starts_with("/probe/")) {
            program = own.substr(0, own.rfind('/') + 1) + program.substr(7);
        }
        execute(launch.command);
        return 127;
    }
    std::vector<std::string> words = {launch.flawed("path") ? "bwrap" : "/usr/bin/bwrap"};
    const std::vector<std::string> planned = records(launch);
    words.insert(words.end(), planned.begin(), planned.end());
    if (!launch.flawed("env")) {
        words.emplace_back("--clearenv");
    }
    if (launch.flawed("caps")) {
        words.insert(words.end(), {"--cap-add", "ALL"});
    }
    add_environment(launch, words);
    if (!launch.flawed("dashes")) {
        words.emplace_back("--");
    }
    words.insert(words.end(), launch.command.begin(), launch.command.end());
    if (!launch.flawed("limits")) {
        set_limits(launch);
    }
    if (launch.flawed("shell")) {
        execute_by_shell(words);
    }
    execute(words);
    return 125;
}
