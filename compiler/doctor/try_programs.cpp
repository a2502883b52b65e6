// Trials of what must be on the host: programs at the places where a launch looks for them, and the TUN device. See
// trial_functions.hpp.
#include "compiler/doctor/trial_functions.hpp"
#include "compiler/doctor/trial_process.hpp"
#include "runtime/network_programs.hpp"
#include "runtime/tools.hpp"

namespace sbx::doctor {

std::string find_nft(const Launcher&) {
    return runtime::find_tool(runtime::tools::nft);
}

std::string find_slirp4netns(const Launcher&) {
    return runtime::find_tool(runtime::tools::slirp4netns);
}

std::string find_pasta(const Launcher&) {
    return runtime::find_tool(runtime::tools::pasta);
}

std::string find_dnsmasq(const Launcher&) {
    return runtime::find_tool(runtime::tools::dnsmasq);
}

std::string find_bubblewrap(const Launcher&) {
    return runtime::find_tool(runtime::tools::bubblewrap);
}

std::string try_tun_device(const Launcher& launcher) {
    runtime::check_tun(identity_of(launcher));
    return {};
}

}  // namespace sbx::doctor
