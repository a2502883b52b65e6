// Reads sbx-run's options. Options stand before or after OUT; everything after `--` is the command and is not looked at.
#include "runtime/command_line.hpp"

#include "runtime/refusal.hpp"

#include <algorithm>

namespace sbx::runtime {

namespace {

/// Where the words about an option begin in `--help`.
constexpr std::size_t help_column = 28;

constexpr std::string_view usage_hint = "write `sbx-run OUT [OPTIONS] -- COMMAND [ARG...]`, or see `sbx-run --help`";

constexpr std::string_view help_begin = R"(sbx-run - run a command inside the sandbox that a policy describes

usage: sbx-run OUT [OPTIONS] [-- COMMAND [ARG...]]

OUT is a bundle: the directory that `policyc profile.sbx -o OUT` wrote. Every file that is used is checked
against the bundle's digests, and used as it was checked. Without COMMAND the policy's own `command` runs; a
policy with `command only` runs nothing else. A name without a slash is looked for in the PATH inside.

)";

constexpr std::string_view help_end = R"(
examples:
  sbx-run out -- python3 script.py
  sbx-run out --set scratch=/var/tmp/job-1 --env LANG=C.UTF-8 -- make test
  sbx-run out --report report.json && jq .status report.json

exit status: that of the command (128 + n if signal n ended it);
  125  the launch was refused; one line on standard error says at which step, why, and what to do
  126  the command was found but could not be executed
  127  the command was not found inside the sandbox

signals: TERM, INT, HUP and QUIT are forwarded to the command; 2 seconds later, or at the second one, the
whole sandbox is killed. If sbx-run itself is killed, so is the sandbox, unless the policy says otherwise.

terminals: the command gets one of its own, connected with yours: keys, job control and size work inside as
outside. A regular file as output is written through a pipe.

report: `status` (exited, limit, killed, refused, lost), `exit_status`, `started`, `limit_fired`, `output`, `refusal`
(step, reason, remedy), `bundle`, `protections` (each with `enforced`), `ids`, `limits` (requested, effective),
`supervision`, `skipped_paths`, `dropped_variables`, `passed_descriptors`, `system_call_filter`, `network`,
`bubblewrap`, `notes`, `timing_ms`; see sbx-run(1).

As root the policy needs `process { run-as UID }`: the command runs as that id.
)";

class WordReader {
public:
    explicit WordReader(const std::vector<std::string_view>& words) : words_(words) {}

    CommandLine read() {
        while (at_ < words_.size()) {
            const std::string_view word = words_[at_++];
            if (word == "--") {
                read_command();
            } else if (word.size() > 1 && word.front() == '-') {
                read_option(word);
            } else if (result_.bundle.empty() && !word.empty()) {
                result_.bundle = std::string(word);
            } else {
                refuse(step::usage, "the word " + quoted(word) + " is one too many", "write `--` before the command");
            }
        }
        if (result_.bundle.empty() && !result_.help && !result_.version) {
            refuse(step::usage, "no bundle is named", std::string(usage_hint));
        }
        const bool any = !result_.macvlan.empty() || !result_.address.empty() || !result_.gateway.empty();
        if (any && (result_.macvlan.empty() || result_.address.empty() || result_.gateway.empty())) {
            refuse(step::usage, "`--macvlan`, `--address` and `--gateway` belong together",
                   "write `--macvlan eth0 --address 192.0.2.10/24 --gateway 192.0.2.1`");
        }
        return result_;
    }

private:
    const std::vector<std::string_view>& words_;
    std::size_t at_ = 0;
    CommandLine result_;

    void read_command() {
        result_.command.assign(words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end());
        at_ = words_.size();
        if (result_.command.empty() || result_.command.front().empty()) {
            refuse(step::usage, "no command follows `--`", "name one, or leave `--` out to run the policy's own");
        }
    }

    std::string value(std::string_view option, std::optional<std::string_view> attached) {
        if (attached) {
            return std::string(*attached);
        }
        if (at_ == words_.size() || words_[at_] == "--") {
            refuse(step::usage, quoted(option) + " needs a value", std::string(usage_hint));
        }
        return std::string(words_[at_++]);
    }

    void list(std::string_view option, std::optional<std::string_view> attached, std::vector<std::string>& target) {
        target.push_back(value(option, attached));
    }

    /// Where nothing would mean that the option is not there: often it is a variable of a script that was not set.
    void filled(std::string_view option, std::optional<std::string_view> attached, std::string& target) {
        target = value(option, attached);
        if (target.empty()) {
            refuse(step::usage, quoted(option) + " needs a value, and has an empty one", std::string(usage_hint));
        }
    }

    void flag(std::string_view option, std::optional<std::string_view> attached, bool& target) {
        if (attached) {
            refuse(step::usage, quoted(option) + " takes no value", std::string(usage_hint));
        }
        target = true;
    }

    void read_option(std::string_view word) {
        const std::size_t equals = word.find('=');
        const std::string_view name = word.substr(0, equals);
        std::optional<std::string_view> attached;
        if (equals != std::string_view::npos) {
            attached = word.substr(equals + 1);
        }
#define SBX_RUN_OPTION(form, member, long_name, short_name, argument, help, manual)               \
    if (name == (long_name) || (!std::string_view(short_name).empty() && name == (short_name))) { \
        return form(name, attached, result_.member);                                              \
    }
#include "runtime/options.def"
#undef SBX_RUN_OPTION
        refuse(step::usage, quoted(word) + " is no option of sbx-run", std::string(usage_hint));
    }
};

}  // namespace

CommandLine read_command_line(const std::vector<std::string_view>& words) {
    return WordReader(words).read();
}

std::string help_text() {
    std::string text(help_begin);
    const auto add = [&text](std::string_view name, std::string_view short_name, std::string_view argument, std::string_view help) {
        std::string head = "  " + std::string(short_name) + (short_name.empty() ? "" : ", ") + std::string(name);
        head += (argument.empty() ? "" : " ") + std::string(argument);
        head.resize(std::max(head.size() + 2, help_column), ' ');
        text += head;
        for (const char byte : help) {
            text += byte == '\n' ? "\n" + std::string(help_column, ' ') : std::string(1, byte);
        }
        text += '\n';
    };
#define SBX_RUN_OPTION(form, member, long_name, short_name, argument, help, manual) add(long_name, short_name, argument, help);
#include "runtime/options.def"
#undef SBX_RUN_OPTION
    return text += help_end;
}

}  // namespace sbx::runtime
