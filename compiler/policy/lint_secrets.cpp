// Values that have the shape of a token or key (secret_shapes.def): they would stand in the bundle, for whoever can read it.
#include "compiler/policy/check_parts.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

struct SecretShape {
    std::string_view prefix;
    std::size_t least;
    std::string_view what;
    std::string_view source;
};
constexpr SecretShape secret_shapes[] = {
#define SBX_SECRET_SHAPE(prefix, least, what, source) {prefix, least, what, source},
#include "compiler/policy/secret_shapes.def"
#undef SBX_SECRET_SHAPE
};

bool is_token_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// A token begins where no other word goes on.
bool has_shape(std::string_view text, const SecretShape& shape) {
    for (std::size_t at = text.find(shape.prefix); at != std::string_view::npos; at = text.find(shape.prefix, at + 1)) {
        const std::string_view rest = text.substr(at + shape.prefix.size());
        const auto end = std::find_if_not(rest.begin(), rest.end(), is_token_character);
        const bool begins_word = at == 0 || !is_token_character(text[at - 1]);
        if (begins_word && static_cast<std::size_t>(end - rest.begin()) >= shape.least) {
            return true;
        }
    }
    return false;
}

void lint_text(const Text& text, const Origin& origin, Findings& findings) {
    if (!is_own(origin)) {
        return;
    }
    for (const TextPiece& piece : text.pieces()) {
        for (const SecretShape& shape : secret_shapes) {
            if (!piece.is_parameter && has_shape(piece.value, shape)) {
                Diagnostic finding =
                    make_finding(DiagnosticKind::secret_in_policy, origin,
                                 "a value looks like " + std::string(shape.what) + ", and would stand in the bundle");
                finding.notes.push_back("the shape is documented: " + std::string(shape.source));
                finding.help.emplace_back(
                    "take it out, consider it known to others, and hand its successor in at launch: `accept NAME`, or a file named "
                    "by a `param`");
                findings.add(std::move(finding));
                return;
            }
        }
    }
}

}  // namespace

void lint_secrets(const Profile& profile, Findings& findings) {
    const Policy& policy = profile.policy;
    for (const auto& [path, node] : policy.filesystem.nodes) {
        if (const auto* file = std::get_if<DataFile>(&node.content)) {
            lint_text(file->contents, node.origin, findings);
        }
    }
    for (const auto& [name, value] : policy.environment.fixed) {
        lint_text(value.value, value.origin, findings);
    }
    if (policy.process.command) {
        for (const Text& argument : policy.process.command->value.arguments) {
            lint_text(argument, policy.process.command->origin, findings);
        }
    }
}

}  // namespace sbx::policy
