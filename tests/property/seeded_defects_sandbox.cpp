// Defects of bwrap.args, the tables and the system-call filter.
#include "tests/property/seeded_defects.hpp"

#include <gtest/gtest.h>
#include <string>

namespace sbx::test {

using namespace std::string_literals;
using emit::Artifact;
using emit::Bundle;

const std::vector<Defect>& filesystem_defects() {
    static const std::vector<Defect> defects = {
        {"read-only becomes writable", replaced(args, "=--ro-bind-fd", "=--bind-fd"), args,
         "writable; the policy means the host's `/"},
        {"another source", replaced(args, "<-=/data/in", "<-=/data/im"), args, "`/in` is the host's `/data/im`"},
        {"a source loses a component", replaced(args, "<-=/data/in", "<-=/data"), args, "`/in` is the host's `/data`"},
        {"a place loses a component",
         replaced(args, words({"=/ws/sub/deep/inner"}), words({"=/ws/sub/deep"}), "<-=/ws/sub/deep/inner"), args, "/ws/sub/deep"},
        {"a parent is mounted after its child", moved_to_the_end(words({"always", "3", "=--bind-fd", ">-=/ws", "=/ws"})), args,
         "; the policy means"},
        {"root is made read-only before what is mounted in it",
         [](Bundle& bundle) {
             std::string& bytes = bytes_of(bundle, args);
             const std::string record = words({"always", "2", "=--remount-ro", "=/"});
             bytes.erase(bytes.find(record), record.size());
             bytes.insert(bytes.find(words({"comment"}), 30), record);
         },
         args, "which is read-only by then"},
        {"root stays writable", replaced(args, words({"always", "2", "=--remount-ro", "=/"}), ""), args,
         "`/` is a private writable"},
        {"/dev stays writable", replaced(args, words({"always", "2", "=--remount-ro", "=/dev"}), ""), args, "left writable"},
        {"a mask is lost",
         replaced(args,
                  words({"if-directory", "=/usr/secret", "8", "=--perms", "=0755", "=--size", "=4096", "=--tmpfs", "=/usr/secret",
                         "=--remount-ro", "=/usr/secret"}),
                  ""),
         args, "`/usr/secret` is the host's"},
        {"a mask of a file is lost", replaced(args, words({"=--ro-bind-data"}), words({"=--ro-bind-fd"}), "=/usr/hidden"), args,
         "takes neither"},
        {"a mask stays writable", replaced(args, words({"=--remount-ro", "=/usr/secret"}), words({"=--remount-ro", "=/usr"})), args,
         "`/usr/secret` is a private writable"},
        {"a mask in a writable tree is optional",
         replaced(args, words({"reserve-directory", "=/ws/keys"}), words({"if-directory", "=/ws/keys"})), args,
         "`if-directory /ws/keys`; the policy means always"},
        {"a reserved file need only exist",
         replaced(args, words({"reserve-file", "=/ws/token"}), words({"must-be-file", "=/ws/token"})), args,
         "lacks `reserve-file /ws/token`"},
        {"a guard is about another path",
         replaced(args, words({"if-directory", "=/usr/secret"}), words({"if-directory", "=/usr/secre"})), args, "/usr/secre"},
        {"a required source may be missing", replaced(args, words({"must-exist", "=/usr/share/fixtures", "0"}), ""), args,
         "lacks `must-exist /usr/share/fixtures`"},
        {"what is required is optional",
         replaced(args, words({"always", "3", "=--ro-bind-fd", "<-=/data/in"}),
                  words({"if-exists", "=/data/in", "3", "=--ro-bind-fd", "<-=/data/in"})),
         args, "`/in` is placed `if-exists /data/in`; the policy means always"},
        {"a directory may be anything", replaced(args, "<d=/lib", "<-=/lib"), args, "need not be a directory"},
        {"writing is not asked for", replaced(args, ">-=/ws", "<-=/ws"), args,
         "does not ask whether the source of `/ws` can be written"},
        {"a directory on the way can be renamed",
         replaced(args, words({"must-be-directory", "=/ws/sub", "3", "=--bind-fd", "<d=/ws/sub", "=/ws/sub"}), ""), args,
         "`/ws/sub`, on the way to"},
        {"a directory on the way in a tmpfs can be renamed",
         replaced(args, words({"always", "6", "=--perms", "=1777", "=--size", "=16777216", "=--tmpfs", "=/tmp/a"}), ""), args,
         "`/tmp/a`, on the way to"},
        {"a tmpfs is unlimited",
         replaced(args, words({"6", "=--perms", "=1777", "=--size", "=16777216"}), words({"4", "=--perms", "=1777"})), args,
         "as large as memory"},
        {"a size is wrong by 1024", replaced(args, "=16777216", "=16384"), args, "16384 bytes"},
        {"a mode changes", replaced(args, words({"=0400"}), words({"=0444"})), args, "mode 444"},
        {"the size of one goes to another option",
         replaced(args, words({"=--size", "=16777216", "=--tmpfs", "=/tmp"}), words({"=--tmpfs", "=/tmp", "=--size", "=16777216"})),
         args, "`--size`"},
        {"contents change", replaced("data/000", "127.0.0.1", "127.0.0.2"), args, "127.0.0.2"},
        {"two files are swapped", replaced(args, words({"@000"}), words({"&001"})), args, "`/etc/hosts` is a read-only file"},
        {"a template is taken for text", replaced(args, words({"&001"}), words({"@001"})), args, "`/etc/who` is a read-only file"},
        {"a link leads elsewhere", replaced(args, "=usr/bin", "=usr/sbin"), args, "a link to `usr/sbin`"},
        {"/proc/sys stays writable",
         replaced(args, words({"=--ro-bind-fd", "<d=/proc/sys"}), words({"=--bind-fd", "<d=/proc/sys"})), args,
         "`/proc/sys` is the host's `/proc/sys`, writable"},
        {"a mask in /proc is lost",
         replaced(args, words({"=/proc/kcore"}), words({"=/proc/keys"}), words({"if-file", "=/proc/kcore"}) + "5"s), args,
         "/proc/kcore"},
        {"a parameter is swapped", replaced(args, "<-\"${other}\"", "<-\"${scratch}\""), args, "`$other` is the host's `$scratch`"},
        {"a weaker option", replaced(args, "=--ro-bind-fd", "=--ro-bind-try"), args, "is no option that a launcher may hand"},
        {"a bind by its path", replaced(args, words({"=--ro-bind-fd", "<-=/data/in"}), words({"=--ro-bind", "=/data/in"})), args,
         "not handed a source that was opened"},
        {"an option in the place of a path", replaced(args, words({"=/in"}), words({"=--dev-bind"})), args,
         "no absolute, normal path"},
        {"a record is cut", [](Bundle& bundle) { bytes_of(bundle, args).resize(200); }, args, "cut short"},
        {"shared memory is unlimited", replaced(args, words({"=67108864"}), words({"=67108865"})), args, "`/dev/shm`"},
    };
    return defects;
}

const std::vector<Defect>& process_defects() {
    static const std::vector<Defect> defects = {
        {"capabilities are kept", replaced(args, words({"=--cap-drop", "=ALL"}), words({"=--cap-drop", "=CAP_KILL"})), args,
         "`--cap-drop ALL` is missing"},
        {"user namespaces are not disabled", replaced(args, words({"=--disable-userns"}), words({"=--unshare-pid"})), args,
         "`--disable-userns` is missing"},
        {"the network is shared", replaced(args, words({"=--unshare-net"}), words({"=--unshare-pid"})), args,
         "in the host's network"},
        {"processes are shared", replaced(args, words({"=--unshare-pid"}), words({"=--unshare-uts"})), args, "host's processes"},
        {"the user namespace is optional", replaced(args, "=--unshare-user", "=--unshare-user-try"), args, "is no option"},
        {"the terminal is kept", replaced(args, words({"=--new-session"}), words({"=--unshare-pid"})), args,
         "`--new-session` is missing"},
        {"the sandbox outlives its launcher", replaced(args, words({"=--die-with-parent"}), words({"=--unshare-pid"})), args,
         "outlives its launcher"},
        {"the id is fixed", replaced(args, "\"${uid}\"", "=1000"), args, "the ids inside are"},
        {"another host name", replaced(args, "=box", "=fox"), args, "the host name is"},
        {"it starts elsewhere", replaced(args, words({"=--chdir", "\"${scratch}\""}), words({"=--chdir", "=/"})), args,
         "starts in `/`"},
        {"no system-call filter", replaced(args, words({"4", "=--add-seccomp-fd", "#"}), words({"2"})), args,
         "handed over 0 times"},
        {"soft and hard differ", replaced("rlimits.tab", "nofile 64 64", "nofile 64 128"), "rlimits.tab",
         "soft and the hard limit differ"},
        {"a limit is lost", replaced("rlimits.tab", "fsize 1048576 1048576", "# fsize"), "rlimits.tab",
         "`file-size` is not limited"},
        {"a unit is wrong by 1024", replaced("rlimits.tab", "fsize 1048576 1048576", "fsize 1024 1024"), "rlimits.tab",
         "`file-size` is 1024"},
        {"seconds are milliseconds", replaced("rlimits.tab", "cpu 90 90", "cpu 90000 90000"), "rlimits.tab", "`cpu-time` is 90000"},
        {"the limit of another resource", replaced("rlimits.tab", "nofile", "memlock"), "rlimits.tab",
         "`open-files` is not limited"},
        {"a limit counts too many", replaced("rlimits.tab", "${jobs}+2 ${jobs}+2", "${jobs}+20 ${jobs}+20"), "rlimits.tab",
         "20 more"},
        {"a limit is unlimited", replaced("rlimits.tab", "nofile 64 64", "nofile unlimited unlimited"), "rlimits.tab", "unlimited"},
        {"the time is lost", replaced("manifest.json", "    \"wall_time_ms\": 90000,\n", ""), "manifest.json",
         "`wall_time_ms` is missing"},
        {"the time is in seconds", replaced("manifest.json", "\"wall_time_ms\": 90000", "\"wall_time_ms\": 90"), "manifest.json",
         "`wall_time_ms` is 90;"},
        {"the grace is another", replaced("manifest.json", "\"grace_ms\": 1000", "\"grace_ms\": 2000"), "manifest.json",
         "`grace_ms` is 2000;"},
        {"the limit of the output is lost", replaced("manifest.json", ",\n    \"output_bytes\": 3145728\n", "\n"), "manifest.json",
         "`output_bytes` is missing"},
        {"the output is counted in KiB", replaced("manifest.json", "\"output_bytes\": 3145728", "\"output_bytes\": 3072"),
         "manifest.json", "`output_bytes` is 3072;"},
        {"an older sbx-run passes the output on", replaced("manifest.json", "    \"output\",\n", ""), "manifest.json",
         "`requires`"},
        {"an older sbx-run takes the bundle",
         replaced("manifest.json", "    \"user-namespace\",\n    \"wall-time\"\n", "    \"user-namespace\"\n"), "manifest.json",
         "`requires`"},
        {"what is kept is widened", replaced("environment.tab", "keep LANG", "keep LANG*"), "environment.tab", "`keep LANG*`"},
        {"what is accepted is widened", replaced("environment.tab", "accept JOB_A", "accept JOB_*"), "environment.tab",
         "`accept JOB_*`"},
        {"accepted becomes kept", replaced("environment.tab", "accept JOB_A", "keep JOB_A"), "environment.tab",
         "`accept JOB_A` is missing"},
        {"a fixed value changes", replaced("environment.tab", "set PATH \"/usr/bin\"", "set PATH \"/tmp\""), "environment.tab",
         "`PATH` is set to \"/tmp\""},
        {"a parameter in a value is text", replaced("environment.tab", "${tag}", "\\${tag}"), "environment.tab", "`A` is set to"},
        {"a variable is lost", replaced("environment.tab", "set A ", "# set A "), "environment.tab", "`set A` is missing"},
        {"a foreign architecture passes", filter_byte("seccomp.x86_64.bpf", 1, 2, 0), "seccomp.x86_64.bpf", "the filter"},
        {"the architecture is not looked at", filter_byte("seccomp.x86_64.bpf", 2, 7, 0x7f), "seccomp.x86_64.bpf",
         "foreign architecture"},
        {"x32 passes", filter_byte("seccomp.x86_64.bpf", 4, 7, 0x20), "seccomp.x86_64.bpf", "x32"},
        {"the look at x32 is missing", filter_byte("seccomp.x86_64.bpf", 5, 7, 0x7f), "seccomp.x86_64.bpf", "x32"},
        {"a call is not refused", answer_from("seccomp.x86_64.bpf", 298, "\x06\0\0\0\0\0\xff\x7f"), "seccomp.x86_64.bpf",
         "`perf_event_open`"},
        {"a call is refused", answer_from("seccomp.aarch64.bpf", 98, "\x06\0\0\0\x01\0\x05\0"), "seccomp.aarch64.bpf", "`futex`"},
        {"a range of calls is one too long", other_bound("seccomp.x86_64.bpf", 248, 1), "seccomp.x86_64.bpf", "`add_key`"},
        {"a range of calls is one too short", other_bound("seccomp.aarch64.bpf", 97, -1), "seccomp.aarch64.bpf",
         "`set_tid_address`"},
        {"a newer call is let through", answer_from("seccomp.x86_64.bpf", 472, "\x06\0\0\0\0\0\xff\x7f"), "seccomp.x86_64.bpf",
         "number 472"},
        {"ENOSYS becomes EPERM", answer_from("seccomp.x86_64.bpf", 435, "\x06\0\0\0\x01\0\x05\0"), "seccomp.x86_64.bpf",
         "`clone3`"},
        {"terminal injection passes", other_comparison(0x5412), "seccomp.x86_64.bpf", "`ioctl`"},
        {"both requests have to be asked for at once",
         [](Bundle& bundle) {
             std::string& program = bytes_of(bundle, "seccomp.x86_64.bpf");
             const std::size_t first = comparison_with(program, 0x5412);
             ASSERT_EQ(program.at(first * 8), 0x15);
             program.at(first * 8 + 2) = 0;  // equal: on to the next comparison, and not to the refusal
             program.at(first * 8 + 3) = 1;
         },
         "seccomp.x86_64.bpf", "`ioctl`"},
        {"high bits are compared",
         [](Bundle& bundle) {
             std::string& program = bytes_of(bundle, "seccomp.x86_64.bpf");
             program.at((comparison_with(program, 0x5412) - 1) * 8 + 4) = 28;
         },
         "seccomp.x86_64.bpf", "`ioctl`"},
        {"a socket family is added", other_comparison(1), "seccomp.x86_64.bpf", "`socketpair`"},
        {"a jump leaves the program", filter_byte("seccomp.aarch64.bpf", 1, 3, '\xff'), "seccomp.aarch64.bpf", "beyond the end"},
    };
    return defects;
}

}  // namespace sbx::test
