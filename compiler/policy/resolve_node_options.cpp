// The blocks of `tmpfs`, `dir` and `file`: a size and permission bits.
#include "compiler/policy/repeated_statement.hpp"
#include "compiler/policy/resolve_values.hpp"

namespace sbx::policy {

void read_node_options(FileResolver& file, const Statement& statement, Context context, NodeOptions& options) {
    const auto block = statement.view.block();
    if (!block) {
        return;
    }
    file.node_options = &options;
    resolve_statements(file, context, block->statements());
    file.node_options = nullptr;
}

void report_duplicate(FileResolver& file, Origin origin, Origin first, std::string_view what) {
    auto report = file.session.error(DiagnosticKind::duplicate, origin, "`" + std::string(what) + "` is said twice in this file");
    report.label(first, "first said here").help("remove one of the two");
    offer_removal_of_repeated(report, file.session, origin, first);
}

void resolve_node_size(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const auto words = words_of(file, statement.items);
    if (words.size() != 1) {
        report_shape(file, statement, second_or_whole(statement, words), "`size` takes one value");
        return;
    }
    if (words[0].kind == SyntaxKind::variable) {
        static_cast<void>(parameter_misfit(file, words[0], "a size"));
        return;
    }
    const auto size = parse_size(words[0].text);
    if (!size && parse_count(words[0].text) != 0) {
        report_size(file, words[0], "write " + forms(*statement.info));
        return;
    }
    // tmpfs(5): a size of 0 means no limit at all.
    if (!size || size->bytes < 4096) {
        file.session
            .error(DiagnosticKind::bad_value, words[0].origin, "a tmpfs of size " + quoted(words[0].text) + " holds nothing")
            .help("give it at least `size 4K`, or place a `dir`, which is empty and read-only");
        return;
    }
    if (file.node_options->size) {
        report_duplicate(file, statement.origin(), file.node_options->size->origin, "size");
        return;
    }
    file.node_options->size = {*size, statement.origin()};
}

void resolve_node_mode(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const auto words = words_of(file, statement.items);
    if (words.size() != 1) {
        report_shape(file, statement, second_or_whole(statement, words), "`mode` takes one value");
        return;
    }
    const auto mode = words[0].kind == SyntaxKind::literal ? parse_mode(words[0].text) : std::nullopt;
    if (!mode) {
        report_value(file, statement, words[0], "permission bits in octal, at most 7777");
        return;
    }
    if (file.node_options->mode) {
        report_duplicate(file, statement.origin(), file.node_options->mode->origin, "mode");
        return;
    }
    file.node_options->mode = {*mode, statement.origin()};
}

void report_unit(FileResolver& file, const Word& word, const std::string& unit, const std::string& units) {
    auto report = file.session.error(DiagnosticKind::unit_missing, word.origin, quoted(word.text) + " has no unit");
    report.help("write `" + std::string(word.text) + unit + "` if that is what you mean: " + units);
    if (word.origin.file->text(word.origin.span) == word.text) {
        report.fix(word.origin, std::string(word.text) + unit, false);
    }
}

void report_size(FileResolver& file, const Word& word, std::string_view otherwise) {
    if (parse_count(word.text)) {
        report_unit(file, word, "M", "a size has a unit: B, K, M, G or T");
        return;
    }
    const std::size_t digits = std::min(word.text.find_first_not_of("0123456789_"), word.text.size());
    const std::string suffix(word.text.substr(digits));
    const bool is_plain = word.text.substr(0, digits).find('_') == std::string_view::npos;
    if (digits > 0 && is_plain && (suffix.empty() || parse_size("1" + suffix))) {
        file.session.error(DiagnosticKind::bad_value, word.origin, quoted(word.text) + " is more than 64 bits can count")
            .help(std::string(otherwise));
        return;
    }
    auto report = file.session.error(DiagnosticKind::bad_value, word.origin, quoted(word.text) + " is not a size");
    std::string unit(1, suffix.empty() ? 'M' : suffix[0]);
    unit[0] = unit[0] >= 'a' && unit[0] <= 'z' ? static_cast<char>(unit[0] - 'a' + 'A') : unit[0];
    const std::string instead = std::string(word.text.substr(0, digits)) + unit;
    const bool names_unit = suffix.size() <= 3 && suffix.find_first_not_of("kmgtKMGTiB") == std::string::npos;
    if (digits > 0 && names_unit && parse_size(instead)) {
        report.help("write `" + instead + "`: the units are B, K, M, G and T, powers of 1024");
        if (word.origin.file->text(word.origin.span) == word.text) {
            report.fix(word.origin, instead, false);
        }
    } else {
        report.help(std::string(otherwise)).note("the units are B, K, M, G and T, powers of 1024");
    }
}

bool parameter_misfit(FileResolver& file, const Word& word, const std::string& wanted) {
    auto report = file.session.error(DiagnosticKind::parameter_misused, word.origin, "a launch parameter can't be " + wanted);
    const bool is_name = word.kind == SyntaxKind::variable && !is_built_in(variable_name(word.text));
    const Declaration* declaration = is_name ? look_up(file, variable_name(word.text), word.origin) : nullptr;
    if (declaration != nullptr) {
        report.label(declaration->origin, "declared here");
    }
    report.help("write the value out, or use a `let`, which `-D NAME=VALUE` replaces when the policy is compiled");
    return false;
}

}  // namespace sbx::policy
