// Step 5: the outer user, mount and pid namespace, owned by us. In it limits count this sandbox alone (R-RES-01), no later mount of
// the host appears (R-FS-08), and the process that becomes bubblewrap is the first of its pid namespace: its end, however it comes,
// is the end of everything in the sandbox, and reaping it is proof of that (R-RUN-02).
#pragma once

#include "runtime/identity.hpp"

#include <sys/types.h>

namespace sbx::runtime {

/// Runs `function` in a process in namespaces of its own; like vfork(2), it shares our memory, and we wait until it executes a
/// program or ends, so that nothing is copied. `function` does not return. With `as_sibling` the process is a child of our parent.
/// Refuses, naming the knob of the host that is in the way (R-PRV-12).
[[nodiscard]] pid_t start_in_namespaces(int (*function)(void*), void* argument, bool as_sibling);

/// For that process: its ids become 0 inside, setgroups(2) is denied for good, and all mounts are private.
void set_up_namespaces(const Identity& identity);

/// For the same process: its network is one of its own from here on, with nothing in it but a loopback that is down.
void enter_network_namespace();

}  // namespace sbx::runtime
