// A bundle on disk that holds what a test puts into it: digests and manifest are right until the test makes them wrong.
#pragma once

#include "refused.hpp"

#include <map>
#include <sha2.h>
#include <string>

namespace sbx::runtime {

inline std::string sha256_of(const std::string& bytes) {
    std::array<char, SHA256_DIGEST_STRING_LENGTH> text{};
    return SHA256Data(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), text.data());
}

/// By name.
using Files = std::map<std::string, std::string>;

class BundleOnDisk {
public:
    /// `parameters` is the inside of a JSON array.
    explicit BundleOnDisk(const Files& artifacts, const std::string& parameters = "") {
        std::string rows;
        for (const auto& [name, bytes] : artifacts) {
            directory_.write("out/" + name, bytes);
            rows += (rows.empty() ? "" : ", ") +
                    ("{\"name\": \"" + name + "\", \"sha256\": \"" + sha256_of(bytes) + "\", \"mode\": \"0644\"}");
        }
        std::filesystem::create_directories(out());
        directory_.write("out/manifest.json", R"({"format": 1, "compiler": "policyc", "profile": "p", "semantic_hash": "sha256:0",
            "artifacts": [)" + rows + R"(], "parameters": [)" +
                                                  parameters +
                                                  R"(], "process": {"run_as": null, "command": null, "pass_descriptors": [],
            "keep_terminal": false, "survive_parent": false, "groups_none": false}, "network": {"mode": "off"}, "exclusive": [], "requires": [], "enforcement": []})");
    }
    [[nodiscard]] std::string out() const { return directory_ / "out"; }
    [[nodiscard]] const TemporaryDirectory& directory() const { return directory_; }

private:
    TemporaryDirectory directory_;
};

}  // namespace sbx::runtime
