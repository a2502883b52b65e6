// The `process` block: identity, command and isolation.
#include "compiler/policy/resolve_values.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

constexpr std::uint64_t highest_descriptor = 1023;

template <class T>
void fill(FileResolver& file, const Statement& statement, Slot<T>& slot, T value) {
    if (slot) {
        report_duplicate(file, statement.origin(), slot->origin, statement.keyword.text());
        return;
    }
    slot = Setting<T>{std::move(value), statement.origin(), statement.is_final};
}

void switch_on(FileResolver& file, const Statement& statement, const Origin& origin, const std::string& name) {
    const auto [place, is_new] = file.own.switches.try_emplace(name, Setting<bool>{true, origin, statement.is_final});
    if (!is_new) {
        report_duplicate(file, origin, place->second.origin, name);
    }
}

/// hostname(7): letters, digits, `-` and `.`; gethostname(2): at most 64 bytes.
bool is_host_name(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), fits) && name[0] != '-' && name[0] != '.';
}

/// From the first word to the last.
Origin joined_origin(const std::vector<Word>& words) {
    return {words.front().origin.file, {words.front().origin.span.begin, words.back().origin.span.end}};
}

/// How many words follow the one at `first` without white space, none of them in quotes: `A=b` has two.
std::size_t words_stuck_to(const std::vector<Word>& words, std::size_t first) {
    std::size_t last = first;
    while (last + 1 < words.size() && words[last + 1].kind != SyntaxKind::string && words[last].kind != SyntaxKind::string &&
           words[last + 1].origin.file == words[last].origin.file &&
           words[last + 1].origin.span.begin == words[last].origin.span.end) {
        ++last;
    }
    return last - first;
}

void report_unquoted(FileResolver& file, const std::vector<Word>& words, std::size_t first, std::size_t stuck) {
    const Origin origin{words[first].origin.file, {words[first].origin.span.begin, words[first + stuck].origin.span.end}};
    const std::string text(origin.file->text(origin.span));
    const std::string instead = Text(text).quoted();
    file.session.error(DiagnosticKind::bad_value, origin, quoted(text) + " is not a string")
        .help("put it in quotes: `" + instead + "`")
        .fix(origin, instead, true);
}

std::optional<PathValue> read_program(FileResolver& file, const Word& word) {
    if (word.kind != SyntaxKind::name || word.value) {
        return path_value(file, word);
    }
    file.session.error(DiagnosticKind::path_not_normal, word.origin, quoted(word.text) + " is not an absolute path")
        .help("no program is looked up in `PATH`: write where it is, as in `/usr/bin/" + std::string(word.text) + "`");
    return std::nullopt;
}

}  // namespace

void resolve_process_block(FileResolver& file, const Statement& statement) {
    const auto block = statement.view.block();
    if ((!block || !statement.items.empty()) && !statement.view.has_error()) {
        report_shape(file, statement, statement.items.empty() ? statement.origin() : statement.items[0].origin(),
                     "`process` takes a block and nothing else");
    }
    if (block) {
        resolve_statements(file, Context::process, block->statements());
    }
}

void resolve_run_as(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const auto words = words_of(file, statement.items);
    const bool has_names = std::any_of(words.begin(), words.end(), [](const Word& word) { return word.kind == SyntaxKind::name; });
    if (has_names) {
        file.session.error(DiagnosticKind::bad_value, joined_origin(words), "`run-as` takes numbers, not names")
            .note("names of users are not looked up: they differ between machines")
            .help("write the ids, as in `run-as 65532:65532`");
        return;
    }
    if (words.size() != 1) {
        report_shape(file, statement, second_or_whole(statement, words), "`run-as` takes one id or pair of ids");
        return;
    }
    if (words[0].kind == SyntaxKind::variable) {
        static_cast<void>(parameter_misfit(file, words[0], "an id"));
        return;
    }
    const auto ids = words[0].kind == SyntaxKind::literal ? parse_id_pair(words[0].text) : std::nullopt;
    if (!ids) {
        file.session.error(DiagnosticKind::bad_value, words[0].origin, quoted(words[0].text) + " is not a pair of ids")
            .help("write numbers below 4294967295, as in `run-as 65532:65532`");
        return;
    }
    if (ids->uid == 0 || ids->gid == 0) {
        file.session
            .error(DiagnosticKind::root_inside, words[0].origin,
                   ids->uid == 0 ? "`run-as` names id 0: the program would be the host's root"
                                 : "`run-as` names group 0: the program could do what the group of the host's root may")
            .help("name an id that owns nothing, as in `run-as 65532:65532`");
        return;
    }
    fill(file, statement, file.own.run_as, *ids);
}

