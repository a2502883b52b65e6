// Puts together what bubblewrap gets. See the header; bwrap(1). The command of bubblewrap is sbx-run itself, as a stage: by its
// descriptor where the sandbox has a procfs, else bound at a place of its own, which is then the one thing there that no policy
// named.
#include "runtime/handover.hpp"

#include "runtime/caller_terminal.hpp"
#include "runtime/host_path.hpp"
#include "runtime/memory_file.hpp"
#include "runtime/refusal.hpp"
#include "runtime/stage.hpp"
#include "runtime/stage_record.hpp"
#include "runtime/standard_streams.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace sbx::runtime {

namespace {

constexpr std::string_view stage_place = "/.sbx-run";

struct Pipe {
    Descriptor out, in;
};
Pipe open_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        refuse_errno(step::supervise, "no pipe can be made", errno, "raise the caller's limit of open files");
    }
    // Only our end: O_NONBLOCK belongs to the open end, and bubblewrap expects writes that block.
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
        refuse_errno(step::supervise, "a pipe cannot be set up", errno, "allow fcntl(2) in the system-call filter");
    }
    return {Descriptor(ends[0]), out_of_the_way(Descriptor(ends[1]))};
}

class Builder {
public:
    explicit Builder(const Preparation& preparation) : preparation_(preparation) {}

    Handover build(Descriptor own_executable) {
        for (const Descriptor& descriptor : preparation_.arguments.handed) {
            result_.inherited.push_back(descriptor.get());
        }
        result_.inherited.insert(result_.inherited.end(), preparation_.passed.begin(), preparation_.passed.end());
        Pipe status = open_pipe();
        result_.status_input = std::move(status.out);
        result_.options = {"--json-status-fd", keep(std::move(status.in))};
        const std::string stage = place_stage(keep(std::move(own_executable)));
        const std::string record = keep(record_for_stage());
        result_.command_line = {"bwrap", "--args", keep(memory_file("sbx-args", joined())), "--", stage, stage_word, record};
        return std::move(result_);
    }

private:
    const Preparation& preparation_;
    Handover result_;
    Descriptor command_terminal_;

    std::string keep(Descriptor descriptor) {
        std::string number = std::to_string(descriptor.get());
        result_.inherited.push_back(descriptor.get());
        result_.owned.push_back(std::move(descriptor));
        return number;
    }

    std::string place_stage(const std::string& executable) {
        const BoundArguments& arguments = preparation_.arguments;
        const auto words = [&arguments](std::size_t from) { return arguments.words.begin() + static_cast<std::ptrdiff_t>(from); };
        if (!arguments.procfs.empty()) {
            result_.options.insert(result_.options.end(), words(0), arguments.words.end());
            return arguments.procfs + "/self/fd/" + executable;
        }
        if (arguments.root_of_host) {
            refuse(step::bubblewrap,
                   "the sandbox has a tree of the host as its root and no procfs: nothing of ours can be executed in it",
                   "add `proc /proc` to the policy");
        }
        result_.options.insert(result_.options.end(), words(0), words(arguments.after_root));
        result_.options.insert(result_.options.end(), {"--ro-bind-fd", executable, std::string(stage_place)});
        result_.options.insert(result_.options.end(), words(arguments.after_root), arguments.words.end());
        return std::string(stage_place);
    }

    Descriptor record_for_stage() {
        Pipe errors = open_pipe();
        result_.error_output = std::move(errors.out);
        result_.own_error = std::move(errors.in);
        result_.channel = open_channel();
        result_.channel.sandbox = out_of_the_way(std::move(result_.channel.sandbox));
        Descriptor error_output = connect_outputs();
        StageRecord record;
        record.terminal = result_.takes_typing;
        record.uid = preparation_.identity.uid;
        record.gid = preparation_.identity.gid;
        record.filtered = !preparation_.arguments.filter_digest.empty();
        record.error_output = error_output.get();
        record.channel = result_.channel.sandbox.get();
        record.passed = preparation_.passed;
        record.command = preparation_.command;
        record.environment = preparation_.environment.variables;
        record.landlock = preparation_.landlock.domain;
        result_.inherited.push_back(record.channel);
        static_cast<void>(keep(std::move(error_output)));
        return write_stage_record(record);
    }

