// The contract between the compiler and the runtime: how a bundle's files are written and read. Emitters include this and
// nothing else of the runtime. A change here is a change of `format_version`.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sbx::format {

/// manifest.json carries it; a runtime refuses any other (R-CMP-14).
inline constexpr std::uint32_t format_version = 1;

// ---- files ----------------------------------------------------------------------------------------------------------------------

inline constexpr std::string_view manifest_file = "manifest.json";       // mode 0644
inline constexpr std::string_view policy_file = "policy.json";           // mode 0644
inline constexpr std::string_view arguments_file = "bwrap.args";         // mode 0644
inline constexpr std::string_view limits_file = "rlimits.tab";           // mode 0644
inline constexpr std::string_view environment_file = "environment.tab";  // mode 0644
inline constexpr std::string_view landlock_file = "landlock.tab";        // mode 0644
inline constexpr std::string_view launch_file = "launch";                // mode 0755
inline constexpr std::string_view runtime_file = "sbx-run";              // mode 0755, with --with-runtime only
inline constexpr std::string_view data_directory = "data";               // data/000, data/001 …, mode 0644
/// `seccomp.x86_64.bpf`: an array of struct sock_filter in the byte order of the machine that it is for.
inline constexpr std::string_view seccomp_prefix = "seccomp.";
inline constexpr std::string_view seccomp_suffix = ".bpf";

// ---- templates ------------------------------------------------------------------------------------------------------------------
//
// A template is text in which launch parameters stand: `"job-${name}"`. It is written in double quotes, with the escapes
// \\ \" \$ \n \t \r \xHH (two hex digits, never 00) for themselves and for every byte below 0x20 and 0x7f; other bytes stand as
// they are.
// `${name}` is a parameter of manifest.json, or the built-in `uid` or `gid`: the ids inside, in decimal. Expansion is one pass.

// ---- bwrap.args -----------------------------------------------------------------------------------------------------------------
//
// Every string ends in NUL. The file begins with the string `sbx-bwrap-args 1`; then records, to the end:
//
//     GUARD [PATH] COUNT WORD…
//
// GUARD is one of the words below; PATH (absent for `always` and `comment`) is a typed word of kind literal or template: a host
// path. COUNT is the decimal number of WORDs. The words of a record are handed to `bwrap --args` if the guard holds, else not. A
// `comment` record has COUNT 1 and a plain word: where the records after it come from (`profile.sbx:12`); it is never handed on.
//
//     always                 no condition
//     if-exists PATH         something is there (no link followed in any component; a link is a refusal)
//     if-directory PATH      a directory is there; if something else is, the launch is refused (a mask of the wrong kind)
//     if-file PATH           something that is no directory is there; if a directory is, refused; a regular file with more than one
//                            hard link is refused (R-FS-10)
//     must-exist PATH        as if-exists, but absence is a refusal
//     must-be-directory PATH as if-directory, but absence is a refusal too: the mount point does not exist
//     must-be-file PATH      likewise
//     hide-directory PATH    as must-be-directory, of a directory that must not be granted under another name (R-FS-11); so are
//                            those of if-directory, if-file, reserve-directory and reserve-file where they are mounted upon
//     reserve-directory PATH as must-be-directory, but what is absent is created (exclusively, mode 0700) and removed after the run
//                            if it is still empty
//     reserve-file PATH      likewise (mode 0400); the runtime that cannot do that refuses (R-FS-07)
//
// WORDs, by their first byte:
//
//     =TEXT       literal
//     "TEXT"      template (see above)
//     <K PATH     a host path to be opened O_PATH without following links; replaced by the descriptor's number. PATH is a typed
//     >K PATH     word of kind literal or template. `<` for reading; `>` for writing: the id that will run must be able to write
//                 there.
//                 K is one byte: `-` anything but a device, fifo or socket, `d` a directory, `s` a socket. No blank between:
//                 `<-=/usr`, `>d"${scratch}"`.
//     @NNN        the file data/NNN as it is, on a descriptor of its own
//     &NNN        the file data/NNN, which holds one template (quotes included), expanded, on a descriptor of its own
//     #           the system-call filter of this machine's architecture, on a descriptor
//
// The records are all that depends on the policy. A launcher adds `--json-status-fd N` and what it has bubblewrap execute: `launch`
// the environment (`--clearenv`, `--setenv NAME VALUE` … from environment.tab) and `-- COMMAND…`; `sbx-run` itself, as a stage,
// which sets the environment and executes the command.

inline constexpr std::string_view arguments_magic = "sbx-bwrap-args 1";
inline constexpr std::array<std::string_view, 11> guards = {
    "always",       "comment",        "if-exists",         "if-directory", "if-file", "must-exist", "must-be-directory",
    "must-be-file", "hide-directory", "reserve-directory", "reserve-file"};
/// bubblewrap 0.8 stops at 9000 words in all, ours and those of the runtime included (R-CMP-03); the compiler refuses above this.
inline constexpr std::uint32_t max_argument_words = 8800;

