// The `filesystem` block, and the nodes that come from the host: trees, devices, sockets. What a node may be is settled here; where
// it may stand among others is normalize_filesystem's, since that needs all layers.
#include "compiler/policy/resolve_nodes.hpp"
#include "compiler/policy/system_trees.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

/// What stands in the declaration is known here: no value may be what the statement could not name itself. The launch refuses the
/// others.
bool check_declared_values(FileResolver& file, const Declaration& declaration, const std::string& tail, bool writable) {
    const Parameter& parameter = declaration.parameter;
    const auto is_right = [&](const std::string& value, bool written) {
        const std::optional<SandboxPath> path = SandboxPath::literal(value + tail);
        return !path || check_source(file.session, declaration.origin, *path, written);
    };
    const auto is_right_source = [&](const std::string& value) { return is_right(value, writable); };
    if (parameter.under && !is_right(parameter.under->text(), false)) {
        return false;
    }
    if (parameter.default_value && parameter.one_of.empty() && !is_right_source(*parameter.default_value)) {
        return false;
    }
    return std::all_of(parameter.one_of.begin(), parameter.one_of.end(), is_right_source);
}

/// `statement`: the word's, where the tree is to be seen at its own place.
bool check_host_tree(FileResolver& file, const Word& word, const SandboxPath& source, bool writable,
                     const StatementView* statement) {
    if (!source.is_literal()) {
        const Declaration* declaration = look_up(file, source.parameter(), word.origin);
        if (declaration != nullptr && !check_declared_values(file, *declaration, source.tail(), writable)) {
            return false;
        }
        if (writable && source.tail().empty() && declaration != nullptr && declaration->parameter.under) {
            return check_parameter_source(file.session, word.origin, source.parameter(), *declaration->parameter.under,
                                          declaration->origin);
        }
        return true;
    }
    return check_source(file.session, word.origin, source, writable, statement);
}

struct HostTreeStatement {
    bool writable = false;
    bool noexec = false;
};

void place_tree(FileResolver& file, const Statement& statement, const Word& word, const HostTreeStatement& how, PathValue source,
                SandboxPath destination, const Word& at) {
    const bool is_in_place = source.path == destination && !source.directory;  // `proc` and what follows take no slash
    if (!check_host_tree(file, word, source.path, how.writable, is_in_place ? &statement.view : nullptr)) {
        return;
    }
    Node node;
    node.content = HostTree{std::move(source.path), how.writable, how.noexec};
    node.optional = word.optional;
    node.must_be_directory = source.directory;
    place(file, statement, at, std::move(destination), std::move(node));
}

void place_as(FileResolver& file, const Statement& statement, const std::vector<Word>& words, std::size_t as,
              const HostTreeStatement& how) {
    if (as != 1 || words.size() != 3) {
        report_shape(file, statement, words[as].origin, "`as` takes one source before it and one place after it");
        return;
    }
    auto source = path_value(file, words[0]);
    auto destination = destination_value(file, words[2]);
    if (words[2].optional) {
        file.session.error(DiagnosticKind::expected_item, words[2].origin, "`?` after the place")
            .help("put it after the source: `" + std::string(words[0].text) + "? as " + std::string(words[2].text) + "`");
        return;
    }
    if (source && destination) {
        source->directory = source->directory || destination->directory;
        place_tree(file, statement, words[0], how, std::move(*source), std::move(destination->path), words[2]);
    }
}

}  // namespace

void resolve_filesystem_block(FileResolver& file, const Statement& statement) {
    const auto block = statement.view.block();
    if (!block || !statement.items.empty()) {
        if (!statement.view.has_error()) {
            report_shape(file, statement, statement.items.empty() ? statement.origin() : statement.items[0].origin(),
                         "`filesystem` takes a block and nothing else");
        }
    }
    if (block) {
        const std::vector<StatementView> statements = block->statements();
        file.own.nodes.reserve(file.own.nodes.size() + statements.size());
        resolve_statements(file, Context::filesystem, statements);
    }
}

void resolve_host_tree(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    HostTreeStatement how{statement.keyword.text() == "write", false};
    bool complete = true;
    std::vector<Word> words = words_of(file, statement.items, &complete);
    const auto noexec = std::find_if(words.begin(), words.end(),
                                     [](const Word& word) { return word.kind == SyntaxKind::name && word.text == "noexec"; });
    if (noexec != words.end()) {
        how.noexec = true;
        if (noexec != words.begin()) {
            file.session.error(DiagnosticKind::expected_item, noexec->origin, "`noexec` stands before the path")
                .help("write " + quoted(std::string(statement.keyword.text()) + " noexec " + std::string(words.front().text)));
        }
        words.erase(noexec);
    }
    if (words.empty() && complete) {
        report_shape(file, statement, statement.origin(), quoted(statement.keyword.text()) + " needs a path");
        return;
    }
    const auto as = std::find_if(words.begin(), words.end(),
                                 [](const Word& word) { return word.kind == SyntaxKind::name && word.text == "as"; });
    if (as != words.end()) {
        place_as(file, statement, words, static_cast<std::size_t>(as - words.begin()), how);
        return;
    }
    for (const Word& word : words) {
        if (auto path = destination_value(file, word)) {
            SandboxPath destination = path->path;
            place_tree(file, statement, word, how, std::move(*path), std::move(destination), word);
        }
    }
}

namespace {

template <class Content, class Check>
void place_taken(FileResolver& file, const Statement& statement, Check check) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    if (words.empty() && complete) {
        report_shape(file, statement, statement.origin(), quoted(statement.keyword.text()) + " needs a path");
    }
    for (const Word& word : words) {
        const auto path = destination_value(file, word);
        if (path && check_not_root(file, statement, word, path->path) && check_no_slash(file, statement, word, *path) &&
            check(word, path->path)) {
            place(file, statement, word, path->path, {Content{}, word.optional, false, {}});
        }
    }
}

}  // namespace

void resolve_device(FileResolver& file, const Statement& statement) {
    const auto devices = SandboxPath::literal("/dev").value();
    place_taken<HostDevice>(file, statement, [&](const Word& word, const SandboxPath& path) {
        const Declaration* declaration = path.is_literal() ? nullptr : look_up(file, path.parameter(), word.origin);
        const SandboxPath& place_at = declaration != nullptr ? *declaration->parameter.under : path;
        if (devices.contains(place_at) && (declaration != nullptr || !(path == devices))) {
            return true;
        }
        file.session.error(DiagnosticKind::node_misplaced, word.origin, quoted(word.text) + " does not lie below `/dev`")
            .help("name the device by its place below /dev, as in `device /dev/fuse`; for `/dev` as a whole write `dev /dev`");
        return false;
    });
}

void resolve_socket(FileResolver& file, const Statement& statement) {
    place_taken<HostSocket>(file, statement, [](const Word&, const SandboxPath&) { return true; });
}

void resolve_workdir(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const auto words = words_of(file, statement.items);
    refuse_more(file, statement, words, 1);
    refuse_optional(file, words);
    if (words.empty()) {
        report_shape(file, statement, statement.origin(), "`workdir` needs a path");
        return;
    }
    const auto path = destination_value(file, words[0]);
    if (!path) {
        return;
    }
    if (file.own.workdir) {
        report_duplicate(file, words[0].origin, file.own.workdir->origin, "workdir");
        return;
    }
    file.own.workdir = Setting<SandboxPath>{path->path, words[0].origin, statement.is_final};
}

}  // namespace sbx::policy
