// `may-degrade PROTECTION… because "…"`: which protections a launch may do without, and why no other. What every host has needs no
// degrading; what the sandbox is made of, or what would open it, is never given up.
#include "compiler/policy/resolve_values.hpp"
#include "compiler/policy/supervised_limits.hpp"
#include "compiler/policy/vocabulary.hpp"

#include <algorithm>
#include <array>

namespace sbx::policy {

namespace {

struct Protection {
    std::string_view word;
    std::string_view why_never;
};
constexpr std::string_view made_of = "the sandbox is made of it";
constexpr std::string_view opens = "without it the sandbox would have what the policy does not grant";
constexpr std::string_view is_narrower = "without it there is no way out at all; `network off` says that";
constexpr std::string_view is_everywhere = "every host has it, so that it is never missing";
/// The mechanisms of section 10, as the enforcement table names them.
constexpr std::array<Protection, 18> mechanisms = {{{"mount-namespace", made_of},
                                                    {"user-namespace", made_of},
                                                    {"pid-namespace", made_of},
                                                    {"ipc-namespace", made_of},
                                                    {"uts-namespace", made_of},
                                                    {"cgroup-namespace", made_of},
                                                    {"network-namespace", opens},
                                                    {"packet-filter", opens},
                                                    {"system-calls", opens},
                                                    {"seccomp", opens},
                                                    {"capabilities", opens},
                                                    {"user-id", opens},
                                                    {"session", opens},
                                                    {"environment", opens},
                                                    {"user-mode-network", is_narrower},
                                                    {"resolver", is_narrower},
                                                    {"rlimits", is_everywhere},
                                                    {"supervisor", is_everywhere}}};

std::string_view why_never(std::string_view word) {
    const auto* const found =
        std::find_if(mechanisms.begin(), mechanisms.end(), [&](const auto& each) { return each.word == word; });
    return found != mechanisms.end() ? found->why_never : find_limit(word) ? is_everywhere : std::string_view();
}

void report_protection(FileResolver& file, const Word& word) {
    constexpr const char* what_may =
        "what may degrade are the limits that a cgroup keeps, `memory` and `cpus`, and what `require landlock` and `noexec` insist "
        "on: "
        "`landlock`";
    if (word.text == "cgroup") {
        file.session.error(DiagnosticKind::unknown_word, word.origin, "`cgroup` is not a protection by itself")
            .help("name what it keeps: `may-degrade memory cpus because \"…\"`");
        return;
    }
    if (const std::string_view why = why_never(word.text); !why.empty()) {
        file.session.refuse(DiagnosticKind::not_enforceable, word.origin, "no sandbox runs without " + quoted(word.text))
            .note(std::string(why))
            .help(what_may);
        return;
    }
    std::vector<std::string_view> words = degradable_words();
    for (const Protection& each : mechanisms) {
        words.push_back(each.word);
    }
    auto report = file.session.error(DiagnosticKind::unknown_word, word.origin, quoted(word.text) + " is not a protection");
    const auto near = nearest(word.text, words);
    report.help(near ? "did you mean `" + std::string(*near) + "`?" : what_may);
}

/// `memory` beside `all` says the same with a reason of its own, and stands for itself, in whichever order.
void add_degradation(FileResolver& file, const Statement& statement, Limit limit, const Degradation& degradation) {
    const auto [place, is_new] =
        file.own.may_degrade.try_emplace(limit, Setting<Degradation>{degradation, statement.origin(), statement.is_final});
    Setting<Degradation>& known = place->second;
    if (is_new || (degradation.by_all && !known.value.by_all)) {
        return;
    }
    if (known.value.by_all && !degradation.by_all) {
        known = Setting<Degradation>{degradation, statement.origin(), statement.is_final};
        return;
    }
    report_duplicate(file, statement.origin(), known.origin, "may-degrade " + std::string(to_text(limit)));
}

/// Likewise.
void add_landlock(FileResolver& file, const Statement& statement, const Degradation& degradation) {
    Slot<Degradation>& known = file.own.landlock_may_degrade;
    if (!known || (known->value.by_all && !degradation.by_all)) {
        known = Setting<Degradation>{degradation, statement.origin(), statement.is_final};
    } else if (known->value.by_all == degradation.by_all) {
        report_duplicate(file, statement.origin(), known->origin, "may-degrade landlock");
    }
}

/// The reason after `because`; nullopt after an error.
std::optional<std::string> reason_of(FileResolver& file, const Statement& statement, const std::vector<Word>& words,
                                     std::size_t because) {
    const auto reason = because + 1 < words.size() ? literal_value(file, words[because + 1]) : std::optional<std::string>("");
    if (reason && reason->empty()) {
        const bool stands = because + 1 < words.size();
        file.session
            .refuse(DiagnosticKind::degrade_unreasoned, stands ? words[because + 1].origin : statement.origin(),
                    stands ? "the reason is empty" : "`may-degrade` without a reason")
            .help(
                "say why it is acceptable to run without: `may-degrade memory because \"developer machines have no delegated "
                "cgroup\"`");
        return std::nullopt;
    }
    if (because + 2 < words.size()) {
        report_shape(file, statement, words[because + 2].origin, quoted(words[because + 2].text) + " follows the reason");
        return std::nullopt;
    }
    return reason;
}

}  // namespace

void resolve_may_degrade(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    refuse_optional(file, words);
    const auto because = static_cast<std::size_t>(
        std::find_if(words.begin(), words.end(),
                     [](const Word& word) { return word.kind == SyntaxKind::name && word.text == "because"; }) -
        words.begin());
    std::vector<Limit> limits;
    std::optional<Origin> all;
    bool landlock = false;
    bool good = complete;
    for (std::size_t i = 0; i < because; ++i) {
        const auto limit = find_limit(words[i].text);
        if (words[i].kind == SyntaxKind::name && words[i].text == every_degradable) {
            all = words[i].origin;
        } else if (words[i].kind == SyntaxKind::name && words[i].text == degradable_landlock) {
            landlock = true;
        } else if (limit && may_degrade(*limit)) {
            limits.push_back(*limit);
        } else {
            report_protection(file, words[i]);
            good = false;
        }
    }
    if (because == 0 && complete) {
        report_shape(file, statement, statement.origin(), "`may-degrade` names no protection");
        return;
    }
    const auto reason = complete ? reason_of(file, statement, words, because) : std::nullopt;
    if (!reason || !good) {
        return;
    }
    for (const Limit limit : limits) {
        add_degradation(file, statement, limit, Degradation{*reason, statement.origin(), false});
    }
    if (landlock) {
        add_landlock(file, statement, Degradation{*reason, statement.origin(), false});
    }
    if (all) {
        add_landlock(file, statement, Degradation{*reason, statement.origin(), true});
        file.session.profile.degrades_all = all;
        for (const Limit limit : degradable_limits) {
            add_degradation(file, statement, limit, Degradation{*reason, statement.origin(), true});
        }
    }
}

}  // namespace sbx::policy
