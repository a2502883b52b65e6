// Cuts bwrap.args at its NULs and reads records, words and options. An option that is not in the table is refused: a weaker form of
// an option (`--bind-try`, `--unshare-user-try`, `--cap-add`) must not pass even if a compiler wrote it (R-PRV-05).
#include "runtime/argument_records.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/number.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>

namespace sbx::runtime {

namespace {

/// bwrap(1); `destination` counts from 0.
struct OptionShape {
    std::string_view name;
    unsigned words;
    int destination;
};
constexpr OptionShape option_shapes[] = {
    {"--add-seccomp-fd", 1, -1},
    {"--assert-userns-disabled", 0, -1},
    {"--bind-fd", 2, 1},
    {"--cap-drop", 1, -1},
    {"--chdir", 1, -1},
    {"--dev", 1, 0},
    {"--dev-bind", 2, 1},
    {"--die-with-parent", 0, -1},
    {"--dir", 1, 0},
    {"--disable-userns", 0, -1},
    {"--gid", 1, -1},
    {"--hostname", 1, -1},
    {"--new-session", 0, -1},
    {"--perms", 1, -1},
    {"--proc", 1, 0},
    {"--remount-ro", 1, -1},
    {"--ro-bind-data", 2, 1},
    {"--ro-bind-fd", 2, 1},
    {"--seccomp", 1, -1},
    {"--size", 1, -1},
    {"--symlink", 2, 1},
    {"--tmpfs", 1, 0},
    {"--uid", 1, -1},
    {"--unshare-cgroup", 0, -1},
    {"--unshare-ipc", 0, -1},
    {"--unshare-net", 0, -1},
    {"--unshare-pid", 0, -1},
    {"--unshare-user", 0, -1},
    {"--unshare-uts", 0, -1},
};

[[noreturn]] void bad_record(const std::string& what) {
    refuse(step::verify, "bwrap.args is malformed: " + what, "compile the policy again");
}

class RecordReader {
public:
    explicit RecordReader(std::string_view bytes) : rest_(bytes) {
        if (!bytes.empty() && bytes.back() != '\0') {
            bad_record("its last string does not end");
        }
    }

    std::vector<Record> records() {
        if (rest_.empty() || next() != format::arguments_magic) {
            bad_record("it does not begin with " + quoted(format::arguments_magic));
        }
        std::vector<Record> result;
        std::string origin;
        while (!rest_.empty()) {
            Record record = read_record();
            if (record.guard == Guard::comment) {
                origin = std::move(record.origin);
            } else {
                record.origin = origin;
                result.push_back(std::move(record));
            }
        }
        return result;
    }

private:
    std::string_view rest_;
    std::uint64_t words_ = 0;

    std::string_view next() {
        if (rest_.empty()) {
            bad_record("it ends within a record");
        }
        const std::size_t end = rest_.find('\0');
        const std::string_view text = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return text;
    }

    Record read_record() {
        Record record;
        const std::string_view guard = next();
        const auto* const found = std::find(format::guards.begin(), format::guards.end(), guard);
        if (found == format::guards.end()) {
            bad_record(quoted(guard) + " is no guard");
        }
        record.guard = static_cast<Guard>(found - format::guards.begin());
        const bool comment = record.guard == Guard::comment;
        if (!comment && record.guard != Guard::always) {
            record.path = read_path(next());
        }
        const std::string_view count_text = next();
        const std::optional<std::uint64_t> count = read_number(count_text);
        if (!count || (comment && *count != 1)) {
            bad_record(quoted(count_text) + " is no count of words");
        }
        if (comment) {
            record.origin = std::string(next());
            return record;
        }
        words_ += *count;
        if (*count > format::max_argument_words || words_ > format::max_argument_words) {
            bad_record("it has more words than bubblewrap takes");
        }
        for (std::uint64_t left = *count; left > 0;) {
            left -= read_option(record, left);
        }
        return record;
    }

    std::uint64_t read_option(Record& record, std::uint64_t available) {
        const Word name = read_word(next());
        const std::string text = name.kind == WordKind::text && name.text.literal() && !name.text.parts.empty()
                                     ? name.text.parts[0].text
                                     : std::string();
        const auto* const shape = std::find_if(std::begin(option_shapes), std::end(option_shapes),
                                               [&text](const OptionShape& s) { return s.name == text; });
        if (shape == std::end(option_shapes)) {
            bad_record(quoted(text) + " is no option that this runtime hands to bubblewrap");
        }
        if (shape->words + 1 > available) {
            bad_record(quoted(text) + " lacks a word");
        }
        Option& option = record.options.emplace_back();
        option.name = text;
        option.destination = shape->destination;
        for (unsigned i = 0; i < shape->words; ++i) {
            option.words.push_back(read_word(next()));
        }
        return shape->words + 1;
    }

    static Template read_path(std::string_view text) {
        Template path;
        if (!text.empty() && text.front() == '=') {
            path = literal_text(text.substr(1));
        } else {
            path = read_template(text);
        }
        // What a parameter begins with is checked when it is bound; a literal is checked now.
        if (path.parts.empty() || (!path.parts[0].is_parameter && path.parts[0].text.front() != '/')) {
            bad_record(quoted(text) + " is no absolute path");
        }
        return path;
    }

    static std::string data_name(std::string_view number) {
        const bool digits = std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (number.size() < 3 || number.size() > 6 || !digits) {
            bad_record(quoted(number) + " numbers no data file");
        }
        return std::string(format::data_directory) + "/" + std::string(number);
    }

    static Word read_word(std::string_view text) {
        Word word;
        const char kind = text.empty() ? '\0' : text.front();
        switch (kind) {
            case '=':
                word.text = literal_text(text.substr(1));
                return word;
            case '"':
                word.text = read_template(text);
                return word;
            case '<':
            case '>':
                word.kind = WordKind::source;
                word.write = kind == '>';
                word.source_kind = read_source_kind(text);
                word.text = read_path(text.substr(2));
                return word;
            case '@':
            case '&':
                word.kind = kind == '@' ? WordKind::data : WordKind::data_template;
                word.data = data_name(text.substr(1));
                return word;
            case '#':
                if (text.size() == 1) {
                    word.kind = WordKind::filter;
                    return word;
                }
                break;
            default:
                break;
        }
        bad_record(quoted(text) + " is no typed word");
    }

    static SourceKind read_source_kind(std::string_view text) {
        switch (text.size() > 1 ? text[1] : '\0') {
            case '-':
                return SourceKind::any;
            case 'd':
                return SourceKind::directory;
            case 's':
                return SourceKind::socket;
            default:
                bad_record(quoted(text) + " has an unknown kind of source");
        }
    }
};

}  // namespace

std::vector<Record> read_argument_records(std::string_view bytes) {
    return RecordReader(bytes).records();
}

}  // namespace sbx::runtime
