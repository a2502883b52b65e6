// Times commands from start to exit. Two commands run in turn, A B A B …, and the ratio is taken pair by pair, so that what else
// the machine does to both cancels out; the ratio of their lowest times is printed beside it. One command alone is held against
// seconds and memory. Usage: pair RUNS [--limit RATIO] [--descriptor NUMBER] --- A… --- B…, or
// pair RUNS --most SECONDS MIB [--exit STATUS] --- A…. The commands inherit descriptors 0 to 2, and NUMBER if one is given.
// Exit 1 when a limit is exceeded or a command ends in another way than it should.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace {

struct Options {
    int runs = 0;
    double ratio = 0;
    double seconds = 0;
    double mebibytes = 0;
    int status = 0;
    int descriptor = -1;
    std::vector<std::vector<char*>> commands;
};

bool read_options(int argc, char** argv, Options& options) {
    options.runs = argc > 1 ? std::atoi(argv[1]) : 0;
    for (int i = 2; i < argc; ++i) {
        const bool is_option = options.commands.empty();
        if (std::strcmp(argv[i], "---") == 0) {
            options.commands.emplace_back();
        } else if (is_option && std::strcmp(argv[i], "--limit") == 0 && i + 1 < argc) {
            options.ratio = std::atof(argv[++i]);
        } else if (is_option && std::strcmp(argv[i], "--most") == 0 && i + 2 < argc) {
            options.seconds = std::atof(argv[++i]);
            options.mebibytes = std::atof(argv[++i]);
        } else if (is_option && std::strcmp(argv[i], "--exit") == 0 && i + 1 < argc) {
            options.status = std::atoi(argv[++i]);
        } else if (is_option && std::strcmp(argv[i], "--descriptor") == 0 && i + 1 < argc) {
            options.descriptor = std::atoi(argv[++i]);
        } else if (!is_option) {
            options.commands.back().push_back(argv[i]);
        } else {
            return false;
        }
    }
    const auto is_empty = [](const auto& command) { return command.empty(); };
    const std::size_t wanted = options.seconds > 0 ? 1 : 2;
    return options.runs > 0 && options.commands.size() == wanted &&
           std::none_of(options.commands.begin(), options.commands.end(), is_empty);
}

/// What the caller left open would be measured too: launch takes a longer way where sh cannot close it.
void close_inherited() {
    std::vector<int> found;
    if (DIR* const directory = opendir("/proc/self/fd")) {
        while (const dirent* const entry = readdir(directory)) {
            found.push_back(std::atoi(entry->d_name));
        }
        closedir(directory);
    }
    for (const int descriptor : found) {
        if (descriptor > STDERR_FILENO) {
            close(descriptor);  // or it was the directory
        }
    }
}

bool leave_open(int descriptor) {
    const int opened = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return opened >= 0 && dup2(opened, descriptor) == descriptor;
}

struct Run {
    double milliseconds = 0;
    double mebibytes = 0;
    bool ok = false;
};

Run run_once(const std::vector<char*>& command, int status_wanted) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (status_wanted != 0) {  // what it says about a failure that is expected is no news
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    pid_t pid = -1;
    Run run;
    const auto begin = std::chrono::steady_clock::now();
    if (posix_spawnp(&pid, command[0], &actions, nullptr, command.data(), environ) == 0) {
        int status = 0;
        rusage usage{};
        wait4(pid, &status, 0, &usage);
        const auto end = std::chrono::steady_clock::now();
        run.milliseconds = std::chrono::duration<double, std::milli>(end - begin).count();
        run.mebibytes = static_cast<double>(usage.ru_maxrss) / 1024;  // getrusage(2): in KiB
        run.ok = WIFEXITED(status) && WEXITSTATUS(status) == status_wanted;
    }
    posix_spawn_file_actions_destroy(&actions);
    return run;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}
double lowest(const std::vector<double>& values) {
    return *std::min_element(values.begin(), values.end());
}

int failed(const std::vector<char*>& command) {
    std::fprintf(stderr, "pair: `%s` did not end as it should\n", command[0]);
    return 1;
}

int measure_two(const Options& options) {
    std::vector<double> a;
    std::vector<double> b;
    std::vector<double> ratios;
    for (int i = -1; i < options.runs; ++i) {  // the first is to warm the caches
        const Run first = run_once(options.commands[0], 0);
        const Run second = run_once(options.commands[1], 0);
        if (!first.ok || !second.ok) {
            return failed(options.commands[first.ok ? 1 : 0]);
        }
        if (i >= 0) {
            a.push_back(first.milliseconds);
            b.push_back(second.milliseconds);
            ratios.push_back(first.milliseconds / second.milliseconds);
        }
    }
    const double ratio = median(ratios);
    std::printf("A %.2f ms  B %.2f ms (medians of %d)  ratio %.2f pair by pair, %.2f at their lowest", median(a), median(b),
                options.runs, ratio, lowest(a) / lowest(b));
    const bool kept = options.ratio <= 0 || ratio <= options.ratio;
    if (options.ratio > 0) {
        std::printf("  limit %.2f: %s", options.ratio, kept ? "kept" : "EXCEEDED");
    }
    std::printf("\n");
    return kept ? 0 : 1;
}

int measure_one(const Options& options) {
    std::vector<double> times;
    double memory = 0;
    for (int i = 0; i < options.runs; ++i) {
        const Run run = run_once(options.commands[0], options.status);
        if (!run.ok) {
            return failed(options.commands[0]);
        }
        times.push_back(run.milliseconds / 1000);
        memory = std::max(memory, run.mebibytes);
    }
    const bool kept = lowest(times) <= options.seconds && memory <= options.mebibytes;
    std::printf("%.2f s at its lowest, %.2f s median of %d, %.0f MiB  limit %.2f s, %.0f MiB: %s\n", lowest(times), median(times),
                options.runs, memory, options.seconds, options.mebibytes, kept ? "kept" : "EXCEEDED");
    return kept ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (!read_options(argc, argv, options)) {
        std::fputs(
            "usage: pair RUNS [--limit RATIO] [--descriptor NUMBER] --- COMMAND-A… --- COMMAND-B…\n"
            "       pair RUNS --most SECONDS MIB [--exit STATUS] --- COMMAND…\n",
            stderr);
        return 2;
    }
    for (auto& command : options.commands) {
        command.push_back(nullptr);
    }
    close_inherited();
    if (options.descriptor >= 0 && !leave_open(options.descriptor)) {
        std::perror("pair: the descriptor cannot be left open");
        return 1;
    }
    return options.commands.size() == 2 ? measure_two(options) : measure_one(options);
}
