// One record a step: a guard, a count, and words that say what they are, so that nothing is put together as text at launch.
#include "emitters/bwrap_arguments.hpp"

#include "compiler/plan/invariant.hpp"
#include "compiler/plan/visit.hpp"
#include "compiler/plan/words.hpp"
#include "emitters/data_files.hpp"
#include "emitters/quote.hpp"
#include "runtime/artifact_format.hpp"

#include <initializer_list>

namespace sbx::emit {
namespace {

static_assert(plan::word_limit == format::max_argument_words);

std::string literal(std::string_view text) {
    return fmt::format("={}", text);
}
std::string text_word(const plan::Text& text) {
    return text.is_literal() ? literal(text.literal()) : Template(text).text();
}
std::string mode_word(std::uint32_t mode) {
    return fmt::format("={:04o}", mode);
}

std::string_view guard_word(plan::Guard guard) {
    switch (guard) {
        case plan::Guard::always:
            return "always";
        case plan::Guard::if_exists:
            return "if-exists";
        case plan::Guard::if_directory:
            return "if-directory";
        case plan::Guard::if_file:
            return "if-file";
        case plan::Guard::must_exist:
            return "must-exist";
        case plan::Guard::must_be_directory:
            return "must-be-directory";
        case plan::Guard::must_be_file:
            return "must-be-file";
        case plan::Guard::hide_directory:
            return "hide-directory";
        case plan::Guard::reserve_directory:
            return "reserve-directory";
        case plan::Guard::reserve_file:
            return "reserve-file";
    }
    return "must-exist";
}

char kind_byte(plan::SourceKind kind) {
    switch (kind) {
        case plan::SourceKind::any:
            return '-';
        case plan::SourceKind::directory:
            return 'd';
        case plan::SourceKind::socket:
            return 's';
    }
    return '-';
}

/// A firm directory is mounted writable, but the launch does not ask whether its own entries can be changed.
std::string source_word(const plan::Bind& bind) {
    const char purpose = bind.writable && !bind.pin ? '>' : '<';
    return std::string{purpose, kind_byte(bind.kind)} + path_word(bind.source);
}

class ArgumentWriter {
public:
    ArgumentWriter() { put(format::arguments_magic); }

    void comment(const Origin& origin, std::string_view otherwise) {
        const std::string place = origin.known() ? origin.describe_stable() : std::string(otherwise);
        if (!place.empty() && place != last_comment_) {
            last_comment_ = place;
            put("comment");
            put("1");
            put(Comment(place).text());
        }
    }
    void record(const std::vector<std::string>& words) { record(plan::Guard::always, {}, words); }
    void record(plan::Guard guard, const plan::SandboxPath& guarded, const std::vector<std::string>& words) {
        put(guard_word(guard));
        if (guard != plan::Guard::always) {
            put(path_word(guarded));
        }
        put(fmt::format("{}", words.size()));
        for (const std::string& word : words) {
            put(word);
        }
        words_ += words.size();
    }
    [[nodiscard]] std::size_t words() const { return words_; }
    [[nodiscard]] std::string take() { return std::move(bytes_); }

private:
    void put(std::string_view string) { bytes_ += NulTerminated(string).text(); }

    std::string bytes_;
    std::string last_comment_;
    std::size_t words_ = 0;
};

/// Adds a mount's words to those of its step.
void append_words(std::vector<std::string>& words, const plan::Mount& mount, DataFiles& data) {
    const auto add = [&words](std::initializer_list<std::string> more) { words.insert(words.end(), more); };
    std::visit(plan::Overloaded{
                   [&](const plan::Bind& bind) {
                       add({literal(bind.writable ? "--bind-fd" : "--ro-bind-fd"), source_word(bind), path_word(bind.destination)});
                   },
                   [&](const plan::BindDevice& device) {
                       add({literal("--dev-bind"), path_word(device.path), path_word(device.path)});
                   },
                   [&](const plan::MountTmpfs& tmpfs) {
                       add({literal("--perms"), mode_word(tmpfs.mode), literal("--size"), fmt::format("={}", tmpfs.size),
                            literal("--tmpfs"), path_word(tmpfs.destination)});
                   },
                   [&](const plan::MakeDirectory& directory) {
                       add({literal("--perms"), mode_word(directory.mode), literal("--dir"), path_word(directory.destination)});
                   },
                   [&](const plan::PlaceFile& file) {
                       add({literal("--perms"), mode_word(file.mode), literal("--ro-bind-data"), data.word_for(file.contents),
                            path_word(file.destination)});
                   },
                   [&](const plan::MakeLink& link) {
                       add({literal("--symlink"), literal(link.target), path_word(link.destination)});
                   },
                   [&](const plan::MountProc& proc) {
                       add({literal("--proc"), path_word(proc.destination)});
                   },
                   [&](const plan::MountDev& dev) {
                       add({literal("--dev"), path_word(dev.destination)});
                   },
                   [&](const plan::RemountReadOnly& remount) {
                       add({literal("--remount-ro"), path_word(remount.destination)});
                   },
                   [](const plan::Require&) {},
               },
               mount);
}

void write_switches(ArgumentWriter& writer, const plan::ProcessPlan& process) {
    std::vector<std::string> words;
    for (const std::string& option : process.options) {
        words.push_back(literal(option));
    }
    const auto built_in = [](std::string_view name) {
        plan::Text text;
        text.append_parameter(name);
        return Template(text).text();
    };
    words.insert(words.end(), {literal("--uid"), built_in("uid"), literal("--gid"), built_in("gid")});
    if (!process.process.share_uts.value) {  // bubblewrap refuses --hostname without a namespace of its own
        words.insert(words.end(), {literal("--hostname"), text_word(process.process.hostname.value)});
    }
    writer.record(words);
}

void write_last(ArgumentWriter& writer, const plan::ProcessPlan& process) {
    const plan::SandboxPath directory = process.workdir.value_or(plan::SandboxPath());
    writer.record({literal("--add-seccomp-fd"), "#", literal("--chdir"), path_word(directory)});
}

}  // namespace

std::string path_word(const plan::SandboxPath& path) {
    return path.is_literal() ? literal(path.tail()) : Template(path).text();
}

BwrapArguments bwrap_arguments(const plan::ExecutionPlan& plan) {
    constexpr std::string_view everywhere = "every sandbox";
    ArgumentWriter writer;
    DataFiles data;
    writer.comment({}, everywhere);
    write_switches(writer, plan.process);
    for (const plan::MountStep& step : plan.mounts.steps) {
        std::vector<std::string> words;
        for (const plan::Mount& mount : step.mounts) {
            append_words(words, mount, data);
        }
        writer.comment(step.origin, everywhere);
        writer.record(step.guard, step.guarded, words);
    }
    writer.comment({}, everywhere);
    write_last(writer, plan.process);
    plan::invariant(writer.words() == plan::word_count(plan), "as many words as the plan counts");
    return BwrapArguments{writer.take(), data.take()};
}

}  // namespace sbx::emit
