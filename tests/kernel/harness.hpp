// What the kernel tests stand on: directories with known contents, policies compiled by the real compiler, programs run under the
// real launchers as root and as an ordinary user, and what came of it. Linux only; assumes that bwrap works for at least one
// caller.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace sbx::kernel {

/// The id that policies of these tests drop to, and the one that stands for an ordinary user when the tests run as root. Nobody has
/// either, on purpose: no account is needed.
inline constexpr uid_t payload_id = 65532;
inline constexpr uid_t ordinary_id = 61234;

enum class Program { sbx_run, launch, naive };
struct Mode {
    Program program = Program::sbx_run;
    bool as_root = false;
};
/// Those that this process can take: without root, the ordinary ones only.
[[nodiscard]] std::vector<Mode> modes();
[[nodiscard]] std::vector<Mode> modes_of_sbx_run();
[[nodiscard]] std::string to_text(const Mode& mode);
/// For the names of tests.
inline void PrintTo(const Mode& mode, std::ostream* out) {
    *out << to_text(mode);
}
[[nodiscard]] bool running_as_root();
/// The id that the payload has in this mode, inside and out.
[[nodiscard]] uid_t payload_of(const Mode& mode);

struct Outcome {
    int status = -1;  ///< exit status; 128+n for a signal
    bool timed_out = false;
    std::string out;
    std::string err;
    /// True if `line` is one of the lines of `out`.
    [[nodiscard]] bool has(std::string_view line) const;
    /// What follows `prefix` on the first line of `out` that begins with it.
    [[nodiscard]] std::optional<std::string> after(std::string_view prefix) const;
    /// All of it, for messages.
    [[nodiscard]] std::string text() const;
};

struct Command {
    std::vector<std::string> words;
    std::map<std::string, std::string> environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}};
    bool as_root = true;          ///< where there is root to keep; else the id is the ordinary one
    std::vector<gid_t> groups{};  ///< supplementary ones; only root can give any
    std::string input{};
    std::string directory = "/";          ///< the working directory
    bool terminal = false;                ///< standard input, output and error are a terminal of their own
    std::function<void()> before_exec{};  ///< in the child, as root still if it was, after descriptors are in place
    std::vector<int> keep{};              ///< descriptors that the child inherits beside 0, 1 and 2
    std::chrono::milliseconds timeout{20000};
};

/// A started command; its destructor kills and reaps what is left.
class Running {
public:
    explicit Running(Command command);
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running();

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// Reads until the output holds `text`; false when the command ends or the time is up before.
    bool wait_for(std::string_view text);
    Outcome finish();
    void close_input();
    /// The other end of the command's terminal; what is written to it is typed.
    [[nodiscard]] int terminal() const { return out_; }
    void type(std::string_view keys) const;

private:
    bool pump(std::chrono::steady_clock::time_point until);
    void reap();
    void child(const Command& command, const int (&in)[2], const int (&out)[2], const int (&err)[2]);

    pid_t pid_ = -1;
    int in_ = -1;
    int out_ = -1;
    int err_ = -1;
    bool reaped_ = false;
    std::vector<std::string> words_;
    std::chrono::steady_clock::time_point deadline_;
    Outcome outcome_;
};
[[nodiscard]] Outcome run(Command command);

/// The tools' copies, where every id can reach them: probe, sbx-run, naive_launcher.
[[nodiscard]] const std::string& tools_directory();

/// What is written before a policy to compile it: policyc, or while a BrokenCompiler lives, that one.
[[nodiscard]] const std::vector<std::string>& compiler();
class BrokenCompiler {
public:
    explicit BrokenCompiler(const std::string& flaw);
    BrokenCompiler(const BrokenCompiler&) = delete;
    BrokenCompiler& operator=(const BrokenCompiler&) = delete;
    ~BrokenCompiler();
};

/// A directory of its own below /var/tmp, gone at the end; what is made in it can be read and written by every id, so that only the
/// sandbox refuses.
class Scene {
public:
    Scene();
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;
    ~Scene();

    [[nodiscard]] const std::string& root() const { return root_; }
    [[nodiscard]] std::string path(std::string_view relative) const { return root_ + "/" + std::string(relative); }
    std::string directory(std::string_view relative, mode_t mode = 0777);
    std::string file(std::string_view relative, std::string_view text = "host\n", mode_t mode = 0666);
    std::string program(std::string_view relative);  ///< a copy of the probe
    void link(std::string_view target, std::string_view relative);
    [[nodiscard]] std::optional<std::string> contents(std::string_view relative) const;
    [[nodiscard]] bool exists(std::string_view relative) const;

    /// `$ROOT` stands for root(); the header, `run-as` and `read TOOLS as /probe` are put before.
    Outcome compile(std::string_view statements, std::vector<std::string> options = {});
    /// The text as it is.
    Outcome compile_text(std::string_view text, std::vector<std::string> options = {});
    [[nodiscard]] std::string bundle() const { return path("bundle"); }
    [[nodiscard]] std::string expanded(std::string_view text) const;

private:
    std::string root_;
};

/// Writes the digests of a bundle's changed files into its manifest, so that the change itself is what is tested.
void redigest(const std::string& bundle);
void write_file(const std::string& path, std::string_view text, mode_t mode);
[[nodiscard]] std::string read_file(const std::string& path);
[[nodiscard]] std::string replaced(std::string text, std::string_view from, std::string_view to);

/// The number in an environment variable that makes a test longer or shorter.
[[nodiscard]] unsigned number_of(const char* variable, unsigned otherwise);

/// One field of a /proc/PID/status, as the probe's `cat` prints it or as the host reads it; `missing` if there is none.
[[nodiscard]] std::string field(std::string text, const std::string& name);
/// How many system-call filters such a status tells of beside those of the tests themselves.
[[nodiscard]] int own_filters(const std::string& status);
/// Lines `fd N …` with N above 2.
[[nodiscard]] bool sees_more_than_three(const Outcome& outcome);

/// Processes of the host whose command line holds `tag`, zombies apart.
[[nodiscard]] std::vector<pid_t> processes_with(std::string_view tag);
/// Waits until nothing carries the tag; false when `milliseconds` are over before.
[[nodiscard]] bool gone(std::string_view tag, int milliseconds);

}  // namespace sbx::kernel