    static Descriptor duplicate(int descriptor) {
        Descriptor copy = out_of_the_way(Descriptor(fcntl(descriptor, F_DUPFD_CLOEXEC, 3)));
        if (!copy.open()) {
            refuse_errno(step::supervise, "an output cannot be duplicated", errno, "raise the caller's limit of open files");
        }
        return copy;
    }

    /// Its owner is the command's, so that the command can open /dev/stdout.
    [[nodiscard]] Pipe output_pipe() const {
        Pipe pipe = open_pipe();
        if (fchown(pipe.in.get(), preparation_.identity.uid, preparation_.identity.gid) != 0) {
            refuse_errno(step::supervise, "a pipe cannot be given to the command", errno,
                         "allow fchown(2) in the system-call filter");
        }
        return pipe;
    }

    /// A regular file goes through a pipe, a terminal through one of our own; pipes and sockets are handed in as they are. Returns
    /// what becomes standard error.
    Descriptor connect_outputs() {
        if (preparation_.limits_output) {
            return limited_outputs();
        }
        if (preparation_.survives_parent) {
            return duplicate(2);  // nobody would be there to pass anything on
        }
        if (!preparation_.keeps_terminal) {
            make_terminal();
        }
        result_.own_output = own_end(1, result_.command_output);
        if (result_.own_output.open() && standard_outputs_are_one()) {
            return duplicate(result_.own_output.get());
        }
        Descriptor error = own_end(2, result_.command_error);
        return error.open() ? std::move(error) : duplicate(2);
    }

    void make_terminal() {
        result_.callers_terminal = isatty(1) != 0 ? 1 : isatty(2) != 0 ? 2 : -1;
        if (result_.callers_terminal < 0) {
            return;
        }
        result_.takes_typing = result_.callers_terminal == 1 && are_one_terminal(0, 1);
        PseudoTerminal made = open_pseudo_terminal(result_.callers_terminal, result_.takes_typing, preparation_.identity);
        result_.terminal = std::move(made.supervisor);
        command_terminal_ = std::move(made.command);
        if (result_.takes_typing) {
            result_.own_input = duplicate(command_terminal_.get());
        }
    }

    /// What the command gets as descriptor `number`, and as `source` where the supervisor reads it; not open if that is the
    /// caller's.
    Descriptor own_end(int number, Descriptor& source) {
        if (command_terminal_.open() && are_one_terminal(number, result_.callers_terminal)) {
            source = duplicate(result_.terminal.get());
            return duplicate(command_terminal_.get());
        }
        const bool is_other_terminal = command_terminal_.open() && isatty(number) != 0;
        if (!is_other_terminal && !is_regular_file(number)) {
            return {};
        }
        Pipe pipe = output_pipe();
        source = std::move(pipe.out);
        return std::move(pipe.in);
    }

    /// Returns what becomes standard error.
    Descriptor limited_outputs() {
        Pipe output = output_pipe();
        result_.command_output = std::move(output.out);
        result_.own_output = std::move(output.in);
        if (standard_outputs_are_one()) {
            return duplicate(result_.own_output.get());
        }
        Pipe error = output_pipe();
        result_.command_error = std::move(error.out);
        return std::move(error.in);
    }

    std::string joined() {
        std::string bytes;
        for (const std::string& option : result_.options) {
            bytes += option;
            bytes += '\0';
        }
        return bytes;
    }
};

}  // namespace

Descriptor open_own_executable() {
    Descriptor own = out_of_the_way(Descriptor(open("/proc/self/exe", O_PATH | O_CLOEXEC)));
    if (!own.open()) {
        refuse_errno(step::bubblewrap, "sbx-run cannot open its own executable", errno, "mount a procfs on /proc");
    }
    return own;
}

Handover hand_over(const Preparation& preparation, Descriptor own_executable) {
    return Builder(preparation).build(std::move(own_executable));
}

}  // namespace sbx::runtime
