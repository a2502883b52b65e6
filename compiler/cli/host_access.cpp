// A child takes the id and asks; access(2) with effective ids.
#include "compiler/cli/host_access.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::cli {
namespace {

int mode_of(HostAccess access) {
    switch (access) {
        case HostAccess::exists:
            return F_OK;
        case HostAccess::read:
            return R_OK;
        case HostAccess::write:
            return W_OK;
        case HostAccess::execute:
            return X_OK;
    }
    return F_OK;
}

bool allows(const std::string& path, HostAccess access) {
    if (::faccessat(AT_FDCWD, path.c_str(), F_OK, AT_EACCESS) == 0) {
        return ::faccessat(AT_FDCWD, path.c_str(), mode_of(access), AT_EACCESS) == 0;
    }
    const std::string parent = path.substr(0, path.rfind('/') + 1);
    return access == HostAccess::write && ::faccessat(AT_FDCWD, parent.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

bool become(policy::IdPair id) {
    return ::setgroups(0, nullptr) == 0 && ::setresgid(id.gid, id.gid, id.gid) == 0 && ::setresuid(id.uid, id.uid, id.uid) == 0;
}

}  // namespace

bool host_allows(const std::string& path, HostAccess access, std::optional<policy::IdPair> id) {
    const pid_t child = ::fork();
    if (child == 0) {
        const bool ready = ::geteuid() != 0 || !id || become(*id);
        ::_exit(ready && allows(path, access) ? 0 : 1);
    }
    int status = 1;
    return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

}  // namespace sbx::cli
