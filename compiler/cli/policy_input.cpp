// Policies and bundles; see the header. Of a bundle nothing is believed but what its own digest confirms; places are only shown.
#include "compiler/cli/policy_input.hpp"

#include "compiler/cli/bundle_origins.hpp"
#include "compiler/cli/disk_files.hpp"
#include "compiler/cli/file_handle.hpp"
#include "compiler/cli/session.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/policy/read_canonical_json.hpp"
#include "emitters/emit.hpp"
#include "runtime/artifact_format.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>

namespace sbx::cli {
namespace {

constexpr std::size_t largest_artifact = 256U << 20U;

bool is_directory(const std::string& path) {
    struct stat status {};
    return path != "-" && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

[[noreturn]] void refuse_bundle(const std::string& path, const std::string& why) {
    throw std::system_error(EINVAL, std::generic_category(), fmt::format("cannot read `{}` as a bundle: {}", path, why));
}

std::string read_artifact(const std::string& directory, std::string_view name) {
    const std::string path = fmt::format("{}/{}", directory, name);
    const FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK));
    if (!file.valid()) {
        throw failure(errno, "open", path);
    }
    std::string bytes = read_all(file.get(), largest_artifact + 1, path);
    if (bytes.size() > largest_artifact) {
        refuse_bundle(directory, fmt::format("`{}` is larger than any policy can be", name));
    }
    return bytes;
}

PolicyInput policy_of_bundle(const std::string& path) {
    PolicyInput input;
    input.name = path;
    input.is_bundle = true;
    const std::string manifest = read_artifact(path, format::manifest_file);
    const std::string json = read_artifact(path, format::policy_file);
    BundleDescription described = describe_bundle_manifest(manifest);
    if (!described.error.empty()) {
        refuse_bundle(path, described.error);
    }
    if (described.semantic_hash != "sha256:" + emit::sha256_hex(json)) {
        refuse_bundle(path, "policy.json does not have the digest that manifest.json gives it");
    }
    policy::ReadPolicy read = policy::read_canonical_json(json);
    if (!read.policy) {
        refuse_bundle(path, fmt::format("policy.json, line {}: {}", read.line, read.error));
    }
    policy::Profile& profile = input.compilation.profile;
    profile.name = described.profile;
    profile.policy = std::move(*read.policy);
    add_origins(profile.policy, described, input.compilation.sources);
    return input;
}

}  // namespace

PolicyInput read_policy_input(const std::string& path, const Options& options, Until until) {
    if (is_directory(path)) {
        return policy_of_bundle(path);
    }
    PolicyInput input;
    input.name = path == "-" ? "<stdin>" : path;
    input.compilation = compile_file(path, options, until);
    return input;
}

}  // namespace sbx::cli
