// Hosts that lack something, made for real and for one process: each of these is called in a child, as root, before it executes
// what is to meet such a host. What cannot be made ends the child with 96.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sbx::kernel {

/// A namespace of mounts of its own.
void keep_mounts_apart();
/// Inside that: `by` is what lies at `place`.
void put_in_place(const std::string& by, const std::string& place);
/// Inside that: a script of `text` for sh(1), written into `directory`, is what lies at `place`.
void put_script_in_place(const std::string& directory, const std::string& place, const std::string& text);
/// Inside that: none of these programs, given by their paths, is there, nor anything else beside those that a launch uses.
void hide_programs(const std::vector<std::string>& paths);
/// Inside that: something of /proc is covered, as container engines do.
void cover_proc();

/// A pid and mount namespace with a /proc of its own, as containers have, in which the caller is process `number` and there is none
/// below it but the first.
void enter_container(pid_t number);

/// A user namespace with every id in it, in which /proc/sys/user/max_KIND_namespaces is 0.
void forbid_namespaces(const std::string& kind);

/// A system-call filter that answers the call `number` with `action` (SECCOMP_RET_ERRNO | EPERM) where its argument `argument` has
/// a bit of `mask`; everything else is allowed.
void filter_call(std::uint32_t number, unsigned argument, std::uint32_t mask, std::uint32_t action);
/// Refuses clone(2) and unshare(2) of user namespaces, and clone3(2) altogether, as the filters of container engines do.
void filter_user_namespaces();
/// Answers the calls of Landlock as a kernel without it does.
void filter_landlock();
/// Refuses seccomp(2), and prctl(2) with PR_SET_SECCOMP.
void filter_system_call_filters();

}  // namespace sbx::kernel
