// What the generated part of `launch` says, as values: the same that the tables, bwrap.args and the manifest say elsewhere.
#pragma once

#include "compiler/verify/argument_records.hpp"
#include "compiler/verify/launcher_network.hpp"
#include "compiler/verify/shell_words.hpp"
#include "compiler/verify/tables.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sbx::verify {

/// How the launch judges a value of a parameter.
struct ParameterChecks {
    std::vector<std::string> one_of;
    std::string kind;  ///< path, number, address, text
    std::optional<SandboxPath> under;
    std::uint64_t least = 0, most = 0;  ///< of a number, or of the length of a text
    std::string characters;             ///< empty: any
    std::optional<std::string> default_value;
    std::string place;
    friend bool operator==(const ParameterChecks& a, const ParameterChecks& b) {
        return a.one_of == b.one_of && a.kind == b.kind && a.under == b.under && a.least == b.least && a.most == b.most &&
               a.characters == b.characters && a.default_value == b.default_value;
    }
};

/// How a value has to be judged for the policy's sake.
[[nodiscard]] ParameterChecks meant_checks(const policy::Parameter& parameter);

/// `visit KIND PATH HOST TEXT`: a place of the sandbox, for finding the command and for judging values of parameters.
struct Visit {
    std::string kind;
    Text host;
    std::string text;
    Guard condition = Guard::always;
    SandboxPath conditioned;
    std::string place;
};
/// `chosen PATH TEXT ORIGIN UNDER [direct]`: a place that a parameter names.
struct Chosen {
    std::string text;
    std::string under;
    bool direct = false;
};

struct Launcher {
    VariableNames names;                           ///< `sbx_p1` to its parameter, `sbx_uid` to `uid` …
    std::map<std::string, std::string> constants;  ///< `sbx_run_as` …
    std::map<std::string, ParameterChecks> parameters;
    policy::Environment environment;
    KernelLimits limits;
    std::vector<Record> records;
    std::map<SandboxPath, Visit> visits;
    std::map<SandboxPath, Chosen> chosen;
    std::set<SandboxPath> locked;
    bool compares_masks = false;
    std::optional<SandboxPath> directory;  ///< that the command is looked up from
    std::optional<policy::Command> command;
    std::map<std::string, std::string> filters;  ///< by architecture
    std::optional<LauncherNetwork> network;      ///< of a filtered network
    std::optional<Text> search;                  ///< the PATH that the command is looked up in
};

/// Malformed where the script is not of the restricted form.
[[nodiscard]] Launcher read_launcher(const ShellScript& script);

/// Parts of read_launcher, each one function or two of the script.
void read_launcher_parameters(const ShellScript& script, Launcher& launcher);
void read_launcher_settings(const ShellScript& script, Launcher& launcher);
void read_launcher_mounts(const ShellScript& script, Launcher& launcher);

/// The commands of a function; Malformed if there is none.
[[nodiscard]] const std::vector<ShellCommand>& function_of(const ShellScript& script, const std::string& name);
/// Calls `read` with each command, and adds its place to what it throws. `:` is left out.
template <class Read>
void for_each_command(const ShellScript& script, const std::string& function, Read read) {
    for (const ShellCommand& command : function_of(script, function)) {
        try {
            if (command.words.size() != 1 || !command.is(":")) {
                read(command);
            }
        } catch (Malformed& mistake) {
            if (mistake.place.empty()) {
                mistake.place = command.place();
            }
            throw;
        }
    }
}
[[noreturn]] void refuse_command(const ShellCommand& command, const std::string& function);

}  // namespace sbx::verify
