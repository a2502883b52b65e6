// Copies them to a directory beside the mark of what ran. See the header.
#include "tests/kernel/kept_reports.hpp"

#include "tests/kernel/harness.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <unistd.h>

namespace sbx::kernel {
namespace {

namespace fs = std::filesystem;

using nlohmann::json;

const fs::path kept = std::string(SBX_RAN_MARK) + ".reports";
const fs::path spoilt = std::string(SBX_RAN_MARK) + ".spoilt";

void empty(const fs::path& directory) {
    std::error_code ignored;
    fs::remove_all(directory, ignored);
    fs::create_directories(directory, ignored);
    fs::permissions(directory, fs::perms::all, ignored);
}

/// The longest report with something else in one place, or without one member: a schema that takes these says nothing.
void spoil_one() {
    std::string longest;
    for (const auto& entry : fs::directory_iterator(kept)) {
        const std::string text = read_file(entry.path().string());
        longest = text.size() > longest.size() ? text : longest;
    }
    const json report = json::parse(longest, nullptr, false);
    unsigned count = 0;
    const auto add = [&count](const json& document) {
        write_file((spoilt / (std::to_string(++count) + ".json")).string(), document.dump(), 0644);
    };
    empty(spoilt);
    const json flat = report.is_object() ? report.flatten() : json::object();
    for (const auto& [pointer, value] : flat.items()) {
        json changed = report;
        changed[json::json_pointer(pointer)] = {{"unknown", true}};
        add(changed);
    }
    for (const auto& [name, value] : report.items()) {
        json changed = report;
        changed[name + "_"] = true;
        add(changed);
        changed = report;
        changed.erase(name);
        if (name != "forwarded_signal") {
            add(changed);
        }
    }
}

bool shell(const std::string& command) {
    return std::system(command.c_str()) == 0;  // NOLINT(concurrency-mt-unsafe): one thread
}

}  // namespace

void begin_keeping_reports() {
    empty(kept);
}

void keep_report(const std::vector<std::string>& words) {
    const auto program =
        std::find_if(words.begin(), words.end(), [](const std::string& word) { return word.ends_with("/sbx-run"); });
    const auto end = std::find(program, words.end(), "--");
    const auto option = std::find(program, end, "--report");
    if (option == end || option + 1 == end) {
        return;
    }
    static unsigned count = 0;
    std::error_code none;
    const std::string text = read_file(*(option + 1));
    if (!text.empty() && fs::is_directory(kept, none)) {  // else this is no run of the whole suite
        write_file((kept / (std::to_string(getpid()) + "-" + std::to_string(++count) + ".json")).string(), text, 0644);
    }
}

bool kept_reports_are_valid() {
    std::error_code none;
    if (fs::is_empty(kept, none) || none) {
        return true;
    }
    if (!shell("python3 -c 'import jsonschema' 2>/dev/null")) {
        std::fprintf(stderr, "python3-jsonschema is not installed: the launch reports were not held against their schema\n");
        return true;
    }
    const std::string schema = std::string(SBX_RAN_MARK) + ".schema.json";
    const auto all_are = [&schema](const char* what, const fs::path& documents) {
        return shell(std::string("python3 " SBX_SOURCE_DIR "/tests/support/validate_json.py ") + what + " '" + schema + "' '" +
                     documents.string() + "'");
    };
    spoil_one();
    return shell(std::string(SBX_POLICYC) + " schema launch-report > '" + schema + "'") && all_are("valid", kept) &&
           all_are("invalid", spoilt);
}

}  // namespace sbx::kernel
