// Mistakes that policy compilers have really made, each put into emitted artifacts by hand: every one must be noticed by the
// readers, with a message about it. A defect that changes no byte, or that nobody notices, fails; so does a table that has become
// too short.
#include "compiler/plan/lower.hpp"
#include "tests/property/random_policy.hpp"
#include "tests/support/bundle_in_memory.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <stdexcept>

namespace {

using namespace sbx::test;
using namespace std::string_literals;
using sbx::emit::Artifact;
using sbx::emit::Bundle;

constexpr std::size_t least_defects = 40;

constexpr const char* policy_text = R"(sbx 1
profile victim
param scratch: path under /var/tmp
param other: path under /opt = "/opt/x"
param jobs: count 1-64 = 4
param tag: string of "a-z" 1-8 = "x"
param mode: string one of ["fast" "slow"] = "fast"
filesystem {
    read /usr /srv/models? /lib/
    read /data/in as /in
    write /ws
    read /ws/sub/deep/inner
    hide /ws/keys/ /ws/token
    hide /usr/secret/ /usr/hidden
    write $scratch
    hide $scratch/.git/
    read $other
    tmpfs /tmp { size 16M; mode 1777 }
    dir /tmp/a/b
    dir /empty { mode 700 }
    file /etc/hosts "127.0.0.1 it's\n" { mode 400 }
    file /etc/who "user ${uid}"
    symlink /bin -> usr/bin
    proc /proc
    dev /dev
    device /dev/fuse
    socket /run/x.sock
    read /usr/share/fixtures
    workdir $scratch
}
limits { cpu-time 90s; file-size 1M; open-files 64; processes $jobs; stack unlimited }
environment { keep LANG LC_*; accept JOB_A; set A = "a'b $ \\ \"${tag}"; set PATH = "/usr/bin" }
process { run-as 5:6; hostname box; command only /usr/bin/env "one two" "${tag}"; pass-descriptor 7; groups none }
)";

struct Victim {
    Compiled compiled;
    Bundle bundle;
};
const Victim& victim() {
    static const Victim made = [] {
        auto compiled = compile(policy_text);
        if (!compiled) {
            throw std::logic_error("the policy of this test is refused");
        }
        sbx::DiagnosticSink sink;
        const auto plan = sbx::plan::lower(compiled->profile.policy, sink);
        Bundle bundle = sbx::emit::emit(plan, info_of(compiled->profile.policy));
        return Victim{std::move(*compiled), std::move(bundle)};
    }();
    return made;
}

std::string& bytes_of(Bundle& bundle, const std::string& name) {
    for (Artifact& artifact : bundle.artifacts) {
        if (artifact.name == name) {
            return artifact.bytes;
        }
    }
    ADD_FAILURE() << "there is no " << name;
    return bundle.artifacts.front().bytes;
}

using Change = std::function<void(Bundle&)>;

/// The first `from` becomes `to`; with `behind`, the first one behind that.
Change replaced(const std::string& file, const std::string& from, const std::string& to, const std::string& behind = "") {
    return [=](Bundle& bundle) {
        std::string& bytes = bytes_of(bundle, file);
        const std::size_t begin = bytes.find(behind);
        const std::size_t at = begin == std::string::npos ? begin : bytes.find(from, begin);
        if (at == std::string::npos) {
            ADD_FAILURE() << file << " does not hold " << testing::PrintToString(behind + from);
            return;
        }
        bytes.replace(at, from.size(), to);
    };
}

/// Words for bwrap.args: each ends in NUL.
std::string words(std::initializer_list<std::string> list) {
    std::string bytes;
    for (const std::string& word : list) {
        bytes += word + '\0';
    }
    return bytes;
}

constexpr const char* args = "bwrap.args";
constexpr const char* launch = "launch";

/// The record that begins with `begin` moves to the end of the file.
Change moved_to_the_end(const std::string& record) {
    return [=](Bundle& bundle) {
        std::string& bytes = bytes_of(bundle, args);
        const std::size_t at = bytes.find(record);
        ASSERT_NE(at, std::string::npos) << testing::PrintToString(record);
        bytes.erase(at, record.size());
        bytes += record;
    };
}

