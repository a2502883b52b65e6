// Who runs, as the kernel says it and as the launch report does: in every combination of caller, `run-as`, network mode and groups
// the two agree, so that no drop is claimed that did not happen.
#include "tests/kernel/network_fixture.hpp"

#include <algorithm>
#include <csignal>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

struct Combination {
    bool root = false;    ///< the caller
    bool groups = false;  ///< it has a supplementary one
    const char* run_as = "";
    const char* network = "";
};
void PrintTo(const Combination& one, std::ostream* out) {
    *out << (one.root ? "root" : "user") << (one.groups ? " with groups, " : ", ") << one.run_as << ", network " << one.network;
}

std::vector<Combination> combinations() {
    std::vector<Combination> all;
    for (const bool root : {true, false}) {
        for (const bool groups : {false, true}) {
            for (const char* const run_as : {"", "run-as 65532:65532", "run-as 1234", "run-as 61234:4321"}) {
                for (const char* const network : {"off", "host", "{ allow tcp to 203.0.113.5 port 80 }"}) {
                    all.push_back({root, groups, run_as, network});
                }
            }
        }
    }
    return all;
}

std::vector<unsigned long> numbers(const std::string& text) {
    std::istringstream in(text);
    std::vector<unsigned long> all;
    for (unsigned long number = 0; in >> number;) {
        all.push_back(number);
    }
    return all;
}

class ReportedIdentity : public InTestNetwork<testing::TestWithParam<Combination>> {};

TEST_P(ReportedIdentity, IsWhatTheKernelSays) {
    const Combination& one = GetParam();
    constexpr gid_t extra = 4242;
    scene.directory("report");
    const Outcome compiling =
        scene.compile_text("sbx 1\nprofile p\nfilesystem { read $ROOT/tools as /probe; proc /proc }\nnetwork " +
                           std::string(one.network) + "\nprocess { " + one.run_as + " }\n");
    ASSERT_EQ(compiling.status, 0) << compiling.text();
    const std::string tag = "tag:identity-" + std::to_string(getpid());
    Command command = launch_as({Program::sbx_run, one.root}, {"ids", tag, "sleep:20"}, {"--report", scene.path("report/r.json")},
                                TestNetwork::Tun::usable);
    if (one.groups) {
        command.groups = {extra};
    }
    Running running(command);
    const bool runs = running.wait_for(tag.substr(4));
    const bool may_run = !one.root || *one.run_as != '\0';
    EXPECT_EQ(runs, may_run) << "root needs `run-as`, and nobody else does";
    std::string status;
    for (const pid_t process : processes_with(tag)) {
        const std::string text = read_file("/proc/" + std::to_string(process) + "/status");
        status = field(text, "Name") == "probe" ? text : status;
    }
    kill(running.pid(), SIGTERM);
    const Outcome outcome = running.finish();
    const auto report = nlohmann::json::parse(scene.contents("report/r.json").value_or(""), nullptr, false);
    ASSERT_TRUE(report.is_object()) << outcome.text();
    const std::string all = outcome.text() + status + report.dump(1);
    EXPECT_EQ(report.value("started", !may_run), may_run) << all;
    if (!may_run) {
        EXPECT_FALSE(report.contains("ids")) << all;
        EXPECT_EQ(report.value("/refusal/step"_json_pointer, ""), "identity") << all;
        return;
    }
    ASSERT_NE(status, "") << all;
    const unsigned long uid = report.value("/ids/uid"_json_pointer, 0UL);
    const unsigned long gid = report.value("/ids/gid"_json_pointer, 0UL);
    EXPECT_EQ(numbers(field(status, "Uid")), std::vector<unsigned long>(4, uid)) << all;
    EXPECT_EQ(numbers(field(status, "Gid")), std::vector<unsigned long>(4, gid)) << all;
    EXPECT_NE(uid, 0UL);
    EXPECT_NE(gid, 0UL);
    EXPECT_TRUE(outcome.after("uid " + std::to_string(uid) + " euid " + std::to_string(uid))) << "inside as outside\n" << all;
    // A drop: root was the caller, and the kernel says that somebody else runs.
    EXPECT_EQ(report.value("/ids/dropped_root"_json_pointer, !one.root), one.root) << all;
    EXPECT_EQ(uid == ordinary_id && gid == ordinary_id, !one.root) << "an ordinary caller stays itself\n" << all;
    std::vector<unsigned long> groups = numbers(field(status, "Groups"));
    std::erase(groups, gid);
    EXPECT_EQ(report.value("/ids/supplementary_groups"_json_pointer, 99UL), groups.size()) << all;
    EXPECT_EQ(!groups.empty(), !one.root && one.groups) << "root's are dropped, nobody else can drop theirs\n" << all;
    const std::string notes = report["notes"].dump();
    EXPECT_EQ(notes.find("keeps its ids") != std::string::npos, !one.root) << notes;
    EXPECT_EQ(notes.find("1 supplementary groups stay") != std::string::npos, !groups.empty()) << notes;
}

INSTANTIATE_TEST_SUITE_P(Kernel, ReportedIdentity, testing::ValuesIn(combinations()));

}  // namespace
}  // namespace sbx::kernel
