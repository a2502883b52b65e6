// What policies say about the network, compiled and tried: for each policy every request is made from inside the sandbox, and the
// servers tell whether it arrived.
#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"
#include "tests/kernel/test_network.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace sbx::kernel {
namespace {

struct Request {
    std::string what;  ///< `tcp 203.0.113.5 80`, as the servers write it
    bool arrives;
    const char* where = "world";
};
struct EgressPolicy {
    const char* name;
    const char* statements;  ///< inside `network { }`
    std::vector<Request> requests;
};

const std::vector<EgressPolicy> policies = {
    {"OnePort",
     "allow tcp to 203.0.113.5 port 80",
     {{"tcp 203.0.113.5 80", true},
      {"tcp 203.0.113.5 79", false},
      {"tcp 203.0.113.5 81", false},
      {"udp 203.0.113.5 80", false},
      {"tcp 203.0.113.6 80", false},
      {"tcp 2001:db8:77::5 80", false},
      {"tcp 10.77.0.1 80", false, "host"}}},
    {"Datagrams",
     "allow udp to 203.0.113.5 port 80-81",
     {{"udp 203.0.113.5 79", false},
      {"udp 203.0.113.5 80", true},
      {"udp 203.0.113.5 81", true},
      {"tcp 203.0.113.5 80", false},
      {"udp 203.0.113.6 80", false}}},
    {"ADenialInsideAnAllowance",
     "allow tcp to 203.0.113.0/24 port 80; deny tcp to 203.0.113.6",
     {{"tcp 203.0.113.5 80", true}, {"tcp 203.0.113.6 80", false}, {"tcp 203.0.113.9 80", true}, {"tcp 203.0.113.9 81", false}}},
    {"ADeniedPort",
     "allow any to 203.0.113.4/31; deny tcp to 203.0.113.5 port 80",
     {{"tcp 203.0.113.5 80", false},
      {"udp 203.0.113.5 80", true},
      {"tcp 203.0.113.5 79", true},
      {"tcp 203.0.113.5 81", true},
      {"tcp 203.0.113.6 81", false}}},
    {"Anything",
     "allow any to 0.0.0.0/0",
     {{"tcp 203.0.113.5 80", true},
      {"udp 203.0.113.6 5432", true},
      {"tcp 10.77.0.2 80", true},
      {"tcp 169.254.169.254 80", false},
      {"udp 169.254.169.254 80", false},
      {"tcp 10.77.0.1 80", false, "host"},
      {"udp 10.77.0.1 5432", false, "host"},
      {"tcp 2001:db8:77::5 80", false}}},
    {"InsideTheUsualVirtualNetwork",
     "allow tcp to 10.0.2.0/24 port 80",
     {{"tcp 10.0.2.77 80", true}, {"tcp 203.0.113.5 80", false}}},
    {"BothFamilies",
     "allow tcp to 203.0.113.5 2001:db8:77::5 port 80",
     {{"tcp 203.0.113.5 80", true},
      {"tcp 2001:db8:77::5 80", true},
      {"tcp 2001:db8:77::6 80", false},
      {"tcp 2001:db8:77::5 81", false},
      {"udp 2001:db8:77::5 80", false},
      {"tcp fd77::1 80", false, "host"}}},
    {"Metadata",
     "allow tcp to 169.254.169.254 port 80; unblock metadata because \"a test\"",
     {{"tcp 169.254.169.254 80", true}, {"tcp 169.254.169.254 81", false}}},
    {"OnePortOfTheHost",
     "allow tcp to 10.77.0.0/24; unblock host port 5432 because \"a test\"",
     {{"tcp 10.77.0.1 5432", true, "host"}, {"tcp 10.77.0.1 80", false, "host"}, {"tcp 10.77.0.2 80", true}}},
    {"AResolver",
     "allow tcp to 203.0.113.5 port 80; resolver 10.77.0.2",
     {{"tcp 203.0.113.5 80", true},
      {"udp 10.77.0.2 53", true},
      {"tcp 10.77.0.2 53", true},
      {"udp 10.77.0.2 79", false},
      {"udp 203.0.113.5 53", false}}},
};

struct Case {
    const EgressPolicy* policy;
    Mode mode;
};

class EgressPolicies : public testing::TestWithParam<Case> {};

std::string request_of(const Request& request) {
    const std::size_t first = request.what.find(' ');
    const std::size_t last = request.what.rfind(' ');
    return "echo:" + request.what.substr(0, first) + ":" + request.what.substr(first + 1, last - first - 1) + ":" +
           request.what.substr(last + 1);
}

TEST_P(EgressPolicies, LetThroughWhatTheyAllowAndNothingElse) {
    if (!running_as_root()) {
        GTEST_SKIP() << "a test network needs root";
    }
    mark_as_run();
    const auto& [policy, mode] = GetParam();
    Scene scene;
    const Outcome compiling = scene.compile("network {\n" + replaced(policy->statements, "; ", "\n") + "\n}");
    ASSERT_EQ(compiling.status, 0) << compiling.text();
    TestNetwork& network = TestNetwork::instance();
    network.clear();
    std::vector<std::string> requests;
    for (const Request& request : policy->requests) {
        requests.push_back(request_of(request));
    }
    const Outcome outcome = run(network.in_host(probing({mode, ""}, scene, requests)));
    ASSERT_EQ(outcome.status, 0) << outcome.text();
    for (const Request& request : policy->requests) {
        EXPECT_EQ(network.reached(request.where, request.what), request.arrives)
            << request.what << " of the " << request.where << "\n"
            << outcome.text() << network.log();
        EXPECT_EQ(outcome.has(request_of(request) + " ok"), request.arrives) << request.what << "\n" << outcome.text();
    }
}

std::vector<Case> cases() {
    std::vector<Case> all;
    for (const EgressPolicy& policy : policies) {
        for (const Mode& mode : modes()) {
            if (mode.program == Program::sbx_run) {
                all.push_back({&policy, mode});
            }
        }
    }
    return all;
}

void PrintTo(const Case& one, std::ostream* out) {
    *out << one.policy->name << " " << to_text(one.mode);
}

INSTANTIATE_TEST_SUITE_P(Kernel, EgressPolicies, testing::ValuesIn(cases()), [](const testing::TestParamInfo<Case>& parameter) {
    return std::string(parameter.param.policy->name) + to_text(parameter.param.mode);
});

class EgressNames : public testing::TestWithParam<Mode> {};

TEST_P(EgressNames, OpenTheAddressesThatTheyHave) {
    if (!running_as_root()) {
        GTEST_SKIP() << "a test network needs root";
    }
    mark_as_run();
    Scene scene;
    const Outcome compiling = scene.compile(
        "network {\nresolver 10.77.0.2\nallow tcp to host \"www.example.org\" port 80\nallow tcp to host \"*.sub.example.org\" "
        "port "
        "81\n}");
    ASSERT_EQ(compiling.status, 0) << compiling.text();
    TestNetwork& network = TestNetwork::instance();
    network.clear();
    const Command command =
        probing({GetParam(), ""}, scene,
                {"echo:tcp:203.0.113.9:80", "query:www.example.org", "echo:tcp:203.0.113.9:80", "echo:udp:203.0.113.9:80",
                 "echo:tcp:203.0.113.9:81", "query:x.www.example.org", "query:sub.example.org", "query:example.org",
                 "echo:udp:10.77.0.2:53", "cat:/etc/resolv.conf"});
    const Outcome outcome = run(network.in_host(command));
    ASSERT_EQ(outcome.status, 0) << outcome.text();
    EXPECT_TRUE(
        outcome.out.starts_with("echo:tcp:203.0.113.9:80 no ECONNREFUSED\nquery:www.example.org = 203.0.113.9\n"
                                "echo:tcp:203.0.113.9:80 ok\n"))
        << outcome.text();
    for (const char* refused : {"query:x.www.example.org", "query:sub.example.org", "query:example.org"}) {
        EXPECT_TRUE(outcome.has(std::string(refused) + " refused")) << outcome.text();
    }
    for (const char* denied : {"echo:udp:203.0.113.9:80", "echo:tcp:203.0.113.9:81", "echo:udp:10.77.0.2:53"}) {
        EXPECT_FALSE(outcome.has(std::string(denied) + " ok")) << outcome.text();
    }
    EXPECT_TRUE(outcome.has("cat:/etc/resolv.conf = nameserver 127.0.0.1\\n")) << outcome.text();
    EXPECT_FALSE(network.reached("world", "tcp 203.0.113.9 81")) << network.log();
    const Outcome other = run(network.in_host(
        probing({GetParam(), ""}, scene, {"query:a.sub.example.org", "echo:tcp:203.0.113.9:81", "echo:tcp:203.0.113.9:80"})));
    EXPECT_TRUE(other.has("query:a.sub.example.org = 203.0.113.9") && other.has("echo:tcp:203.0.113.9:81 ok")) << other.text();
    EXPECT_FALSE(other.has("echo:tcp:203.0.113.9:80 ok")) << other.text();
}

INSTANTIATE_TEST_SUITE_P(Kernel, EgressNames, testing::ValuesIn(modes_of_sbx_run()),
                         [](const testing::TestParamInfo<Mode>& parameter) { return to_text(parameter.param); });

}  // namespace
}  // namespace sbx::kernel
