// Reads landlock.tab, from runtime/artifact_format.hpp.
#include "compiler/verify/landlock.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>

namespace sbx::verify {
namespace {

template <class Names>
RightBits read_names(std::string_view words, const Names& names, const char* what) {
    RightBits bits = 0;
    std::size_t next = 0;
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        const std::string_view word = words.substr(0, end);
        const auto found = std::find_if(names.begin(), names.end(), [&](const auto& known) { return known.name == word; });
        const auto place = static_cast<std::size_t>(found - names.begin());
        if (found == names.end() || place < next) {
            throw Malformed{"", named(word) + " is no " + what + ", or stands a second time or out of order"};
        }
        next = place + 1;
        bits |= RightBits{1} << place;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    if (bits == 0) {
        throw Malformed{"", std::string("there is no ") + what};
    }
    return bits;
}

class LandlockReader {
public:
    LandlockTable read(std::string_view bytes) {
        Lines lines(bytes);
        if (lines.next() != format::landlock_magic) {
            throw Malformed{"line 1", "it does not begin with " + named(format::landlock_magic)};
        }
        while (const auto line = lines.next()) {
            if (line->starts_with('#')) {
                continue;
            }
            try {
                read_line(*line, lines.place());
            } catch (Malformed& mistake) {
                mistake.place = lines.place();
                throw;
            }
        }
        return std::move(table_);
    }

private:
    LandlockTable table_;
    int last_ = -1;  ///< the place of the last line's first word in the order of the format

    void read_line(std::string_view line, std::string place) {
        const std::size_t blank = std::min(line.find(' '), line.size());
        const std::string_view word = line.substr(0, blank);
        const std::string_view rest = line.substr(std::min(blank + 1, line.size()));
        const auto plain = [](std::string_view text) { return text.substr(0, text.find(" # ")); };
        if (word == "path" || word == "path-if-exists") {
            follow(5);
            read_path(rest, word != "path", std::move(place));
        } else if (word == "require") {
            advance(0);
            table_.least = read_decimal(plain(rest));
            if (!table_.least) {
                throw Malformed{"", named(rest) + " is no version"};
            }
        } else if (plain(line) == "require-execute") {
            advance(1);
            table_.needs_execute = true;
        } else if (word == "handle") {
            advance(2);
            table_.handled = read_names(plain(rest), format::landlock_rights, "right");
        } else if (word == "scope") {
            advance(3);
            table_.scopes = read_names(plain(rest), format::landlock_scopes, "scope");
        } else if (plain(line) == "tcp none") {
            advance(4);
            table_.no_tcp = true;
        } else {
            throw Malformed{"", named(line) + " is no line of this table"};
        }
    }

    void follow(int order) {
        if (order < last_) {
            throw Malformed{"", "this line stands out of order"};
        }
        last_ = order;
    }
    void advance(int order) {
        if (order == last_) {
            throw Malformed{"", "this line stands here a second time"};
        }
        follow(order);
    }

    /// The template ends at the first quote that no backslash stands before.
    static std::size_t length_of_template(std::string_view text) {
        std::size_t at = text.empty() || text.front() != '"' ? text.size() : 1;
        while (at < text.size() && text[at] != '"') {
            at += text[at] == '\\' ? 2U : 1U;
        }
        if (at >= text.size()) {
            throw Malformed{"", "the path does not end"};
        }
        return at + 1;
    }

    void read_path(std::string_view rest, bool if_exists, std::string place) {
        const std::size_t length = length_of_template(rest);
        const SandboxPath path = as_path(read_template(rest.substr(0, length)));
        std::string_view rights = rest.substr(length);
        rights = rights.substr(0, rights.find(" # "));
        if (!rights.starts_with(' ')) {
            throw Malformed{"", "there is no right"};
        }
        if (!table_.paths.empty() && !(table_.paths.rbegin()->first < path)) {
            throw Malformed{"", named(path.text()) + " stands here a second time, or out of order"};
        }
        const RightBits bits = read_names(rights.substr(1), format::landlock_rights, "right");
        table_.paths.emplace(path, PermittedPath{bits, if_exists, std::move(place)});
    }
};

}  // namespace

LandlockTable read_landlock_table(std::string_view bytes) {
    return LandlockReader().read(bytes);
}

}  // namespace sbx::verify
