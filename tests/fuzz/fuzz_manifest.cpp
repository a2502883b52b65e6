// manifest.json, and values for the parameters that it declares: any bytes give a manifest or a refusal, and any value that is let
// through satisfies its declaration. An input is a manifest, or a manifest, a NUL, and `NAME=VALUE`s with a NUL between them.
#include "runtime/json_reader.hpp"
#include "runtime/manifest.hpp"
#include "runtime/number.hpp"
#include "runtime/parameters.hpp"
#include "tests/fuzz/claims.hpp"

#include <string>

namespace {

using namespace sbx::runtime;
using sbx::test::require;

void check_manifest(const Manifest& manifest) {
    for (const ArtifactDigest& artifact : manifest.artifacts) {
        require(artifact.sha256.size() == 64, "a digest has 64 digits", artifact.name);
    }
    for (const ParameterDeclaration& parameter : manifest.parameters) {
        require(is_name(parameter.name, true), "a parameter has a name", parameter.name);
        require(!describe(parameter).empty(), "a parameter can be described", parameter.name);
    }
    if (manifest.run_as) {
        require(manifest.run_as->uid != 0 && manifest.run_as->gid != 0, "nothing runs as root");
        require(manifest.run_as->uid + 1 != 0 && manifest.run_as->gid + 1 != 0, "-1 is no id");
    }
    for (std::size_t i = 0; i < manifest.pass_descriptors.size(); ++i) {
        require(manifest.pass_descriptors[i] > 2 && (i == 0 || manifest.pass_descriptors[i - 1] <= manifest.pass_descriptors[i]),
                "descriptors are sorted and none of the standard ones");
    }
}

void check_value(const ParameterDeclaration& parameter, const std::string& value) {
    require(value.find('\0') == std::string::npos, "a value has no NUL", parameter.name);
    switch (parameter.type) {
        case ParameterType::path:
            require(is_normal_path(value) && value.find("/../") == std::string::npos, "a path is normal", value);
            require(parameter.under.empty() || (value != parameter.under && at_or_below(value, parameter.under)),
                    "a path lies below", value);
            break;
        case ParameterType::port:
        case ParameterType::count:
            require(read_number(value).has_value(), "a number is one", value);
            break;
        case ParameterType::address:
            require(value.find_first_not_of("0123456789abcdefABCDEF.:") == std::string::npos, "an address is one", value);
            break;
        case ParameterType::string:
            break;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sbx::test::BoundedTime bounded(size);
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const std::string_view text = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(text.size() + 1, rest.size()));
    std::vector<std::string> given;
    while (!rest.empty()) {
        given.emplace_back(rest.substr(0, rest.find('\0')));
        rest.remove_prefix(std::min(given.back().size() + 1, rest.size()));
    }
    const JsonResult json = read_json(text);
    require(json.value.has_value() == json.error.empty() && json.length <= text.size(), "a value or a reason", json.error);
    try {
        const Manifest manifest = read_manifest(text);
        check_manifest(manifest);
        const Values values = bind_parameters(manifest.parameters, given, 1000, 1001);
        require(values.at("uid") == "1000" && values.at("gid") == "1001", "ids are the launcher's, never the caller's");
        for (const ParameterDeclaration& parameter : manifest.parameters) {
            check_value(parameter, values.at(parameter.name));
        }
    } catch (const Refusal& refusal) {
        sbx::test::require_well_said(refusal);
    }
    return 0;
}
