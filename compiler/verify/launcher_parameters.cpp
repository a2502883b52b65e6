// policy_set and policy_defaults: which values a parameter takes, and which it has when none is given.
#include "compiler/verify/launcher.hpp"

#include <limits>

namespace sbx::verify {
namespace {

constexpr std::uint64_t longest_text = 4096;  // of a `string` parameter, without a constraint

std::uint64_t number_of(const ShellWord& word) {
    const auto number = read_decimal(word.spelled());
    if (!number) {
        throw Malformed{"", named(word.spelled()) + " is no number"};
    }
    return *number;
}

class SetReader {
public:
    explicit SetReader(Launcher& launcher) : launcher_(launcher) {}

    void read(const std::vector<ShellCommand>& commands) {
        if (commands.size() < 3 || commands.front().spelled() != "case $1 in" || commands.back().spelled() != "esac" ||
            commands[commands.size() - 2].spelled() != "*) no_parameter \"$1\" ;;") {
            throw Malformed{"", "`policy_set` does not refuse names that it does not have"};
        }
        for (std::size_t i = 1; i + 2 < commands.size(); ++i) {
            try {
                read_line(commands[i]);
            } catch (Malformed& mistake) {
                mistake.place = commands[i].place();
                throw;
            }
        }
        if (open_) {
            throw Malformed{"", "`policy_set` does not end the case of " + named(name_)};
        }
    }

private:
    void read_line(const ShellCommand& command) {
        const auto& words = command.words;
        if (!open_) {
            const auto& pieces = words.front().pieces;
            if (words.size() != 1 || pieces.size() != 2 || pieces[0].kind != ShellPiece::Kind::literal || pieces[1].text != ")") {
                refuse_command(command, "policy_set");
            }
            name_ = pieces[0].text;
            checks_ = ParameterChecks{};
            checks_.place = command.place();
            variable_.clear();
            asked_ = valued_ = false;
            open_ = true;
        } else if (command.spelled() == ";;") {
            close();
        } else if (command.is("once") && words.size() == 3 && literal_of(words[1]) == name_) {
            asked_ = true;
            once_ = words[2].spelled();
        } else if (command.is("value") && words.size() == 4 && literal_of(words[1]) == name_ && words[2].spelled() == "\"$2\"") {
            static_cast<void>(literal_of(words[3]));
            valued_ = true;
        } else if (words.size() == 1 && words[0].spelled().ends_with("=$2")) {
            variable_ = words[0].spelled().substr(0, words[0].spelled().size() - 3);
        } else {
            read_check(command);
        }
    }

    void read_check(const ShellCommand& command) {
        const auto& words = command.words;
        const auto kind = [&](const char* name) {
            if (!checks_.kind.empty()) {
                throw Malformed{"", named(name_) + " is checked as two types"};
            }
            checks_.kind = name;
        };
        if (!valued_ || !variable_.empty()) {
            refuse_command(command, "policy_set");
        }
        if (command.is("is_one_of") && words.size() > 1 && checks_.one_of.empty()) {
            for (std::size_t i = 1; i < words.size(); ++i) {
                checks_.one_of.push_back(literal_of(words[i]));
            }
        } else if (command.is("is_path") && words.size() <= 2) {
            kind("path");
            if (words.size() == 2) {
                checks_.under = as_path(value_of(words[1], {}));
            }
        } else if ((command.is("is_number") || command.is("is_text")) && words.size() == 3) {
            kind(command.is("is_number") ? "number" : "text");
            checks_.least = number_of(words[1]);
            checks_.most = number_of(words[2]);
        } else if (command.is("is_address") && words.size() == 1) {
            kind("address");
        } else {
            read_characters(command);
        }
    }

    /// `case $sbx_value in *[!'abc']*) wrong ;; esac`
    void read_characters(const ShellCommand& command) {
        const auto& words = command.words;
        const bool shape = words.size() == 7 && words[0].is("case") && words[1].is("$sbx_value") && words[2].is("in") &&
                           words[4].is("wrong") && words[5].is(";;") && words[6].is("esac") && words[3].pieces.size() >= 3;
        if (!shape || checks_.kind != "text" || words[3].pieces.front().text != "*[!" || words[3].pieces.back().text != "]*)") {
            refuse_command(command, "policy_set");
        }
        checks_.characters = literal_of(ShellWord{words[3].pieces.subspan(1, words[3].pieces.size() - 2)});
    }

