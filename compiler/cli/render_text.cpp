// Diagnostics as text; see the header. A diagnostic is a heading, then one snippet a file (the primary one first), then notes
// and help. A snippet shows each line once, with one row of carets a mark.
#include "compiler/cli/render_text.hpp"

#include "compiler/cli/display_text.hpp"
#include "compiler/cli/source_line.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <utility>

namespace sbx::cli {
namespace {

/// One place that matters, with its words.
struct Mark {
    Origin origin;
    std::string_view words;
    bool primary = false;
    std::uint32_t line = 0;
};

std::string_view color_of(Severity severity, const Palette& colors) {
    switch (severity) {
        case Severity::error:
            return colors.error;
        case Severity::warning:
            return colors.warning;
        case Severity::pedantic:
            return colors.remark;
    }
    return colors.plain;
}

std::vector<Mark> marks_of(const Diagnostic& diagnostic) {
    std::vector<Mark> marks;
    const auto add = [&](const Origin& origin, std::string_view words, bool primary) {
        if (origin.known()) {
            marks.push_back({origin, words, primary, origin.file->position(origin.span.begin).line});
        }
    };
    add(diagnostic.origin, diagnostic.label, true);
    for (const Label& label : diagnostic.labels) {
        add(label.origin, label.text, false);
    }
    return marks;
}

/// The snippets of one diagnostic, all with one gutter.
class SnippetWriter {
public:
    SnippetWriter(std::string& out, std::size_t gutter, std::string_view primary_color, const Palette& colors)
        : out_(out), gutter_(gutter), primary_color_(primary_color), colors_(colors) {}

    /// `marks` are of one file; the first is what the heading points at.
    void write(std::string_view arrow, std::vector<Mark> marks) {
        const Origin& head = marks.front().origin;
        const LineColumn at = head.file->position(head.span.begin);
        out_ += fmt::format("{:{}}{}{}{} {}:{}:{}\n", "", gutter_, colors_.place, arrow, colors_.plain,
                            displayed(head.file->name()), at.line, at.column);
        bar();
        std::stable_sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.line < b.line; });
        for (auto from = marks.begin(); from != marks.end();) {
            const auto to = std::find_if(from, marks.end(), [&](const Mark& m) { return m.line != from->line; });
            if (from != marks.begin() && from->line > std::prev(from)->line + 1) {
                out_ += fmt::format("{}...{}\n", colors_.place, colors_.plain);
            }
            write_line({from, to});
            from = to;
        }
    }

    void bar() { out_ += fmt::format("{:{}}{}|{}\n", "", gutter_ + 1, colors_.place, colors_.plain); }

private:
    /// All marks are on one line. Those outside the window of the first are shown with a window of their own.
    void write_line(std::vector<Mark> marks) {
        while (!marks.empty()) {
            const Mark& first = marks.front();
            const SourceLine line(*first.origin.file, first.origin.span);
            out_ += fmt::format("{}{:>{}} |{}{}{}\n", colors_.place, first.line, gutter_, colors_.plain,
                                line.text().empty() ? "" : " ", line.text());
            std::vector<Mark> elsewhere;
            for (const Mark& mark : marks) {
                if (line.shows(mark.origin.span.begin)) {
                    write_carets(line, mark);
                } else {
                    elsewhere.push_back(mark);
                }
            }
            marks = std::move(elsewhere);
        }
    }

    void write_carets(const SourceLine& line, const Mark& mark) {
        const std::size_t begin = line.column(mark.origin.span.begin);
        const Span whole = mark.origin.file->line_around(mark.origin.span.begin);
        const std::size_t end = std::max(line.column(std::min(mark.origin.span.end, whole.end)), begin + 1);
        const std::string_view color = mark.primary ? primary_color_ : colors_.place;
        out_ += fmt::format("{:{}}{}|{} {:{}}{}{}{}{}{}\n", "", gutter_ + 1, colors_.place, colors_.plain, "", begin, color,
                            std::string(end - begin, mark.primary ? '^' : '-'), mark.words.empty() ? "" : " ",
                            displayed(mark.words), colors_.plain);
    }

    std::string& out_;
    std::size_t gutter_;
    std::string_view primary_color_;
    const Palette& colors_;
};

void write_snippets(SnippetWriter& writer, std::vector<Mark> marks) {
    std::string_view arrow = "-->";
    while (!marks.empty()) {
        const SourceFile* file = marks.front().origin.file;
        const auto others = std::stable_partition(marks.begin(), marks.end(), [&](const Mark& m) { return m.origin.file == file; });
        const std::vector<Mark> rest(others, marks.end());
        marks.erase(others, marks.end());
        if (arrow == ":::") {
            writer.bar();
        }
        writer.write(arrow, std::move(marks));
        marks = rest;
        arrow = ":::";
    }
}

/// Help may have several lines: what to write can be a block.
void write_help(std::string& out, std::size_t indent, std::string_view text, const Palette& colors) {
    std::string_view lead = "help: ";
    while (true) {
        const std::size_t end = text.find('\n');
        const bool first = lead == "help: ";
        out += fmt::format("{:{}}{}{}{}{}\n", "", indent, first ? colors.strong : "", lead, first ? colors.plain : "",
                           displayed(text.substr(0, end)));
        if (end == std::string_view::npos) {
            return;
        }
        text.remove_prefix(end + 1);
        lead = "      ";
    }
}