Change filter_byte(const std::string& file, std::size_t instruction, std::size_t byte, char value) {
    return [=](Bundle& bundle) { bytes_of(bundle, file).at(instruction * 8 + byte) = value; };
}

/// The number of the instruction of x86_64 that compares with `number`, from the end.
std::size_t comparison_with(const std::string& program, unsigned number) {
    for (std::size_t at = program.size() / 8; at-- > 0;) {
        const std::string_view instruction = std::string_view(program).substr(at * 8, 8);
        const bool same = static_cast<unsigned char>(instruction[4]) == (number & 0xffU) &&
                          static_cast<unsigned char>(instruction[5]) == (number >> 8U & 0xffU);
        if (instruction[0] == 0x15 && same && instruction[6] == 0 && instruction[7] == 0) {
            return at;
        }
    }
    return 0;
}
Change other_comparison(unsigned number) {
    return [=](Bundle& bundle) {
        std::string& program = bytes_of(bundle, "seccomp.x86_64.bpf");
        program.at(comparison_with(program, number) * 8 + 4) ^= 0x20;
    };
}

struct Defect {
    const char* name;
    Change change;
    const char* file;  ///< that a finding must be about
    const char* said;  ///< and what it must say
};

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
        {"a call is not refused", other_comparison(321), "seccomp.x86_64.bpf", "`bpf`"},
        {"terminal injection passes", other_comparison(0x5412), "seccomp.x86_64.bpf", "`ioctl`"},
        {"high bits are compared",
         [](Bundle& bundle) {
             std::string& program = bytes_of(bundle, "seccomp.x86_64.bpf");
             program.at((comparison_with(program, 0x5412) - 1) * 8 + 4) = 28;
         },
         "seccomp.x86_64.bpf", "`ioctl`"},
        {"a socket family is added", other_comparison(10), "seccomp.x86_64.bpf", "`socket`"},
        {"a jump leaves the program", filter_byte("seccomp.aarch64.bpf", 1, 3, '\xff'), "seccomp.aarch64.bpf", "beyond the end"},
    };
    return defects;
}

