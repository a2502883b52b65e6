// `--fix` and `--diff`; see the header. Files are mended one after the other, each on top of those before, and a mended file is
// looked at again, since one edit may make room for another.
#include "compiler/cli/check_fixes.hpp"

#include "compiler/cli/disk_files.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/file_replacement.hpp"
#include "compiler/cli/unified_diff.hpp"
#include "compiler/policy/canonical_json.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <system_error>

namespace sbx::cli {
namespace {

constexpr std::size_t most_rounds = 10;

/// The disk, but for the files that are mended already.
class MendedFiles final : public policy::FileReader {
public:
    [[nodiscard]] std::optional<std::string> read(const std::string& path) const override {
        const auto mended = texts.find(canonical(path));
        return mended != texts.end() ? std::optional(mended->second) : disk_.read(path);
    }
    [[nodiscard]] std::string canonical(const std::string& path) const override { return disk_.canonical(path); }

    std::map<std::string, std::string> texts;  ///< by canonical path

private:
    DiskFiles disk_;
};

std::size_t error_count(const Compilation& compilation) {
    return static_cast<std::size_t>(std::count_if(compilation.diagnostics.begin(), compilation.diagnostics.end(),
                                                  [](const Diagnostic& each) { return each.severity == Severity::error; }));
}

Compilation compile_mended(const std::string& path, std::string text, const Options& options, const MendedFiles& reader) {
    CompileRequest request;
    request.path = path;
    request.text = std::move(text);
    request.options = {options.definitions, options.include_directories};
    request.levels.pedantic = true;
    return compile(std::move(request), reader);
}

struct Edited {
    std::string text;
    std::size_t edits = 0;
};

/// The text with the safe edits of a root file's findings; those that overlap one before them wait for the next round.
Edited edited(const Compilation& compilation, const FindingFilter& filter) {
    const SourceFile& root = compilation.sources.files.front();
    std::vector<const Fix*> edits;
    for (const Diagnostic& diagnostic : compilation.diagnostics) {
        if (filter.takes(diagnostic) && diagnostic.fixes.size() == 1 && diagnostic.fixes[0].safe &&
            diagnostic.fixes[0].origin.file == &root) {
            edits.push_back(&diagnostic.fixes[0]);
        }
    }
    std::stable_sort(edits.begin(), edits.end(),
                     [](const Fix* a, const Fix* b) { return a->origin.span.begin < b->origin.span.begin; });
    Edited result;
    std::uint32_t at = 0;
    const Fix* last = nullptr;
    for (const Fix* edit : edits) {
        const Span& span = edit->origin.span;
        const bool is_made = last != nullptr && last->origin.span == span && last->replacement == edit->replacement;
        last = edit;
        if (span.begin >= at && !is_made) {
            result.text += root.text().substr(at, span.begin - at);
            result.text += edit->replacement;
            at = span.end;
            ++result.edits;
        }
    }
    result.text += root.text().substr(at);
    return result;
}

class Mender {
public:
    Mender(const std::deque<CheckedFile>& files, const FindingFilter& filter, const Options& options)
        : files_(files), filter_(filter), options_(options) {}

    FixOutcome run() {
        for (const CheckedFile& file : files_) {
            if (file.path == "-" || edited(file.compilation, filter_).text == file.compilation.sources.files.front().text()) {
                continue;
            }
            try {
                mend(file);
            } catch (const std::system_error& error) {
                outcome_.problems += fmt::format("policyc: {}\n", displayed(error.what()));
            }
        }
        return std::move(outcome_);
    }

private:
    void mend(const CheckedFile& file) {
        const ReadFile old = read_file(file.path);
        const std::string canonical = mended_.canonical(file.path);
        std::string text = old.text;
        std::size_t edits = 0;
        for (std::size_t round = 0; round < most_rounds; ++round) {
            Edited next = edited(compile_mended(file.path, text, options_, mended_), filter_);
            if (next.text == text) {
                break;
            }
            text = std::move(next.text);
            edits += next.edits;
        }
        if (text == old.text) {
            return;
        }
        mended_.texts[canonical] = text;
        if (const std::string why = what_changes(canonical); !why.empty()) {
            outcome_.problems += fmt::format("policyc: `{}` is left as it is: {}\n", displayed(file.path), displayed(why));
            mended_.texts.erase(canonical);
            return;
        }
        outcome_.difference += options_.show_diff ? unified_diff(old.shown, old.text, text) : "";
        if (options_.fix && !options_.show_diff) {
            replace_file(old, text);
            ++outcome_.written;
            outcome_.done +=
                fmt::format("policyc: `{}` is mended: {} edit{}\n", displayed(file.path), edits, edits == 1 ? "" : "s");
        }
    }

    /// Compiles every checked file that takes the mended one in, and itself; empty if none means another thing.
    [[nodiscard]] std::string what_changes(const std::string& canonical) const {
        for (const CheckedFile& file : files_) {
            if (!takes_in(file, canonical)) {
                continue;
            }
            const auto text = mended_.read(file.path);
            const Compilation after = compile_mended(file.path, text.value_or(""), options_, mended_);
            const std::size_t errors = error_count(file.compilation);
            if (error_count(after) > errors) {
                return fmt::format("with the edits, `{}` has errors that it did not have", file.path);
            }
            const policy::Profile& was = file.compilation.profile;
            if (!was.incomplete &&
                (after.profile.incomplete || policy::canonical_json(after.profile.policy) != policy::canonical_json(was.policy))) {
                return fmt::format("with the edits, `{}` would mean another thing", file.path);
            }
        }
        return {};
    }

    [[nodiscard]] bool takes_in(const CheckedFile& file, const std::string& canonical) const {
        const auto& sources = file.compilation.sources.files;
        return file.path != "-" && std::any_of(sources.begin(), sources.end(), [&](const SourceFile& source) {
                   return !source.name().starts_with("std/") && !source.name().starts_with('<') &&
                          mended_.canonical(source.name()) == canonical;
               });
    }

    const std::deque<CheckedFile>& files_;
    const FindingFilter& filter_;
    const Options& options_;
    MendedFiles mended_;
    FixOutcome outcome_;
};

}  // namespace

FixOutcome fix_files(const std::deque<CheckedFile>& files, const FindingFilter& filter, const Options& options) {
    return Mender(files, filter, options).run();
}

}  // namespace sbx::cli
