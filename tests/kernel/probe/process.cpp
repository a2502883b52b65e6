// Requests about the process that the probe is: who it is, what it inherited, what it may use up, how it ends.
#include "tests/kernel/probe/probe.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace sbx::probe {
namespace {

void print_environment() {
    for (char** entry = environ; *entry != nullptr; ++entry) {
        std::printf("env %s\n", *entry);
    }
}

/// Numbers alone first, so that a descriptor is never missed because it leads nowhere nameable.
void print_descriptors() {
    DIR* directory = opendir("/proc/self/fd");
    if (directory == nullptr) {
        report("fds", false);
        return;
    }
    while (const dirent* entry = readdir(directory)) {
        const int number = std::atoi(static_cast<const char*>(entry->d_name));
        if (static_cast<const char*>(entry->d_name)[0] == '.' || number == dirfd(directory)) {
            continue;
        }
        char target[256] = "?";
        const std::string link = "/proc/self/fd/" + std::to_string(number);
        const ssize_t length = readlink(link.c_str(), target, sizeof target - 1);
        target[length > 0 ? length : 0] = '\0';
        std::printf("fd %d %s\n", number, target);
    }
    closedir(directory);
}

void print_ids() {
    std::printf("uid %u euid %u gid %u\n", getuid(), geteuid(), getgid());
    gid_t groups[64];
    const int count = getgroups(64, groups);
    for (int index = 0; index < count; ++index) {
        std::printf("group %u\n", groups[index]);
    }
}

void print_limits() {
    const struct {
        const char* name;
        __rlimit_resource resource;
    } limits[] = {{"cpu", RLIMIT_CPU},           {"fsize", RLIMIT_FSIZE},          {"core", RLIMIT_CORE},
                  {"nofile", RLIMIT_NOFILE},     {"nproc", RLIMIT_NPROC},          {"as", RLIMIT_AS},
                  {"data", RLIMIT_DATA},         {"stack", RLIMIT_STACK},          {"memlock", RLIMIT_MEMLOCK},
                  {"msgqueue", RLIMIT_MSGQUEUE}, {"sigpending", RLIMIT_SIGPENDING}};
    for (const auto& limit : limits) {
        rlimit value{};
        getrlimit(limit.resource, &value);
        std::printf("limit %s %lld %lld\n", limit.name, static_cast<long long>(value.rlim_cur),
                    static_cast<long long>(value.rlim_max));
    }
}

void raise_limit() {
    rlimit value{};
    getrlimit(RLIMIT_NOFILE, &value);
    value.rlim_cur += 1;
    value.rlim_max = value.rlim_cur;
    report("raise-nofile", setrlimit(RLIMIT_NOFILE, &value) == 0);
}

/// Children wait until the probe ends, so that they count together; says how many came to be.
void fork_many(const std::string& word, int wanted) {
    int hold[2];
    if (pipe(hold) != 0) {
        report(word, false);
        return;
    }
    int made = 0;
    while (made < wanted) {
        const pid_t child = fork();
        if (child < 0) {
            break;
        }
        if (child == 0) {
            close(hold[1]);
            char byte = 0;
            (void)!read(hold[0], &byte, 1);
            _exit(0);
        }
        ++made;
    }
    std::printf("%s made %d\n", word.c_str(), made);
    std::fflush(stdout);
    close(hold[0]);
    close(hold[1]);
}

void open_many(const std::string& word, int wanted) {
    int opened = 0;
    while (opened < wanted && dup(0) >= 0) {
        ++opened;
    }
    std::printf("%s made %d %s\n", word.c_str(), opened, opened < wanted ? strerrorname_np(errno) : "all");
    std::fflush(stdout);
}

/// `daemon:SECONDS:FILE`: leaves a process of a session of its own, which outlives the probe and then writes FILE.
void leave_daemon(const std::string& argument) {
    const std::string::size_type colon = argument.find(':');
    std::fflush(stdout);
    if (fork() == 0) {
        setsid();
        if (fork() != 0) {
            _exit(0);
        }
        for (int descriptor = 0; descriptor < 3; ++descriptor) {
            close(descriptor);
        }
        usleep(static_cast<useconds_t>(std::atof(argument.substr(0, colon).c_str()) * 1e6));
        const int file = open(argument.substr(colon + 1).c_str(), O_WRONLY | O_CREAT, 0666);
        (void)!write(file, "alive\n", 6);
        _exit(0);
    }
    wait(nullptr);
}

/// Signals of its own that wait, until no more can.
void queue_signals(const std::string& word, int wanted) {
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &blocked, nullptr);
    int queued = 0;
    while (queued < wanted && sigqueue(getpid(), SIGRTMIN, sigval{}) == 0) {
        ++queued;
    }
    std::printf("%s made %d\n", word.c_str(), queued);
}

