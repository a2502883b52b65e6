// What `policyc doctor` makes of a policy and of what came of the trials: which are needed, by which statements, and what is said.
#include "compiler/cli/doctor_report.hpp"

#include "compiler/cli/compile.hpp"
#include "tests/support/memory_files.hpp"

#include <algorithm>
#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace sbx::cli {
namespace {

using doctor::Answer;
using doctor::TrialId;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

Compilation planned(const std::string& statements) {
    CompileRequest request;
    request.path = "worker.sbx";
    request.text = "sbx 1\nprofile worker\n" + statements;
    request.until = Until::planned;
    Compilation done = compile(std::move(request), test::MemoryFiles());
    if (done.rejected) {
        throw std::runtime_error(done.diagnostics.front().message);
    }
    return done;
}

class Needed {
public:
    explicit Needed(const std::string& statements) : compilation_(planned(statements)) {
        needs_ = needs_of(compilation_.profile.policy, *compilation_.plan);
    }
    [[nodiscard]] const std::vector<Need>& all() const { return needs_; }
    [[nodiscard]] bool has(TrialId id) const { return find(id) != nullptr; }
    [[nodiscard]] bool counts(TrialId id) const { return has(id) && find(id)->counts; }
    /// `4: network allow tcp to 203.0.113.5 port 80`, `-: network host denied`.
    [[nodiscard]] std::vector<std::string> statements(TrialId id) const {
        std::vector<std::string> lines;
        const Need* const need = find(id);
        for (const plan::Enforcement& row : need == nullptr ? std::vector<plan::Enforcement>() : need->statements) {
            const std::string line =
                row.origin.known() ? std::to_string(row.origin.file->position(row.origin.span.begin).line) : std::string("-");
            lines.push_back(line + ": " + row.statement);
        }
        return lines;
    }

private:
    Compilation compilation_;
    std::vector<Need> needs_;

