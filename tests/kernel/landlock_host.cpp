// Launches with and without Landlock. See the header.
#include "tests/kernel/landlock_host.hpp"

#include "tests/kernel/lacking_host.hpp"

#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::kernel {

long landlock_version_here() {
    const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0UL, 1U);
    return version > 0 ? version : 0;
}

bool WallLaunch::notes(const std::string& words) const {
    for (const nlohmann::json& note :
         report.is_object() ? report.value("notes", nlohmann::json::array()) : nlohmann::json::array()) {
        if (note.get<std::string>().find(words) != std::string::npos) {
            return true;
        }
    }
    return false;
}

std::string WallLaunch::status_of(const std::string& statement) const {
    for (const nlohmann::json& row :
         report.is_object() ? report.value("protections", nlohmann::json::array()) : nlohmann::json::array()) {
        if (row["statement"] == statement) {
            return row["status"].get<std::string>();
        }
    }
    return "";
}

WallLaunch launch_at_wall(Scene& scene, bool as_root, bool landlock, std::vector<std::string> requests,
                          std::vector<std::string> options) {
    scene.directory("report", 0777);
    const std::string report = scene.path("report/wall.json");
    unlink(report.c_str());
    options.insert(options.end(), {"--report", report});
    Command command = probing({{Program::sbx_run, as_root}, ""}, scene, std::move(requests), std::move(options));
    if (!landlock) {
        command.before_exec = filter_landlock;
    }
    WallLaunch result{run(std::move(command)), nullptr};
    if (scene.exists("report/wall.json")) {
        result.report = nlohmann::json::parse(read_file(report), nullptr, false);
    }
    return result;
}

}  // namespace sbx::kernel