// ---- rlimits.tab ----------------------------------------------------------------------------------------------------------------
//
// Text, LF, first line `# sbx rlimits 1`. A line is `NAME SOFT HARD`, then optionally ` # ` and a comment; NAME is the lower-case
// suffix of the RLIMIT_ constant (cpu as data stack core memlock msgqueue fsize nofile nproc); the numbers are decimal in the
// kernel's own unit (bytes, seconds, counts), `unlimited`, or `${name}` for a parameter of type count (`${name}+K` where the
// compiler adds K). SOFT equals HARD. Sorted by NAME. Lines beginning with `#` are comments.
inline constexpr std::string_view limits_magic = "# sbx rlimits 1";

// ---- environment.tab ------------------------------------------------------------------------------------------------------------
//
// Text, LF, first line `# sbx environment 1`. `keep NAME`, `accept NAME` (NAME may end in `*`), `set NAME TEMPLATE`; then
// optionally ` # ` and a comment. Sorted: accept, keep, set; then by name. Later stages win: set over accept over keep.
inline constexpr std::string_view environment_magic = "# sbx environment 1";

// ---- landlock.tab ---------------------------------------------------------------------------------------------------------------
//
// Text, LF, first line `# sbx landlock 1`: the second wall (landlock(7)), which the stage of sbx-run puts into force inside the
// sandbox. Then, in this order, each line but `path` at most once and optionally with ` # ` and a comment at its end:
//
//     require N                    the launch is refused where the kernel's Landlock is older than version N
//     require-execute              likewise where it has none that confines paths: the policy says `noexec`
//     handle RIGHT…                what needs permission, wherever it is; absent where a program may mount, which Landlock forbids
//     scope SCOPE…                 `abstract-unix-socket` and `signal`: not out of the sandbox
//     tcp none                     no TCP port may be bound or connected to; absent where sockets of the internet can be made
//     path TEMPLATE RIGHT…         permission at this path of the sandbox and below it; rights add up along a path
//     path-if-exists TEMPLATE RIGHT…   likewise; left out where nothing is there
//
// Lines `path` and `path-if-exists` are sorted as paths are: literals first, a directory before what lies below it. RIGHTs are
// those of `landlock_rights`, in that order; a kernel that lacks one leaves it open, and so does a launcher then. Lines beginning
// with `#` are comments.
inline constexpr std::string_view landlock_magic = "# sbx landlock 1";
/// LANDLOCK_ACCESS_FS_ of include/uapi/linux/landlock.h in Linux 7.1 to 7.3, in lower case; each is the bit of its place in this
/// list.
struct LandlockRight {
    std::string_view name;
    std::uint32_t abi;  ///< the version of Landlock that brought it
};
inline constexpr std::array<LandlockRight, 17> landlock_rights = {{{"execute", 1},
                                                                   {"write-file", 1},
                                                                   {"read-file", 1},
                                                                   {"read-dir", 1},
                                                                   {"remove-dir", 1},
                                                                   {"remove-file", 1},
                                                                   {"make-char", 1},
                                                                   {"make-dir", 1},
                                                                   {"make-reg", 1},
                                                                   {"make-sock", 1},
                                                                   {"make-fifo", 1},
                                                                   {"make-block", 1},
                                                                   {"make-sym", 1},
                                                                   {"refer", 2},
                                                                   {"truncate", 3},
                                                                   {"ioctl-dev", 5},
                                                                   {"resolve-unix", 9}}};
/// LANDLOCK_SCOPE_ of the same file, likewise.
inline constexpr std::array<LandlockRight, 2> landlock_scopes = {{{"abstract-unix-socket", 6}, {"signal", 6}}};
/// LANDLOCK_ACCESS_NET_BIND_TCP and _CONNECT_TCP.
inline constexpr std::uint32_t landlock_tcp_abi = 4;
/// Version 1 forbids all renaming between directories: less than the view allows, so that paths are left alone there.
inline constexpr std::uint32_t landlock_paths_abi = 2;

// ---- egress.nft, egress.NNN.nft, egress.allow.nft -------------------------------------------------------------------------------
//
// With a filtered network only. Text for `nft -f`, first line `# sbx egress 1`; loaded in the order of the manifest's
// `network.filter`, each file one transaction, in a network namespace that has no interface but loopback yet:
//
//     egress.nft        one `table inet sbx`: every set, empty or not; chains input, forward and output with policy drop; denials,
//                       reject at the end; and the chain `allowed`, which is empty: nothing leaves yet
//     egress.NNN.nft    `add element inet sbx SET { … }` for the sets that one transaction cannot hold, and chains `allowed_NNN`
//     with
//                       the rules that the last file has no room for, which it jumps to: NNN is 000, 001 …
//     egress.allow.nft  the rules of the chain `allowed`; loaded last, after the launcher has filled the sets below
//
// Sets that the launcher fills, with numbers that it has checked, between the last chunk and egress.allow.nft:
//
//     host_4, host_6        the host's own addresses, all of them (getifaddrs(3)), loopback left out
//     gateway_4, gateway_6  what the user-mode network itself answers at: its gateway, its resolver
//     those of `network.fill`: one element each, the value of the parameter. Of family ipv4 and ipv6 only that which the address
//                           is of
// and that the sandbox's own resolver fills while the sandbox runs: name_N_4, name_N_6.
// The interface to the outside is called tap0, whichever program makes it. The filter of frames that the launcher puts before it,
// one `table netdev sbx` (R-NET-04), depends on no policy, and so is no file.
inline constexpr std::string_view filter_first = "egress.nft";       // mode 0644
inline constexpr std::string_view filter_chunk_prefix = "egress.";   // egress.000.nft
inline constexpr std::string_view filter_last = "egress.allow.nft";  // mode 0644
inline constexpr std::string_view filter_magic = "# sbx egress 1";
inline constexpr std::string_view filter_table = "sbx";
inline constexpr std::string_view filter_interface = "tap0";

