// What each trial does. Each returns what is worth knowing, or throws runtime::Refusal in sbx-run's words; it may change the
// calling process as it likes, which ends afterwards.
#pragma once

#include "compiler/doctor/host_trials.hpp"

#include <string>

namespace sbx::doctor {

std::string try_identity(const Launcher& launcher);
std::string try_ids(const Launcher& launcher);
std::string try_inherited_state(const Launcher& launcher);
std::string try_rlimits(const Launcher& launcher);
std::string try_system_call_filter(const Launcher& launcher);
std::string try_landlock(const Launcher& launcher);
std::string try_cgroup(const Launcher& launcher);

std::string find_nft(const Launcher& launcher);
std::string find_slirp4netns(const Launcher& launcher);
std::string find_pasta(const Launcher& launcher);
std::string find_dnsmasq(const Launcher& launcher);
std::string find_bubblewrap(const Launcher& launcher);
std::string try_tun_device(const Launcher& launcher);

std::string try_user_namespace(const Launcher& launcher);
std::string try_mounts(const Launcher& launcher);
std::string try_procfs(const Launcher& launcher);
std::string try_ipc_namespace(const Launcher& launcher);
std::string try_uts_namespace(const Launcher& launcher);
std::string try_cgroup_namespace(const Launcher& launcher);
std::string try_network_namespace(const Launcher& launcher);
std::string try_bubblewrap(const Launcher& launcher);

std::string try_packet_filter(const Launcher& launcher);
std::string try_tap_interface(const Launcher& launcher);
std::string try_frame_filter(const Launcher& launcher);
std::string try_slirp4netns(const Launcher& launcher);
std::string try_pasta(const Launcher& launcher);
std::string try_dnsmasq(const Launcher& launcher);

}  // namespace sbx::doctor
