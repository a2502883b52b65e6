// See the header.
#include "tests/kernel/egress_trial.hpp"

namespace sbx::kernel {

Trial::~Trial() {
    if (network != nullptr) {
        network->kill_helpers();
    }
}

bool Trial::prepare(Finding& finding, const Egress& egress, const std::string& statements) {
    if (!running_as_root()) {
        finding.skip("a test network needs root");
        return false;
    }
    if (!compiled(scene, finding, "filesystem { proc /proc }\nnetwork host\n" + statements)) {
        return false;
    }
    network = &TestNetwork::instance();
    filter_by_hand(scene, egress);
    return true;
}

bool Trial::prepare_compiled(Finding& finding, const std::string& network_statements, const std::string& others) {
    if (!running_as_root()) {
        finding.skip("a test network needs root");
        return false;
    }
    if (!compiled(scene, finding, "filesystem { proc /proc }\nnetwork {\n" + network_statements + "\n}\n" + others)) {
        return false;
    }
    network = &TestNetwork::instance();
    return true;
}

Outcome Trial::run_all(const Setting& setting, Finding& finding, std::vector<std::string> requests) {
    network->clear();
    requests.insert(requests.begin(), allowed_echo);
    Outcome outcome = run(probe(setting, std::move(requests)));
    finding.control(
        outcome.has(allowed_echo + " ok") && network->reached("world", std::string("tcp ") + TestNetwork::allowed + " 80"),
        "what is allowed is reached", outcome.text() + network->log());
    return outcome;
}

void Trial::claim_not_reached(Finding& finding, const std::string& where, const std::string& what) const {
    finding.claim(!network->reached(where, what), "nobody reaches " + what + " of the " + where, network->log());
}

}  // namespace sbx::kernel
