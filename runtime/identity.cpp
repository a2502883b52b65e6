// Chooses and changes ids. See the header; setresuid(2), credentials(7).
#include "runtime/identity.hpp"

#include "runtime/refusal.hpp"

#include <algorithm>
#include <cerrno>
#include <grp.h>
#include <string_view>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <vector>

namespace sbx::runtime {

namespace {

unsigned count_supplementary_groups() {
    const int count = getgroups(0, nullptr);
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(count, 0)));
    if (count < 0 || getgroups(count, groups.data()) != count) {
        refuse_errno(step::identity, "the caller's groups cannot be read", errno, "check the kernel");
    }
    return static_cast<unsigned>(std::count_if(groups.begin(), groups.end(), [](gid_t group) { return group != getgid(); }));
}

}  // namespace

Identity choose_identity(const Manifest& manifest) {
    Identity identity{geteuid(), getegid(), false, 0};
    if (getuid() != geteuid() || getgid() != getegid() || getauxval(AT_SECURE) != 0) {
        refuse(step::identity, "sbx-run was started set-uid, set-gid or with file capabilities",
               "remove them: it needs no privilege");
    }
    if (geteuid() != 0) {
        identity.supplementary_groups = count_supplementary_groups();
        if (manifest.groups_none && identity.supplementary_groups != 0) {
            refuse(step::identity,
                   "the policy says `groups none`, and the caller has " + std::to_string(identity.supplementary_groups) +
                       " supplementary groups, which only root can drop",
                   "start it as root with `run-as`, or through `setpriv --clear-groups`");
        }
        return identity;
    }
    if (!manifest.run_as) {
        refuse(step::identity, "the caller is root and the policy has no `run-as`: the command would be root on the host",
               "add `process { run-as 65534 }` to the policy, or start sbx-run as another user");
    }
    identity.uid = manifest.run_as->uid;
    identity.gid = manifest.run_as->gid;
    identity.drops = true;
    if (setgroups(0, nullptr) != 0) {
        refuse_errno(step::identity, "root's supplementary groups cannot be dropped", errno, "start sbx-run with CAP_SETGID");
    }
    return identity;
}

BorrowedIdentity::BorrowedIdentity(const Identity& identity) : borrowed_(identity.drops) {
    if (borrowed_ &&
        (setresgid(static_cast<gid_t>(-1), identity.gid, 0) != 0 || setresuid(static_cast<uid_t>(-1), identity.uid, 0) != 0)) {
        refuse_errno(step::identity, "the ids of `run-as` cannot be taken on", errno,
                     "start sbx-run with CAP_SETUID and CAP_SETGID");
    }
}

BorrowedIdentity::~BorrowedIdentity() {
    if (borrowed_ && (setresuid(static_cast<uid_t>(-1), 0, 0) != 0 || setresgid(static_cast<gid_t>(-1), 0, 0) != 0)) {
        constexpr std::string_view text = "sbx-run: identity: root's ids cannot be taken back after borrowing those of `run-as`\n";
        static_cast<void>(!write(2, text.data(), text.size()));
        _exit(exit_refused);  // never go on as somebody else
    }
}

void drop_for_good(const Identity& identity) {
    if (identity.drops) {
        if (setresgid(identity.gid, identity.gid, identity.gid) != 0 || setresuid(identity.uid, identity.uid, identity.uid) != 0) {
            refuse_errno(step::identity, "the ids of `run-as` cannot be taken on", errno,
                         "start sbx-run with CAP_SETUID and CAP_SETGID");
        }
        uid_t real_uid = 0, effective_uid = 0, saved_uid = 0;
        gid_t real_gid = 0, effective_gid = 0, saved_gid = 0;
        const bool known =
            getresuid(&real_uid, &effective_uid, &saved_uid) == 0 && getresgid(&real_gid, &effective_gid, &saved_gid) == 0;
        const bool dropped = known && real_uid == identity.uid && effective_uid == identity.uid && saved_uid == identity.uid &&
                             real_gid == identity.gid && effective_gid == identity.gid && saved_gid == identity.gid;
        if (!dropped || getgroups(0, nullptr) != 0) {
            refuse(step::identity, "the kernel did not drop root's ids", "check for a security module that keeps them");
        }
    }
    if (geteuid() == 0) {
        refuse(step::identity, "the sandbox would run as root", "add `process { run-as 65534 }` to the policy");
    }
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) {
        refuse_errno(step::identity, "the process cannot be made dumpable", errno, "check for a security module that forbids it");
    }
}

}  // namespace sbx::runtime
