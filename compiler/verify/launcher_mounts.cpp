// policy_bind, policy_words and policy_places: what is opened and checked before anything is started, what bubblewrap is told, and
// what stands where. Together the first two are the records of bwrap.args.
#include "compiler/verify/launcher.hpp"

#include <algorithm>
#include <span>

namespace sbx::verify {
namespace {

using Words = std::span<const ShellWord>;

/// A guard as `policy_bind` numbers it, in ascending order.
struct NumberedGuard {
    std::uint64_t number = 0;
    Guard guard = Guard::always;
    std::uint32_t path = 0;  ///< which of the conditions' paths; the other guards' are in records
};

std::optional<SourceKind> find_kind(const ShellWord& word) {
    if (word.is("any")) {
        return SourceKind::any;
    }
    if (word.is("directory")) {
        return SourceKind::directory;
    }
    return word.is("socket") ? std::optional(SourceKind::socket) : std::nullopt;
}

class MountReader {
public:
    MountReader(const ShellScript& script, Launcher& launcher) : script_(script), launcher_(launcher) {}

    void read() {
        launcher_.records.reserve(function_of(script_, "policy_bind").size() + function_of(script_, "policy_words").size());
        for_each_command(script_, "policy_bind", [&](const ShellCommand& command) { read_bind(command); });
        for_each_command(script_, "policy_words", [&](const ShellCommand& command) { read_words(command); });
        for_each_command(script_, "policy_places", [&](const ShellCommand& command) { read_visit(command); });
        if (uses_empty_ && launcher_.constants["sbx_empties"] != "yes") {
            throw Malformed{"", "`policy_words` hands over an empty file that nobody opens"};
        }
    }

private:
    struct Condition {
        Guard guard = Guard::always;
        SandboxPath path;
        std::string number;
    };

    /// Cuts `[ -z "$sbx_g3" ] ||` off the front.
    Condition take_condition(Words& words) const {
        Condition condition;
        if (words.size() < 6 || !words[0].is("[")) {
            return condition;
        }
        const std::string name(words[2].pieces.size() == 1 && words[2].pieces[0].kind == ShellPiece::Kind::variable
                                   ? words[2].pieces[0].text
                                   : std::string_view());
        const std::string number = name.starts_with("sbx_g") ? name.substr(5) : std::string();
        const NumberedGuard* const guard = find_guard_number(number);
        if (!words[1].is("-z") || !words[3].is("]") || !words[4].is("||") || guard == nullptr ||
            !launcher_.constants.contains(name)) {
            throw Malformed{"", "a condition is about no guard of the policy"};
        }
        words = words.subspan(5);
        condition.guard = guard->guard;
        condition.path = is_condition(guard->guard) ? paths_[guard->path] : SandboxPath();
        condition.number = number;
        if (!is_condition(condition.guard)) {
            condition.guard = Guard::always;  // the launch is refused where it does not hold
        }
        return condition;
    }

    [[nodiscard]] const NumberedGuard* find_guard_number(std::string_view text) const {
        const auto number = read_decimal(text);
        const auto found = std::lower_bound(guards_.begin(), guards_.end(), number.value_or(0),
                                            [](const NumberedGuard& guard, std::uint64_t wanted) { return guard.number < wanted; });
        return number && found != guards_.end() && found->number == *number ? &*found : nullptr;
    }

    [[nodiscard]] SandboxPath path(const ShellWord& word) const { return path_of(word, launcher_.names); }

