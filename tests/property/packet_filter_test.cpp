// The readers of packet filters on what the kernel has really loaded, on random networks, and on a hundred thousand of them.
#include "compiler/plan/lower.hpp"
#include "compiler/verify/compare_packet_filter.hpp"
#include "compiler/verify/manifest_network.hpp"
#include "compiler/verify/nft_json.hpp"
#include "compiler/verify/nft_text.hpp"
#include "tests/property/seeded_defects.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace sbx::test {
namespace {

namespace fs = std::filesystem;

/// A directory that is gone at the end.
class Directory {
public:
    Directory() : path_((fs::temp_directory_path() / "sbx-filter-XXXXXX").string()) {
        if (mkdtemp(path_.data()) == nullptr) {
            throw std::runtime_error("no temporary directory");
        }
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    ~Directory() { fs::remove_all(path_); }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

struct Shell {
    int status = -1;
    std::string out;
};
Shell shell(const std::string& command) {
    Shell result;
    FILE* const pipe = popen(command.c_str(), "r");
    std::array<char, 65536> buffer{};
    for (std::size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
        result.out.append(buffer.data(), got);
    }
    result.status = pclose(pipe);
    return result;
}

bool can_load() {
    static const bool can = shell("unshare -Urn nft list tables 2>&1").status == 0;
    return can;
}

/// What nft lists after it has loaded the bundle's filter, in a network namespace that is made for it. Empty if it did not load.
std::string read_back(const emit::Bundle& bundle, std::string& complaint) {
    const Directory directory;
    std::string loads;
    for (const std::string& name : verify::filter_files(files_of(bundle))) {
        for (const emit::Artifact& artifact : bundle.artifacts) {
            if (artifact.name == name) {
                std::ofstream(directory.path() + "/" + name) << artifact.bytes;
            }
        }
        loads += "nft -f '" + directory.path() + "/" + name + "' 2>>'" + directory.path() + "/complaint' && ";
    }
    const Shell listed = shell("unshare -Urn sh -c \"" + loads + "nft -j list table inet sbx\"");
    std::ifstream said(directory.path() + "/complaint");
    complaint.assign(std::istreambuf_iterator<char>(said), {});
    return listed.status == 0 ? listed.out : std::string();
}

verify::Findings findings_about_loaded(const std::string& json, const policy::Network& network) {
    verify::Findings findings;
    try {
        verify::compare_packet_filter(verify::read_nft_json(json), 1, network, "nft", findings);
    } catch (const verify::Malformed& mistake) {
        findings.push_back({"nft", mistake.place, mistake.message, ""});
    }
    return findings;
}

TEST(LoadedFilter, MeansThePolicy) {
    if (!can_load()) {
        GTEST_SKIP() << "nft cannot load anything in a namespace here";
    }
    std::string complaint;
    const std::string json = read_back(network_victim().bundle, complaint);
    ASSERT_FALSE(json.empty()) << complaint;
    const auto findings = findings_about_loaded(json, network_victim().compiled.profile.policy.network);
    EXPECT_TRUE(findings.empty()) << text_of(findings);
}

/// A defect that nft takes is one that a launch would take; what is read back must show it, unless it is about the order of files
/// or about text that nft does not keep.
TEST(LoadedFilter, ShowsTheSameDefectsAsItsText) {
    if (!can_load()) {
        GTEST_SKIP() << "nft cannot load anything in a namespace here";
    }
    std::size_t shown = 0;
    for (const Defect& defect : filter_defects()) {
        emit::Bundle spoilt = network_victim().bundle;
        defect.change(spoilt);
        std::string complaint;
        const std::string json = read_back(spoilt, complaint);
        const std::string said = defect.said;
        if (json.empty() || said.find("is loaded") != std::string::npos || said.find("statement") != std::string::npos ||
            said.find("one `table") != std::string::npos || said.find("cut short") != std::string::npos ||
            said.find("digits") != std::string::npos || said.find("no number") != std::string::npos) {
            continue;
        }
        const auto findings = findings_about_loaded(json, network_victim().compiled.profile.policy.network);
        EXPECT_FALSE(findings.empty()) << defect.name << " is loaded, and not noticed in what is read back";
        ++shown;
    }
    EXPECT_GE(shown, 45U);
}

TEST(PacketFilter, OfRandomNetworksMeansThem) {
    unsigned certified = 0;
    for (unsigned seed = 0; seed != 600 && !HasFailure(); ++seed) {
        std::mt19937 random(seed);
        const std::string text = policy_text(random_network(random));
        const auto compiled = compile(text);
        if (!compiled) {
            continue;
        }
        DiagnosticSink sink;
        const auto plan = plan::lower(compiled->profile.policy, sink);
        if (sink.has_errors()) {
            continue;
        }
        const auto bundle = emit::emit(plan, info_of(compiled->profile.policy));
        const auto findings = findings_about(bundle, compiled->profile.policy);
        EXPECT_TRUE(findings.empty()) << text_of(findings) << "seed " << seed << ":\n" << text;
        ++certified;
    }
    RecordProperty("certified", static_cast<int>(certified));
    EXPECT_GT(certified, 200U);
}

TEST(PacketFilter, AHundredThousandNetworksAreReadInAMoment) {
    constexpr std::uint32_t networks = 100000;
    policy::Network network;
    network.mode.value = policy::NetworkMode::filtered;
    policy::AddressSet addresses;
    std::string text = "# sbx egress 1\ntable inet sbx {\n";
    for (const char* set : {"host_4", "gateway_4"}) {
        text += std::string("    set ") + set + " { type ipv4_addr; }\n";
    }
    for (const char* set : {"host_6", "gateway_6"}) {
        text += std::string("    set ") + set + " { type ipv6_addr; }\n";
    }
    text += "    set tcp_4 { type ipv4_addr . inet_service; flags interval; elements = {\n";
    for (std::uint32_t i = 0; i < networks; ++i) {
        const std::uint32_t base = 0x0b000000U + 32 * i;
        const std::string prefix = to_text(verify::address_of(policy::Family::ipv4, {0, base})) + "/28";
        addresses.add(policy::parse_range(prefix).range);
        text += "        " + prefix + " . 443,\n";
    }
    policy::PortSet ports;
    ports.add({443, 443});
    network.allowed.add(policy::Protocol::tcp, addresses, ports);
    text += R"(    } }
    chain allowed { ip daddr . tcp dport @tcp_4 accept; }
    chain input { type filter hook input priority 0; policy drop; iifname lo accept; ct state established accept
        icmp type 3 ct state related accept; icmpv6 type 2 ct state related accept; }
    chain forward { type filter hook forward priority 0; policy drop; }
    chain output { type filter hook output priority 0; policy drop; oifname lo accept
        ip option lsrr exists drop; ip option ssrr exists drop; exthdr rt exists drop; ct state established accept
        ip daddr @gateway_4 reject; ip6 daddr @gateway_6 reject; ip daddr @host_4 reject; ip6 daddr @host_6 reject
        jump allowed; reject; }
}
)";
    // Of the processor: how busy the machine is does not matter.
    const auto milliseconds = [](std::clock_t since) { return (std::clock() - since) * 1000 / CLOCKS_PER_SEC; };
    const std::clock_t start = std::clock();
    verify::NftRuleset ruleset;
    EXPECT_EQ(verify::read_nft_text(text, 0, ruleset), networks);
    const auto read = milliseconds(start);
    verify::Findings findings;
    verify::compare_packet_filter(ruleset, 1, network, "egress.nft", findings);
    const auto all = milliseconds(start);
    EXPECT_TRUE(findings.empty()) << text_of(findings);
    std::printf("read in %ld ms, compared in %ld ms\n", static_cast<long>(read), static_cast<long>(all - read));
    EXPECT_LT(all, 1000);
}

}  // namespace
}  // namespace sbx::test
