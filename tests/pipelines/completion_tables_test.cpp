// The tables behind `policyc completion`, held against what the programs accept.
#include "compiler/cli/completion.hpp"
#include "tests/pipelines/shell.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <set>
#include <sstream>

namespace sbx::pipelines {
namespace {

using cli::CompletedCommand;
using cli::CompletedOption;
using cli::WordKind;
using ::testing::HasSubstr;

class CompletionTables : public PipelineTest {};

/// Each value that completion offers is one that the program takes, and the program takes no other.
TEST_F(CompletionTables, OffersWhatTheProgramsTake) {
    for (const cli::Verb& verb : cli::verbs()) {
        for (const cli::OptionId id : verb.options) {
            const cli::OptionRow& row = cli::option_row(id);
            const std::string flag(row.flags.substr(row.flags.find(',') + 1));
            if (row.value != WordKind::choice) {
                continue;
            }
            const cli::CommandLine refused =
                cli::parse_command_line({std::string(verb.name), flag, "no-such-choice", "a", "b", "c"});
            ASSERT_TRUE(refused.error) << verb.name << " " << flag;
            const cli::CompletedProgram program = cli::completed_program("policyc");
            const auto command = std::find_if(program.commands.begin(), program.commands.end(),
                                              [&](const CompletedCommand& each) { return each.name == verb.name; });
            const auto option = std::find_if(command->options.begin(), command->options.end(),
                                             [&](const CompletedOption& each) { return each.long_name == flag; });
            std::istringstream taken(refused.error->message.substr(refused.error->message.find("it takes ") + 9));
            std::set<std::string> all;
            for (std::string word; taken >> word;) {
                all.insert(word.substr(0, word.find(',')));
            }
            EXPECT_EQ(std::set<std::string>(option->choices.begin(), option->choices.end()), all) << verb.name << " " << flag;
        }
    }
}

TEST_F(CompletionTables, KnowsTheOptionsThatMayBeRepeated) {
    for (const cli::Verb& verb : cli::verbs()) {
        for (const cli::OptionId id : verb.options) {
            const cli::OptionRow& row = cli::option_row(id);
            if (row.argument.empty()) {
                continue;
            }
            const std::string flag(row.flags.substr(row.flags.find(',') + 1));
            const std::string value = row.value == WordKind::choice ? std::string(row.choices.empty() ? row.argument : row.choices)
                                      : row.value == WordKind::findings ? "F003"
                                                                        : "x=1";
            const std::string one = value.substr(0, value.find('|'));
            const std::string two = row.argument == "NAME=VALUE" ? "y=1" : one;
            const cli::CommandLine line = cli::parse_command_line({std::string(verb.name), flag, one, flag, two, "a", "b", "c"});
            const bool twice = line.error && line.error->message.find(" times") != std::string::npos;
            EXPECT_EQ(twice, !row.repeats) << verb.name << " " << flag << ": " << (line.error ? line.error->message : "");
        }
    }
}

TEST_F(CompletionTables, OfWordsOffersWhatCommandsTake) {
    const std::vector<std::pair<std::string, WordKind>> rows = {
        {"explain", WordKind::explained}, {"std", WordKind::fragment}, {"schema", WordKind::schema}, {"help", WordKind::verb}};
    for (const auto& [verb, kind] : rows) {
        const std::vector<std::string> words = cli::words_of_kind(kind);
        EXPECT_GE(words.size(), 5U);
        std::string all;
        for (const std::string& word : words) {
            all += shell_word(SBX_POLICYC) + " " + verb + " " + shell_word(word) + " >/dev/null || exit\n";
        }
        const Ran ran = run(all);
        EXPECT_EQ(ran.status, 0) << verb << ": " << ran.out;
    }
}

TEST_F(CompletionTables, OfSbxRunHasTheOptionsOfItsHelpAndItsManual) {
    const Ran help = run(shell_word(SBX_RUN) + " --help");
    const Ran manual = run(shell_word(SBX_POLICYC) + " help --man sbx-run");
    std::set<std::string> in_help;
    std::istringstream lines(help.out);
    for (std::string line; std::getline(lines, line);) {
        // `  -v, --verbose   …`
        std::istringstream words(line);
        std::string word;
        while (line.rfind("  -", 0) == 0 && words >> word && word.front() == '-') {
            in_help.insert(word.substr(0, word.find(',')));
        }
    }
    std::set<std::string> completed;
    const cli::CompletedProgram program = cli::completed_program("sbx-run");
    for (const CompletedOption& each : program.commands.front().options) {
        completed.insert(each.long_name);
        if (!each.short_name.empty()) {
            completed.insert(each.short_name);
        }
        EXPECT_THAT(manual.out, HasSubstr("\\fB\\-\\-" + each.long_name.substr(2) + "\\fR")) << each.long_name;
        EXPECT_THAT(run(shell_word(SBX_RUN) + " " + each.long_name).out, ::testing::Not(HasSubstr("is no option")))
            << each.long_name;
    }
    EXPECT_EQ(completed, in_help);
}

}  // namespace
}  // namespace sbx::pipelines
