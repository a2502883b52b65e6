// Mounts it. See the header; proc(5), pid_namespaces(7).
#include "runtime/own_procfs.hpp"

#include "runtime/host_path.hpp"
#include "runtime/refusal.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

namespace sbx::runtime {

void mount_own_procfs(const std::vector<BoundTree>& trees) {
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
        // The kernel gives a new one to whoever sees all of an old one (mount_namespaces(7)).
        refuse_errno(step::namespaces, "no procfs can be mounted for a pid namespace of the sandbox's own", errno,
                     "uncover this container's /proc, in which something is hidden: for Docker and Podman "
                     "`--security-opt systempaths=unconfined`, for Kubernetes `procMount: Unmasked`");
    }
    for (const BoundTree& tree : trees) {
        if (tree.source != "/proc" && !tree.source.starts_with("/proc/")) {
            continue;
        }
        const std::optional<HostObject> object = look_up(tree.source, "");
        if (!object) {
            refuse(step::bind, quoted(tree.source) + " is not in the /proc of the sandbox's own processes",
                   "grant no single process of the host; the sandbox's own are under its `proc`");
        }
        if (dup3(object->descriptor.get(), tree.descriptor, O_CLOEXEC) < 0) {
            refuse_errno(step::bind, quoted(tree.source) + " cannot be opened again", errno, "report this: it cannot happen");
        }
    }
}

}  // namespace sbx::runtime