    void read_bind(const ShellCommand& command) {
        Words words = command.words;
        const Condition condition = take_condition(words);
        const auto is = [&](std::string_view name, std::size_t count) { return words[0].is(name) && words.size() == count; };
        if (is("guard", 4)) {
            read_guard(command, words, condition);
        } else if (is("source_tree", 5)) {
            read_source(words, condition);
        } else if (is("source_path", 3)) {
            const auto kind = find_kind(words[1]);
            if (!kind) {
                throw Malformed{"", "a source that is mounted by its path is not checked as what it is"};
            }
            by_path_.insert_or_assign(path(words[2]), std::pair{*kind, condition.guard == Guard::always ? "" : condition.number});
        } else if (is("data", 3)) {
            const std::string number = words[1].spelled();
            require_reset("sbx_d" + number);
            data_.insert_or_assign(number, value_of(words[2], launcher_.names));
        } else if (is("lock", 3)) {
            const auto source = sources_.find(descriptor(words[1], "sbx_s"));
            if (source == sources_.end() || source->second.path != path(words[2])) {
                throw Malformed{"", "`lock` is about another tree than the one that was opened"};
            }
            launcher_.locked.insert(source->second.path);
        } else if (is("path", 2)) {
            static_cast<void>(path(words[1]));
        } else if (words[0].is("chosen") && (words.size() == 5 || words.size() == 6)) {
            read_chosen(words);
        } else if (is("compare_masks", 1)) {
            launcher_.compares_masks = true;
        } else {
            read_assignment(command, words);
        }
    }

    void read_assignment(const ShellCommand& command, Words words) {
        if (words.size() != 1) {
            refuse_command(command, "policy_bind");
        }
        const std::string_view front = words[0].bare_front();
        const bool is_literal = words[0].pieces.size() == 2 && words[0].pieces[1].kind == ShellPiece::Kind::literal;
        if (front == "sbx_origin=" && is_literal) {
            return;
        }
        const std::string text = words[0].spelled();
        if (text.starts_with("sbx_workdir=")) {
            launcher_.directory = as_path(assigned_value(words[0], launcher_.names));
        } else if (text.starts_with("sbx_origin=")) {
            static_cast<void>(assigned_value(words[0], {}));
        } else if (text != "sbx_used=yes" && !text.starts_with("sbx_size=$((sbx_size + ")) {
            refuse_command(command, "policy_bind");
        }
    }

    void read_guard(const ShellCommand& command, Words words, const Condition& condition) {
        const auto number = read_decimal(words[1].bare());
        const auto guard = find_guard(words[2].bare());
        const bool ascends = guards_.empty() || guards_.back().number < number;
        if (!number || !guard || *guard == Guard::always || condition.guard != Guard::always || !ascends) {
            refuse_command(command, "policy_bind");
        }
        guards_.push_back({*number, *guard, static_cast<std::uint32_t>(paths_.size())});
        if (is_condition(*guard)) {
            paths_.push_back(path(words[3]));
        } else {
            Record& record = launcher_.records.emplace_back();
            record.guard = *guard;
            record.guarded = path(words[3]);
            record.place = place_of(command);
        }
    }
    static RecordPlace place_of(const ShellCommand& command) { return {true, static_cast<std::uint32_t>(command.line), {}}; }

    void read_source(Words words, const Condition& condition) {
        const std::string number = words[1].spelled();
        const auto kind = find_kind(words[2]);
        if (!kind || (!words[3].is("read") && !words[3].is("write")) || sources_.contains(number)) {
            throw Malformed{"", "a source is opened in no way that there is"};
        }
        require_reset("sbx_s" + number);
        sources_.emplace(number, Source{path(words[4]), *kind, words[3].is("write")});
        if (condition.guard != Guard::always) {
            conditions_.emplace(number, condition.number);
        }
    }

    void read_chosen(Words words) {
        Chosen chosen;
        chosen.text = literal_of(words[2]);
        static_cast<void>(literal_of(words[3]));
        chosen.under = literal_of(words[4]);
        chosen.direct = words.size() == 6;
        if (chosen.direct && !words[5].is("direct")) {
            throw Malformed{"", named(words[5].spelled()) + " is not `direct`"};
        }
        launcher_.chosen.insert_or_assign(path(words[1]), std::move(chosen));
    }

    /// A variable that is not set to nothing first may hold what the caller left in it.
    void require_reset(const std::string& variable) const {
        if (!launcher_.constants.contains(variable)) {
            throw Malformed{"", named(variable) + " is not set to nothing before it is used"};
        }
    }