    void close() {
        open_ = false;
        const bool whole = asked_ && valued_ && !checks_.kind.empty() && once_ == "\"${" + variable_ + "+set}\"";
        if (!whole || !launcher_.constants.contains("unset " + variable_)) {
            throw Malformed{"", named(name_) + " is taken without having been checked, or from what the caller left in a variable"};
        }
        if (!launcher_.names.emplace(variable_, name_).second || !launcher_.parameters.emplace(name_, checks_).second) {
            throw Malformed{"", named(name_) + " shares its variable with another parameter"};
        }
    }

    Launcher& launcher_;
    std::string name_;
    std::string variable_;
    std::string once_;
    ParameterChecks checks_;
    bool open_ = false;
    bool asked_ = false;
    bool valued_ = false;
};

/// `[ -n "${sbx_p1+set}" ] || sbx_p1='4'`, or `|| lacks 'name' 'what it takes'`.
void read_default(const ShellCommand& command, Launcher& launcher, std::map<std::string, bool>& seen) {
    const auto& words = command.words;
    const bool shape = words.size() >= 6 && words[0].is("[") && words[1].is("-n") && words[3].is("]") && words[4].is("||");
    const std::string asked = shape ? words[2].spelled() : std::string();
    if (!shape || !asked.starts_with("\"${") || !asked.ends_with("+set}\"")) {
        refuse_command(command, "policy_defaults");
    }
    const std::string variable = asked.substr(3, asked.size() - 9);
    const auto name = launcher.names.find(variable);
    const auto found = name == launcher.names.end() ? launcher.parameters.end() : launcher.parameters.find(name->second);
    if (found == launcher.parameters.end() || !seen.emplace(name->second, true).second) {
        refuse_command(command, "policy_defaults");
    }
    if (words[5].is("lacks") && words.size() == 8 && literal_of(words[6]) == name->second) {
        return;
    }
    if (words.size() != 6 || words[5].pieces.front().text != variable + "=") {
        refuse_command(command, "policy_defaults");
    }
    found->second.default_value = assigned_value(words[5], {}).literal();
}

}  // namespace

ParameterChecks meant_checks(const policy::Parameter& parameter) {
    ParameterChecks checks;
    checks.one_of = parameter.one_of;
    checks.default_value = parameter.default_value;
    switch (parameter.type) {
        case policy::ParameterType::path:
            checks.kind = "path";
            checks.under = parameter.under;
            break;
        case policy::ParameterType::port:
        case policy::ParameterType::count: {
            const bool port = parameter.type == policy::ParameterType::port;
            checks.kind = "number";
            checks.least = port ? 1 : 0;
            checks.most = port ? 65535 : std::numeric_limits<std::uint64_t>::max();
            if (parameter.range) {
                checks.least = parameter.range->first;
                checks.most = parameter.range->second;
            }
            break;
        }
        case policy::ParameterType::address:
            checks.kind = "address";
            break;
        case policy::ParameterType::string:
            checks.kind = "text";
            checks.most = longest_text;
            if (parameter.characters) {
                checks.least = parameter.characters->min_length;
                checks.most = parameter.characters->max_length;
                checks.characters = parameter.characters->characters;
            }
            break;
    }
    return checks;
}

void read_launcher_parameters(const ShellScript& script, Launcher& launcher) {
    SetReader(launcher).read(function_of(script, "policy_set"));
    std::map<std::string, bool> seen;
    for_each_command(script, "policy_defaults", [&](const ShellCommand& command) { read_default(command, launcher, seen); });
    if (seen.size() != launcher.parameters.size()) {
        throw Malformed{"", "`policy_defaults` leaves a parameter without a value"};
    }
}

}  // namespace sbx::verify
