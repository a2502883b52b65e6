// bwrap.args, cut at its NULs; see runtime/artifact_format.hpp, which it is written from, and bwrap(1) for what options take.
#include "compiler/verify/argument_records.hpp"

#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

constexpr std::array<std::string_view, 10> guard_words = {
    "always",       "if-exists",      "if-directory",      "if-file",     "must-exist", "must-be-directory",
    "must-be-file", "hide-directory", "reserve-directory", "reserve-file"};

constexpr std::array<std::pair<std::string_view, std::size_t>, 30> options = {{{"--add-seccomp-fd", 1},
                                                                               {"--bind", 2},
                                                                               {"--bind-fd", 2},
                                                                               {"--cap-drop", 1},
                                                                               {"--chdir", 1},
                                                                               {"--dev", 1},
                                                                               {"--dev-bind", 2},
                                                                               {"--die-with-parent", 0},
                                                                               {"--dir", 1},
                                                                               {"--disable-userns", 0},
                                                                               {"--gid", 1},
                                                                               {"--hostname", 1},
                                                                               {"--new-session", 0},
                                                                               {"--perms", 1},
                                                                               {"--proc", 1},
                                                                               {"--remount-ro", 1},
                                                                               {"--ro-bind", 2},
                                                                               {"--ro-bind-data", 2},
                                                                               {"--ro-bind-fd", 2},
                                                                               {"--seccomp", 1},
                                                                               {"--size", 1},
                                                                               {"--symlink", 2},
                                                                               {"--tmpfs", 1},
                                                                               {"--uid", 1},
                                                                               {"--unshare-cgroup", 0},
                                                                               {"--unshare-ipc", 0},
                                                                               {"--unshare-net", 0},
                                                                               {"--unshare-pid", 0},
                                                                               {"--unshare-user", 0},
                                                                               {"--unshare-uts", 0}}};

class ArgumentReader {
public:
    ArgumentReader(std::string_view bytes, const BundleFiles& files, std::set<std::string>& used)
        : rest_(bytes), files_(files), used_(used) {}

    std::vector<Record> read() {
        if (rest_.empty() || rest_.back() != '\0') {
            throw Malformed{"", "the last string does not end: the file was cut short"};
        }
        if (next() != format::arguments_magic) {
            throw Malformed{"", "it does not begin with " + named(format::arguments_magic)};
        }
        std::vector<Record> records;
        // A record without options is six strings, its comment's three included; others are longer.
        records.reserve(static_cast<std::size_t>(std::count(rest_.begin(), rest_.end(), '\0')) / 6 + 1);
        while (!rest_.empty()) {
            try {
                read_record(records);
            } catch (Malformed& mistake) {
                mistake.place = place(records.size() + 1).text();
                throw;
            }
        }
        if (words_ > format::max_argument_words) {
            throw Malformed{"", "it has " + std::to_string(words_) + " words, more than bubblewrap takes"};
        }
        return records;
    }

private:
    [[nodiscard]] RecordPlace place(std::size_t number) const { return {false, static_cast<std::uint32_t>(number), comment_}; }

    std::string_view next() {
        if (rest_.empty()) {
            throw Malformed{"", "the file ends within a record"};
        }
        const std::size_t end = rest_.find('\0');
        const std::string_view string = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return string;
    }

    std::uint64_t count() {
        const std::string_view text = next();
        const auto count = read_decimal(text);
        if (!count) {
            throw Malformed{"", named(text) + " is no number of words"};
        }
        return *count;
    }

    void read_record(std::vector<Record>& records) {
        const std::string_view word = next();
        if (word == "comment") {
            if (count() != 1) {
                throw Malformed{"", "a comment is one word"};
            }
            comment_ = next();
            return;
        }
        const auto guard = find_guard(word);
        if (!guard) {
            throw Malformed{"", named(word) + " is no guard"};
        }
        Record record;
        record.guard = *guard;
        if (*guard != Guard::always) {
            record.guarded = read_path(next());
        }
        for (std::uint64_t left = count(); left > 0;) {
            left -= read_option(record, left);
        }
        record.place = place(records.size() + 1);
        records.push_back(std::move(record));
    }

    static SandboxPath read_path(std::string_view word) {
        auto literal = word.starts_with('=') ? SandboxPath::literal(word.substr(1)) : std::nullopt;
        return literal ? *std::move(literal) : as_path(read_word(word));
    }

    std::uint64_t read_option(Record& record, std::uint64_t available) {
        const std::string_view word = next();
        const auto arity = word.starts_with('=') ? option_arity(word.substr(1)) : std::nullopt;
        if (!arity) {
            throw Malformed{"", named(word) + " is no option that a launcher may hand to bubblewrap"};
        }
        if (*arity + 1 > available) {
            throw Malformed{"", named(word) + " lacks an operand"};
        }
        Option option{std::string(word.substr(1)), {}};
        for (std::size_t i = 0; i < *arity; ++i) {
            option.operands.push_back(read_operand(next()));
        }
        record.options.push_back(std::move(option));
        words_ += *arity + 1;
        return *arity + 1;
    }

    Operand read_operand(std::string_view word) {
        const char kind = word.empty() ? '\0' : word.front();
        switch (kind) {
            case '<':
            case '>':
                return Source{read_path(word.substr(std::min<std::size_t>(2, word.size()))), source_kind(word), kind == '>'};
            case '@':
                return Data{Text(data_file(word.substr(1)))};
            case '&':
                return Data{read_template(data_file(word.substr(1)))};
            case '#':
                if (word.size() == 1) {
                    return Filter{};
                }
                break;
            default:
                break;
        }
        return read_word(word);
    }

    static SourceKind source_kind(std::string_view word) {
        switch (word.size() > 1 ? word[1] : '\0') {
            case '-':
                return SourceKind::any;
            case 'd':
                return SourceKind::directory;
            case 's':
                return SourceKind::socket;
            default:
                throw Malformed{"", named(word) + " has no kind of source"};
        }
    }

    std::string_view data_file(std::string_view number) {
        std::string name = std::string(format::data_directory) + "/" + std::string(number);
        const auto file = files_.find(name);
        if (file == files_.end()) {
            throw Malformed{"", named(name) + " is used, and the bundle has no such file"};
        }
        used_.insert(std::move(name));
        return file->second.bytes;
    }

    std::string_view rest_;
    const BundleFiles& files_;
    std::set<std::string>& used_;
    std::string_view comment_;
    std::uint64_t words_ = 0;
};

}  // namespace

std::string RecordPlace::text() const {
    const std::string text = (is_line ? "line " : "record ") + std::to_string(number);
    return comment.empty() ? text : text + " (" + std::string(comment) + ")";
}

std::string_view to_text(Guard guard) {
    return guard_words.at(static_cast<std::size_t>(guard));
}

std::optional<Guard> find_guard(std::string_view word) {
    const auto* const found = std::find(guard_words.begin(), guard_words.end(), word);
    return found == guard_words.end() ? std::nullopt : std::optional(static_cast<Guard>(found - guard_words.begin()));
}

std::optional<std::size_t> option_arity(std::string_view name) {
    const auto* const found = std::find_if(options.begin(), options.end(), [&](const auto& row) { return row.first == name; });
    return found == options.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Record> read_arguments(std::string_view bytes, const BundleFiles& files, std::set<std::string>& used) {
    return ArgumentReader(bytes, files, used).read();
}

}  // namespace sbx::verify