    /// The number in `"$sbx_s12_0"`; empty for another word.
    static std::string descriptor(const ShellWord& word, std::string_view prefix) {
        const bool variable = word.pieces.size() == 1 && word.pieces[0].kind == ShellPiece::Kind::variable;
        return std::string(variable && word.pieces[0].text.starts_with(prefix) ? word.pieces[0].text.substr(prefix.size())
                                                                               : std::string_view());
    }

    void read_words(const ShellCommand& command) {
        Words words = command.words;
        const Condition condition = take_condition(words);
        if (!words[0].is("words")) {
            refuse_command(command, "policy_words");
        }
        Record record;
        record.guard = condition.guard;
        record.guarded = condition.path;
        record.place = place_of(command);
        for (std::size_t at = 1; at < words.size();) {
            Option option{literal_of(words[at]), {}};
            const auto arity = option_arity(option.name);
            if (!arity || option.name == "--add-seccomp-fd") {
                throw Malformed{"", named(option.name) + " is no option that a launcher may hand to bubblewrap"};
            }
            if (at + *arity >= words.size()) {
                throw Malformed{"", named(option.name) + " lacks an operand"};
            }
            for (std::size_t i = 1; i <= *arity; ++i) {
                option.operands.push_back(read_operand(option.name, i, words[at + i], condition));
            }
            at += 1 + *arity;
            record.options.push_back(std::move(option));
        }
        launcher_.records.push_back(std::move(record));
    }

    Operand read_operand(const std::string& option, std::size_t index, const ShellWord& word, const Condition& condition) {
        if (index == 1 && (option == "--bind" || option == "--ro-bind")) {
            const auto checked = by_path_.find(path(word));
            const bool same =
                checked != by_path_.end() && (checked->second.second.empty() || checked->second.second == condition.number);
            if (!same) {
                throw Malformed{"", named(word.spelled()) + " is mounted by its path without having been checked"};
            }
            return Source{checked->first, checked->second.first, false};
        }
        if (const std::string number = descriptor(word, "sbx_s"); !number.empty()) {
            const auto source = sources_.find(number);
            const auto opened_if = conditions_.find(number);
            if (source == sources_.end() || (opened_if != conditions_.end() && opened_if->second != condition.number)) {
                throw Malformed{"", named(word.spelled()) + " is used where it was not opened"};
            }
            return source->second;
        }
        if (const std::string number = descriptor(word, "sbx_d"); !number.empty()) {
            const auto data = data_.find(number);
            if (data == data_.end()) {
                throw Malformed{"", named(word.spelled()) + " is used where it was not made"};
            }
            return Data{data->second};
        }
        if (word.spelled() == "\"$sbx_empty\"") {
            uses_empty_ = true;
            return Data{};
        }
        if (word.spelled() == "\"$sbx_filter\"") {
            return Filter{};
        }
        return value_of(word, launcher_.names);
    }

    void read_visit(const ShellCommand& command) {
        Words words = command.words;
        const Condition condition = take_condition(words);
        if (!words[0].is("visit") || words.size() != 5 || words[1].pieces.size() != 1) {
            refuse_command(command, "policy_places");
        }
        Visit visit;
        visit.kind = words[1].spelled();
        visit.host = value_of(words[3], launcher_.names);
        visit.text = literal_of(words[4]);
        visit.condition = condition.guard;
        visit.conditioned = condition.path;
        visit.place = command.place();
        launcher_.visits.insert_or_assign(path(words[2]), std::move(visit));
    }

    const ShellScript& script_;
    Launcher& launcher_;
    std::vector<NumberedGuard> guards_;
    std::vector<SandboxPath> paths_;  ///< of the guards that are conditions
    std::map<std::string, Source> sources_;
    std::map<std::string, std::string> conditions_;  ///< of sources, the number of their guard
    std::map<std::string, Text> data_;
    std::map<SandboxPath, std::pair<SourceKind, std::string>> by_path_;  ///< with the number of its guard
    bool uses_empty_ = false;
};

}  // namespace

void read_launcher_mounts(const ShellScript& script, Launcher& launcher) {
    MountReader(script, launcher).read();
}

}  // namespace sbx::verify