    [[nodiscard]] const Need* find(TrialId id) const {
        const auto found = std::find_if(needs_.begin(), needs_.end(), [id](const Need& need) { return need.trial->id == id; });
        return found == needs_.end() ? nullptr : &*found;
    }
};

constexpr const char* plain = "filesystem { read /usr }\n";

TEST(DoctorNeeds, APlainPolicyNeedsWhatEveryLaunchDoes) {
    const Needed needed(plain);
    std::vector<std::string_view> names;
    for (const Need& need : needed.all()) {
        names.push_back(need.trial->name);
    }
    EXPECT_THAT(names, ElementsAre("identity", "ids", "inherited-state", "bubblewrap-program", "user-namespace", "mounts", "procfs",
                                   "ipc-namespace", "uts-namespace", "cgroup-namespace", "network-namespace", "rlimits",
                                   "system-call-filter", "bubblewrap"));
    EXPECT_THAT(needed.statements(TrialId::mounts), ElementsAre("3: filesystem /usr"));
}

TEST(DoctorNeeds, WhatIsSharedIsNotNeeded) {
    const Needed needed(std::string(plain) + "network host\nprocess { share ipc; share uts }\n");
    EXPECT_FALSE(needed.has(TrialId::ipc_namespace));
    EXPECT_FALSE(needed.has(TrialId::uts_namespace));
    EXPECT_FALSE(needed.has(TrialId::network_namespace));
    EXPECT_TRUE(needed.has(TrialId::cgroup_namespace));
}

TEST(DoctorNeeds, StatementsAreNamedByWhatDeliversThem) {
    const Needed needed(
        "filesystem { read /usr\nproc /proc }\nlimits { open-files 99 }\nprocess { run-as 7\nnested-namespaces allow }\n");
    EXPECT_THAT(needed.statements(TrialId::procfs), ElementsAre("4: filesystem /proc"));
    EXPECT_THAT(needed.statements(TrialId::rlimits), testing::Contains("5: limits open-files"));
    EXPECT_THAT(needed.statements(TrialId::identity), ElementsAre("6: process run-as 7:7"));
}

TEST(DoctorNeeds, AFilteredNetworkNeedsItsPrograms) {
    const Needed needed(std::string(plain) + "network {\nallow tcp to 203.0.113.5 port 80\ndeny udp to 203.0.113.6\n}\n");
    EXPECT_TRUE(needed.has(TrialId::nft_program) && needed.has(TrialId::packet_filter) && needed.has(TrialId::tun_device));
    EXPECT_TRUE(needed.has(TrialId::slirp4netns_program) && needed.has(TrialId::slirp4netns));
    EXPECT_FALSE(needed.has(TrialId::pasta_program) || needed.has(TrialId::pasta) || needed.has(TrialId::dnsmasq));
    EXPECT_THAT(needed.statements(TrialId::packet_filter),
                testing::IsSupersetOf({"5: network allow tcp to 203.0.113.5 port 80", "6: network deny udp to 203.0.113.6"}));
    EXPECT_THAT(needed.statements(TrialId::slirp4netns),
                ElementsAre("4: network filtered", "5: network allow tcp to 203.0.113.5 port 80"));
}

TEST(DoctorNeeds, PublishingAndNamesNeedMore) {
    const Needed publishing(std::string(plain) + "network {\nallow tcp to 203.0.113.5 port 80\npublish tcp 8080\n}\n");
    EXPECT_FALSE(publishing.has(TrialId::slirp4netns) || publishing.has(TrialId::slirp4netns_program));
    EXPECT_THAT(publishing.statements(TrialId::pasta), ElementsAre("6: network publish tcp 8080 on 127.0.0.1"));
    const Needed ipv6(std::string(plain) + "network {\nallow tcp to 2001:db8::1 port 80\n}\n");
    EXPECT_THAT(ipv6.statements(TrialId::pasta_program), testing::Contains("5: network allow tcp to 2001:db8::1 port 80"));
    const Needed names(std::string(plain) + "network {\nresolver 10.0.0.53\nallow tcp to host \"www.example.org\" port 80\n}\n");
    EXPECT_THAT(names.statements(TrialId::dnsmasq), ElementsAre("6: network allow tcp to host \"www.example.org\" port 80"));
    EXPECT_TRUE(names.has(TrialId::dnsmasq_program));
}

TEST(DoctorNeeds, ALimitOfACgroupNeedsOneUnlessThePolicyMayDoWithout) {
    const Needed must(std::string(plain) + "limits {\nmemory 64M\ncpus 2\n}\n");
    EXPECT_THAT(must.statements(TrialId::cgroup), ElementsAre("5: limits memory", "6: limits cpus"));
    EXPECT_TRUE(must.counts(TrialId::cgroup));
    const std::string may_lack_memory = "may-degrade memory because \"x\"\n";
    const Needed half(std::string(plain) + may_lack_memory + "limits {\nmemory 64M\ncpus 2\n}\n");
    EXPECT_TRUE(half.counts(TrialId::cgroup));
    const Needed may(std::string(plain) + may_lack_memory + "limits {\nmemory 64M\n}\n");
    EXPECT_TRUE(may.has(TrialId::cgroup));
    EXPECT_FALSE(may.counts(TrialId::cgroup));
    EXPECT_FALSE(Needed(std::string(plain) + "limits {\nmemory unlimited\n}\n").has(TrialId::cgroup));
}

TEST(DoctorNeeds, WithoutAPolicyEverythingIsTried) {
    EXPECT_EQ(needs_of_any_policy().size(), doctor::trials().size());
}

/// A report on a filtered network in which the TUN device is locked and a cgroup is not to be had.
class DoctorReports : public testing::Test {
protected:
    DoctorReports() : compilation(planned(std::string(plain) + "network {\nallow tcp to 203.0.113.5 port 80\n}\n")) {
        report.subject = "worker\x1b.sbx";
        report.profile = "worker";
        report.launcher.uid = 1000;
        report.launcher.gid = 1000;
        report.needs = needs_of(compilation.profile.policy, *compilation.plan);
        for (const Need& need : needs_of_any_policy()) {
            if (need.trial->id == TrialId::cgroup) {
                report.needs.push_back(need);
            }
        }
        for (const Need& need : report.needs) {
            report.results.push_back({need.trial, Answer::works, "", "", 0, {}});
        }
        at(TrialId::nft_program).said = "/usr/sbin/nft";
        refuse(TrialId::cgroup, "no cgroup", "delegate one", EROFS);
    }
    doctor::Result& at(TrialId id) {
        return *std::find_if(report.results.begin(), report.results.end(), [id](const auto& each) { return each.trial->id == id; });
    }
    void refuse(TrialId id, const std::string& said, const std::string& remedy, int error) {
        at(id).answer = Answer::refused;
        at(id).said = said;
        at(id).remedy = remedy;
        at(id).error = error;
    }
    void lock_tun() {
        refuse(TrialId::tun_device, "`/dev/net/tun` cannot be opened by uid 1000: Permission denied", "run `chmod`", EACCES);
        for (const TrialId id : {TrialId::tap_interface, TrialId::frame_filter, TrialId::slirp4netns}) {
            at(id).answer = Answer::not_tried;
            at(id).because = {id == TrialId::tap_interface ? TrialId::tun_device : TrialId::tap_interface};
        }
    }
    Compilation compilation;
    DoctorReport report;
};

TEST_F(DoctorReports, NothingMissingIsOneLineForALog) {
    EXPECT_FALSE(report.lacks_something()) << "what only informs is never missing";
    EXPECT_EQ(doctor_summary(report), "policyc doctor: worker\\x1b.sbx: nothing is missing; 21 trials work");
    EXPECT_EQ(render_doctor_text(report, true), "");
    const std::string text = render_doctor_text(report, false);
    EXPECT_THAT(text, StartsWith("Tried as uid 1000:\n  works      who runs\n"));
    EXPECT_THAT(text, HasSubstr("\n  works      the program nft: /usr/sbin/nft\n"));
    EXPECT_THAT(text, HasSubstr("\n  no         a cgroup of the sandbox's own: no cgroup; needed by `memory` and `cpus`\n"));
    EXPECT_THAT(text, Not(HasSubstr("missing:")));
}

TEST_F(DoctorReports, AShortcomingIsWhatWasTriedWhatWasSaidWhoNeedsItAndWhatToDo) {
    lock_tun();
    EXPECT_TRUE(report.lacks_something());
    const std::string shortcoming =
        "missing: the TUN device\n"
        "  tried      /dev/net/tun is opened\n"
        "  answer     `/dev/net/tun` cannot be opened by uid 1000: Permission denied\n"
        "  needed by  worker.sbx:4: network filtered\n"
        "             worker.sbx:5: network allow tcp to 203.0.113.5 port 80\n"
        "  remedy     run `chmod`\n";
    EXPECT_EQ(render_doctor_text(report, true), shortcoming);
    const std::string text = render_doctor_text(report, false);
    EXPECT_THAT(text, HasSubstr("\n  missing    the TUN device\n"));
    EXPECT_THAT(text, HasSubstr("\n  not tried  a tap interface in it, for want of the TUN device\n"));
    EXPECT_THAT(text,
                testing::EndsWith("\n" + shortcoming +
                                  "\npolicyc doctor: worker\\x1b.sbx: 1 of 21 missing: tun-device (EACCES); 3 not tried for want "
                                  "of them\n"));
}

TEST_F(DoctorReports, ALongListOfStatementsIsCut) {
    const Compilation many = planned("filesystem { read /a\nread /b\nread /c\nread /d\nread /e }\n");
    report.needs = needs_of(many.profile.policy, *many.plan);
    report.results.clear();
    for (const Need& need : report.needs) {
        report.results.push_back({need.trial, Answer::works, "", "", 0, {}});
    }
    refuse(TrialId::mounts, "no", "do", 0);
    EXPECT_THAT(render_doctor_text(report, true),
                HasSubstr("worker.sbx:5: filesystem /c\n             and 2 more (all of them with"));
    EXPECT_EQ(doctor_summary(report), "policyc doctor: worker\\x1b.sbx: 1 of 14 missing: mounts");
}

TEST_F(DoctorReports, AStatementOfManyAddressesIsCut) {
    std::string statement = "allow tcp to";
    for (int i = 0; i < 20; ++i) {
        statement += " 203.0." + std::to_string(2 * i) + ".5";
    }
    const Compilation wide = planned("network {\n" + statement + " port 80\n}\n");
    report.needs = needs_of(wide.profile.policy, *wide.plan);
    report.results.clear();
    for (const Need& need : report.needs) {
        report.results.push_back({need.trial, Answer::works, "", "", 0, {}});
    }
    refuse(TrialId::tun_device, "no", "do", 0);
    EXPECT_THAT(render_doctor_text(report, true), HasSubstr("network allow tcp to 203.0.0.5 203.0.2.5"));
    EXPECT_THAT(render_doctor_text(report, true), HasSubstr(" 203.0.10.5 203.0.12.5 …\n"));
}

TEST_F(DoctorReports, RootsSandboxIsSaidToBeAnothers) {
    report.launcher.drops = true;
    EXPECT_THAT(render_doctor_text(report, false), StartsWith("Tried as uid 1000, the policy's `run-as`:\n"));
    report.launcher.has_run_as = false;
    EXPECT_THAT(render_doctor_text(report, false), StartsWith("Tried as uid 1000, as with `run-as 1000`, since root's sandbox is"));
}

TEST_F(DoctorReports, JsonHoldsAllOfIt) {
    lock_tun();
    const std::string text = render_doctor_json(report);
    for (const char byte : text) {
        EXPECT_TRUE(byte == '\n' || (byte >= 0x20 && byte <= 0x7e)) << static_cast<int>(byte);
    }
    const auto json = nlohmann::json::parse(text);
    EXPECT_EQ(json["format"], 1);
    EXPECT_EQ(json["subject"], "worker\x1b.sbx");
    EXPECT_EQ(json["result"], "missing");
    EXPECT_EQ(json["summary"], doctor_summary(report));
    EXPECT_EQ(json["tried_as"], nlohmann::json::parse(R"({"uid": 1000, "gid": 1000, "drops_from_root": false})"));
    EXPECT_EQ(json["trials"].size(), report.results.size());
    for (const auto& trial : json["trials"]) {
        if (trial["name"] == "tun-device") {
            EXPECT_EQ(trial["result"], "missing");
            EXPECT_EQ(trial["error"], "EACCES");
            EXPECT_EQ(trial["remedy"], "run `chmod`");
            EXPECT_EQ(trial["needed_by"]["statements"][1]["statement"], "network allow tcp to 203.0.113.5 port 80");
            EXPECT_EQ(trial["needed_by"]["statements"][1]["place"]["line"], 5);
        } else if (trial["name"] == "slirp4netns") {
            EXPECT_EQ(trial["result"], "not-tried");
            EXPECT_EQ(trial["for_want_of"], nlohmann::json::parse(R"(["tap-interface"])"));
            EXPECT_TRUE(trial["error"].is_null());
        } else if (trial["name"] == "cgroup") {
            EXPECT_EQ(trial["needed"], false);
            EXPECT_EQ(trial["result"], "missing");
        }
    }
}

}  // namespace
}  // namespace sbx::cli
