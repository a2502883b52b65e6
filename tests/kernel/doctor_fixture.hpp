// `policyc doctor` on a host of its own: in the test network, with a TUN device that every id can open, and whatever a test takes
// away.
#pragma once

#include "tests/kernel/lacking_host.hpp"
#include "tests/kernel/network_fixture.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sbx::kernel {

using nlohmann::json;

/// Everything that there is a trial for.
inline const char* const everything =
    "filesystem { proc /proc }\nlimits { open-files 100 }\n"
    "network {\nresolver 10.77.0.2\nallow tcp to host \"www.example.org\" port 80\nallow udp to 203.0.113.5\n}\n";

/// As root or as an ordinary user.
template <class Parameter>
class DoctorTest : public InTestNetwork<testing::TestWithParam<Parameter>> {
protected:
    using Base = InTestNetwork<testing::TestWithParam<Parameter>>;
    using Base::network;
    using Base::scene;
    void SetUp() override {
        Base::SetUp();
        if (!this->IsSkipped()) {
            write_file(scene.path("policyc"), read_file(SBX_POLICYC), 0755);
        }
    }
    [[nodiscard]] virtual bool as_root() const = 0;
    /// `policyc doctor` on a host that `make` makes; without, on one that has everything. Once more where a machine with other work
    /// took too long, unless that is what is looked for.
    Outcome doctor(std::vector<std::string> words, const std::function<void(const std::string&)>& make = {},
                   bool hangs = false) const {
        words.insert(words.begin(), {scene.path("policyc"), "doctor"});
        Outcome outcome;
        for (int turn = 0; turn < 4; ++turn) {
            outcome = run(on_host({.words = words, .as_root = as_root(), .directory = scene.root()}, make));
            if (hangs || outcome.out.find("it was not over") == std::string::npos) {
                break;
            }
        }
        return outcome;
    }
    Command on_host(Command command, const std::function<void(const std::string&)>& make) const {
        if (make) {
            command.before_exec = [make, directory = scene.root()] { make(directory); };
        }
        return network().in_host(std::move(command));
    }
    static json trial(const json& report, const std::string& name) {
        for (const json& each : report.at("trials")) {
            if (each.at("name") == name) {
                return each;
            }
        }
        return {};
    }
    static std::set<std::string> with_result(const json& report, const std::string& result) {
        std::set<std::string> names;
        for (const json& each : report.at("trials")) {
            if (each.at("result") == result && each.at("needed") == true) {
                names.insert(each.at("name"));
            }
        }
        return names;
    }
    void expect_nothing_left() const {
        EXPECT_TRUE(gone(scene.root(), 2000)) << "a process of the doctor's";
        EXPECT_TRUE(network().helpers_gone(2000)) << "a user-mode network";
        EXPECT_TRUE(gone("--conf-file=/proc/self/fd/0", 2000)) << "a resolver";
        EXPECT_TRUE(gone("97.125", 2000)) << "what hung";
    }
};

inline void expect_contains(const json& text, const std::string& part) {
    EXPECT_NE(text.get<std::string>().find(part), std::string::npos) << text << " holds no " << part;
}

}  // namespace sbx::kernel
