// `policyc test --kernel` itself, as root and as an ordinary user: it agrees with a sandbox that holds, names what it could not
// try, and finds one that does not hold, whichever side the mistake is on.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sbx::kernel {
namespace {

namespace fs = std::filesystem;

constexpr const char* tested_policy = R"(sbx 1
profile tried
param scratch: path under /var/tmp
filesystem {
    read $ROOT/h
    hide $ROOT/h/secret/
    write $ROOT/h/open
    write $scratch as /scratch
    tmpfs /tmp
    file /etc/passwd "root:x:0:0::/:/bin/sh\n"
    dir /empty
    proc /proc
    dev /dev
    symlink /l -> $ROOT/h
}
limits { open-files 64; core 0; file-size 8M; processes 40 }
environment { keep KEPT; set FIXED = "1"; accept PASSED; keep LC_* }
syscalls { deny chroot; allow bpf because "tried" }
process { run-as 65532:65532; command only $ROOT/h/program }
test "what may be done" {
    allowed read $ROOT/h/file /l/file /etc/passwd /dev/null /proc/self/status /empty /
    allowed write $ROOT/h/open/file $ROOT/h/open/new /scratch/new /scratch /tmp/x /dev/null
    allowed exec $ROOT/h/program
    sees KEPT FIXED PASSED LC_ALL
    allowed syscall getpid read exit_group bpf socketpair clone ioctl
    limit open-files 64
    limit file-size 8M
    limit processes 40
}
test "what may not" {
    denied read $ROOT/h/secret/file $ROOT/h/secret /etc/shadow /home /dev/kmsg
    denied write $ROOT/h/file $ROOT/h/new $ROOT/h /etc/passwd /empty / /proc/version $ROOT/h/secret/new
    denied exec $ROOT/h/secret/file /etc/passwd /dev/null
    never write $ROOT/h/secret /etc
    hides LD_PRELOAD HOME OTHER
    denied connect tcp 192.0.2.1:443 [2001:db8::1]:443
    denied connect udp 192.0.2.1:53
    never connect 198.51.100.0/24
    denied syscall ptrace mount clone3 chroot socket
}
test "what cannot be tried" {
    allowed read $ROOT/h/missing /tmp/missing
}
)";

class TestedPolicies : public testing::TestWithParam<Mode> {
protected:
    void SetUp() override {
        for (const auto& [from, name] : {std::pair{SBX_POLICYC, "policyc"}, {SBX_RUN, "sbx-run"}, {SBX_TEST_PROBE, "sbx-probe"}}) {
            scene.directory("bin", 0755);
            fs::copy_file(from, scene.path("bin/" + std::string(name)));
            fs::permissions(scene.path("bin/" + std::string(name)), static_cast<fs::perms>(0755));
        }
        for (const char* file : {"h/file", "h/secret/file", "h/open/file"}) {
            scene.file(file);
        }
        scene.program("h/program");
        scene.directory("scratch");
    }
    Outcome test(const std::string& text, const std::string& format = "json") {
        write_file(scene.path("policy.sbx"), scene.expanded(text), 0644);
        return run({.words = {scene.path("bin/policyc"), "test", "--kernel", "--format", format, "--set",
                              "scratch=" + scene.path("scratch"), scene.path("policy.sbx")},
                    .as_root = GetParam().as_root});
    }
    static nlohmann::json kernel_of(const Outcome& outcome) {
        const auto document = nlohmann::json::parse(outcome.out, nullptr, false);
        EXPECT_FALSE(document.is_discarded()) << outcome.text();
        return document.is_discarded() ? nlohmann::json() : document.at("files").at(0).at("kernel");
    }
    static std::size_t count(const nlohmann::json& kernel, const std::string& result) {
        std::size_t number = 0;
        for (const auto& trial : kernel.at("trials")) {
            number += trial.at("result") == result ? 1U : 0U;
        }
        return number;
    }
    void replace_sbx_run(const std::string& script) const { write_file(scene.path("bin/sbx-run"), script, 0755); }

    Scene scene;
};

