// Times two commands in turn, A B A B …, and prints the ratio of their medians and the median of the ratios pair by pair: what a
// noisy machine does to both cancels out. Usage: pair RUNS [--limit RATIO] --- A… --- B…. Exit 1 when the median ratio is above the
// limit or a command fails.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace {

double run_once(const std::vector<char*>& command, bool* ok) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t pid = -1;
    const auto begin = std::chrono::steady_clock::now();
    if (posix_spawnp(&pid, command[0], &actions, nullptr, command.data(), environ) != 0) {
        *ok = false;
        posix_spawn_file_actions_destroy(&actions);
        return 0;
    }
    int status = 0;
    waitpid(pid, &status, 0);
    const auto end = std::chrono::steady_clock::now();
    posix_spawn_file_actions_destroy(&actions);
    *ok = *ok && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return std::chrono::duration<double, std::milli>(end - begin).count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
    const int runs = argc > 1 ? std::atoi(argv[1]) : 0;
    double limit = 0;
    std::vector<std::vector<char*>> commands;
    for (int i = 2; i < argc; ++i) {
        if (std::strcmp(argv[i], "--limit") == 0 && commands.empty() && i + 1 < argc) {
            limit = std::atof(argv[++i]);
        } else if (std::strcmp(argv[i], "---") == 0) {
            commands.emplace_back();
        } else if (!commands.empty()) {
            commands.back().push_back(argv[i]);
        }
    }
    if (runs < 1 || commands.size() != 2 || commands[0].empty() || commands[1].empty()) {
        std::fputs("usage: pair RUNS [--limit RATIO] --- COMMAND-A… --- COMMAND-B…\n", stderr);
        return 2;
    }
    std::vector<double> a;
    std::vector<double> b;
    std::vector<double> ratios;
    bool ok = true;
    for (auto& command : commands) {
        command.push_back(nullptr);
        run_once(command, &ok);
    }
    for (int i = 0; i < runs && ok; ++i) {
        a.push_back(run_once(commands[0], &ok));
        b.push_back(run_once(commands[1], &ok));
        ratios.push_back(a.back() / b.back());
    }
    if (!ok) {
        std::fputs("pair: a command failed\n", stderr);
        return 1;
    }
    const double ratio = median(ratios);
    std::printf("A %.2f ms  B %.2f ms (medians of %d)  ratio %.2f pair by pair, %.2f at their lowest", median(a), median(b), runs,
                ratio, *std::min_element(a.begin(), a.end()) / *std::min_element(b.begin(), b.end()));
    if (limit > 0) {
        std::printf("  limit %.2f: %s", limit, ratio <= limit ? "kept" : "EXCEEDED");
    }
    std::printf("\n");
    return limit > 0 && ratio > limit ? 1 : 0;
}
