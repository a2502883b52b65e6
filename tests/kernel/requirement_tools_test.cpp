// R-PRV-11, R-FS-25 and R-CMP-16, and what R-RUN-06 says of a bubblewrap that can't be trusted: the launchers meet another bwrap in
// the place of the machine's, in a mount namespace of their own, so that nothing of the host changes. Root only.
#include "tests/kernel/requirement.hpp"

#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

const char* const machines_own = "/usr/bin/bwrap";

/// For before_exec: from now on and for this process `by` is what lies at bwrap's place.
void replace_bwrap(const std::string& by) {
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount(by.c_str(), machines_own, nullptr, MS_BIND, nullptr) != 0) {
        _exit(96);
    }
}

class OtherBwrap {
public:
    OtherBwrap(const Setting& setting, Finding& finding) : setting_(setting), finding_(finding) {
        scene_.directory("out");
        ready_ = compiled(scene_, finding, "filesystem { write $ROOT/out }\nlimits { open-files 100 }");
    }
    [[nodiscard]] bool ready() const { return ready_; }
    [[nodiscard]] const Scene& scene() const { return scene_; }
    /// What comes of a launch with this program as bwrap; `mark` tells whether the payload ran.
    Outcome launch_with(const std::string& path, uid_t owner, mode_t mode) {
        unlink(scene_.path("out/mark").c_str());
        finding_.control(chown(path.c_str(), owner, owner) == 0 && chmod(path.c_str(), mode) == 0, "the other bwrap is made");
        Command command = probing(setting_, scene_, {"tag:ran", "write:" + scene_.path("out/mark")});
        command.before_exec = [path] { replace_bwrap(path); };
        return run(command);
    }
    std::string copy(const char* name) { return scene_.file(name, read_file(machines_own), 0755); }
    std::string script(const char* name, const std::string& text) { return scene_.file(name, "#!/bin/sh\n" + text, 0755); }
    void refused(const Outcome& outcome, std::string_view what) {
        finding_.claim(outcome.status == 125 && !outcome.has("tag ran") && !scene_.exists("out/mark"), what, outcome.text());
    }

private:
    const Setting& setting_;
    Finding& finding_;
    Scene scene_;
    bool ready_ = false;
};

bool lacks_root(Finding& finding) {
    if (!running_as_root()) {
        finding.skip("putting another bwrap in the place of the machine's needs root");
    }
    return !running_as_root();
}

SBX_REQUIREMENT(R_PRV_11, "a bwrap with the set-id bit is not used", all, "") {
    if (lacks_root(finding)) {
        return;
    }
    OtherBwrap other(setting, finding);
    if (!other.ready()) {
        return;
    }
    const std::string path = other.copy("other/bwrap");
    const Outcome usual = other.launch_with(path, 0, 0755);
    finding.control(usual.status == 0 && usual.has("tag ran"), "an ordinary copy of it works", usual.text());
    other.refused(other.launch_with(path, 0, 04755), "set-uid is refused");
    other.refused(other.launch_with(path, 0, 02755), "set-gid is refused");
}

SBX_REQUIREMENT(R_FS_25, "a bwrap that others can write is not used", all, "") {
    if (lacks_root(finding)) {
        return;
    }
    OtherBwrap other(setting, finding);
    if (!other.ready()) {
        return;
    }
    const std::string path = other.copy("other/bwrap");
    const Outcome usual = other.launch_with(path, 0, 0755);
    finding.control(usual.status == 0 && usual.has("tag ran"), "one of root's works", usual.text());
    other.refused(other.launch_with(path, payload_id, 0755), "one of the payload's is refused");
    other.refused(other.launch_with(path, 0, 0775), "one that a group can write is refused");
    other.refused(other.launch_with(path, 0, 0757), "one that everybody can write is refused");
}

SBX_REQUIREMENT(R_CMP_16, "a bwrap that lacks something, or only says that it worked, starts nothing", all, "") {
    if (lacks_root(finding)) {
        return;
    }
    OtherBwrap other(setting, finding);
    if (!other.ready()) {
        return;
    }
    const Outcome usual = other.launch_with(other.copy("other/bwrap"), 0, 0755);
    finding.control(usual.status == 0 && usual.has("tag ran"), "the right one works", usual.text());
    const std::string old =
        other.script("other/old",
                     "case $1 in --version) echo bubblewrap 0.4.1; exit 0;; --help) echo --bind; exit 0;; esac\n"
                     "echo \"bwrap: Unknown option $1\" >&2\nexit 1\n");
    const Outcome outcome = other.launch_with(old, 0, 0755);
    other.refused(outcome, "an old one is refused");
    finding.claim(outcome.err.find("Unknown option") != std::string::npos || outcome.err.find("bwrap") != std::string::npos ||
                      outcome.err.find("bubblewrap") != std::string::npos,
                  "and it is named", outcome.text());
    other.refused(other.launch_with(other.script("other/liar", "exit 0\n"), 0, 0755), "one that does nothing is no success");
    other.refused(other.launch_with(other.script("other/killed", "kill -9 $$\n"), 0, 0755), "one that is killed is no signal");
    const std::string bare =
        "while [ \"$1\" != -- ] && [ $# -gt 0 ]; do shift; done\nshift\n[ -n \"$1\" ] && exec \"$@\"\nexit 0\n";
    other.refused(other.launch_with(other.script("other/bare", bare), 0, 0755), "one that confines nothing is noticed");
}

}  // namespace
}  // namespace sbx::kernel
