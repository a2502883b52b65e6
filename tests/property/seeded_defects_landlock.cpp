// Defects of landlock.tab, and of what the manifest says of it.
#include "tests/property/seeded_defects.hpp"

#include <algorithm>
#include <string>

namespace sbx::test {

namespace {

constexpr const char* tab = "landlock.tab";

constexpr const char* walled_text = R"(sbx 1
profile walled
param scratch: path under /var/tmp
require landlock 6
may-degrade landlock because "older hosts"
filesystem {
    read /usr /opt/x?
    write noexec /ws
    read /ws/tools
    write noexec $scratch
    write /opt/x/y
    tmpfs /tmp
    hide /usr/secret
    hide /nothing
    proc /proc
    dev /dev
    device /dev/fuse
    socket /run/x.sock
    file /etc/hosts "127.0.0.1 it\n"
}
process { run-as 5:6 }
)";

}  // namespace

const Victim& landlock_victim() {
    static const Victim made = victim_of(walled_text);
    return made;
}

const std::vector<Defect>& landlock_defects() {
    static const std::vector<Defect> defects = {
        {"the wall lets write what is only read", replaced(tab, "\"/usr\" execute read", "\"/usr\" execute write-file read"), tab,
         "`/usr` has the right to write-file"},
        {"the wall lets nobody read a tree", replaced(tab, "\"/usr\" execute read-file", "\"/usr\" execute"), tab,
         "`/usr` lacks the right to read-file"},
        {"the wall lets execute a noexec tree", replaced(tab, "\"/ws\" write-file", "\"/ws\" execute write-file"), tab,
         "`/ws` can be executed; the policy says `noexec`"},
        {"the wall lets execute a noexec parameter",
         replaced(tab, "\"${scratch}\" write-file", "\"${scratch}\" execute write-file"), tab, "`$scratch` can be executed"},
        {"an executable part is not", replaced(tab, "\"/ws/tools\" execute ", "\"/ws/tools\" "), tab,
         "`/ws/tools` lacks the right to execute"},
        {"everything can be read", replaced(tab, "\"/\" read-dir", "\"/\" read-file read-dir"), tab,
         "`/` has the right to read-file"},
        {"no directory on the way can be listed", replaced(tab, "path \"/\" read-dir\n", ""), tab,
         "`/` lacks the right to read-dir"},
        {"an optional path must be there", replaced(tab, "path-if-exists \"/opt/x\"", "path \"/opt/x\""), tab,
         "`/opt/x` may be absent"},
        {"a path that must be there may not be", replaced(tab, "path \"/usr\"", "path-if-exists \"/usr\""), tab,
         "`/usr` is left out where it is absent"},
        {"a path leans on one that may be absent", replaced(tab, "path \"/opt/x/y\" execute ", "path \"/opt/x/y\" "), tab,
         "`/opt/x/y` lacks the right to execute"},
        {"devices can be made", replaced(tab, "remove-file make-dir", "remove-file make-char make-dir", "\"/tmp\""), tab,
         "`/tmp` has the right to make-char"},
        {"names cannot be moved", replaced(tab, " refer truncate", " truncate", "\"/tmp\""), tab,
         "`/tmp` lacks the right to refer"},
        {"writing needs no permission", replaced(tab, "handle execute write-file", "handle execute"), tab,
         "write-file needs no permission"},
        {"sockets need no permission", replaced(tab, " resolve-unix\nscope", "\nscope"), tab, "resolve-unix needs no permission"},
        {"another socket can be connected to", replaced(tab, "\"/run/x.sock\"", "\"/run/y.sock\""), tab,
         "`/run/y.sock` has rights of its own"},
        {"all sockets of a directory can be connected to", replaced(tab, "\"/run/x.sock\"", "\"/run\""), tab,
         "`/run` has rights of its own"},
        {"a granted socket cannot be connected to", replaced(tab, "\"/run/x.sock\" resolve-unix", "\"/run/x.sock\" read-file"), tab,
         "`/run/x.sock` lacks the right to resolve-unix"},
        {"abstract sockets leave the sandbox", replaced(tab, "scope abstract-unix-socket ", "scope "), tab, "leave the sandbox"},
        {"signals leave the sandbox", replaced(tab, "abstract-unix-socket signal", "abstract-unix-socket"), tab,
         "leave the sandbox"},
        {"TCP ports are left open", replaced(tab, "tcp none\n", ""), tab, "TCP ports can be reached"},
        {"an older Landlock will do", replaced(tab, "require 6", "require 5"), tab, "not the one of `require landlock`"},
        {"none will do", replaced(tab, "require 6", "# require 6"), tab, "not the one of `require landlock`"},
        {"noexec is not insisted on", replaced(tab, "require-execute", "# require-execute"), tab, "is not refused"},
        {"rights stand below the parameter", replaced(tab, "\"${scratch}\"", "\"${scratch}/out\""), tab,
         "`$scratch` lacks the right to"},
        {"a file can be executed", replaced(tab, "\"/etc/hosts\" read-file", "\"/etc/hosts\" execute read-file"), tab,
         "`/etc/hosts` has the right to execute"},
        {"a procfs can be executed", replaced(tab, "\"/proc\" write-file", "\"/proc\" execute write-file"), tab,
         "`/proc` has the right to execute"},
        {"what is hidden can be written", replaced(tab, "\"/nothing\" read-file", "\"/nothing\" write-file read-file"), tab,
         "`/nothing` has the right to write-file"},
        {"paths stand out of order", replaced(tab, "\"/usr\"", "\"/aaa\""), tab, "out of order"},
        {"a path stands there twice", replaced(tab, "\"/ws/tools\"", "\"/ws\""), tab, "a second time"},
        {"rights stand out of order", replaced(tab, "read-file read-dir", "read-dir read-file"), tab, "out of order"},
        {"a right has another name", replaced(tab, "ioctl-dev", "ioctl"), tab, "is no right"},
        {"the wall is of another format", replaced(tab, "landlock 1", "landlock 2"), tab, "does not begin with"},
        {"there is no wall",
         [](emit::Bundle& bundle) {
             auto& artifacts = bundle.artifacts;
             artifacts.erase(std::find_if(artifacts.begin(), artifacts.end(), [](const auto& file) { return file.name == tab; }));
         },
         tab, "the file is missing"},
        {"older runtimes take the bundle", replaced(manifest, "    \"landlock\",\n", "", "\"requires\""), manifest,
         "`requires` is not what the launch needs"},
        {"a part of the wall is not promised", replaced(manifest, "landlock.signals", "landlock.signal"), manifest,
         "`landlock.signals` is missing"},
        {"noexec is promised by mounts",
         replaced(manifest, "\"protection\": \"landlock\"", "\"protection\": \"mount-namespace\"", "noexec./ws"), manifest,
         "that is `landlock`"},
        {"Landlock may not be missing", replaced(manifest, "\"limit\": \"landlock\"", "\"limit\": \"memory\""), manifest,
         "cannot keep `landlock`"},
    };
    return defects;
}

}  // namespace sbx::test
