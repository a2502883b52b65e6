// R-FD and R-ENV: what a process inherits from whoever starts it: descriptors, the terminal, the environment, keys, signals.
#include "tests/kernel/requirement.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

SBX_REQUIREMENT(R_FD_01, "no inherited descriptor arrives, directories first of all", all, "fds") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { proc /proc }")) {
        return;
    }
    Command command = probing(setting, scene, {"fds", "read:/proc/self/fd/7/etc/passwd", "read:/proc/self/fd/3/etc/passwd"});
    command.keep = {7};
    command.before_exec = [] { dup2(open("/", O_RDONLY | O_DIRECTORY), 7); };
    const Outcome low = run(command);
    finding.control(low.status == 0 && low.after("fd 1 ").has_value(), "it runs with its own three", low.text());
    finding.claim(!sees_more_than_three(low), "and no other", low.text());
    finding.claim(low.out.find("etc/passwd ok") == std::string::npos, "no way into the host's tree", low.text());

    command.keep = {7, 20, 300};
    command.before_exec = [] {
        dup2(open("/", O_RDONLY | O_DIRECTORY), 20);
        dup2(20, 300);
    };
    const Outcome high = run(command);
    finding.claim(!sees_more_than_three(high), "numbers of two and three digits neither", high.text());
    finding.claim(high.status == 0 || (setting.mode.program == Program::launch && high.status == 125),
                  "they are closed, or shell refuses them by name", high.text());
}

SBX_REQUIREMENT(R_FD_02, "a closed standard descriptor is not taken by one of ours", all, "") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { proc /proc; file /note \"note\\n\" }")) {
        return;
    }
    Command command = probing(setting, scene, {"cat:/note", "fds"});
    command.before_exec = [] {
        close(0);
        close(2);
    };
    const Outcome outcome = run(command);
    finding.control(outcome.out.find("fd 1 ") != std::string::npos, "it runs", outcome.text());
    finding.claim(outcome.has("fd 0 /dev/null") && outcome.has("fd 2 /dev/null"), "what was closed is /dev/null", outcome.text());
    finding.claim(!sees_more_than_three(outcome), "and there is no other", outcome.text());
}

SBX_REQUIREMENT(R_FD_03, "none of the launcher's own descriptors arrives", all, "fds") {
    Scene scene;
    scene.file("h/a/file");
    if (!compiled(
            scene, finding,
            "filesystem { proc /proc; dev /dev; read $ROOT/h/a; file /note \"n\\n\"; tmpfs /tmp }\nlimits { processes 50 }")) {
        return;
    }
    const Outcome outcome = run(probing(setting, scene, {"fds"}));
    finding.control(outcome.after("fd 1 ").has_value(), "it runs", outcome.text());
    finding.claim(!sees_more_than_three(outcome), "0, 1 and 2, no other", outcome.text());
}

SBX_REQUIREMENT(R_FD_04, "nothing can be typed into the caller's terminal", all, "session,seccomp") {
    Scene scene;
    if (!compiled(scene, finding, "")) {
        return;
    }
    // TIOCSTI and TIOCLINUX, with and without an upper half: what the filter answers.
    const std::string request =
        "call-arguments:" + std::to_string(SYS_ioctl) + ",0,0x5412,0,0,0x541c,0,0,0x100005412,0,0,0xffffffff0000541c,0";
    const Outcome asked = run(probing(setting, scene, {request}));
    finding.control(asked.after(request + " =").has_value(), "the probe can ask", asked.text());
    finding.claim(asked.has(request + " = 1 1 1 1"), "the filter refuses both, whatever the upper half is", asked.text());
    if (setting.naive() && read_file("/proc/sys/dev/tty/legacy_tiocsti") == "0\n") {
        return;  // this kernel refuses TIOCSTI by itself, so that a broken launcher can't show it
    }
    Command command = probing(setting, scene, {"tag:here", "tiocsti:0", "tiocsti-high:0"});
    command.terminal = true;
    Outcome outcome = run(command);
    outcome.out = replaced(outcome.out, "\r", "");
    finding.control(outcome.has("tag here"), "it runs on a terminal", outcome.text());
    finding.claim(outcome.after("tiocsti:0 no ").has_value(), "TIOCSTI is refused", outcome.text());
    finding.claim(outcome.after("tiocsti-high:0 no ").has_value(), "with anything in the upper half too", outcome.text());
}

