// The shipped examples, run as their README files say, in every mode; and the programs that std/system promises to start.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"
#include "tests/kernel/test_network.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace sbx::kernel {
namespace {

namespace fs = std::filesystem;

class Example : public testing::TestWithParam<Mode> {
protected:
    /// A copy that every id can reach, compiled.
    void take(const std::string& name) {
        fs::copy(std::string(SBX_SOURCE_DIR) + "/examples/" + name, scene.path("example"), fs::copy_options::recursive);
        const Outcome outcome = run({.words = {SBX_POLICYC, scene.path("example/profile.sbx"), "-o", scene.bundle()}});
        ASSERT_EQ(outcome.status, 0) << outcome.text();
        EXPECT_EQ(outcome.err, "") << "an example compiles without a finding";
        mark_as_run();
    }
    Outcome start(std::vector<std::string> options, std::vector<std::string> words = {}) {
        Command command = launching({GetParam(), ""}, scene.bundle(), words, std::move(options));
        if (words.empty()) {
            command.words.pop_back();  // the policy's own command
        }
        command.timeout = std::chrono::seconds(60);
        return run(command);
    }
    /// `launch` keeps neither time nor output, says so, and starts nothing.
    bool is_refused_by_launch(const std::vector<std::string>& options) {
        if (GetParam().program != Program::launch) {
            return false;
        }
        const Outcome outcome = start(options);
        EXPECT_EQ(outcome.status, 125) << outcome.text();
        EXPECT_NE(outcome.err.find("`wall-time` and `output`"), std::string::npos) << outcome.text();
        EXPECT_NE(outcome.err.find("sbx-run"), std::string::npos) << outcome.text();
        return true;
    }
    static bool installed(const char* program) { return access(program, X_OK) == 0; }
    Scene scene;
};

TEST_P(Example, CompileC) {
    if (!installed("/usr/bin/cc") || !installed("/usr/bin/make")) {
        GTEST_SKIP() << "no cc or make below /usr";
    }
    take("compile-c");
    scene.directory("build");
    const std::vector<std::string> options = {"--set", "source=" + scene.path("example/source"), "--set",
                                              "build=" + scene.path("build")};
    const Outcome built = start(options);
    EXPECT_EQ(built.status, 0) << built.text();
    EXPECT_TRUE(scene.exists("build/main")) << built.text();
    const Outcome ran = start(options, {"/build/main"});
    EXPECT_EQ(ran.out, "compiled inside\n") << ran.text();
    const std::string before = scene.contents("example/source/main.c").value_or("");
    fs::permissions(scene.path("example/source/main.c"), fs::perms::all);
    const Outcome refused = start(options, {"/bin/sh", "-c", "echo x >>/source/main.c"});
    EXPECT_NE(refused.status, 0);
    EXPECT_EQ(scene.contents("example/source/main.c"), before);
    EXPECT_NE(start(options, {"/bin/sh", "-c", "echo >/usr/include/evil.h"}).status, 0);
    EXPECT_FALSE(fs::exists("/usr/include/evil.h"));
}

TEST_P(Example, UntrustedPython) {
    if (!installed("/usr/bin/python3")) {
        GTEST_SKIP() << "no python3 below /usr";
    }
    take("untrusted-python");
    if (is_refused_by_launch({"--set", "script=" + scene.path("example/summary.py")})) {
        return;
    }
    Command command = launching({GetParam(), ""}, scene.bundle(), {}, {"--set", "script=" + scene.path("example/summary.py")});
    command.words.pop_back();
    command.input = "1\n2\n6\n";
    const Outcome outcome = run(command);
    EXPECT_EQ(outcome.out, "count 3\nmean 3.00\nmedian 2.00\n") << outcome.text();
    scene.file("hostile.py", R"(import os, socket
def attempt(name, call):
    try:
        call()
        print(name, "WORKED")
    except OSError as error:
        print(name, "refused")
attempt("append", lambda: open("/script.py", "a"))
attempt("shadow", lambda: open("/etc/shadow"))
attempt("home", lambda: os.listdir("/home"))
attempt("connect", lambda: socket.create_connection(("192.0.2.1", 443), timeout=2))
open("/tmp/private", "w").write("x")
children = 0
try:
    while children < 400:
        if os.fork() == 0:
            import signal
            signal.pause()
        children += 1
except BlockingIOError:
    print("fork refused", 200 < children < 257)
)");
    const Outcome hostile = start({"--set", "script=" + scene.path("hostile.py")});
    EXPECT_EQ(hostile.out.find("WORKED"), std::string::npos) << hostile.text();
    EXPECT_TRUE(hostile.has("connect refused") && hostile.has("append refused")) << hostile.text();
    EXPECT_TRUE(hostile.has("fork refused True")) << hostile.text();
}

TEST_P(Example, NodeModule) {
    if (!installed("/usr/bin/node")) {
        GTEST_SKIP() << "no node below /usr";
    }
    take("node-module");
    // An interpreter that lives outside /usr, as one from a tarball does.
    fs::copy_file(fs::canonical("/usr/bin/node"), scene.path("my-node"));
    fs::permissions(scene.path("my-node"), fs::perms(0755));
    fs::permissions(scene.path("example/module/node_modules/word-count/index.js"), fs::perms(0666));
    for (const std::string& node : {fs::canonical("/usr/bin/node").string(), scene.path("my-node")}) {
        fs::remove_all(scene.path("scratch"));
        scene.directory("scratch");
        const std::vector<std::string> options = {"--set", "node=" + node,
                                                  "--set", "module=" + scene.path("example/module"),
                                                  "--set", "scratch=" + scene.path("scratch"),
                                                  "--env", "INPUT_TEXT=to be or not"};
        if (is_refused_by_launch(options)) {
            return;
        }
        const Outcome outcome = start(options);
        EXPECT_EQ(outcome.out, "4 words\n") << outcome.text();
        EXPECT_EQ(scene.contents("scratch/result.json"), "{\"words\":4}\n");
        const char* const hostile =
            "const fs=require('fs');try{fs.appendFileSync('/module/node_modules/word-count/index.js','x');"
            "console.log('WORKED')}catch(e){console.log(e.code)}";
        EXPECT_EQ(start(options, {"/runtime/node", "-e", hostile}).out, "EROFS\n");
    }
}

TEST_P(Example, ShellFilter) {
    take("shell-filter");
    const std::vector<std::string> options = {"--set", "tool=" + scene.path("example/filter.sh"), "--set",
                                              "input=" + scene.path("example/access.log")};
    const Outcome outcome = start(options);
    EXPECT_EQ(outcome.out, "200 3\n404 1\n500 1\n") << outcome.text();
    fs::permissions(scene.path("example/access.log"), fs::perms(0666));
    const std::string before = scene.contents("example/access.log").value_or("");
    EXPECT_NE(start(options, {"/bin/sh", "-c", "echo forged >>/input"}).status, 0);
    EXPECT_EQ(scene.contents("example/access.log"), before);
    EXPECT_EQ(start(options, {"/bin/cat", "/etc/shadow"}).status, 1);
}

TEST_P(Example, ScriptRunner) {
    if (!installed("/usr/bin/python3")) {
        GTEST_SKIP() << "no python3 below /usr";
    }
    take("script-runner");
    scene.directory("job-42");
    scene.file("job-41/result", "another's\n");
    const std::vector<std::string> options = {
        "--set", "script=" + scene.path("example/job.py"), "--set", "scratch=" + scene.path("job-42"), "--env", "JOB_NAME=Ada"};
    if (is_refused_by_launch(options)) {
        return;
    }
    const Outcome outcome = start(options);
    EXPECT_EQ(outcome.out, "done\n") << outcome.text();
    EXPECT_EQ(scene.contents("job-42/result"), "hello Ada\n");
    EXPECT_NE(start(options, {"/bin/cat", scene.path("job-41/result")}).status, 0);
    std::vector<std::string> dots = options;
    dots[3] = "scratch=/var/tmp/../../etc";
    EXPECT_EQ(start(dots).status, 125);
}

TEST_P(Example, OneServer) {
    if (!running_as_root() || GetParam().program == Program::launch) {
        GTEST_SKIP() << "a test network needs root, and pasta is not for `launch`";
    }
    if (!installed("/usr/bin/curl")) {
        GTEST_SKIP() << "no curl below /usr";
    }
    take("one-server");
    TestNetwork& network = TestNetwork::instance();
    const auto curl = [&](const std::string& server, const std::string& urls) {
        network.clear();
        // 7 by curl's manual: it could not connect; 6: the name has no address; 28 would be that time was up.
        const std::string script = "for url in " + urls + "; do curl -sS --max-time 5 $url; echo $url $?; done";
        return run(network.in_host(launching({GetParam(), ""}, scene.bundle(), {"/bin/sh", "-c", script},
                                             {"--set", "server=" + server, "--set", "port=80"})));
    };
    const Outcome outcome = curl(TestNetwork::allowed,
                                 "http://203.0.113.5 http://203.0.113.5:81 http://203.0.113.6 http://127.0.0.1 http://10.77.0.2 "
                                 "http://www.example.org");
    EXPECT_EQ(outcome.out,
              "hello\nhttp://203.0.113.5 0\nhttp://203.0.113.5:81 7\nhttp://203.0.113.6 7\nhttp://127.0.0.1 7\nhttp://10.77.0.2 7\n"
              "http://www.example.org 6\n")
        << outcome.text();
    EXPECT_EQ(network.arrivals(), std::multiset<std::string>{"world: tcp 203.0.113.5 80"});
    for (const std::string server : {TestNetwork::metadata, TestNetwork::host, TestNetwork::gateway}) {
        EXPECT_EQ(curl(server, "http://" + server).out, "http://" + server + " 7\n");
        EXPECT_EQ(network.arrivals(), std::multiset<std::string>{});
    }
}

TEST_P(Example, StandardSystemStartsWhatItPromises) {
    ASSERT_EQ(scene.compile("use std/system").status, 0);
    mark_as_run();
    const std::vector<std::pair<std::string, std::vector<std::string>>> programs = {
        {"/usr/bin/cc", {"/bin/sh", "-c", "cd /tmp && echo 'int main(void){return 0;}' >a.c && cc a.c -o a && ./a && echo fine"}},
        {"/usr/bin/awk", {"awk", "BEGIN { print \"fine\" }"}},
        {"/usr/bin/python3", {"python3", "-c", "print('fine')"}},
        {"/usr/bin/node", {"node", "-e", "console.log('fine')"}},
        {"/usr/bin/ssh-keygen", {"/bin/sh", "-c", "ssh-keygen -q -t ed25519 -N '' -f /tmp/key && echo fine"}},
        {"/usr/bin/git", {"/bin/sh", "-c", "cd /tmp && git init -q x && echo fine"}},
        {"/usr/bin/perl", {"perl", "-e", "print \"fine\\n\""}},
        {"/usr/bin/id", {"/bin/sh", "-c", "id -un >/dev/null && test \"$HOME\" = /tmp && echo fine"}}};
    for (const auto& [program, words] : programs) {
        if (installed(program.c_str())) {
            const Outcome outcome = start({}, words);
            EXPECT_EQ(outcome.out, "fine\n") << program << "\n" << outcome.text();
        }
    }
}

TEST_P(Example, StandardJavaStartsJava) {
    if (!installed("/usr/bin/java")) {
        GTEST_SKIP() << "no java below /usr";
    }
    ASSERT_EQ(scene.compile("use std/java").status, 0);
    mark_as_run();
    const Outcome outcome = start({}, {"/usr/bin/java", "-version"});
    EXPECT_EQ(outcome.status, 0) << outcome.text();
}

INSTANTIATE_TEST_SUITE_P(Kernel, Example, testing::ValuesIn(modes()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

TEST(StandardFragments, EachCompilesAloneAndAllTogether) {
    Scene scene;
    std::string all;
    for (const char* name :
         {"system", "script-runner", "shell", "python", "node", "java", "gcc", "git", "ca-certificates", "resolver"}) {
        const std::string use = std::string("use std/") + name + "\n";
        const Outcome outcome = scene.compile(use);
        EXPECT_EQ(outcome.status, 0) << name << "\n" << outcome.text();
        EXPECT_EQ(outcome.err, "") << name;
        all += use;
    }
    const Outcome outcome = scene.compile(all + "network host\n");
    EXPECT_EQ(outcome.status, 0) << outcome.text();
    mark_as_run();
}

TEST(TryScript, ShowsWhatItPromises) {
    const Outcome outcome = run({.words = {std::string(SBX_SOURCE_DIR) + "/examples/try.sh", SBX_POLICYC, SBX_RUN}});
    EXPECT_EQ(outcome.status, 0) << outcome.text();
    EXPECT_EQ(outcome.out.find("NOT AS PROMISED"), std::string::npos) << outcome.text();
    mark_as_run();
}

}  // namespace
}  // namespace sbx::kernel
