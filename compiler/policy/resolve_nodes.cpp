// Nodes that the policy makes, and does not take from the host: tmpfs, directories, files, links, masks, proc and dev.
#include "compiler/policy/resolve_nodes.hpp"

#include <algorithm>

namespace sbx::policy {

void place(FileResolver& file, const Statement& statement, const Word& word, SandboxPath path, Node node) {
    node.origin = word.origin;
    file.own.nodes.push_back({std::move(path), std::move(node), statement.is_final});
}

// The root is always an empty read-only directory: only a host tree can stand there instead.
bool check_not_root(FileResolver& file, const Statement& statement, const Word& word, const SandboxPath& path) {
    if (!path.is_root()) {
        return true;
    }
    file.session.error(DiagnosticKind::node_misplaced, word.origin, quoted(statement.keyword.text()) + " can't stand at `/`")
        .note("the root of the sandbox is an empty read-only directory unless a `read` gives another")
        .help("place it at a directory below, as in `" + std::string(statement.keyword.text()) + " /scratch`");
    return false;
}

bool check_not_parameter(FileResolver& file, const Statement& statement, const Word& word, const SandboxPath& path) {
    if (path.is_literal() || !path.tail().empty()) {
        return true;
    }
    file.session
        .error(DiagnosticKind::parameter_misused, word.origin,
               quoted(statement.keyword.text()) + " can't stand at a parameter, whose value is a directory of the host")
        .help("write a fixed path, or a place below, as in `" + std::string(statement.keyword.text()) + " $" + path.parameter() +
              "/NAME`");
    return false;
}

void refuse_more(FileResolver& file, const Statement& statement, const std::vector<Word>& words, std::size_t most) {
    if (words.size() > most) {
        report_shape(file, statement, words[most].origin, quoted(words[most].text) + " is one too many");
    }
}

// A node that is no directory is written without the slash that says so.
bool check_no_slash(FileResolver& file, const Statement& statement, const Word& word, const PathValue& path) {
    if (!path.directory) {
        return true;
    }
    file.session
        .error(DiagnosticKind::bad_value, word.origin,
               quoted(word.text) + " asserts a directory, which `" + std::string(statement.keyword.text()) + "` is not")
        .help("write `" + path.path.text() + "`, without the trailing `/`");
    return false;
}

namespace {

/// One path for a node that is made, not taken from the host.
std::optional<PathValue> one_path(FileResolver& file, const Statement& statement, const std::vector<Word>& words) {
    if (words.empty()) {
        report_shape(file, statement, statement.origin(), quoted(statement.keyword.text()) + " needs a path");
        return std::nullopt;
    }
    const auto path = destination_value(file, words[0]);
    if (words[0].optional) {
        refuse_optional(file, {words[0]});
    }
    if (!path || !check_not_root(file, statement, words[0], path->path)) {
        return std::nullopt;
    }
    return path;
}

template <class Content>
void place_made(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const auto words = words_of(file, statement.items);
    refuse_more(file, statement, words, 1);
    const auto path = one_path(file, statement, words);
    if (path && check_not_parameter(file, statement, words[0], path->path)) {
        place(file, statement, words[0], path->path, {Content{}, false, false, {}});
    }
}

}  // namespace

void resolve_tmpfs(FileResolver& file, const Statement& statement) {
    const auto words = words_of(file, statement.items);
    NodeOptions options;
    read_node_options(file, statement, Context::tmpfs_options, options);
    refuse_more(file, statement, words, 1);
    if (const auto path = one_path(file, statement, words)) {
        Tmpfs tmpfs;
        tmpfs.size = options.size ? options.size->value : tmpfs.size;
        tmpfs.mode = options.mode ? options.mode->value : tmpfs.mode;
        place(file, statement, words[0], path->path, {tmpfs, false, false, {}});
    }
}

void resolve_directory(FileResolver& file, const Statement& statement) {
    const auto words = words_of(file, statement.items);
    NodeOptions options;
    read_node_options(file, statement, Context::dir_options, options);
    refuse_more(file, statement, words, 1);
    if (const auto path = one_path(file, statement, words)) {
        EmptyDirectory directory;
        directory.mode = options.mode ? options.mode->value : directory.mode;
        place(file, statement, words[0], path->path, {directory, false, false, {}});
    }
}

void resolve_data_file(FileResolver& file, const Statement& statement) {
    const auto words = words_of(file, statement.items);
    NodeOptions options;
    read_node_options(file, statement, Context::file_options, options);
    if (words.size() < 2) {
        report_shape(file, statement, statement.origin(), "`file` takes a path and its contents");
        return;
    }
    refuse_more(file, statement, words, 2);
    const auto path = one_path(file, statement, words);
    const auto contents = text_value(file, words[1]);
    if (path && contents && check_no_slash(file, statement, words[0], *path) &&
        check_not_parameter(file, statement, words[0], path->path)) {
        DataFile data;
        data.contents = *contents;
        data.mode = options.mode ? options.mode->value : data.mode;
        place(file, statement, words[0], path->path, {std::move(data), false, false, {}});
    }
}

void resolve_link(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    const auto arrow = std::find_if(statement.items.begin(), statement.items.end(),
                                    [](const SyntaxNode& item) { return item.kind() == SyntaxKind::arrow; });
    const SyntaxNode* begin = statement.items.data();
    const SyntaxNode* middle = begin + (arrow - statement.items.begin());
    const SyntaxNode* end = begin + statement.items.size();
    const auto words = words_of(file, begin, middle);
    const auto targets = arrow == statement.items.end() ? std::vector<Word>{} : words_of(file, middle + 1, end);
    if (words.size() != 1 || targets.size() != 1) {
        report_shape(file, statement, statement.origin(), "`symlink` takes a path, `->` and one target");
        return;
    }
    const auto path = one_path(file, statement, words);
    const Word& target = targets[0];
    const bool verbatim = !target.value && (target.kind == SyntaxKind::word || target.kind == SyntaxKind::name ||
                                            (target.kind == SyntaxKind::path && target.text.front() == '/'));
    const auto text = verbatim ? std::optional(std::string(target.text)) : literal_value(file, target);
    if (target.optional) {
        refuse_optional(file, {target});
    }
    if (verbatim && target.text.front() == '$') {
        const std::string name(variable_name(target.text));
        file.session.error(DiagnosticKind::bad_value, target.origin, "the target of a link is taken as it is written, `$` included")
            .help("for what `$" + name + "` stands for, write a string: `\"${" + name + "}" +
                  std::string(target.text.substr(name.size() + 1)) + "\"`");
        return;
    }
    if (text && (text->empty() || text->size() > 4095)) {
        report_value(file, statement, target, "the target of a link, which has between 1 and 4095 bytes");
    } else if (path && text && check_no_slash(file, statement, words[0], *path) &&
               check_not_parameter(file, statement, words[0], path->path)) {
        place(file, statement, words[0], path->path, {Link{*text}, false, false, {}});
    }
}

void resolve_hide(FileResolver& file, const Statement& statement) {
    refuse_block(file, statement);
    bool complete = true;
    const auto words = words_of(file, statement.items, &complete);
    if (words.empty() && complete) {
        report_shape(file, statement, statement.origin(), "`hide` needs a path");
    }
    for (const Word& word : words) {
        if (word.optional) {
            auto report = file.session.error(DiagnosticKind::optional_hide, word.origin, "`hide` takes no `?`");
            report.note("what does not exist at launch needs no mask, or is reserved: a `hide` never fails for that");
            report.help("remove the `?`");
            if (word.origin.file->text(word.origin.span) == word.text) {
                report.fix({word.origin.file, {word.origin.span.end, word.origin.span.end + 1}}, "", true);
            }
        }
        const auto path = destination_value(file, word);
        if (path && check_not_root(file, statement, word, path->path)) {
            place(file, statement, word, path->path, {Mask{path->directory}, false, path->directory, {}});
        }
    }
}

void resolve_proc(FileResolver& file, const Statement& statement) {
    place_made<Procfs>(file, statement);
}
void resolve_dev(FileResolver& file, const Statement& statement) {
    place_made<DeviceDirectory>(file, statement);
}

}  // namespace sbx::policy
