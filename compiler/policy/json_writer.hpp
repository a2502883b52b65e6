// JSON text, written front to back without a tree in memory: a policy may have a hundred thousand entries. Two blanks a level, one
// entry a line, as nlohmann's dump(2) writes it; but a row, which is one thing to a reader, stands on one line. Assumes strings in
// UTF-8 and calls that nest; guarantees no byte that depends on anything else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sbx::policy {

class JsonWriter {
public:
    /// `body` writes the entries: `key` before each in an object, none in an array.
    template <class Body>
    void object(Body body) {
        nest('{', '}', row_, std::move(body));
    }
    template <class Body>
    void row_object(Body body) {
        nest('{', '}', true, std::move(body));
    }
    template <class Body>
    void array(Body body) {
        nest('[', ']', row_, std::move(body));
    }
    template <class Body>
    void row_array(Body body) {
        nest('[', ']', true, std::move(body));
    }
    JsonWriter& key(std::string_view name);
    void string(std::string_view value);
    void number(std::uint64_t value);
    void boolean(bool value);
    void null();

    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    template <class Body>
    void nest(char opener, char closer, bool as_row, Body body) {
        begin_entry();
        text_ += opener;
        ++depth_;
        const bool was_row = std::exchange(row_, as_row);
        const bool was_empty = std::exchange(empty_, true);
        body();
        --depth_;
        if (!empty_ && !row_) {
            new_line();
        }
        empty_ = was_empty;
        row_ = was_row;
        text_ += closer;
    }
    /// A comma and a new line, or a blank in a row; nothing behind a key.
    void begin_entry();
    void new_line();
    void quote(std::string_view value);

    std::string text_;
    std::size_t depth_ = 0;
    bool empty_ = true;  ///< nothing is in the innermost object or array yet
    bool behind_key_ = false;
    bool row_ = false;  ///< the innermost object or array stands on one line
};

}  // namespace sbx::policy
