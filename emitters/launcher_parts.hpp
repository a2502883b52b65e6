// The parts that a launcher is put together from. The generated part is a restricted subset of sh, for a reader to parse: functions
// of simple commands, whose words are literals in single quotes or one of the variables of ShellNames, in double quotes; a guard
// before a command is `[ -z "$sbx_gN" ] ||`, and `case` has literal patterns.
#pragma once

#include "emitters/emit.hpp"
#include "emitters/quote.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::emit {

/// As one word of the shell.
[[nodiscard]] inline std::string quoted(std::string_view bytes) {
    return ShellWord(bytes).text();
}

/// How values known at launch are named in the script: `"$sbx_p1"` for the first parameter, `"$sbx_uid"`.
class ShellNames {
public:
    explicit ShellNames(const plan::ExecutionPlan& plan);

    /// Without the `$`.
    [[nodiscard]] const std::string& variable(const std::string& parameter) const { return variables_.at(parameter); }
    [[nodiscard]] std::string word(const plan::Text& text) const;
    [[nodiscard]] std::string word(const plan::SandboxPath& path) const;
    /// ` + ${#sbx_p1}` for each parameter in it: the bytes that its value adds.
    [[nodiscard]] std::string length(const plan::Text& text) const;
    [[nodiscard]] std::string length(const plan::SandboxPath& path) const;
    [[nodiscard]] const std::map<std::string, std::string>& parameters() const { return parameters_; }

private:
    std::map<std::string, std::string> parameters_;  ///< without the built-in ones
    std::map<std::string, std::string> variables_;
};

/// Lines of one function, each simple command on a line of its own.
class ShellFunction {
public:
    explicit ShellFunction(std::string_view name);
    void line(std::string_view command);
    /// A comment before the next line, once for all that comes from one place. `remember`: for the messages of the script too.
    void origin(const Origin& origin, bool remember = false);
    /// An empty function does nothing.
    [[nodiscard]] std::string take();

private:
    std::string text_;
    std::string last_origin_;
    std::string pending_;
    bool remembers_ = false;
    bool empty_ = true;
};

[[nodiscard]] std::string launcher_constants(const plan::ExecutionPlan& plan, const ShellNames& names);
[[nodiscard]] std::string launcher_parameters(const plan::ExecutionPlan& plan, const ShellNames& names);
[[nodiscard]] std::string launcher_environment(const plan::ExecutionPlan& plan, const ShellNames& names);
[[nodiscard]] std::string launcher_records(const plan::ExecutionPlan& plan, const ShellNames& names);
[[nodiscard]] std::string launcher_places(const plan::ExecutionPlan& plan, const ShellNames& names);
[[nodiscard]] std::string launcher_limits(const plan::ExecutionPlan& plan, const ShellNames& names);
[[nodiscard]] std::string launcher_command(const plan::ExecutionPlan& plan, const ShellNames& names);
[[nodiscard]] std::string launcher_filter(const std::vector<Artifact>& artifacts);
/// Of a filtered network: what is filled in, and the text of its packet filter; else nothing.
[[nodiscard]] std::string launcher_network(const plan::ExecutionPlan& plan, const ShellNames& names,
                                           const std::vector<Artifact>& artifacts);
[[nodiscard]] std::string launcher_help(const plan::ExecutionPlan& plan, const BundleInfo& info);

/// What a shell cannot do of a filtered network, for messages; empty if it can do all of it, or if nothing is filtered.
[[nodiscard]] std::string_view beyond_shell(const plan::ExecutionPlan& plan);
/// Limits that only a supervisor keeps, for messages: `limits …`; empty if there are none.
[[nodiscard]] std::string limits_beyond_shell(const plan::ExecutionPlan& plan);
/// It sets up a filtered network.
[[nodiscard]] bool launcher_filters(const plan::ExecutionPlan& plan);
/// The networks of slirp4netns, as `10.0.2`, that hold nothing that the policy allows: the one to be taken first comes first. If
/// there is none, the one that is least likely to be a real one.
[[nodiscard]] std::vector<std::string> virtual_networks(const plan::FilterPlan& plan);

/// `path under /var/tmp`, for messages.
[[nodiscard]] std::string describe_parameter(const policy::Parameter& parameter);

/// `[ -z "$sbx_g3" ] || ` for a step whose mounts depend on the host; else nothing. Steps count from 0.
[[nodiscard]] std::string step_condition(const plan::MountStep& step, std::size_t index);
/// A source that a shell cannot open, or that nobody but the kernel can exchange: mounted by its path.
[[nodiscard]] bool mounted_by_path(const plan::Bind& bind);
/// Numbers of sources and data files: `sbx_s12_0` is that of the first mount of step 12.
[[nodiscard]] std::string mount_number(std::size_t step, std::size_t mount);

/// Where a mount stands; nullptr for what is no place.
[[nodiscard]] const plan::SandboxPath* launcher_place(const plan::Mount& mount);
/// The step masks something of the host, which could also be granted under another name. (The kernel's own files could not.)
[[nodiscard]] bool hides_host(const plan::MountStep& step);

struct Needs {
    bool wide = false;     ///< more descriptors than every shell can name
    bool writes = false;   ///< some source is writable
    bool empties = false;  ///< some file is empty
};
[[nodiscard]] Needs launcher_needs(const plan::ExecutionPlan& plan);

/// What stands before the generated part.
[[nodiscard]] std::string_view launcher_ahead_part();
/// Everything after the generated part; before it, where there are parameters, how their values are judged, and, where
/// launcher_filters(), the network.
[[nodiscard]] std::string_view launcher_fixed_part();
[[nodiscard]] std::string_view launcher_values_part();
[[nodiscard]] std::string_view launcher_network_part();

}  // namespace sbx::emit
