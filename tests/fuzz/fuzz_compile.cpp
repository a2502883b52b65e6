// Bytes through the whole compiler. Whatever they are, the result is a bundle or an error, never both and never neither; every
// diagnostic says what was seen, where, and what to write instead. What a bundle holds is read back by the runtime's own readers,
// and the policy written out again means the same.
#include "compiler/cli/compile.hpp"
#include "compiler/policy/statement_text.hpp"
#include "runtime/argument_records.hpp"
#include "runtime/artifact_format.hpp"
#include "runtime/environment_table.hpp"
#include "runtime/landlock_table.hpp"
#include "runtime/limits_table.hpp"
#include "runtime/manifest.hpp"
#include "tests/fuzz/claims.hpp"
#include "tests/support/memory_files.hpp"

#include <fmt/format.h>

namespace {

using sbx::test::require;

const sbx::test::MemoryFiles& files() {
    static const sbx::test::MemoryFiles made(
        {{"fragment.sbx", "sbx 1\nfragment f\nlet shared = /srv\nfilesystem { final hide /x/ }\n"},
         {"base.sbx", "sbx 1\nprofile base\nparam p: path under /var/tmp\nfilesystem { write $p }\n"},
         {"cycle.sbx", "sbx 1\nfragment c\nuse \"cycle.sbx\"\n"}});
    return made;
}

sbx::cli::Compilation compiled(std::string text) {
    sbx::cli::CompileRequest request;
    request.path = "/policies/root.sbx";
    request.text = std::move(text);
    request.until = sbx::cli::Until::emitted;
    return sbx::cli::compile(std::move(request), files());
}

void check_diagnostics(const sbx::cli::Compilation& done) {
    for (const sbx::Diagnostic& diagnostic : done.diagnostics) {
        const std::string& message = diagnostic.message;
        require(!message.empty(), "a diagnostic has a message", sbx::info(diagnostic.kind).code);
        require(diagnostic.origin.known(), "a diagnostic has a place", message);
        const sbx::Span span = diagnostic.origin.span;
        require(span.begin <= span.end && span.end <= diagnostic.origin.file->text().size(), "a diagnostic lies in its file",
                message);
        require(!diagnostic.help.empty(), "a diagnostic has help", message);
    }
}

const std::string& artifact(const sbx::emit::Bundle& bundle, std::string_view name) {
    for (const sbx::emit::Artifact& each : bundle.artifacts) {
        if (each.name == name) {
            return each.bytes;
        }
    }
    require(false, "a bundle is complete", name);
    return bundle.artifacts.front().bytes;
}

void check_template(const sbx::runtime::Template& text, const sbx::runtime::Values& names) {
    static_cast<void>(sbx::runtime::expand(text, names));
}

void read_back_arguments(const sbx::emit::Bundle& bundle, const sbx::runtime::Values& names) {
    for (const auto& record : sbx::runtime::read_argument_records(artifact(bundle, sbx::format::arguments_file))) {
        check_template(record.path.value_or(sbx::runtime::Template{}), names);
        for (const auto& option : record.options) {
            for (const auto& word : option.words) {
                check_template(word.text, names);
                if (word.kind == sbx::runtime::WordKind::data_template) {
                    check_template(sbx::runtime::read_template(artifact(bundle, word.data)), names);
                } else if (word.kind == sbx::runtime::WordKind::data) {
                    static_cast<void>(artifact(bundle, word.data));
                }
            }
        }
    }
}

void read_back(const sbx::emit::Bundle& bundle, const sbx::policy::Policy& policy) {
    try {
        const auto manifest = sbx::runtime::read_manifest(artifact(bundle, sbx::format::manifest_file));
        require(manifest.artifacts.size() + 1 == bundle.artifacts.size(), "the manifest states every digest but its own");
        for (const auto& row : manifest.artifacts) {
            require(sbx::emit::sha256_hex(artifact(bundle, row.name)) == row.sha256, "a digest is that of the artifact", row.name);
        }
        require(manifest.parameters.size() == policy.parameters.size(), "the manifest declares every parameter");
        sbx::runtime::Values names{{"uid", "1"}, {"gid", "1"}};
        for (const auto& parameter : manifest.parameters) {
            names.emplace(parameter.name, "1");
        }
        read_back_arguments(bundle, names);
        static_cast<void>(sbx::runtime::read_limits_table(artifact(bundle, sbx::format::limits_file)));
        for (const auto& row : sbx::runtime::read_landlock_table(artifact(bundle, sbx::format::landlock_file)).rows) {
            check_template(row.path, names);
        }
        for (const auto& [name, value] :
             sbx::runtime::read_environment_table(artifact(bundle, sbx::format::environment_file)).set) {
            check_template(value, names);
        }
        for (const auto& tree : manifest.exclusive) {
            check_template(tree, names);
        }
    } catch (const sbx::runtime::Refusal& refusal) {
        require(false, "the runtime reads what the compiler wrote", refusal.what);
    }
}

void write_again(const sbx::cli::Compilation& done) {
    std::string text = "sbx 1\nprofile again\n";
    for (const std::string& line : sbx::policy::to_statements(done.profile.policy)) {
        text += line + "\n";
    }
    const auto again = sbx::test::resolve_text(text, files());
    require(!again.sink.has_errors(), "what is written out again compiles", text);
    require(again.profile.policy == done.profile.policy, "what is written out again means the same", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sbx::cli::Compilation done = compiled(std::string(reinterpret_cast<const char*>(data), size));
    check_diagnostics(done);
    const bool has_error = std::any_of(done.diagnostics.begin(), done.diagnostics.end(),
                                       [](const sbx::Diagnostic& each) { return each.severity == sbx::Severity::error; });
    require(has_error == done.rejected, "rejected means that an error says why");
    require(done.bundle.has_value() != has_error, "a bundle or an error");
    require(!done.profile.incomplete || has_error, "nothing is left out without an error");
    if (done.bundle) {
        read_back(*done.bundle, done.profile.policy);
        write_again(done);
    }
    return 0;
}