const std::vector<Defect>& launcher_defects() {
    static const std::vector<Defect> defects = {
        {"a quote is lost", replaced(launch, "\"$sbx_filter\"", "$sbx_filter"), launch, "not quoted throughout"},
        {"a word is not quoted", replaced(launch, "'--dir' '/empty'", "'--dir' /empty"), launch, "not quoted throughout"},
        {"launch and bwrap.args differ", replaced(launch, "'--ro-bind-fd'", "'--bind-fd'"), launch, "writable; the policy means"},
        {"the fixed part is edited", replaced(launch, "env -i ", "env ", "# ==== The fixed part"), launch, "fixed part"},
        {"the fixed part is longer", [](Bundle& bundle) { bytes_of(bundle, launch) += "\n"; }, launch, "fixed part"},
        {"a mask is lost in launch", replaced(launch, "'--tmpfs' '/usr/secret'", "'--tmpfs' '/usr/secrex'"), launch, "/usr/secre"},
        {"a guard is weakened in launch", replaced(launch, "reserve-directory '/ws/keys'", "must-be-directory '/ws/keys'"), launch,
         "lacks `reserve-directory /ws/keys`"},
        {"an option is added in launch", replaced(launch, "words '--unshare-user'", "words '--share-net' '--unshare-user'"), launch,
         "`--share-net` is no option"},
        {"a command is added in launch", replaced(launch, "policy_words() {\n", "policy_words() {\n    touch /tmp/x\n"), launch,
         "is no command of `policy_words`"},
        {"a command substitution", replaced(launch, "sbx_run_as='5:6'", "sbx_run_as=$(id -u)"), launch, "sbx_run_as"},
        {"a function is added", replaced(launch, "policy_words() {", "policy_extra() {\n    :\n}\n\npolicy_words() {"), launch,
         "`policy_extra` is no function"},
        {"run-as changes", replaced(launch, "sbx_run_as='5:6'", "sbx_run_as='5:7'"), launch, "`sbx_run_as` is `5:7`"},
        {"command only is lost in launch", replaced(launch, "sbx_only=yes", "sbx_only="), launch, "`sbx_only`"},
        {"groups are not refused", replaced(launch, "sbx_no_groups=yes", "sbx_no_groups="), launch, "`sbx_no_groups`"},
        {"a descriptor more is passed", replaced(launch, "sbx_passes='7 '", "sbx_passes='7 8 '"), launch, "`sbx_passes`"},
        {"a variable is not reset", replaced(launch, "    unset -v sbx_p1\n", ""), launch, "what the caller left"},
        {"a constraint is widened in launch", replaced(launch, "is_number 1 64", "is_number 1 640"), launch, "parameter `jobs`"},
        {"a path may lie anywhere", replaced(launch, "is_path '/var/tmp'", "is_path"), launch, "parameter `scratch`"},
        {"characters are added", replaced(launch, "*[!'abc", "*[!'/abc"), launch, "parameter `tag`"},
        {"a choice is added", replaced(launch, "is_one_of 'fast'", "is_one_of 'fast' 'any'"), launch, "parameter `mode`"},
        {"another default", replaced(launch, "='fast'", "='slow'"), launch, "parameter `mode`"},
        {"parameters are swapped in launch", replaced(launch, "any write \"$sbx_p4\"", "any write \"$sbx_p3\""), launch,
         "another tree than the one that was opened"},
        {"a limit changes in launch", replaced(launch, "limit n '64'", "limit n '640'"), launch, "`open-files` is 640"},
        {"a limit reads back another", replaced(launch, "'Max file size'", "'Max core file size'"), launch, "reads another back"},
        {"kept names are widened in launch", replaced(launch, "case $1 in LANG)", "case $1 in L*)"), launch, "LANG"},
        {"accepted names are widened in launch", replaced(launch, "case $1 in JOB_A)", "case $1 in *)"), launch, "`accept *`"},
        {"a value changes in launch", replaced(launch, "--setenv PATH '/usr/bin'", "--setenv PATH '/tmp'"), launch,
         "`PATH` is set to"},
        {"another command", replaced(launch, "run '/usr/bin/env'", "run '/usr/bin/sh'"), launch, "the command that runs"},
        {"arguments are split", replaced(launch, "'one two'", "'one' 'two'"), launch, "the command that runs"},
        {"the filter in launch differs", replaced(launch, "printf '%b' '\\040\\00", "printf '%b' '\\041\\00"), launch,
         "system-call filter"},
        {"a place is forgotten", replaced(launch, "    visit tree '/usr' '/usr' '/usr'\n", ""), launch,
         "is no place for the launch"},
        {"masks are not compared", replaced(launch, "    compare_masks\n", ""), launch, "not compared with what is granted"},
        {"a tree is not locked",
         [](Bundle& bundle) {
             std::string& bytes = bytes_of(bundle, launch);
             const std::size_t at = bytes.find("    lock \"$sbx_s");
             bytes.erase(at, bytes.find('\n', at) + 1 - at);
         },
         launch, "is not locked while a sandbox runs"},
    };
    return defects;
}

