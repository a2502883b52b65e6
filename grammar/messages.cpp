// The messages about tokens. One function a family; those that need but a sentence are in sentences.hpp.
#include "grammar/messages.hpp"

#include "grammar/characters.hpp"
#include "grammar/recovery.hpp"
#include "grammar/sentences.hpp"
#include "grammar/string_literal.hpp"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <string>

namespace sbx {

namespace {

std::string_view text_of(const WrongToken& token) {
    return token.file.text(token.whole);
}
std::string_view caret_of(const WrongToken& token) {
    return token.file.text(token.at);
}
Origin whole(const WrongToken& token) {
    return {&token.file, token.whole};
}
Origin caret(const WrongToken& token) {
    return {&token.file, token.at};
}

/// Text from a file, made fit for one line of a message.
std::string shown(std::string_view text) {
    constexpr std::size_t most = 60;
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode_utf8(text.substr(at));
        if (result.size() > most) {
            return result + "…";
        }
        if (!point.valid || point.value < 0x20 || point.value == 0x7F || misleads(point.value)) {
            result += point.valid ? fmt::format("\\u{{{:X}}}", static_cast<std::uint32_t>(point.value)) : "\\u{FFFD}";
        } else {
            result += text.substr(at, point.length);
        }
        at += point.length;
    }
    return result;
}

DiagnosticBuilder wrong(DiagnosticSink& sink, const WrongToken& token, std::string message) {
    return sink.report(DiagnosticKind::unexpected_character, caret(token), std::move(message));
}

void say_escape(DiagnosticSink& sink, const WrongToken& token, std::string_view escape, Origin origin) {
    const auto report = [&](std::string message) { return sink.report(DiagnosticKind::bad_escape, origin, std::move(message)); };
    constexpr const char* all = "the escapes are `\\\\` `\\\"` `\\n` `\\t` `\\xHH` (01 to 7F) and `\\u{H…}`";
    const std::string text = shown(escape);
    if (escape[0] == '$') {
        report(fmt::format("`{}` does not name a variable", text))
            .help("write `${name}` with the name of a `let` or a `param`")
            .help("for the characters `${` themselves, write `\\x24{`");
    } else if (escape == "\\x00" || (escape.substr(0, 3) == "\\u{" && escape.back() == '}' &&
                                     escape.find_first_not_of('0', 3) == escape.size() - 1 && escape.size() > 4)) {
        report(fmt::format("`{}` is NUL, which no string can hold", text))
            .help("remove it: names of files, arguments and variables end where a NUL stands");
    } else if (escape.size() == 4 && escape[1] == 'x') {
        const std::string instead = fmt::format("\\u{{{}}}", escape.substr(2));
        report(fmt::format("`{}` is over 7F", text))
            .help(fmt::format("for the character U+00{}, write `{}`", escape.substr(2), instead))
            .fix(origin, instead, false);
    } else if (escape.size() > 1 && escape[1] == 'x') {
        report(fmt::format("`{}` lacks a digit: `\\x` takes two hexadecimal ones", text)).help(all);
    } else if (escape.size() > 1 && escape[1] == 'u') {
        report(fmt::format("`{}` is no character: `\\u` takes one to six hexadecimal digits in braces, at most 10FFFF", text))
            .help(all);
    } else {
        report(fmt::format("`{}` is no escape", text))
            .help(all)
            .help("for a backslash itself, write `\\\\`")
            .fix({&token.file, {origin.span.begin, origin.span.begin}}, "\\", false);
    }
}

std::size_t say_escapes(DiagnosticSink& sink, const WrongToken& token, std::size_t budget) {
    const std::string_view text = text_of(token);
    std::size_t said = 0;
    for (std::size_t at = 1; at < text.size() && text[at] != '"' && said < budget;) {
        if (text[at] != '\\' && text[at] != '$') {
            ++at;
            continue;
        }
        const StringEscape escape = scan_escape(text.substr(at));
        if (escape.form == StringEscape::Form::bad) {
            const auto begin = token.whole.begin + static_cast<std::uint32_t>(at);
            const Span span{begin, begin + static_cast<std::uint32_t>(escape.length)};
            say_escape(sink, token, text.substr(at, escape.length), {&token.file, span});
            ++said;
        }
        at += escape.length;
    }
    return said;
}

void say_unterminated(DiagnosticSink& sink, const WrongToken& token) {
    sink.report(DiagnosticKind::unterminated_string, caret(token), "the string has no closing quote on its line")
        .caret("it begins here")
        .help("close it before the end of the line; a line break inside is written `\\n`")
        .fix({&token.file, {token.whole.end, token.whole.end}}, "\"", false);
}

/// The length of `$name` or `${name}` at the start of `text`; 0 if it is neither.
std::size_t reference_length(std::string_view text) {
    const bool braced = text.substr(0, 2) == "${";
    const std::size_t begin = braced ? 2 : 1;
    std::size_t end = begin;
    while (text[0] == '$' && end < text.size() && characters::is(text[end], characters::names)) {
        ++end;
    }
    if (end == begin || !characters::is_letter(text[begin]) || (braced && text.substr(end, 1) != "}")) {
        return 0;
    }
    return braced ? end + 1 : end;
}

/// The string that stands for the same path, `\ ` taken as a blank and `$name` as a reference.
std::string quoted_path(std::string_view path) {
    std::string result = "\"";
    std::string literal;
    const auto flush = [&] {
        const std::string quoted = quote_string(literal);
        result += std::string_view(quoted).substr(1, quoted.size() - 2);
        literal.clear();
    };
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t reference = reference_length(path.substr(at));
        if (reference > 0) {
            flush();
            const std::string_view name = path.substr(at + 1, reference - 1);
            result += name[0] == '{' ? fmt::format("${}", name) : fmt::format("${{{}}}", name);
            at += reference;
            continue;
        }
        at += path.substr(at, 2) == "\\ " ? 1U : 0U;
        literal += path[at++];
    }
    flush();
    return result + "\"";
}