/// How many processes that /proc shows have ended and wait to be reaped.
int zombies() {
    DIR* directory = opendir("/proc");
    int count = 0;
    while (const dirent* entry = directory != nullptr ? readdir(directory) : nullptr) {
        const std::string path = "/proc/" + std::string(static_cast<const char*>(entry->d_name)) + "/stat";
        char text[256] = "";
        const int file = std::atoi(static_cast<const char*>(entry->d_name)) > 0 ? open(path.c_str(), O_RDONLY | O_CLOEXEC) : -1;
        if (file >= 0) {
            (void)!read(file, text, sizeof text - 1);
            close(file);
            const char* const after_name = std::strrchr(text, ')');
            count += after_name != nullptr && after_name[1] != '\0' && after_name[2] == 'Z' ? 1 : 0;
        }
    }
    if (directory != nullptr) {
        closedir(directory);
    }
    return count;
}

/// Leaves processes whose parent is gone before they are, gives whoever adopts them a moment, and counts who was not reaped.
void leave_orphans(int wanted) {
    std::fflush(stdout);
    for (int index = 0; index < wanted; ++index) {
        const pid_t child = fork();
        if (child == 0) {
            if (fork() == 0) {
                usleep(20000);
            }
            _exit(0);
        }
        waitpid(child, nullptr, 0);
    }
    for (int waited = 0; waited < 20 && (waited < 2 || zombies() > 0); ++waited) {
        usleep(50000);
    }
    std::printf("zombies %d\n", zombies());
}

/// `on-term:FILE`: on SIGTERM writes FILE and exits 17.
std::string term_file;
void on_term(int) {
    const int file = open(term_file.c_str(), O_WRONLY | O_CREAT, 0666);
    (void)!write(file, "term\n", 5);
    _exit(17);
}

}  // namespace

bool process_request(const std::string& word, const std::string& name, const std::string& argument) {
    const int number = std::atoi(argument.c_str());
    if (name == "env") {
        print_environment();
    } else if (name == "fds") {
        print_descriptors();
    } else if (name == "ids") {
        print_ids();
    } else if (name == "limits") {
        print_limits();
    } else if (name == "raise-limit") {
        raise_limit();
    } else if (name == "fork") {
        fork_many(word, number);
    } else if (name == "open-many") {
        open_many(word, number);
    } else if (name == "orphans") {
        leave_orphans(number);
    } else if (name == "daemon") {
        leave_daemon(argument);
    } else if (name == "on-term") {
        term_file = argument;
        (void)std::signal(SIGTERM, on_term);
    } else if (name == "ignore-term") {
        (void)std::signal(SIGTERM, SIG_IGN);
    } else if (name == "sleep") {
        std::fflush(stdout);
        usleep(static_cast<useconds_t>(std::atof(argument.c_str()) * 1e6));
    } else if (name == "stop") {
        kill(getpid(), SIGSTOP);
    } else if (name == "stop-init") {
        kill(1, SIGSTOP);
    } else if (name == "queue-signals") {
        queue_signals(word, number);
    } else if (name == "burn") {
        volatile bool on = true;
        while (on) {
        }
    } else if (name == "signal") {
        (void)std::signal(number, SIG_DFL);
        std::fflush(stdout);
        kill(getpid(), number);
    } else if (name == "reach") {  // may it be sent a signal?
        report(word, kill(static_cast<pid_t>(std::atoi(argument.c_str())), 0) == 0);
    } else if (name == "cwd") {
        char path[4096];
        std::printf("cwd %s\n", getcwd(path, sizeof path) != nullptr ? path : "?");
    } else if (name == "umask") {
        const mode_t mask = umask(0);
        umask(mask);
        std::printf("umask %o\n", mask);
    } else if (name == "tag") {
        std::printf("tag %s\n", argument.c_str());  // only there to be seen in the process table
        std::fflush(stdout);
    } else if (name == "words") {
        std::printf("word <%s>\n", argument.c_str());
    } else {
        return false;
    }
    std::fflush(stdout);
    return true;
}

}  // namespace sbx::probe