void resolve_hostname(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const auto words = words_of(file, statement.items);
    if (words.size() != 1) {
        report_shape(file, statement, second_or_whole(statement, words), "`hostname` takes one name");
        return;
    }
    const Word& word = words[0];
    const bool is_bare = !word.value && (word.kind == SyntaxKind::name || word.kind == SyntaxKind::word);
    const auto text = is_bare ? std::optional(Text(std::string(word.text))) : text_value(file, word);
    if (!text) {
        return;
    }
    if (!text->is_literal()) {
        static_cast<void>(parameter_misfit(file, word, "a host name"));
    } else if (!is_host_name(text->literal())) {
        file.session.error(DiagnosticKind::bad_value, word.origin, quoted(text->literal()) + " is not a host name")
            .help("write letters, digits, `-` and `.`, at most 64 of them, as in `hostname build-1`");
    } else {
        fill(file, statement, file.own.hostname, *text);
    }
}

void resolve_command(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const SyntaxNode* begin = statement.items.data();
    const SyntaxNode* end = begin + statement.items.size();
    Command command;
    if (begin != end && begin->kind() == SyntaxKind::name && begin->text() == "only") {
        command.only = true;
        ++begin;
    }
    bool complete = true;
    const auto words = words_of(file, begin, end, &complete);
    refuse_optional(file, words);
    if (words.empty() || !complete) {
        if (complete) {
            report_shape(file, statement, statement.origin(), "`command` needs a program");
        }
        return;
    }
    const auto program = read_program(file, words[0]);
    if (program && program->directory) {
        report_value(file, statement, words[0], "a program: it ends in `/`");
        complete = false;
    }
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::size_t stuck = words_stuck_to(words, i);
        if (stuck > 0) {
            report_unquoted(file, words, i, stuck);
            complete = false;
            i += stuck;
            continue;
        }
        auto argument = text_value(file, words[i]);
        complete = complete && argument.has_value();
        command.arguments.push_back(std::move(argument).value_or(Text()));
    }
    if (program && complete) {
        command.program = program->path;
        fill(file, statement, file.own.command, std::move(command));
    }
}

void resolve_pass_descriptor(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    if (words.empty() && complete) {
        report_shape(file, statement, statement.origin(), "`pass-descriptor` needs a number");
    }
    for (const Word& word : words) {
        const auto number = word.kind == SyntaxKind::literal ? parse_count(word.text) : std::nullopt;
        if (!number || *number > highest_descriptor) {
            report_value(file, statement, word, "a descriptor: a number from 3 to " + std::to_string(highest_descriptor));
        } else if (*number <= 2) {
            file.session.error(DiagnosticKind::duplicate, word.origin, "descriptors 0, 1 and 2 are always passed")
                .help("remove it");
        } else {
            const auto [place, is_new] = file.own.descriptors.try_emplace(static_cast<std::uint32_t>(*number),
                                                                          Setting<bool>{true, word.origin, statement.is_final});
            if (!is_new) {
                report_duplicate(file, word.origin, place->second.origin, "pass-descriptor " + std::to_string(*number));
            }
        }
    }
}

void resolve_switch(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const std::string signature(statement.info->signature);
    const std::size_t space = signature.find(' ');
    const std::string wanted = space == std::string::npos ? std::string() : signature.substr(space + 1);
    const bool fits = wanted.empty() ? statement.items.empty() : statement.items.size() == 1 && statement.items[0].text() == wanted;
    if (!fits) {
        report_shape(
            file, statement, statement.items.empty() ? statement.origin() : statement.items[0].origin(),
            quoted(statement.keyword.text()) + (wanted.empty() ? " takes no value" : " takes `" + wanted + "` and nothing else"));
        return;
    }
    switch_on(file, statement, statement.origin(), std::string(statement.keyword.text()));
}

void resolve_share(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    if (statement.items.empty()) {
        report_shape(file, statement, statement.origin(), "`share` needs a namespace");
    }
    for (const SyntaxNode& item : statement.items) {
        if (item.text() == "ipc" || item.text() == "uts") {
            // Of several words each is a statement of its own, that a finding is about.
            const Origin origin = statement.items.size() == 1 ? statement.origin() : item.origin();
            switch_on(file, statement, origin, "share " + std::string(item.text()));
        } else {
            file.session
                .error(DiagnosticKind::unknown_word, item.origin(), quoted(item.text()) + " is not a namespace that can be shared")
                .help("write `share ipc` or `share uts`; the network is shared with `network host`");
        }
    }
}

}  // namespace sbx::policy
