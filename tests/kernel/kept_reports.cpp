// Copies them to a directory beside the mark of what ran. See the header.
#include "tests/kernel/kept_reports.hpp"

#include "tests/kernel/harness.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace sbx::kernel {
namespace {

namespace fs = std::filesystem;

const fs::path kept = std::string(SBX_RAN_MARK) + ".reports";

bool shell(const std::string& command) {
    return std::system(command.c_str()) == 0;  // NOLINT(concurrency-mt-unsafe): one thread
}

}  // namespace

void begin_keeping_reports() {
    std::error_code ignored;
    fs::remove_all(kept, ignored);
    fs::create_directories(kept, ignored);
    fs::permissions(kept, fs::perms::all, ignored);
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
    const std::string text = read_file(*(option + 1));
    if (!text.empty()) {
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
    return shell(std::string(SBX_POLICYC) + " schema launch-report > '" + schema + "'") &&
           shell("python3 " SBX_SOURCE_DIR "/tests/support/validate_json.py valid '" + schema + "' '" + kept.string() + "'");
}

}  // namespace sbx::kernel
