// The other way round of JsonWriter: reads JSON in the one form that it writes, byte by byte, so that white space, the order of
// keys and the spelling of numbers are no matter of taste. Assumes nothing about its input; guarantees an answer or a NotCanonical,
// in linear time and with a stack as deep as the reader's own calls.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sbx::policy {

/// Thrown at the first byte that cannot stand where it does; caught by the function that was given the text.
struct NotCanonical {
    std::size_t line = 1;
    std::string what;  ///< lower case, one line: what was expected and what is there
};

class CanonicalReader {
public:
    explicit CanonicalReader(std::string_view text) : text_(text) {}

    /// An object of fixed keys: `body` reads each with key() and a value. A key that it does not ask for is refused.
    template <class Body>
    void object(Body body) {
        open('{');
        body();
        if (more('}')) {
            refuse_key();
        }
    }
    /// The same on one line, with all that is in it.
    template <class Body>
    void row_object(Body body) {
        const bool was_row = std::exchange(row_, true);
        object(std::move(body));
        row_ = was_row;
    }
    /// An object of any keys: `each` is given the key and reads the value.
    template <class Each>
    void map(Each each) {
        open('{');
        while (more('}')) {
            each(read_key());
        }
    }
    template <class Each>
    void array(Each each) {
        open('[');
        while (more(']')) {
            each();
        }
    }
    template <class Each>
    void row_array(Each each) {
        const bool was_row = std::exchange(row_, true);
        array(std::move(each));
        row_ = was_row;
    }
    void key(std::string_view name);
    /// The next key of an object, where several may stand.
    [[nodiscard]] std::string any_key();
    [[nodiscard]] std::string string();
    [[nodiscard]] std::uint64_t number();
    [[nodiscard]] bool boolean();
    /// True, and read, where `null` stands.
    [[nodiscard]] bool null();
    /// The next byte, without reading it: `"`, `{`, a digit … NUL at the end.
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    /// A line end, and nothing after it.
    void finish();

    [[noreturn]] void refuse(std::string what) const;

private:
    void open(char opener);
    /// Another entry begins (true), or the container ends (false).
    [[nodiscard]] bool more(char closer);
    [[nodiscard]] std::string read_key();
    [[noreturn]] void refuse_key();
    [[nodiscard]] bool accept(std::string_view bytes);
    void expect(std::string_view bytes, std::string_view what);
    void new_line();
    [[nodiscard]] std::string found() const;

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t depth_ = 0;
    bool empty_ = true;  ///< nothing of the innermost container was read yet
    bool row_ = false;   ///< it stands on one line
};

}  // namespace sbx::policy