// ---- resolver.conf --------------------------------------------------------------------------------------------------------------
//
// With names only: a configuration file for dnsmasq(8), which runs in the sandbox's network namespace, outside the sandbox, and
// listens on 127.0.0.1 port 53. Complete but for the upstream servers where `network.upstream` is not empty: then the launcher adds
// `--server=/NAME/ADDRESS` for each of `network.names` and each of these.
inline constexpr std::string_view resolver_file = "resolver.conf";  // mode 0644
inline constexpr std::uint16_t resolver_query_port = 853;           // below 1024: the payload cannot bind it

// ---- manifest.json --------------------------------------------------------------------------------------------------------------
//
// {
//   "format": 1,
//   "compiler": "policyc 0.1.0",
//   "profile": "ci-build",
//   "description": "…",
//   "semantic_hash": "sha256:…",                      SHA-256 of policy.json
//   "sources": [{"name": "ci-build.sbx", "sha256": "…"}],          in order of reading; names relative to the root profile, or
//                                                                  std/NAME
//   "artifacts": [{"name": "bwrap.args", "sha256": "…", "mode": "0644"}],   sorted by name; every file but manifest.json
//   "parameters": [{"name": "scratch", "origin": "ci-build.sbx:4", "type": "path", "under": "/var/tmp", "default": "…",
//                   "one_of": […], "minimum": 1, "maximum": 9, "characters": "…", "min_length": 1, "max_length": 64}],   absent
//                   where unset
//   "process": {
//     "run_as": {"uid": 65532, "gid": 65532} or null,
//     "command": {"program": TEMPLATE, "arguments": [TEMPLATE…], "only": false} or null,
//     "pass_descriptors": [5], "keep_terminal": false, "survive_parent": false, "groups_none": false
//   },
//   "network": {"mode": "off"} or {"mode": "host"} or {
//     "mode": "filtered",
//     "helper": "slirp4netns",                       or "pasta": with publish, or where an IPv6 address may be reached
//     "ipv6": false,
//     "filter": ["egress.nft", "egress.000.nft", "egress.allow.nft"],          in the order of loading
//     "fill": [{"set": "param_server_4", "parameter": "server", "family": "ipv4"}],   family ipv4, ipv6 or port
//     "resolver": "resolver.conf" or null,           null without names
//     "names": ["registry.example.org"],             as in `server=/NAME/` of dnsmasq; empty without names
//     "upstream": [TEMPLATE],                        resolvers that are parameters, with names; else empty
//     "publish": [{"protocol": "tcp", "port": TEMPLATE, "on": "127.0.0.1"}]
//   },
//   "supervision": {"wall_time_ms": 300000, "grace_ms": 2000, "output_bytes": 5242880},
//                                                     absent without limits that sbx-run itself keeps, each absent without it;
//                                                     `requires` names each (`wall-time`, `output`), so that an older sbx-run
//                                                     refuses the bundle
//   "cgroup": {"memory_bytes": 536870912, "cpu_thousandths": 1500},   absent without limits that a cgroup keeps, each absent
//   without
//                                                     it; `requires` names each (`memory`, `cpus`)
//   "may_degrade": [{"limit": "memory", "origin": "ci-build.sbx:9", "reason": "…"}],   those of `cgroup` that a host may lack, in
//                                                     its order, then `landlock`; absent where there is none
//   "exclusive": ["\"${scratch}\""],                   templates of writable host trees that hold another node: locked while
//                                                     running (R-RUN-10)
//   "requires": ["bwrap:bind-fd", "bwrap:disable-userns", "user-namespace", …],
//   "enforcement": [{"statement": "limits.cpu-time", "origin": "ci-build.sbx:31", "protection": "rlimits", "status": "enforced"}],
//   "verification": {"result": "equal", "read": ["bwrap.args", "environment.tab", …]}
// }
// Two-space indentation, final newline, keys in this order.
//
// `verification` is what the compiler's readers, which share no code with what writes artifacts, found in the files that `read`
// names, sorted: that each means what policy.json says. A bundle whose artifacts do not is never written. The string `none` stands
// for a bundle that was not read. A launch does not rest on it; `policyc verify` reads everything again.

inline constexpr std::string_view verified = "equal";
inline constexpr std::string_view not_verified = "none";

}  // namespace sbx::format
