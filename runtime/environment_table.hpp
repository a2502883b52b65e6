// environment.tab, and what becomes of the caller's environment under it. The sandbox starts with nothing; a variable gets in
// because the policy keeps, accepts or sets it. Names that change how programs are loaded or interpreted get in by `set` only,
// whatever a pattern matches (R-ENV-02).
#pragma once

#include "runtime/templates.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbx::runtime {

struct EnvironmentTable {
    std::vector<std::string> accept, keep;  ///< names, or patterns that end in `*`
    std::vector<std::pair<std::string, Template>> set;
};

[[nodiscard]] EnvironmentTable read_environment_table(std::string_view text);

struct BoundEnvironment {
    std::map<std::string, std::string> variables;
    /// Names that the caller had or passed and the policy would have let in, but for what they are: never passed on.
    std::vector<std::string> dropped;
};

/// `caller` is environ(7); `passed` holds the values of `--env NAME=VALUE`. Refuses a passed name that the policy does not accept.
[[nodiscard]] BoundEnvironment bind_environment(const EnvironmentTable& table, const std::vector<std::string_view>& caller,
                                                const std::vector<std::string>& passed, const Values& values);

/// LD_PRELOAD and its like. PATH is among them unless `keeping`.
[[nodiscard]] bool changes_loading(std::string_view name, bool keeping);

}  // namespace sbx::runtime
