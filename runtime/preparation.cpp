// Binds the bundle to this launch. See the header. The order matters: locks before names are reserved in the locked trees, and all
// of it with the rights of the id that will run.
#include "runtime/preparation.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/noexec_names.hpp"
#include "runtime/parameters.hpp"
#include "runtime/refusal.hpp"
#include "runtime/scrub.hpp"
#include "runtime/tools.hpp"

#include <algorithm>
#include <fcntl.h>
#include <set>

namespace sbx::runtime {

namespace {

std::string artifact(const Bundle& bundle, std::string_view name) {
    return bundle.read(std::string(name));
}

bool grants_writing(const std::vector<Record>& records) {
    for (const Record& record : records) {
        for (const Option& option : record.options) {
            if (std::any_of(option.words.begin(), option.words.end(), [](const Word& word) { return word.write; })) {
                return true;
            }
        }
    }
    return false;
}

std::vector<std::string> choose_command(const CommandLine& line, const Manifest& manifest, const Values& values) {
    if (manifest.command && manifest.command->only && !line.command.empty()) {
        refuse(step::usage, "the policy runs its own command only, and another was given", "leave out `--` and what follows it");
    }
    if (!line.command.empty()) {
        return line.command;
    }
    if (!manifest.command) {
        refuse(step::usage, "no command was given, and the policy has none of its own", "add `-- COMMAND`");
    }
    std::vector<std::string> command = {expand(manifest.command->program, values)};
    for (const Template& argument : manifest.command->arguments) {
        command.push_back(expand(argument, values));
    }
    return command;
}

/// What runs beside the sandbox counts in the namespace in which its processes are counted; none of it is the payload's.
void make_room(std::vector<LimitRow>& limits, unsigned processes) {
    for (LimitRow& row : limits) {
        if (row.resource == RLIMIT_NPROC && !row.unlimited) {
            row.value += processes;
        }
    }
}

std::vector<Descriptor> lock_trees(const Manifest& manifest, const Values& values) {
    std::set<std::string> paths;  // two parameters may name one tree, and a second lock would wait for the first
    for (const Template& tree : manifest.exclusive) {
        paths.insert(expand(tree, values));
    }
    std::vector<Descriptor> locks;
    for (const std::string& path : paths) {
        if (Descriptor lock = lock_tree(path); lock.open()) {
            locks.push_back(std::move(lock));
        }
    }
    return locks;
}

}  // namespace

std::vector<int> keep_passed_descriptors(const Manifest& manifest, const std::vector<int>& own) {
    std::vector<int> passed;
    for (const int number : manifest.pass_descriptors) {
        const bool ours = std::find(own.begin(), own.end(), number) != own.end();
        if (!ours && fcntl(number, F_GETFD) >= 0) {
            passed.push_back(number);
        }
    }
    std::vector<int> kept = own;
    kept.insert(kept.end(), passed.begin(), passed.end());
    close_descriptors_except(std::move(kept));
    return passed;
}

Preparation prepare(const CommandLine& line, const Bundle& bundle, const std::vector<std::string_view>& caller_environment,
                    const Identity& identity, Reservations& reservations) {
    const Manifest& manifest = bundle.manifest();
    Preparation result;
    result.identity = identity;
    result.survives_parent = manifest.survive_parent;
    result.keeps_terminal = manifest.keep_terminal;
    result.limits_output = manifest.supervised.output.has_value();
    const std::vector<Record> records = read_argument_records(artifact(bundle, format::arguments_file));
    std::vector<LimitRow> limits = read_limits_table(artifact(bundle, format::limits_file));
    const EnvironmentTable environment = read_environment_table(artifact(bundle, format::environment_file));
    const Values values = bind_parameters(manifest.parameters, line.settings, identity.uid, identity.gid);
    result.command = choose_command(line, manifest, values);
    result.environment = bind_environment(environment, caller_environment, line.environment, values);
    result.network = bind_network(line, bundle, values, identity);
    if (result.network) {
        make_room(limits, result.network->processes());
    }
    result.limits = bind_limits(limits, values);
    result.limits.push_back(bind_queued_signals());
    const LandlockTable wall = read_landlock_table(artifact(bundle, format::landlock_file));
    result.landlock = bind_landlock(wall, values, landlock_version());
    result.bubblewrap = find_tool(tools::bubblewrap);
    const std::vector<Lineage> protected_from = grants_writing(records) ? protected_directories(bundle) : std::vector<Lineage>();
    const BorrowedIdentity borrowed(identity);
    result.locks = lock_trees(manifest, values);
    result.arguments = bind_arguments(records, values, bundle, protected_from, reservations);
    if (wall.needs_execute) {
        refuse_executable_names(result.arguments.trees, result.landlock.domain);
    }
    return result;
}

}  // namespace sbx::runtime
