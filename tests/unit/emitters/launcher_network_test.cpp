// The network's part of launchers, run by real shells: what it fills into sets, where the sandbox's own network lies, and the
// program that sets the network up.
#include "../plan/network_fixture.hpp"
#include "launcher_script_fixture.hpp"

#include <gmock/gmock.h>

namespace sbx::emit {
namespace {

using testing::HasSubstr;

class LauncherNetwork : public LauncherScript {};

policy::Policy filtered_policy() {
    return plan::with_network({plan::allow(plan::Protocol::tcp, {"10.20.0.0/16", "10.0.2.0/28"}),
                               plan::allow_parameter("server", plan::ports({{443, 443}}))},
                              {}, {{"server", plan::parameter(policy::ParameterType::address, {"10.30.0.1", "192.168.237.4"})}});
}
constexpr const char* before_network =
    "sbx_fill= sbx_given= sbx_network=10.0.2 sbx_nft=/usr/sbin/nft sbx_word=3 sbx_ready=4 sbx_said=5 sbx_text=6 sbx_ended=7 "
    "sbx_told=8 "
    "sbx_gate=9\n";

TEST_P(LauncherNetwork, AnAddressGoesIntoTheSetOfItsFamily) {
    const struct {
        const char* value;
        const char* element;
    } cases[] = {{"192.0.2.1", "x_4 { 192.0.2.1 }"},
                 {"::ffff:192.0.2.1", "x_4 { 192.0.2.1 }"},
                 {"::FFFF:c000:201", "x_4 { 192.0.2.1 }"},
                 {"0:0:0:0:0:ffff:192.0.2.1", "x_4 { 192.0.2.1 }"},
                 {"0::ffff:c000:0201", "x_4 { 192.0.2.1 }"},
                 {"2001:db8::1", "x_6 { 2001:db8::1 }"},
                 {"::192.0.2.1", "x_6 { ::192.0.2.1 }"},
                 {"::fff:c000:201", "x_6 { ::fff:c000:201 }"},
                 {"1::ffff:c000:201", "x_6 { 1::ffff:c000:201 }"},
                 {"::", "x_6 { :: }"},
                 {"ffff::1", "x_6 { ffff::1 }"},
                 {"1:2:3:4:5:6:7:8", "x_6 { 1:2:3:4:5:6:7:8 }"},
                 {"::ffff:0:c000:201", "x_6 { ::ffff:0:c000:201 }"}};
    for (const auto& [value, element] : cases) {
        const Ran ran =
            run(filtered_policy(), std::string(before_network) + "fill_address x " + value + "\nprintf '%s' \"$sbx_fill\"");
        EXPECT_EQ(ran.out, std::string("add element inet sbx ") + element + "\n") << value << ran.err;
    }
}

TEST_P(LauncherNetwork, TheNetworkOfSlirp4netnsHoldsNothingOfThePolicy) {
    const auto chosen = [this](const std::string& server) {
        return run(filtered_policy(),
                   std::string(before_network) + "policy_set server " + server + "\npolicy_network\nprintf '%s' \"$sbx_network\"")
            .out;
    };
    EXPECT_EQ(chosen("10.30.0.1"), "192.168.237");
    EXPECT_EQ(chosen("192.168.237.4"), "172.30.237");
}

TEST_P(LauncherNetwork, TheProgramOfTheNetworkHoldsTheFilterAndTheHostsAddresses) {
    const std::string commands = std::string(before_network) + "policy_set server 10.30.0.1\npolicy_network\n";
    const Ran ran = run(filtered_policy(), commands + "write_program");
    ASSERT_EQ(ran.status, 0) << ran.err;
    std::string filter;
    for (const Artifact& file : egress_filter(plan_of(filtered_policy()))) {
        filter = file.name == "egress.nft" ? file.bytes + filter : filter + file.bytes;
    }
    const std::size_t last = filter.rfind("# sbx egress 1\n");
    EXPECT_THAT(ran.out,
                HasSubstr("    load <<\\END\n" + filter.substr(0, last) + "add element inet sbx param_server_4 { 10.30.0.1 }\n"));
    EXPECT_THAT(ran.out,
                HasSubstr("add element inet sbx gateway_4 { 192.168.237.2, 192.168.237.3, 192.168.237.255, 255.255.255.255 }\n"));
    EXPECT_THAT(ran.out, HasSubstr("\n" + filter.substr(last) + "END\n}\n\nmain \"$@\"\n"));
    std::ofstream(file("program"), std::ios::binary) << "#!/bin/sh\n" << ran.out;
    EXPECT_EQ(std::system((std::string(GetParam()) + " -n " + file("program")).c_str()), 0);
    if (std::system("command -v shellcheck >/dev/null") == 0) {
        EXPECT_EQ(std::system(("shellcheck -s sh " + file("program")).c_str()), 0);
    }
    std::ofstream(file("program"), std::ios::binary) << ran.out.substr(0, ran.out.size() - 10);
    (void)!std::system((std::string(GetParam()) + " " + file("program") + " -- touch " + file("mark") + " 2>/dev/null").c_str());
    EXPECT_FALSE(std::filesystem::exists(file("mark"))) << "cut short it is nothing";
    const Ran blind = run(filtered_policy(), commands + "env() { return 1; }\nwrite_program");
    EXPECT_EQ(blind.out, "exit 125\n");
    EXPECT_THAT(blind.err, HasSubstr("launch: network: the host's own addresses cannot be read"));
}

TEST_P(LauncherNetwork, AddressesOfIPv6AreReadFromTheKernelsForm) {
    const Ran ran = run(filtered_policy(),
                        "sbx_host_6=\nfor a in fd770000000000000000000000000001 00000000000000000000000000000001 fe80 "
                        "2001:db8::1; do add_host_6 $a; done\nprintf '%s' \"$sbx_host_6\"");
    EXPECT_EQ(ran.out, " fd77:0000:0000:0000:0000:0000:0000:0001,");
}

INSTANTIATE_TEST_SUITE_P(Shells, LauncherNetwork, testing::Values("dash", "bash -p", "bash --posix -p"),
                         [](const testing::TestParamInfo<const char*>& parameter) {
                             return std::string(parameter.index == 0 ? "Dash" : parameter.index == 1 ? "Bash" : "BashPosix");
                         });

}  // namespace
}  // namespace sbx::emit
