// System calls, three ways: what the policy says, what the reader of the compiled filter says, and what the kernel says from inside
// the compiled sandbox. Every number up to 511, and the arguments that count, with and without an upper half.
#include "compiler/policy/decide.hpp"
#include "compiler/policy/read_canonical_json.hpp"
#include "compiler/verify/filter_program.hpp"
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <cerrno>
#include <gtest/gtest.h>
#include <sstream>
#include <sys/syscall.h>
#include <utility>

namespace sbx::kernel {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t audit = 0xc000003eU;
constexpr const char* filter_file = "/seccomp.x86_64.bpf";
constexpr std::uint32_t policy::SystemCallRow::*number_here = &policy::SystemCallRow::x86_64;
#else
constexpr std::uint32_t audit = 0xc00000b7U;
constexpr const char* filter_file = "/seccomp.aarch64.bpf";
constexpr std::uint32_t policy::SystemCallRow::*number_here = &policy::SystemCallRow::aarch64;
#endif

const char* const filters[] = {
    "",
    "network host\nsockets { allow unix; allow vsock because \"x\" }",
    "process { nested-namespaces allow }",
    "syscalls { allow @debug @keyring because \"x\"; deny @aio @swap chroot personality; allow ioctl except TIOCSTI TIOCLINUX "
    "0x8912 }",
    "syscalls { allow ioctl clone clone3 because \"x\"; deny socketpair }",
    "syscalls only { allow @io @memory @process @signal @timer @io-event @sandbox; allow mount because \"x\" }",
};

class SystemCalls : public testing::TestWithParam<Mode> {
protected:
    std::vector<int> ask(const std::string& request) {
        const Outcome outcome = run(probing({GetParam(), ""}, scene, {request}));
        std::istringstream words(outcome.after(request + " =").value_or(""));
        std::vector<int> answers;
        for (int answer = 0; words >> answer;) {
            answers.push_back(answer);
        }
        EXPECT_FALSE(answers.empty()) << outcome.text();
        return answers;
    }
    /// What the reader makes of the filter, as the probe says it.
    [[nodiscard]] int read(std::uint32_t number, std::array<std::uint64_t, 6> arguments = {}) const {
        const std::uint32_t action = program->run({number, audit, arguments});
        return action == 0x7fff0000U ? 0 : static_cast<int>(action & 0xffffU);
    }
    bool prepare(const char* statements) {
        const Outcome outcome = scene.compile(statements);
        EXPECT_EQ(outcome.status, 0) << outcome.text();
        const policy::ReadPolicy json = policy::read_canonical_json(read_file(scene.bundle() + "/policy.json"));
        EXPECT_TRUE(json.policy) << json.error;
        policy = json.policy;
        program.emplace(read_file(scene.bundle() + filter_file));
        mark_as_run();
        return outcome.status == 0 && policy;
    }
    Scene scene;
    std::optional<policy::Policy> policy;
    std::optional<verify::FilterProgram> program;
};

TEST_P(SystemCalls, PolicyReaderAndKernelAgreeAboutEveryNumber) {
    for (const char* const statements : filters) {
        ASSERT_TRUE(prepare(statements));
        std::vector<int> answers = ask("calls:0,334");
        ASSERT_EQ(answers.size(), 335U) << statements;
        answers.insert(answers.end(), {0, 0});  // uretprobe and uprobe: no filter is asked, and they end who calls them
        for (const int answer : ask("calls:337,511")) {
            answers.push_back(answer);
        }
        ASSERT_EQ(answers.size(), 512U) << statements;
        if (number_of("SBX_WITHOUT_LANDLOCK", 0) != 0) {  // what answers these is around the tests
            for (std::size_t number = 444; number <= 446; ++number) {
                EXPECT_EQ(std::exchange(answers[number], read(static_cast<std::uint32_t>(number))), ENOSYS);
            }
        }
        int refused = 0;
        for (std::uint32_t number = 0; number < answers.size(); ++number) {
            EXPECT_EQ(answers[number], read(number)) << statements << ": " << number;
            refused += answers[number] != 0 ? 1 : 0;
        }
        EXPECT_GT(refused, 50);
        for (const policy::SystemCallRow& row : policy::system_call_table()) {
            const std::uint32_t number = row.*number_here;
            if (number == policy::absent_call || row.name == "socket" || row.name == "socketpair") {
                continue;
            }
            policy::Request request;
            request.kind = policy::RequestKind::syscall;
            request.name = std::string(row.name);
            const bool allowed = policy::decide(*policy, request).verdict == policy::Verdict::allowed;
            EXPECT_EQ(allowed, answers.at(number) == 0) << statements << ": " << row.name;
        }
    }
}

TEST_P(SystemCalls, PolicyReaderAndKernelAgreeAboutArguments) {
    for (const char* const statements : filters) {
        ASSERT_TRUE(prepare(statements));
        for (const char* const name : {"ioctl", "fcntl", "clone", "socket", "socketpair"}) {
            const std::uint32_t number = policy::system_call_table()[*policy::find_system_call(name)].*number_here;
            std::vector<std::array<std::uint64_t, 6>> tried;
            std::vector<std::uint64_t> words = {0x5401, 0x5412, 0x541c, 0x5452, 0x8912, 0x5413, 0xffffffff, 0x3d0f00};
            for (std::uint64_t bit = 1; bit < 0x100000000U; bit <<= 1U) {
                words.push_back(bit);
            }
            for (std::uint64_t family = 0; family < 48; ++family) {
                words.push_back(family);
            }
            for (const std::uint64_t word : words) {
                for (const std::uint64_t high : {std::uint64_t{0}, std::uint64_t{0xdeadbeef} << 32U}) {
                    tried.push_back({word | high, word | high, 0});
                    tried.push_back({16, word | high, word | high});
                    tried.push_back({0, 4 | high, word | high});
                }
            }
            std::string request = "call-arguments:" + std::to_string(number);
            for (const auto& arguments : tried) {
                for (std::size_t i = 0; i < 3; ++i) {
                    request += "," + std::to_string(arguments.at(i));
                }
            }
            const std::vector<int> answers = ask(request);
            ASSERT_EQ(answers.size(), tried.size());
            for (std::size_t i = 0; i < tried.size(); ++i) {
                EXPECT_EQ(answers[i], read(number, tried[i])) << statements << ": " << name << " " << std::hex << tried[i][0];
            }
        }
    }
}

/// For real: what is allowed reaches the kernel, which refuses it in its own way.
TEST_P(SystemCalls, RefusedAndAllowedCallsAreToldApartByTheirErrors) {
    ASSERT_TRUE(prepare(""));
    const Outcome usual =
        run(probing({GetParam(), ""}, scene, {"mount", "userns", "foreign-call", "x32-call", "socket:2", "socket:1"}));
    EXPECT_TRUE(usual.has("mount no EPERM")) << usual.text();
    EXPECT_TRUE(usual.has("userns no EPERM")) << usual.text();
    EXPECT_TRUE(usual.has("socket:2 no EAFNOSUPPORT") && usual.has("socket:1 no EAFNOSUPPORT")) << usual.text();
#if defined(__x86_64__)
    EXPECT_TRUE(usual.after("foreign-call no signal-").has_value()) << usual.text();
    EXPECT_TRUE(usual.has("x32-call no signal-31")) << usual.text();
#endif
    ASSERT_TRUE(prepare("syscalls { allow unshare because \"x\" }\nsockets { allow unix }"));
    const Outcome opened = run(probing({GetParam(), ""}, scene, {"userns", "socket:1", "socket:2"}));
    EXPECT_TRUE(opened.has("userns no ENOSPC")) << "the kernel's limit, not the filter\n" << opened.text();
    EXPECT_TRUE(opened.has("socket:1 ok") && opened.has("socket:2 no EAFNOSUPPORT")) << opened.text();
}

/// Each call that a policy may deny, denied: the launch works all the same.
TEST_P(SystemCalls, NothingElseIsNeededToStart) {
    std::string names;
    for (std::size_t i = 0; i < policy::system_call_table().size(); ++i) {
        if (!policy::calls_of("@start")[i]) {
            names += " " + std::string(policy::system_call_table()[i].name);
        }
    }
    ASSERT_TRUE(prepare(("syscalls { deny" + names + " }").c_str()));
#if defined(__x86_64__)
    // mov $231,%eax; mov $7,%edi; syscall: exit_group(7), in an ELF file of one segment.
    std::string elf(
        "\x7f"
        "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0\x78\0\x40\0\0\0\0\0\x40\0\0\0\0\0\0\0",
        40);
    elf += std::string("\0\0\0\0\0\0\0\0\0\0\0\0\x40\0\x38\0\x01\0\0\0\0\0\0\0", 24);
    elf += std::string("\x01\0\0\0\x05\0\0\0\0\0\0\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0\x40\0\0\0\0\0", 32);
    elf += std::string("\x84\0\0\0\0\0\0\0\x84\0\0\0\0\0\0\0\0\x10\0\0\0\0\0\0", 24);
    elf += std::string("\xb8\xe7\0\0\0\xbf\x07\0\0\0\x0f\x05", 12);
    scene.file("t/exit7", elf, 0755);
    ASSERT_TRUE(prepare(("filesystem { read $ROOT/t }\nsyscalls { deny" + names + " }").c_str()));
    const Outcome outcome = run(launching({GetParam(), ""}, scene.bundle(), {scene.path("t/exit7")}));
    EXPECT_EQ(outcome.status, 7) << outcome.text();
#endif
}

/// SBX-P019 speaks of these: with them a dynamically linked program starts, without any of them none does.
TEST_P(SystemCalls, TheLoaderNeedsWhatItsGroupNames) {
    const auto start = [&](const std::string& allowed) {
        EXPECT_EQ(scene.compile("use std/system\nsyscalls only { allow " + allowed + " }").status, 0);
        mark_as_run();
        return run(launching({GetParam(), ""}, scene.bundle(), {"/bin/true"}));
    };
    const Outcome all = start("@loader");
    EXPECT_EQ(all.status, 0) << all.text();
    const policy::CallSet needed = policy::calls_of("@loader") & ~policy::calls_of("@start");
    for (std::size_t i = 0; i < policy::system_call_table().size(); ++i) {
        const policy::SystemCallRow& row = policy::system_call_table()[i];
        if (!needed[i] || row.*number_here == policy::absent_call) {
            continue;
        }
        policy::CallSet others = needed;
        others.reset(i);
        const Outcome outcome = start(policy::call_names(others, " "));
        EXPECT_EQ(outcome.status, 127) << row.name << "\n" << outcome.text();
    }
}

TEST_P(SystemCalls, UnrestrictedIsNoFilter) {
    const Outcome compiled = scene.compile("syscalls unrestricted because \"x\"");
    ASSERT_EQ(compiled.status, 0) << compiled.text();
    mark_as_run();
    for (const int answer : ask("calls:0,334")) {
        EXPECT_EQ(answer, 0);
    }
}

TEST_P(SystemCalls, AFilterOfThreeHundredCallsCostsLittle) {
    std::string names;
    std::size_t count = 0;
    for (std::size_t i = 0; i < policy::system_call_table().size() && count < 300; i += 1) {
        const std::string_view name = policy::system_call_table()[i].name;
        const bool kept = policy::calls_of("@start")[i] || policy::calls_of("@memory")[i] || policy::calls_of("@process")[i] ||
                          policy::calls_of("@identity")[i] || policy::calls_of("@signal")[i] || policy::calls_of("@timer")[i];
        if (!kept) {
            names += " " + std::string(name);
            ++count;
        }
    }
    ASSERT_TRUE(prepare("syscalls unrestricted because \"x\""));
    long best = 1000000;
    for (int round = 0; round < 5 && best > 60; ++round) {
        ASSERT_TRUE(prepare("syscalls unrestricted because \"x\""));
        const long without = ask("getppid-cost").at(0);
        ASSERT_TRUE(prepare(("syscalls { deny" + names + " }").c_str()));
        best = std::min(best, ask("getppid-cost").at(0) - without);
    }
    EXPECT_LE(best, 60) << "nanoseconds more for each call";
    RecordProperty("nanoseconds", static_cast<int>(best));
    std::printf("getppid costs %ld ns more\n", best);
}

/// Programs at work; those that this machine lacks are left out, and named.
TEST_P(SystemCalls, ProgramsDoRealWorkUnderTheDefaultSet) {
    const std::pair<const char*, const char*> works[] = {
        {"/usr/bin/gcc",
         "printf '#include <pthread.h>\\nint main(void){return 42;}' > a.c && gcc -O2 -pthread a.c -o a; ./a || test $? = 42"},
        {"/usr/bin/python3",
         "python3 -c 'import subprocess,threading,tempfile,os,socket;t=threading.Thread(target=print);t.start();"
         "t.join();a,b=socket.socketpair();a.send(b\"x\");assert b.recv(1)==b\"x\";"
         "assert subprocess.run([\"/bin/true\"]).returncode==0;f=tempfile.TemporaryFile();os.fsync(f.fileno())'"},
        {"/usr/bin/node",
         "node -e 'require(\"fs\").promises.writeFile(\"n\",\"x\").then(()=>require(\"child_process\").execSync(\"cat n\"))'"},
        {"/usr/bin/git",
         "git init -q r && cd r && echo x > f && git add f && git -c user.name=a -c user.email=a@b commit -qm x && git log "
         "--oneline | grep -q x && git gc -q"},
        {"/usr/bin/ssh-keygen", "ssh-keygen -q -t ed25519 -N '' -f k && ssh-keygen -l -f k.pub"},
        {"/usr/bin/curl", "echo hello > c && curl -s file://$PWD/c | grep -q hello"},
        {"/usr/bin/sqlite3",
         "sqlite3 d 'pragma journal_mode=wal; create table t(x); insert into t values(1); select x from t' | grep -q 1"},
        {"/usr/bin/javac",
         "printf '%s\n' 'import java.nio.file.*; import java.util.stream.*;' 'public class Main {' "
         "'  public static void main(String[] words) throws Exception {' "
         "'    Path file = Files.createTempFile(\"sum\", null);' "
         "'    Files.writeString(file, \"\" + IntStream.rangeClosed(1, 1000).parallel().sum());' "
         "'    Process cat = new ProcessBuilder(\"/bin/cat\", file.toString()).inheritIO().start();' "
         "'    System.exit(cat.waitFor()); } }' >Main.java; javac Main.java && test \"$(java Main)\" = 500500"},
    };
    std::size_t tried = 0;
    ASSERT_EQ(scene.compile("use std/system\nuse std/java\nfilesystem { workdir /tmp }").status, 0);
    mark_as_run();
    for (const auto& [tool, script] : works) {
        if (access(tool, X_OK) != 0) {
            std::printf("not here: %s\n", tool);
            continue;
        }
        const Outcome outcome = run(launching({GetParam(), ""}, scene.bundle(), {"/bin/sh", "-ec", script}));
        EXPECT_EQ(outcome.status, 0) << tool << "\n" << outcome.text();
        ++tried;
    }
    EXPECT_GT(tried, 1U);
}

INSTANTIATE_TEST_SUITE_P(Modes, SystemCalls, testing::ValuesIn(modes()),
                         [](const testing::TestParamInfo<Mode>& mode) { return to_text(mode.param); });

}  // namespace
}  // namespace sbx::kernel
