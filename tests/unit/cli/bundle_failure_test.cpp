// R-REL-01, R-REL-02, R-REL-04: what stands in the output directory after a compile that was killed, ran out of space or ran beside
// others.
#include "tests/unit/cli/bundle_fixture.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <optional>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace sbx::cli {
namespace {

using ::testing::StartsWith;

using BundleFailure = BundleWriter;

TEST_F(BundleFailure, AFileSizeLimitIsAnErrorThatLeavesTheOldBundle) {
    ASSERT_EQ(run({"a.sbx", "-o", "out"}).code, 0);
    const Files before = files_of(out);
    std::size_t failed = 0;
    for (const rlim_t most : {0U, 1U, 100U, 500U, 1000U, 2000U, 4000U}) {
        const Outcome got = run({"b.sbx", "-o", "out"}, [=] {
            const rlimit limit{most, most};
            ::setrlimit(RLIMIT_FSIZE, &limit);
        });
        // What policyc prints goes to a file here too, and may not fit: the exit code and the disk are what counts.
        EXPECT_EQ(got.code, 3) << most;
        EXPECT_EQ(files_of(out), before) << most;
        EXPECT_EQ(names_in(directory.path()), (std::set<std::string>{"a.sbx", "b.sbx", "out"})) << most;
        failed += got.err.find("cannot write `out/") != std::string::npos ? 1U : 0U;
    }
    EXPECT_GE(failed, 3U);
}

bool say(const char* path, const std::string& text) {
    const int file = ::open(path, O_WRONLY | O_CLOEXEC);
    const bool said = file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(file);
    return said;
}

/// Runs `body` in a child with a mount namespace of its own, where it may mount; its answer is empty or what went wrong. nullopt if
/// this machine allows no such namespace.
std::optional<std::string> in_own_mounts(const std::function<std::string()>& body) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
        return "pipe2";
    }
    const pid_t child = ::fork();
    if (child == 0) {
        const bool is_root = ::geteuid() == 0;
        const std::string ids = std::to_string(::geteuid());
        const std::string groups = std::to_string(::getegid());
        // Without an identity map no file could be made (user_namespaces(7)).
        if (::unshare(CLONE_NEWNS | (is_root ? 0 : CLONE_NEWUSER)) != 0 ||
            (!is_root && !(say("/proc/self/uid_map", ids + " " + ids + " 1") && say("/proc/self/setgroups", "deny") &&
                           say("/proc/self/gid_map", groups + " " + groups + " 1"))) ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
            ::_exit(77);
        }
        const std::string answer = body();
        const bool said = ::write(pipe[1], answer.data(), answer.size()) == static_cast<ssize_t>(answer.size());
        ::_exit(said ? 0 : 1);
    }
    ::close(pipe[1]);
    std::string answer;
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; (got = ::read(pipe[0], buffer.data(), buffer.size())) > 0;) {
        answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        return std::nullopt;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? answer : answer + "; the child ended with " + std::to_string(status);
}

/// Fills the file system at `directory` but for `pages` pages.
bool leave_free(const fs::path& directory, std::size_t pages) {
    const int ballast = ::open((directory / "ballast").c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const std::string page(4096, 'x');
    off_t size = 0;
    while (::write(ballast, page.data(), page.size()) == static_cast<ssize_t>(page.size())) {
        size += static_cast<off_t>(page.size());
    }
    const off_t kept = size - static_cast<off_t>(pages * page.size());
    const bool done = kept >= 0 && ::ftruncate(ballast, kept) == 0;
    ::close(ballast);
    return done;
}

/// Compiles b over a on ever less full disks, until it fits.
std::string compile_on_full_disks(const fs::path& source, const fs::path& disk, const char* options) {
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, options) != 0) {
        return "mount";
    }
    const auto compile = [&](const std::string& policy) {
        return run_policyc({{(source / policy).string(), "-o", (disk / "out").string()}, ""});
    };
    if (compile("a.sbx").code != 0) {
        return "the first bundle does not fit";
    }
    const Files before = files_of(disk / "out");
    std::size_t failed = 0;
    for (std::size_t pages = 0; pages < 100; ++pages) {
        if (!leave_free(disk, pages)) {
            return "cannot fill the disk";
        }
        const Outcome got = compile("b.sbx");
        if (got.code == 0) {
            return failed >= 3 && files_of(disk / "out") != before ? "" : "fitted after " + std::to_string(failed) + " failures";
        }
        ++failed;
        if (got.code != 3 || got.err.find("No space left on device") == std::string::npos ||
            got.err.find("policyc: cannot ") != 0) {
            return "with " + std::to_string(pages) + " pages: code " + std::to_string(got.code) + ", " + got.err;
        }
        if (files_of(disk / "out") != before || names_in(disk) != std::set<std::string>{"ballast", "out"}) {
            return "with " + std::to_string(pages) + " pages: something is left, or the old bundle is not";
        }
    }
    return "it never fits";
}

