// manifest.json as values. Assumes the bytes that were read from the bundle; guarantees that format, names, digests and types are
// well-formed, and refuses everything else, newer formats and unknown requirements included (R-CMP-14).
#pragma once

#include "runtime/templates.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::runtime {

enum class ParameterType : std::uint8_t { path, port, address, count, string };

struct ParameterDeclaration {
    std::string name;
    ParameterType type = ParameterType::string;
    std::string under;  ///< absolute, or empty
    std::optional<std::string> default_value;
    std::vector<std::string> one_of;
    std::optional<std::uint64_t> minimum, maximum;
    std::string characters;  ///< `a-z0-9._-`, or empty
    std::optional<std::uint64_t> min_length, max_length;
};

struct ArtifactDigest {
    std::string name;
    std::string sha256;  ///< lower-case hex
};

struct RunAs {
    std::uint32_t uid = 0, gid = 0;  ///< neither is 0 or 4294967295
};

struct CommandDeclaration {
    Template program;
    std::vector<Template> arguments;
    bool only = false;
};

struct EnforcementRow {
    std::string statement, origin, protection, status;
};

struct Manifest {
    std::string compiler, profile, description, semantic_hash;
    std::vector<ArtifactDigest> artifacts;
    std::vector<ParameterDeclaration> parameters;
    std::optional<RunAs> run_as;
    std::optional<CommandDeclaration> command;
    std::vector<int> pass_descriptors;  ///< sorted, each above 2
    bool keep_terminal = false, survive_parent = false, groups_none = false;
    std::vector<Template> exclusive;
    std::vector<std::string> requirements;
    std::vector<EnforcementRow> enforcement;
};

[[nodiscard]] Manifest read_manifest(std::string_view text);

[[nodiscard]] std::string_view type_name(ParameterType type);

}  // namespace sbx::runtime