const std::vector<Defect>& manifest_defects() {
    static const std::string file = "manifest.json";
    static const std::vector<Defect> defects = {
        {"run-as is lost", replaced(file, "\"uid\": 5", "\"uid\": 50"), "manifest.json", "`run_as` is 50:6"},
        {"command only is lost", replaced(file, "\"only\": true", "\"only\": false"), "manifest.json", "the command"},
        {"a descriptor is added", replaced(file, "      7\n", "      7,\n      8\n"), "manifest.json", "other descriptors"},
        {"groups are allowed", replaced(file, "\"groups_none\": true", "\"groups_none\": false"), "manifest.json", "`groups_none`"},
        {"a constraint is widened", replaced(file, "\"maximum\": 64", "\"maximum\": 640"), "manifest.json", "parameter `jobs`"},
        {"a path parameter may lie anywhere", replaced(file, "\"under\": \"/var/tmp\"", "\"under\": \"/var\""), "manifest.json",
         "parameter `scratch`"},
        {"a tree is not exclusive", replaced(file, "\"\\\"/ws\\\"\"", "\"\\\"/wx\\\"\""), "manifest.json", "not locked"},
        {"a requirement is lost", replaced(file, "    \"bwrap:disable-userns\",\n", ""), "manifest.json", "`requires`"},
        {"another semantic hash", replaced(file, "sha256:", "sha256:0"), "manifest.json", "semantic hash"},
        {"another mode", replaced(file, "\"mode\": \"0755\"", "\"mode\": \"0777\""), "launch", "its mode is not"},
        {"an unknown key", replaced(file, "  \"format\": 1,", "  \"format\": 1,\n  \"trust\": true,"), "manifest.json", "`trust`"},
        {"a key twice", replaced(file, "  \"format\": 1,", "  \"format\": 1,\n  \"format\": 1,"), "manifest.json",
         "no JSON as policyc writes it"},
        {"a file is added",
         [](Bundle& bundle) {
             bundle.artifacts.push_back({"extra", "x", 0644});
         },
         "extra", "a bundle has no such file"},
        {"a file is lost",
         [](Bundle& bundle) {
             std::erase_if(bundle.artifacts, [](const Artifact& artifact) { return artifact.name == "environment.tab"; });
         },
         "environment.tab", "missing"},
        {"a data file is executable",
         [](Bundle& bundle) {
             for (Artifact& artifact : bundle.artifacts) {
                 artifact.mode = artifact.name == "data/000" ? 0755 : artifact.mode;
             }
         },
         "data/000", "its mode is not"},
        {"policy.json is another", replaced("policy.json", "\"writable\": false", "\"writable\": true"), "policy.json",
         "another policy"},
    };
    return defects;
}

bool is_said(const sbx::verify::Findings& findings, const Defect& defect) {
    for (const sbx::verify::Finding& finding : findings) {
        const std::string text = finding.message + " " + finding.witness;
        if (finding.file == defect.file && text.find(defect.said) != std::string::npos &&
            finding.message.find("whose digest") == std::string::npos) {
            return true;
        }
    }
    return false;
}

std::size_t try_defects(const std::vector<Defect>& defects) {
    for (const Defect& defect : defects) {
        Bundle spoilt = victim().bundle;
        defect.change(spoilt);
        EXPECT_FALSE(spoilt == victim().bundle) << defect.name << " changes nothing";
        EXPECT_STRNE(defect.said, "") << defect.name;
        const auto findings = findings_about(spoilt, victim().compiled.profile.policy);
        EXPECT_TRUE(is_said(findings, defect)) << defect.name << " is not noticed, or not said; found:\n" << text_of(findings);
    }
    return defects.size();
}

TEST(SeededDefects, TheVictimIsSound) {
    const auto findings = findings_about(victim().bundle, victim().compiled.profile.policy);
    EXPECT_TRUE(findings.empty()) << text_of(findings);
}

TEST(SeededDefects, OfTheFilesystemAreNoticed) {
    EXPECT_GE(try_defects(filesystem_defects()), 30U);
}

TEST(SeededDefects, OfTheProcessTheTablesAndTheFilterAreNoticed) {
    EXPECT_GE(try_defects(process_defects()), 30U);
}

TEST(SeededDefects, OfTheLauncherAreNoticed) {
    EXPECT_GE(try_defects(launcher_defects()), 30U);
}

TEST(SeededDefects, OfTheManifestAndTheWholeAreNoticed) {
    EXPECT_GE(try_defects(manifest_defects()), 15U);
}

TEST(SeededDefects, AreManyAndEachHasItsOwnName) {
    std::set<std::string> names;
    std::size_t count = 0;
    for (const auto* defects : {&filesystem_defects(), &process_defects(), &launcher_defects(), &manifest_defects()}) {
        for (const Defect& defect : *defects) {
            names.insert(defect.name);
            ++count;
        }
    }
    EXPECT_EQ(names.size(), count);
    EXPECT_GE(count, least_defects);
    RecordProperty("defects", static_cast<int>(count));
}

}  // namespace