TEST_P(TestedPolicies, TheKernelAgreesAndWhatWasNotTriedIsNamed) {
    const Outcome outcome = test(tested_policy);
    const auto kernel = kernel_of(outcome);
    EXPECT_EQ(kernel.at("refusal"), "") << outcome.text();
    EXPECT_EQ(count(kernel, "disagrees"), 0U) << kernel.dump(1);
    EXPECT_EQ(outcome.status, 0) << outcome.text();
    EXPECT_GE(count(kernel, "agrees"), 45U) << kernel.dump(1);
    for (const auto& trial : kernel.at("trials")) {
        EXPECT_EQ(trial.at("result") == "skipped", trial.at("reason") != "") << trial.dump();
        const std::string tried = trial.at("tried");
        const bool missing = tried.find("missing") != std::string::npos;
        EXPECT_EQ(trial.at("result") == "skipped", missing) << trial.dump();
    }
    EXPECT_EQ(scene.contents("h/open/file"), "host\n") << "what exists is opened, not written";
    EXPECT_FALSE(scene.exists("h/open/new")) << "what is created is removed";
    EXPECT_TRUE(fs::is_empty(scene.path("scratch")));
    mark_as_run();
}

TEST_P(TestedPolicies, TheTimeOfTheCommandIsNotThatOfTheTrial) {
    const Outcome outcome = test(replaced(tested_policy, "limits { ", "limits { wall-time 1ms; grace 0s; "));
    const auto kernel = kernel_of(outcome);
    EXPECT_EQ(outcome.status, 0) << outcome.text();
    EXPECT_GE(count(kernel, "agrees"), 45U) << kernel.dump(1);
}

TEST_P(TestedPolicies, ASandboxThatConfinesNothingIsFound) {
    replace_sbx_run("#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done\nshift 2\nexec " + scene.path("bin/sbx-probe") +
                    " \"$@\"\n");
    const Outcome outcome = test(tested_policy);
    const auto kernel = kernel_of(outcome);
    EXPECT_EQ(outcome.status, 5) << outcome.text();
    EXPECT_GE(count(kernel, "disagrees"), 8U) << kernel.dump(1);
    const Outcome text = test(tested_policy, "text");
    EXPECT_EQ(text.status, 5);
    EXPECT_NE(text.out.find("read " + scene.path("h/secret/file") + "`: policyc decides `denied`, the kernel says `ok`"),
              std::string::npos)
        << text.text();
    mark_as_run();
}

TEST_P(TestedPolicies, ASandboxThatGrantsNothingIsFound) {
    replace_sbx_run("#!/bin/sh\nexec " + scene.path("bin/answer") + " \"$@\"\n");
    write_file(scene.path("bin/answer"),
               "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done\nshift 2\nn=0\n"
               "while [ $# -gt 0 ]; do echo $n EACCES; n=$((n+1)); shift 2; done\n",
               0755);
    const Outcome outcome = test(tested_policy);
    const auto kernel = kernel_of(outcome);
    EXPECT_EQ(outcome.status, 5) << outcome.text();
    EXPECT_GE(count(kernel, "disagrees"), 8U) << kernel.dump(1);
    mark_as_run();
}

TEST_P(TestedPolicies, WithoutASandboxNothingHolds) {
    replace_sbx_run("#!/bin/sh\necho 'sbx-run: no such luck' >&2\nexit 125\n");
    const Outcome outcome = test(tested_policy, "text");
    EXPECT_EQ(outcome.status, 5) << outcome.text();
    EXPECT_NE(outcome.out.find("\nkernel: FAILED, the sandbox could not be tried: "), std::string::npos) << outcome.text();
    EXPECT_NE(outcome.out.find("sbx-run: no such luck\n"), std::string::npos) << outcome.text();
    fs::remove(scene.path("bin/sbx-run"));
    EXPECT_EQ(test(tested_policy).status, 5);
    mark_as_run();
}

TEST_P(TestedPolicies, RootNeedsAnIdToDropTo) {
    if (!GetParam().as_root) {
        GTEST_SKIP() << "an ordinary caller keeps its id";
    }
    const Outcome outcome = test("sbx 1\nprofile p\nfilesystem { read $ROOT/h }\ntest \"t\" { allowed read $ROOT/h }\n", "text");
    EXPECT_EQ(outcome.status, 5) << outcome.text();
    EXPECT_NE(outcome.out.find("run-as"), std::string::npos) << outcome.text();
    mark_as_run();
}

std::vector<Mode> sbx_run_modes() {
    std::vector<Mode> chosen;
    for (const Mode& mode : modes()) {
        if (mode.program == Program::sbx_run) {
            chosen.push_back(mode);
        }
    }
    return chosen;
}

INSTANTIATE_TEST_SUITE_P(Kernel, TestedPolicies, testing::ValuesIn(sbx_run_modes()),
                         [](const testing::TestParamInfo<Mode>& parameter) {
                             return parameter.param.as_root ? "Root" : "Ordinary";
                         });

}  // namespace
}  // namespace sbx::kernel