SBX_REQUIREMENT(R_ENV_01, "nothing of the caller's environment is seen, not in /proc/1/environ either", all, "env") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { proc /proc }\nenvironment { set GIVEN = \"by the policy\"; keep KEPT_* }")) {
        return;
    }
    Command command = probing(setting, scene, {"env", "cat:/proc/self/environ", "cat:/proc/1/environ", "list:/proc"});
    command.environment["SECRET_TOKEN"] = "hunter2";
    command.environment["KEPT_ONE"] = "kept";
    const Outcome outcome = run(command);
    finding.control(outcome.has("env GIVEN=by the policy"), "what the policy sets is there", outcome.text());
    finding.claim(outcome.has("env KEPT_ONE=kept"), "what it keeps too", outcome.text());
    finding.claim(outcome.out.find("hunter2") == std::string::npos, "the rest is not", outcome.text());
    finding.claim(outcome.after("env PATH=") == std::nullopt, "not even PATH", outcome.text());
    finding.claim(outcome.after("cat:/proc/1/environ = ").value_or("").find("SECRET") == std::string::npos, "nor by another way",
                  outcome.text());
}

SBX_REQUIREMENT(R_ENV_02, "names that change how programs are loaded never come in from the caller", all, "") {
    Scene scene;
    finding.control(scene.compile("environment { accept PAYLOAD_* }").status == 0, "an ordinary name can be accepted");
    for (const char* name : {"LD_PRELOAD", "LD_*", "BASH_ENV", "NODE_OPTIONS", "PYTHONPATH", "IFS", "GIT_DIR", "SSH_AUTH_SOCK",
                             "http_proxy", "PERL5OPT", "JAVA_TOOL_OPTIONS"}) {
        for (const char* verb : {"keep ", "accept "}) {
            const Outcome outcome = scene.compile(std::string("environment { ") + verb + name + " }");
            finding.claim(outcome.status == 1, std::string(verb) + name + " is an error", outcome.text());
        }
    }
    if (!compiled(scene, finding, "environment { accept PAYLOAD_* }")) {
        return;
    }
    const auto with = [&](const char* pair) {
        return run(probing(setting, scene, {"env"}, {"--env", "PAYLOAD_ONE=1", "--env", pair}));
    };
    const Outcome right = with("PAYLOAD_TWO=2");
    finding.control(right.has("env PAYLOAD_ONE=1") && right.has("env PAYLOAD_TWO=2"), "what is accepted comes in", right.text());
    for (const char* pair : {"LD_PRELOAD=/tmp/evil.so", "BASH_ENV=/tmp/evil.sh", "OTHER=2"}) {
        const std::string name = std::string(pair).substr(0, std::string_view(pair).find('='));
        const Outcome outcome = with(pair);
        finding.claim(outcome.out.find(name) == std::string::npos, name + " does not", outcome.text());
        finding.claim(outcome.err.find(name) != std::string::npos, "and it is said", outcome.text());
        finding.claim(outcome.status == 125 || outcome.has("env PAYLOAD_ONE=1"), "it is dropped, or the launch refused",
                      outcome.text());
    }
}

SBX_REQUIREMENT(R_ENV_03, "values come in byte for byte, names that are none are refused", all, "") {
    Scene scene;
    if (!compiled(scene, finding, "environment { accept PAYLOAD_* }")) {
        return;
    }
    const std::string value = "a=b 'c' \"d\" $HOME `e` \\f *\xc3\xa9 -- ;|&";
    const Outcome outcome =
        run(probing(setting, scene, {"env"}, {"--env", "PAYLOAD_ONE=" + value, "--env", "PAYLOAD_TWO=one\ntwo"}));
    finding.control(outcome.has("env PAYLOAD_ONE=" + value), "what shells would change", outcome.text());
    finding.control(outcome.out.find("env PAYLOAD_TWO=one\ntwo\n") != std::string::npos, "a line end", outcome.text());
    for (const char* pair : {"1PAYLOAD=x", "PAYLOAD-A=x", "=x", "PAYLOAD_A", "PAYLOAD A=x"}) {
        const Outcome refused = run(probing(setting, scene, {"env"}, {"--env", pair}));
        finding.claim(refused.status == 125 || (refused.status == 0 && refused.out.empty()),
                      std::string("refused or dropped: ") + pair, refused.text());
    }
}

