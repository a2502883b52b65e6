// Reports read back; see the header. A file of another tool is refused: that none of its findings is ours would pass for a good
// run.
#include "compiler/cli/baseline.hpp"

#include "compiler/cli/file_handle.hpp"
#include "compiler/cli/streams.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <system_error>

namespace sbx::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t largest_report = 256U << 20U;

[[noreturn]] void refuse_baseline(const std::string& path, const std::string& why) {
    throw std::system_error(EINVAL, std::generic_category(), fmt::format("cannot read `{}` as an older report: {}", path, why));
}

void take_sarif(const std::string& path, const ordered_json& document, std::set<std::string>& known) {
    for (const ordered_json& run : document.at("runs")) {
        if (run.at("tool").at("driver").at("name") != "policyc") {
            refuse_baseline(path, "it is a report of another tool");
        }
        for (const ordered_json& result : run.at("results")) {
            known.insert(result.at("partialFingerprints").at("policyc/v1").get<std::string>());
        }
    }
}

void take_json(const std::string& path, const ordered_json& document, std::set<std::string>& known) {
    for (const ordered_json& each : document.at("diagnostics")) {
        if (!each.contains("fingerprint")) {
            refuse_baseline(path, "its findings have no fingerprints; write it with `policyc check --format json`");
        }
        known.insert(each.at("fingerprint").get<std::string>());
    }
}

}  // namespace

std::set<std::string> read_baseline(const std::string& path) {
    const FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file.valid()) {
        throw failure(errno, "open", path);
    }
    const std::string bytes = read_all(file.get(), largest_report + 1, path);
    std::set<std::string> known;
    try {
        const ordered_json document = ordered_json::parse(bytes);
        if (document.is_object() && document.contains("runs")) {
            take_sarif(path, document, known);
        } else if (document.is_object() && document.contains("diagnostics")) {
            take_json(path, document, known);
        } else {
            refuse_baseline(path, "it has neither `diagnostics` nor `runs`");
        }
    } catch (const ordered_json::exception&) {
        refuse_baseline(path, "it is not what `policyc check --format json` or `--format sarif` writes");
    }
    return known;
}

}  // namespace sbx::cli
