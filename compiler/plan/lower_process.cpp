// The process and its namespaces, as bubblewrap's own switches (bwrap(1)). What depends on values known at launch only (ids, host
// name, working directory, system-call filter) is left to the emitter, which writes it after these.
#include "compiler/plan/stages.hpp"

namespace sbx::plan {

ProcessPlan lower_process(const policy::Policy& policy) {
    const policy::Process& process = policy.process;
    ProcessPlan plan;
    plan.process = process;
    plan.network = policy.network.mode.value;
    if (policy.filesystem.workdir) {
        plan.workdir = policy.filesystem.workdir->value;
    }
    std::vector<std::string>& options = plan.options;
    options.emplace_back("--unshare-user");
    if (!process.nested_namespaces.value) {
        options.emplace_back("--disable-userns");
    }
    options.emplace_back("--unshare-pid");
    if (!process.share_ipc.value) {
        options.emplace_back("--unshare-ipc");
    }
    if (!process.share_uts.value) {
        options.emplace_back("--unshare-uts");
    }
    options.emplace_back("--unshare-cgroup");
    // A filtered network is that of the launcher's own namespace, which was filtered before bubblewrap is started in it.
    if (plan.network == policy::NetworkMode::off) {
        options.emplace_back("--unshare-net");
    }
    if (!process.survive_parent.value) {
        options.emplace_back("--die-with-parent");
    }
    if (!process.keep_terminal.value) {
        options.emplace_back("--new-session");
    }
    options.emplace_back("--cap-drop");
    options.emplace_back("ALL");
    return plan;
}

}  // namespace sbx::plan