void write_note(std::string& out, std::size_t gutter, std::string_view text, const Palette& colors) {
    out += fmt::format("{:{}}{}={} {}\n", "", gutter + 1, colors.place, colors.plain, displayed(text));
}

/// How `file` was reached, down to the root.
void write_chain(std::string& out, std::size_t gutter, const SourceFile* file, const InclusionMap& included_from,
                 const Palette& colors) {
    // Files nest at most 32 deep.
    auto from = included_from.find(file);
    for (int depth = 0; from != included_from.end() && depth < 40; ++depth) {
        write_note(out, gutter, fmt::format("{} is taken in at {}", depth == 0 ? "this file" : "which", from->second.describe()),
                   colors);
        from = included_from.find(from->second.file);
    }
}

void write_notes(std::string& out, std::size_t gutter, const Diagnostic& diagnostic, const InclusionMap& included_from,
                 const Palette& colors) {
    const auto note = [&](std::string_view text) { write_note(out, gutter, text, colors); };
    for (const Label& label : diagnostic.labels) {
        if (!label.origin.known()) {
            note(fmt::format("built in: {}", label.text));
        }
    }
    for (const std::string& text : diagnostic.notes) {
        note(text);
    }
    write_chain(out, gutter, diagnostic.origin.file, included_from, colors);
    for (const std::string& text : diagnostic.help) {
        write_help(out, gutter + 1, text, colors);
    }
    if (diagnostic.help.empty()) {
        for (const Fix& fix : diagnostic.fixes) {
            write_help(out, gutter + 1, fix.replacement.empty() ? "remove it" : fmt::format("write `{}`", fix.replacement), colors);
        }
    }
}

std::size_t gutter_of(const std::vector<Mark>& marks) {
    std::uint32_t largest = 1;
    for (const Mark& mark : marks) {
        largest = std::max(largest, mark.line);
    }
    return std::to_string(largest).size();
}

}  // namespace

const Palette& palette(bool color) {
    static constexpr Palette plain{};
    static constexpr Palette colored{"\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m", "\x1b[34m", "\x1b[1m", "\x1b[0m"};
    return color ? colored : plain;
}

std::string_view to_text(Severity severity) {
    switch (severity) {
        case Severity::error:
            return "error";
        case Severity::warning:
            return "warning";
        case Severity::pedantic:
            return "pedantic";
    }
    return "";
}

std::string render_text(const Diagnostic& diagnostic, const InclusionMap& included_from, bool color) {
    const Palette& colors = palette(color);
    const std::string_view own = color_of(diagnostic.severity, colors);
    std::string out = fmt::format("{}{}[{}]{}{}: {}{}\n", own, to_text(diagnostic.severity), info(diagnostic.kind).code,
                                  colors.plain, colors.strong, displayed(diagnostic.message), colors.plain);
    const std::vector<Mark> marks = marks_of(diagnostic);
    const std::size_t gutter = gutter_of(marks);
    SnippetWriter writer(out, gutter, own, colors);
    write_snippets(writer, marks);
    write_notes(out, gutter, diagnostic, included_from, colors);
    return out;
}

std::string render_place(const Origin& origin, std::string_view words, const InclusionMap& included_from, bool color) {
    if (!origin.known()) {
        return {};
    }
    const Palette& colors = palette(color);
    std::vector<Mark> marks = {{origin, words, true, origin.file->position(origin.span.begin).line}};
    std::string out;
    const std::size_t gutter = gutter_of(marks);
    SnippetWriter(out, gutter, colors.strong, colors).write("-->", std::move(marks));
    write_chain(out, gutter, origin.file, included_from, colors);
    return out;
}

std::string summary(const std::vector<Diagnostic>& diagnostics) {
    const auto count = [&](Severity severity) {
        return std::count_if(diagnostics.begin(), diagnostics.end(), [&](const Diagnostic& d) { return d.severity == severity; });
    };
    const auto errors = count(Severity::error);
    const auto warnings = count(Severity::warning);
    std::string text;
    if (errors > 0) {
        text = fmt::format("{} error{}", errors, errors == 1 ? "" : "s");
    }
    if (warnings > 0) {
        text += fmt::format("{}{} warning{}", text.empty() ? "" : ", ", warnings, warnings == 1 ? "" : "s");
    }
    if (const auto others = count(Severity::pedantic); others > 0) {
        text += fmt::format("{}{} pedantic", text.empty() ? "" : ", ", others);
    }
    return text;
}

namespace {

/// What has been said of earlier findings of a kind, and need not be said again; errors are each told in full.
class Said {
public:
    [[nodiscard]] Diagnostic without_repetition(Diagnostic finding) {
        if (finding.severity == Severity::error) {
            return finding;
        }
        const auto repeated = [&](const std::string& text) { return !said_.emplace(finding.kind, text).second; };
        std::erase_if(finding.notes, repeated);
        if (!finding.help.empty()) {
            std::erase_if(finding.help, repeated);
            finding.fixes.clear();  // they are what the help says
        }
        return finding;
    }

private:
    std::set<std::pair<DiagnosticKind, std::string>> said_;
};

}  // namespace

std::string render_text(const RenderInput& input, bool color, Summary last) {
    std::string out;
    Said said;
    for (const Diagnostic& diagnostic : input.diagnostics) {
        out += render_text(said.without_repetition(diagnostic), input.included_from, color);
        out += '\n';
    }
    if (last == Summary::printed && !input.diagnostics.empty()) {
        out += summary(input.diagnostics) + '\n';
    }
    return out;
}

}  // namespace sbx::cli
