// Each shipped example's own expectations, asked of the kernel: what its `test` blocks say, and the compiler has decided, is tried
// in the example's sandbox, which for that gets the probe and nothing else on top.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"
#include "tests/kernel/test_network.hpp"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

namespace fs = std::filesystem;

struct Shipped {
    std::string name;
    std::vector<std::string> options;  ///< of the launch
    bool filtered = false;             ///< it has a network: tried in that of the tests
    bool supervised = false;           ///< it has limits that only sbx-run keeps
};
void PrintTo(const Shipped& example, std::ostream* out) {
    *out << example.name;
}

const std::vector<Shipped> shipped = {
    {"compile-c", {"--set", "source=$ROOT/example/source", "--set", "build=$ROOT/scratch"}},
    {"untrusted-python", {"--set", "script=$ROOT/example/summary.py"}, false, true},
    {"node-module",
     {"--set", "node=$ROOT/tools/probe", "--set", "module=$ROOT/example/module", "--set", "scratch=$ROOT/scratch"},
     false,
     true},
    {"shell-filter", {"--set", "tool=$ROOT/example/filter.sh", "--set", "input=$ROOT/example/access.log"}},
    {"script-runner", {"--set", "script=$ROOT/example/job.py", "--set", "scratch=$ROOT/scratch"}, false, true},
    {"one-server", {"--set", "server=203.0.113.5"}, true, true},
};

struct Expected {
    bool allowed = false;
    std::string request;
};

/// Lines `allowed|denied read|write|exec PATH…`, `… connect tcp|udp ADDRESS:PORT…` and `… resolve NAME…` of a policy.
std::vector<Expected> expectations(const std::string& policy) {
    std::vector<Expected> all;
    std::istringstream lines(policy);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string verdict;
        std::string operation;
        words >> verdict >> operation;
        if (verdict != "allowed" && verdict != "denied") {
            continue;
        }
        if (operation == "connect") {
            words >> operation;
        }
        operation = operation == "resolve" ? "query" : operation;
        for (std::string object; words >> object;) {
            object.erase(std::remove_if(object.begin(), object.end(), [](char byte) { return byte == '[' || byte == ']'; }),
                         object.end());
            all.push_back({verdict == "allowed", (operation == "exec" ? "start" : operation) + ":" + object});
        }
    }
    return all;
}

class ExampleRequests : public testing::TestWithParam<Shipped> {
protected:
    /// Copies that every id may do everything with, so that only the sandbox refuses.
    void SetUp() override {
        fs::copy(std::string(SBX_SOURCE_DIR) + "/examples/" + GetParam().name, scene.path("example"), fs::copy_options::recursive);
        for (const auto& entry : fs::recursive_directory_iterator(scene.path("example"))) {
            fs::permissions(entry.path(), fs::perms::all);
        }
        policy = read_file(scene.path("example/profile.sbx"));
        write_file(scene.path("example/profile.sbx"), policy + scene.expanded("\nfilesystem { read $ROOT/tools as /probe }\n"),
                   0644);
        const Outcome outcome = run({.words = {SBX_POLICYC, scene.path("example/profile.sbx"), "-o", scene.bundle()}});
        ASSERT_EQ(outcome.status, 0) << outcome.text();
    }
    Scene scene;
    std::string policy;
};

/// What lies below /usr is this machine's, and may be missing.
bool depends_on_the_machine(const std::string& request) {
    const std::string path = request.substr(request.find(':') + 1);
    const std::string real = path.starts_with("/interpreter/") ? "/usr/" + path.substr(13) : path;
    return real.starts_with("/usr/") && access(real.c_str(), F_OK) != 0;
}

TEST_P(ExampleRequests, TheKernelDoesWhatItsTestsSay) {
    std::vector<std::string> options;
    for (const std::string& option : GetParam().options) {
        options.push_back(scene.expanded(option));
    }
    const std::vector<Expected> expected = expectations(policy);
    EXPECT_GE(expected.size(), 12U) << "its tests are read";
    std::vector<std::string> requests;
    for (const Expected& one : expected) {
        requests.push_back(one.request);
    }
    if (GetParam().filtered && !running_as_root()) {
        GTEST_SKIP() << "a test network needs root";
    }
    for (const Mode& mode : GetParam().supervised ? modes_of_sbx_run() : modes()) {
        SCOPED_TRACE(to_text(mode));
        fs::remove_all(scene.path("scratch"));
        scene.directory("scratch");
        scene.program("scratch/main");
        Command command = probing({mode, ""}, scene, requests, options);
        const Outcome outcome = run(GetParam().filtered ? TestNetwork::instance().in_host(std::move(command)) : std::move(command));
        EXPECT_EQ(outcome.status, 0) << outcome.text();
        for (const Expected& one : expected) {
            if (!depends_on_the_machine(one.request)) {
                EXPECT_EQ(outcome.has(one.request + " ok"), one.allowed) << one.request << "\n" << outcome.text();
            }
        }
        mark_as_run();
    }
}

INSTANTIATE_TEST_SUITE_P(Kernel, ExampleRequests, testing::ValuesIn(shipped),
                         [](const testing::TestParamInfo<Shipped>& parameter) { return replaced(parameter.param.name, "-", "_"); });

TEST(ExampleRequestsCover, EveryShippedExample) {
    std::size_t directories = 0;
    for (const auto& entry : fs::directory_iterator(std::string(SBX_SOURCE_DIR) + "/examples")) {
        // The others are about pipelines and images, and tests/pipelines runs them.
        directories += fs::exists(entry.path() / "profile.sbx") ? 1U : 0U;
    }
    EXPECT_EQ(directories, shipped.size());
}

}  // namespace
}  // namespace sbx::kernel
