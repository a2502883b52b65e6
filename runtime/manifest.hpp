// manifest.json as values. Assumes the bytes that were read from the bundle; guarantees that format, names, digests and types are
// well-formed, and refuses everything else, newer formats and unknown requirements included (R-CMP-14).
#pragma once

#include "runtime/cgroup_limits.hpp"
#include "runtime/network_declaration.hpp"
#include "runtime/parameter_declaration.hpp"
#include "runtime/supervised_limits.hpp"
#include "runtime/templates.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::runtime {

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
    NetworkDeclaration network;
    SupervisedLimits supervised;
    CgroupLimits cgroup;
    std::vector<Degradation> degradable;  ///< of the limits in `cgroup`, and of what requires Landlock, each at most once
    std::vector<Template> exclusive;
    std::vector<std::string> requirements;
    std::vector<EnforcementRow> enforcement;
};

[[nodiscard]] Manifest read_manifest(std::string_view text);

}  // namespace sbx::runtime