SBX_REQUIREMENT(R_ENV_04, "the caller's PATH does not decide which programs launch", all, "path") {
    Scene scene;
    scene.directory("evil");
    for (const char* name : {"bwrap", "env", "cat", "id", "sha256sum", "unshare", "setpriv", "prlimit", "stat", "readlink",
                             "mktemp", "bash", "head", "printf", "sh", "nft"}) {
        scene.file(std::string("evil/") + name, scene.expanded("#!/bin/sh\n: >$ROOT/evil/mark-" + std::string(name) + "\nexit 1\n"),
                   0755);
    }
    if (!compiled(scene, finding, "filesystem { proc /proc }")) {
        return;
    }
    Command command = probing(setting, scene, {"tag:ran"});
    const Outcome usual = run(command);
    finding.control(usual.has("tag ran"), "it runs", usual.text());
    command.environment["PATH"] = scene.path("evil") + ":/usr/bin:/bin";
    const Outcome outcome = run(command);
    finding.claim(outcome.has("tag ran"), "it still runs", outcome.text());
    for (const char* name : {"bwrap", "env", "cat", "id", "sha256sum", "unshare", "setpriv", "prlimit", "stat", "bash", "sh"}) {
        finding.claim(!scene.exists(std::string("evil/mark-") + name), name);
    }
}

SBX_REQUIREMENT(R_ENV_07, "the caller's keys can't be searched", all, "seccomp") {
    Scene scene;
    if (!compiled(scene, finding, "")) {
        return;
    }
    const auto with_key = [] {
        (void)!syscall(SYS_keyctl, 1 /* JOIN_SESSION_KEYRING */, nullptr);
        (void)!syscall(SYS_add_key, "user", "sbx-secret", "hunter2", 7, -3);
        // As login managers do: the key is its owner's, and whoever possesses the keyring may search it.
    };
    Command plain{
        .words = {tools_directory() + "/probe", "keyring:sbx-secret"}, .as_root = setting.mode.as_root, .before_exec = with_key};
    if (!run(plain).has("keyring:sbx-secret ok")) {
        finding.skip("this kernel or container has no usable session keyring");
        return;
    }
    Command command = probing(setting, scene, {"ids", "keyring:sbx-secret"});
    command.before_exec = with_key;
    const Outcome outcome = run(command);
    finding.control(outcome.after("uid ").has_value(), "it runs", outcome.text());
    finding.claim(outcome.after("keyring:sbx-secret no ").has_value(), "the key is not found", outcome.text());
}

SBX_REQUIREMENT(R_ENV_05, "signals that the caller ignores or blocks are as usual inside", sbx_run, "") {
    Scene scene;
    if (!compiled(scene, finding, "filesystem { proc /proc }")) {
        return;
    }
    Command command = probing(setting, scene, {"cat:/proc/self/status"});
    command.before_exec = [] {
        for (const int number : {SIGTERM, SIGHUP, SIGINT, SIGPIPE, SIGCHLD, SIGUSR1}) {
            (void)std::signal(number, SIG_IGN);
        }
        // Those that the C libraries keep for themselves too, which none of their functions touches: SIG_IGN is 1.
        const std::array<unsigned long, 4> ignored = {1};
        for (int number = 32; number < 35; ++number) {
            syscall(SYS_rt_sigaction, number, ignored.data(), nullptr, sizeof(long));
        }
        sigset_t blocked;
        sigfillset(&blocked);
        sigprocmask(SIG_BLOCK, &blocked, nullptr);
    };
    command.timeout = std::chrono::seconds(5);
    const Outcome outcome = run(command);
    finding.control(outcome.out.find("SigIgn") != std::string::npos, "it runs", outcome.text());
    finding.claim(outcome.status == 0, "and ends", outcome.text());
    const std::string status = replaced(outcome.after("cat:/proc/self/status = ").value_or(""), "\\x09", "");
    finding.claim(status.find("SigIgn:0000000000000000") != std::string::npos, "none is ignored", status);
    finding.claim(status.find("SigBlk:0000000000000000") != std::string::npos, "none is blocked", status);
}

}  // namespace
}  // namespace sbx::kernel
