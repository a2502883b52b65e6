// A source file and places in it. Assumes nothing; guarantees that a Span always lies inside its file's text.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

/// A half-open range of bytes, `[begin, end)`, in one file.
struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    friend bool operator==(const Span&, const Span&) = default;
};

/// A place for people: both counted from 1; columns count code points, a tab is one.
struct LineColumn {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
};

/// The bytes of one file, read once, and where its lines begin. The name is what messages show: the path as the user
/// wrote it (or as derived from it for a `use`), `std/NAME` for a fragment inside the compiler, `<stdin>`, `<command line>`.
class SourceFile {
public:
    /// `stable_name` is what artifacts carry: the path relative to the root profile's directory, so that the same input gives the
    /// same bytes from any working directory. It is `name` unless given.
    SourceFile(std::string name, std::string text);
    SourceFile(std::string name, std::string stable_name, std::string text);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& stable_name() const { return stable_name_; }
    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] std::string_view text(Span span) const;
    [[nodiscard]] LineColumn position(std::uint32_t offset) const;
    /// The whole line (without its end) that holds `offset`, and the offset at which it begins.
    [[nodiscard]] Span line_around(std::uint32_t offset) const;

private:
    std::string name_;
    std::string stable_name_;
    std::string text_;
    std::vector<std::uint32_t> line_starts_;
};

/// Where something was said. `file` outlives every Origin that names it (a SourceSet owns all files of a run).
struct Origin {
    const SourceFile* file = nullptr;
    Span span;

    [[nodiscard]] bool known() const { return file != nullptr; }
    /// `name:line:column`, or `built in` where there is no file.
    [[nodiscard]] std::string describe() const;
    /// `stable_name:line`, for artifacts; empty where there is no file.
    [[nodiscard]] std::string describe_stable() const;
};

/// A value and where it was said. Comparison looks at the value alone, so that meaning is canonical and still traceable.
template <class T>
struct Located {
    T value{};
    Origin origin{};

    friend bool operator==(const Located& a, const Located& b) { return a.value == b.value; }
    friend auto operator<=>(const Located& a, const Located& b) { return a.value <=> b.value; }
};

}  // namespace sbx
