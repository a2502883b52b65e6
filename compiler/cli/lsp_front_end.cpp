// The compiler for the language server; see the header.
#include "compiler/cli/lsp_front_end.hpp"

#include "compiler/cli/check_report.hpp"
#include "compiler/cli/pages.hpp"
#include "grammar/parser.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <system_error>

namespace sbx::cli {
namespace {

namespace fs = std::filesystem;

/// Of a policy that could not be looked at: its text, with what is wrong about its words.
lsp::Checked unchecked(const std::string& path, const std::string& text, std::string failure) {
    lsp::Checked result;
    result.sources.files.emplace_back(path, text);
    DiagnosticSink sink;
    result.sources.trees.push_back(parse(result.sources.files.front(), sink));
    result.profile.incomplete = true;
    result.diagnostics = sink.sorted();
    result.failure = std::move(failure);
    return result;
}

lsp::Checked taken(Compilation compilation, std::shared_ptr<const void> kept) {
    return {
        std::move(compilation.sources), std::move(compilation.profile), std::move(compilation.diagnostics), std::move(kept), {}};
}

/// A file of a directory that will be made when it is saved: no house rules hold there yet.
bool lies_nowhere(const std::string& path) {
    std::error_code unknown;
    return path != "-" && !fs::exists(fs::path(path).parent_path(), unknown);
}

/// As the command says it, with the code in a fence.
std::string markdown_section(const PageSection& section) {
    const std::string_view word = section.name.substr(0, section.name.find(' '));
    if (section.name == "problem") {
        return fmt::format("\n{}\n", section.text);
    }
    const bool is_source = word == "wrong" || word == "right" || word == "file";
    return fmt::format("\n**{}**\n\n{}", section.name,
                       is_source ? fmt::format("```sbx\n{}\n```\n", section.text) : fmt::format("{}\n", section.text));
}

}  // namespace

lsp::Checked LspFrontEnd::check(const std::string& path, const std::string& text, const policy::FileReader& reader) {
    try {
        HouseRules none;
        std::string failure;
        const HouseRules* rules = &none;
        try {
            rules = lies_nowhere(path) ? &none : &book_->of(path);
        } catch (const std::system_error& error) {
            failure = error.what();
        }
        CompileRequest request;
        request.path = path;
        request.text = text;
        request.options = {settings_.definitions, settings_.include_directories};
        request.levels = {true, rules->severities};
        Compilation compilation = compile(std::move(request), reader);
        apply_house_rules(compilation, *rules);
        FindingFilter filter;
        filter.pedantic = settings_.pedantic || rules->pedantic;
        std::erase_if(compilation.diagnostics, [&](const Diagnostic& each) { return !filter.takes(each); });
        lsp::Checked checked = taken(std::move(compilation), book_);
        checked.failure = std::move(failure);
        return checked;
    } catch (const std::system_error& error) {
        return unchecked(path, text, error.what());
    }
}

std::vector<std::string> LspFrontEnd::list(const std::string& directory) const {
    std::vector<std::string> names;
    std::error_code unreadable;
    for (fs::directory_iterator at(directory, unreadable), end; !unreadable && at != end; at.increment(unreadable)) {
        const std::string name = at->path().filename().string();
        std::error_code unknown;
        if (name.starts_with('.')) {
            continue;
        }
        if (at->is_directory(unknown)) {
            names.push_back(name + "/");
        } else if (at->path().extension() == ".sbx") {
            names.push_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string LspFrontEnd::page(DiagnosticKind kind) const {
    const DiagnosticInfo& row = info(kind);
    std::string out = fmt::format("**{} {}**: {}\n", row.code, row.name, row.summary);
    for (const Page& page : pages()) {
        if (page.code == row.code) {
            for (const PageSection& section : sections(page.text)) {
                out += markdown_section(section);
            }
        }
    }
    return out;
}

}  // namespace sbx::cli