TEST_F(BundleFailure, AFullDiskAtAnyFileIsAnErrorThatLeavesTheOldBundle) {
    fs::create_directory(directory.path() / "disk");
    const auto answer =
        in_own_mounts([&] { return compile_on_full_disks(directory.path(), directory.path() / "disk", "size=1m"); });
    if (!answer) {
        GTEST_SKIP() << "this machine allows no mount namespace";
    }
    EXPECT_EQ(*answer, "");
}

TEST_F(BundleFailure, AReadOnlyDiskIsAnErrorThatLeavesTheOldBundle) {
    fs::create_directory(directory.path() / "disk");
    const auto answer = in_own_mounts([&]() -> std::string {
        const fs::path disk = directory.path() / "disk";
        const auto compile = [&](const std::string& policy) {
            return run_policyc({{(directory.path() / policy).string(), "-o", (disk / "out").string()}, ""});
        };
        if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1m") != 0 || compile("a.sbx").code != 0) {
            return "mount";
        }
        const Files before = files_of(disk / "out");
        if (::mount(nullptr, disk.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0) {
            return "remount";
        }
        const Outcome got = compile("b.sbx");
        return got.code == 3 && files_of(disk / "out") == before && got.err.find("Read-only file system") != std::string::npos
                   ? ""
                   : got.err;
    });
    if (!answer) {
        GTEST_SKIP() << "this machine allows no mount namespace";
    }
    EXPECT_EQ(*answer, "");
}

TEST_F(BundleFailure, KilledAtAnyMomentTheDirectoryIsTheOldBundleOrTheNewOne) {
    const Files a = compile_apart("a.sbx");
    const Files b = compile_apart("b.sbx");
    ASSERT_NE(a, b);
    ASSERT_EQ(run({"a.sbx", "-o", "out"}).code, 0);
    std::size_t killed = 0;
    for (int round = 0; round < 60; ++round) {
        const Outcome got =
            run_policyc({{round % 2 == 0 ? "b.sbx" : "a.sbx", "-o", "out"}, "", directory.path(), {}, false, round * 300});
        killed += got.code == 128 + SIGKILL ? 1U : 0U;
        const Files now = files_of(out);
        ASSERT_TRUE(now == a || now == b) << "round " << round;
    }
    EXPECT_GE(killed, 1U);
    // What is left over is hidden, private, and does not get in the way.
    for (const std::string& name : names_in(directory.path())) {
        if (name != "a.sbx" && name != "b.sbx" && name != "out") {
            EXPECT_THAT(name, StartsWith(".out.policyc-"));
            EXPECT_EQ(mode_of(directory.path() / name) & 0022U, 0U);
        }
    }
    EXPECT_EQ(run({"a.sbx", "-o", "out"}).code, 0);
    EXPECT_EQ(files_of(out), a);
}

TEST_F(BundleFailure, ParallelCompilesIntoOneDirectoryLeaveOneWholeBundle) {
    const Files a = compile_apart("a.sbx");
    const Files b = compile_apart("b.sbx");
    std::vector<std::thread> threads;
    std::array<int, 8> codes{};
    for (std::size_t i = 0; i < codes.size(); ++i) {
        threads.emplace_back([&, i] {
            for (int round = 0; round < 8; ++round) {
                codes[i] += run({i % 2 == 0 ? "a.sbx" : "b.sbx", "-o", "out"}).code;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_THAT(codes, ::testing::Each(0));
    const Files now = files_of(out);
    EXPECT_TRUE(now == a || now == b);
    EXPECT_EQ(names_in(directory.path()), (std::set<std::string>{"a.sbx", "b.sbx", "out"}));
}

}  // namespace
}  // namespace sbx::cli
