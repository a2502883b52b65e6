// What the requirements about filtered networks are tried with: a bundle, the network that it is tried in, and what must work under
// any launcher.
#pragma once

#include "tests/kernel/requirement.hpp"
#include "tests/kernel/test_network.hpp"

#include <string>
#include <vector>

namespace sbx::kernel {

/// The probe's request for what every policy of a trial allows.
inline const std::string allowed_echo = std::string("echo:tcp:") + TestNetwork::allowed + ":80";

struct Trial {
    Scene scene;
    TestNetwork* network = nullptr;

    Trial() = default;
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;
    /// Ends the user-mode networks too: the broken launcher leaves them.
    ~Trial();

    /// With a packet filter written by hand. False when it cannot be tried.
    bool prepare(Finding& finding, const Egress& egress, const std::string& statements = "");
    /// With the compiler's, of a network block with these statements; `others` stand beside it.
    bool prepare_compiled(Finding& finding, const std::string& network_statements, const std::string& others = "");

    [[nodiscard]] Command probe(const Setting& setting, std::vector<std::string> requests,
                                TestNetwork::Tun tun = TestNetwork::Tun::usable) const {
        return network->in_host(probing(setting, scene, std::move(requests)), tun);
    }
    /// Runs, and sees that what is allowed is reached.
    Outcome run_all(const Setting& setting, Finding& finding, std::vector<std::string> requests);
    /// `tcp ADDRESS PORT` of the host or the world.
    void claim_not_reached(Finding& finding, const std::string& where, const std::string& what) const;
};

}  // namespace sbx::kernel
