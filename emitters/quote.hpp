// The only ways for a string to reach an artifact. Each type takes any bytes that its format can hold, and its text is then safe in
// that format whatever the bytes were. What a format cannot hold (NUL in a word) is a broken promise of an earlier stage.
#pragma once

#include "compiler/plan/execution_plan.hpp"

#include <concepts>
#include <fmt/format.h>
#include <string>
#include <string_view>

namespace sbx::emit {

/// One word for a POSIX shell, always in single quotes; a quote is `'\''` (XCU 2.2.2). No NUL.
class ShellWord {
public:
    explicit ShellWord(std::string_view bytes);
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// The bytes and a NUL. No NUL before it.
class NulTerminated {
public:
    explicit NulTerminated(std::string_view bytes);
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// A template of runtime/artifact_format.hpp, with its double quotes: `"job-${name}"`. One line, no control bytes.
class Template {
public:
    explicit Template(const plan::Text& value);
    explicit Template(const plan::SandboxPath& path);
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// Words for people behind a `#`: one line, control bytes shown as `?`.
class Comment {
public:
    explicit Comment(std::string_view bytes);
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// A bare name in a table or in `${…}`: letters, digits, `_`, `-`, and a trailing `*` in a pattern.
class Name {
public:
    explicit Name(std::string_view bytes);
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

template <class T>
concept Quoted = std::same_as<T, ShellWord> || std::same_as<T, NulTerminated> || std::same_as<T, Template> ||
    std::same_as<T, Comment> || std::same_as<T, Name>;

template <Quoted T>
[[nodiscard]] const std::string& to_string(const T& quoted) {
    return quoted.text();
}

}  // namespace sbx::emit

template <sbx::emit::Quoted T>
struct fmt::formatter<T> : fmt::formatter<std::string_view> {
    template <class Context>
    auto format(const T& quoted, Context& context) const {
        return fmt::formatter<std::string_view>::format(quoted.text(), context);
    }
};