void say_glob(DiagnosticSink& sink, const WrongToken& token) {
    const std::string_view path = text_of(token);
    const std::size_t slash = path.substr(0, token.at.begin - token.whole.begin).rfind('/');
    const std::string directory(slash == std::string_view::npos || slash == 0 ? "/" : path.substr(0, slash));
    auto report = sink.report(DiagnosticKind::glob_in_path, caret(token),
                              fmt::format("`{}` in a path: nothing expands it", shown(caret_of(token))));
    report.note("a policy means the same on every host, so it never depends on which files exist");
    if (directory != "/") {
        report.help(fmt::format("write the directory itself: `{}`", shown(directory)));
    } else {
        report.help("write each directory that is meant");
    }
    report.help(fmt::format("if the name really holds `{}`, write the path as a string: `{}`", shown(caret_of(token)),
                            shown(quoted_path(path))));
}

void say_path_character(DiagnosticSink& sink, const WrongToken& token) {
    const std::string instead = quoted_path(text_of(token));
    const char c = caret_of(token)[0];
    auto report = wrong(sink, token,
                        c == '$' ? std::string("`$` in the middle of a path: a variable may only open one")
                                 : fmt::format("`{}` can't stand in a bare path", c));
    report.help(fmt::format("write the path as a string: `{}`", shown(instead))).fix(whole(token), instead, false);
    if (c == '$') {
        report.note("a `let` may stand inside a path; a `param` stands only for its beginning, as in `$name/rest`");
    } else if (c == ';') {
        report.help("or, to end the statement here, put white space after the `;`");
    } else if (c == '#') {
        report.help("or, to begin a comment here, put white space before the `#`");
    }
}

void say_lookalike(DiagnosticSink& sink, const WrongToken& token) {
    const CodePoint point = decode_utf8(caret_of(token));
    const std::string_view instead = lookalike(point.value).value_or("");
    const std::string named = instead == " " ? "a plain blank" : fmt::format("`{}`", instead);
    auto report =
        wrong(sink, token, fmt::format("`{}` ({}) is not {}", shown(caret_of(token)), code_point_name(point.value), named));
    report.help(instead == "\"" ? "strings are written with plain quotes: `\"…\"`" : fmt::format("write {}", named));
    if (text_of(token)[0] == '/') {
        report.help(
            fmt::format("if the path really holds it, write the path as a string: `{}`", shown(quoted_path(text_of(token)))));
    }
    report.fix(caret(token), std::string(instead), false);
}

