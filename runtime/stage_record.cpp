// Writes the record in the order in which runtime/stage.cpp reads it: strings that end in NUL, lists after their length.
#include "runtime/stage_record.hpp"

#include "runtime/memory_file.hpp"

#include <algorithm>
#include <string_view>

namespace sbx::runtime {

namespace {

/// Where a sandbox without PATH looks.
constexpr std::string_view usual_path = "/usr/local/bin:/usr/bin:/bin";

class Writer {
public:
    void text(std::string_view value) {
        bytes_ += value;
        bytes_ += '\0';
    }
    void number(std::uint64_t value) { text(std::to_string(value)); }
    void descriptor(int value) { number(static_cast<std::uint64_t>(value)); }
    void list(const std::vector<std::string>& strings) {
        number(strings.size());
        for (const std::string& each : strings) {
            text(each);
        }
    }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

/// What is handed in may be opened again by its name in /proc.
void write_landlock(Writer& out, const StageRecord& record) {
    const LandlockDomain& domain = record.landlock;
    out.number(domain.paths);
    out.number(domain.tcp);
    out.number(domain.scopes);
    std::vector<int> handed_in = {0, 1, 2};
    handed_in.insert(handed_in.end(), record.passed.begin(), record.passed.end());
    out.number(handed_in.size());
    for (const int descriptor : handed_in) {
        out.descriptor(descriptor);
    }
    out.number(domain.rules.size());
    for (const LandlockRule& rule : domain.rules) {
        out.number(rule.rights);
        out.number(rule.optional ? 1 : 0);
        out.text(rule.path);
    }
}

}  // namespace

std::vector<std::string> files_to_try(const StageRecord& record) {
    const std::string& name = record.command.front();
    if (name.find('/') != std::string::npos) {
        return {name};
    }
    const auto variable = record.environment.find("PATH");
    std::string_view path = variable != record.environment.end() ? std::string_view(variable->second) : usual_path;
    std::vector<std::string> result;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find(':'), path.size());
        // An empty component means the working directory to some shells; a sandbox has no use for that.
        if (end > 0) {
            result.push_back(std::string(path.substr(0, end)) + "/" + name);
        }
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return result;
}

Descriptor write_stage_record(const StageRecord& record) {
    Writer out;
    out.text("sbx-stage 1");
    out.descriptor(record.channel);
    out.number(record.uid);
    out.number(record.gid);
    out.number(record.filtered ? 1 : 0);
    out.descriptor(record.error_output);
    out.number(record.terminal ? 1 : 0);
    std::vector<int> kept = record.passed;
    kept.push_back(record.channel);
    std::sort(kept.begin(), kept.end());
    out.number(kept.size());
    for (const int descriptor : kept) {
        out.descriptor(descriptor);
    }
    out.list(files_to_try(record));
    out.list(record.command);
    std::vector<std::string> variables;
    for (const auto& [name, value] : record.environment) {
        variables.push_back(name + "=" + value);
    }
    out.list(variables);
    write_landlock(out, record);
    return memory_file("sbx-stage", out.bytes());
}

}  // namespace sbx::runtime
