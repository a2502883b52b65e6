// The messages about a file as a whole: its size, its encoding, its brackets.
#include "grammar/characters.hpp"
#include "grammar/messages.hpp"
#include "grammar/parser.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <utility>

namespace sbx {

namespace {

/// For what is said once a file, however often it occurs.
void say_once(DiagnosticSink& sink, Origin origin, std::uint32_t count, std::string message, std::string help) {
    auto report = sink.report(DiagnosticKind::unexpected_character, origin, std::move(message));
    if (count > 1) {
        report.note(fmt::format("{} more in this file", count - 1));
    }
    report.help(std::move(help));
}

void say_not_utf8(DiagnosticSink& sink, Origin origin) {
    const auto byte = static_cast<unsigned char>(origin.file->text(origin.span)[0]);
    auto report = sink.report(DiagnosticKind::not_utf8, origin, "the file is not UTF-8");
    report.caret(fmt::format("byte {:02X}, which begins no character here", static_cast<unsigned>(byte)));
    const std::string_view start = origin.file->text().substr(0, 2);
    const bool utf16 = start == "\xFF\xFE" || start == "\xFE\xFF";
    report.help(utf16 ? "it begins like UTF-16: convert it with `iconv -f UTF-16 -t UTF-8`"
                      : "convert it to UTF-8, for example with `iconv -f LATIN1 -t UTF-8`");
}

void say_misleading(DiagnosticSink& sink, Origin origin, char32_t value) {
    const std::string name = code_point_name(value);
    const bool bidirectional = is_bidirectional_control(value);
    sink.report(DiagnosticKind::confusable_text, origin,
                bidirectional ? fmt::format("bidirectional control character {}", name)
                              : fmt::format("invisible or line-breaking character {}", name))
        .caret(bidirectional ? "what surrounds it is shown in another order than it is read" : "it is read, and not shown as such")
        .help(fmt::format("remove it; where it is meant, write `\\u{{{:X}}}` in a string", static_cast<std::uint32_t>(value)))
        .fix(origin, "", false);
}

}  // namespace

void say_encoding(DiagnosticSink& sink, const SourceFile& file, const EncodingMistake& mistake) {
    const Origin origin{&file, mistake.span};
    switch (mistake.problem) {
        case EncodingProblem::byte_order_mark:
            sink.report(DiagnosticKind::not_utf8, origin, "the file begins with a byte-order mark")
                .help("save it as UTF-8 without one")
                .fix(origin, "", true);
            return;
        case EncodingProblem::not_utf8:
            return say_not_utf8(sink, origin);
        case EncodingProblem::nul:
            sink.report(DiagnosticKind::not_utf8, origin, "the file holds NUL")
                .note("nothing else in the file was judged")
                .help("is this a policy? they are UTF-8 text");
            return;
        case EncodingProblem::misleading:
            return say_misleading(sink, origin, mistake.value);
        case EncodingProblem::control_character:
            say_once(sink, origin, mistake.count, fmt::format("control character {}", code_point_name(mistake.value)),
                     fmt::format("remove it; where it is meant, write `\\x{:02X}` in a string",
                                 static_cast<std::uint32_t>(mistake.value)));
            return;
        case EncodingProblem::lone_return:
            say_once(sink, origin, mistake.count, "a carriage return without a line feed", "end lines with LF or CR LF");
            return;
    }
}

void say_too_large(DiagnosticSink& sink, const SourceFile& file) {
    sink.report(DiagnosticKind::file_too_large, {&file, {0, 0}},
                fmt::format("the file has {} bytes; a policy has at most {}", file.text().size(), max_source_bytes))
        .help("split it into fragments and take them in with `use`");
}

void say_too_many(DiagnosticSink& sink, const SourceFile& file, std::uint32_t from) {
    sink.report(DiagnosticKind::too_many_errors, {&file, {from, from}},
                fmt::format("{} syntax errors: the rest of the file was not parsed", max_syntax_errors))
        .help("mend these first; is this a policy?");
}

void say_unclosed(DiagnosticSink& sink, const Unclosed& unclosed) {
    const SourceFile& file = unclosed.file;
    const bool list = file.text()[unclosed.opener] == '[';
    const char* const closer = list ? "`]`" : "`}`";
    const auto place = [&](std::uint32_t begin, std::uint32_t end) { return Origin{&file, {begin, end}}; };
    auto report = sink.report(DiagnosticKind::unclosed_bracket, place(unclosed.opener, unclosed.opener + 1),
                              fmt::format("`{}` is never closed", list ? '[' : '{'));
    report.caret("opened here");
    if (unclosed.early) {
        report.label(place(*unclosed.early, *unclosed.early + 1), "this closes it, though it is indented like the block around it");
    } else if (unclosed.next_statement) {
        report.label({&file, *unclosed.next_statement},
                     fmt::format("{} was expected before `{}`, which begins a line", closer, file.text(*unclosed.next_statement)));
    } else {
        report.label(place(unclosed.missing, unclosed.missing),
                     fmt::format("{} was expected here{}", closer, unclosed.at_file_end ? ": the file ends" : ""));
    }
    if (unclosed.open_around > 0) {
        report.note(unclosed.open_around == 1 ? std::string("the block around it is not closed either")
                                              : fmt::format("{} blocks around it are not closed either", unclosed.open_around));
    }
    report.help(fmt::format("add {}", closer));
}

}  // namespace sbx