void say_unexpected(DiagnosticSink& sink, const WrongToken& token) {
    auto report = wrong(sink, token, fmt::format("`{}` can't stand here", shown(caret_of(token))));
    const char c = caret_of(token)[0];
    if (c == '\\') {
        report.help("inside a path or a string, write the whole as a string, with `\\\\` for a backslash");
    } else if (c == '|' || c == '&' || c == '<' || c == '>') {
        report.help("a policy has no operators: put every statement on a line of its own");
    } else if (c == '(' || c == ')') {
        report.help("a list is written `[…]`, a block `{…}`");
    } else {
        report.help("text with such characters is written as a string: `\"…\"`");
    }
}

void say_dollar(DiagnosticSink& sink, const WrongToken& token) {
    auto report = wrong(sink, token, "`$` does not begin a variable here");
    const std::string_view text = text_of(token);
    const std::size_t length = reference_length(text);
    if (length > 0 && text[1] == '{') {
        const std::string instead = fmt::format("${}", text.substr(2, length - 3));
        report.help(fmt::format("outside of strings, write `{}`, without the braces", instead));
        if (length == text.size() || text[length] == '/') {
            report.fix({&token.file, {token.whole.begin, token.whole.begin + static_cast<std::uint32_t>(length)}}, instead, false);
        }
    } else {
        report.help("write `$name` on its own or in front of `/`, and `${name}` inside a string");
    }
}

void say_stray(DiagnosticSink& sink, const WrongToken& token, const char* closer, const char* opener) {
    sink.report(DiagnosticKind::unclosed_bracket, caret(token), fmt::format("`{}` closes nothing", closer))
        .caret(fmt::format("no `{}` is open here", opener))
        .help(fmt::format("remove it, or add the `{}` that it should close", opener));
}

void say_nested(DiagnosticSink& sink, const WrongToken& token) {
    sink.report(DiagnosticKind::nested_too_deep, caret(token), "blocks and lists nest at most 32 deep")
        .caret("this one is the 33rd, and was skipped")
        .help("no statement needs more than two levels: look for a missing closer above");
}

void say_sentence(DiagnosticSink& sink, const WrongToken& token) {
    const auto is_it = [&](const Sentence& sentence) { return sentence.mistake == token.mistake; };
    const auto sentence = std::find_if(sentences.begin(), sentences.end(), is_it);
    assert(sentence != sentences.end());
    auto report = wrong(sink, token, sentence->message);
    report.help(sentence->help);
    if (sentence->replacement != nullptr) {
        // An edit that brings a `#` must leave it behind white space.
        const std::string_view before = token.file.text().substr(0, token.at.begin);
        const bool stuck = token.mistake == Mistake::foreign_comment && !before.empty() &&
                           !characters::is(before.back(), characters::blanks | characters::newlines);
        report.fix(caret(token), (stuck ? " " : "") + std::string(sentence->replacement), sentence->safe);
    }
}

}  // namespace

std::size_t say_token(DiagnosticSink& sink, const WrongToken& token, std::size_t budget) {
    if (token.mistake == Mistake::bad_escape) {
        return say_escapes(sink, token, budget);
    }
    if (token.mistake == Mistake::unterminated_string) {
        say_unterminated(sink, token);
    } else if (token.mistake == Mistake::glob_in_path) {
        say_glob(sink, token);
    } else if (token.mistake == Mistake::character_in_path) {
        say_path_character(sink, token);
    } else if (token.mistake == Mistake::lookalike) {
        say_lookalike(sink, token);
    } else if (token.mistake == Mistake::unexpected_character) {
        say_unexpected(sink, token);
    } else if (token.mistake == Mistake::misplaced_dollar) {
        say_dollar(sink, token);
    } else if (token.mistake == Mistake::stray_brace) {
        say_stray(sink, token, "}", "{");
    } else if (token.mistake == Mistake::stray_bracket) {
        say_stray(sink, token, "]", "[");
    } else if (token.mistake == Mistake::nested_too_deep) {
        say_nested(sink, token);
    } else {
        say_sentence(sink, token);
    }
    return 1;
}

}  // namespace sbx
