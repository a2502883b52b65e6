// The host that random policies are launched on: directories a, b and c to a depth of four, `ab` beside each `a`, a file `f` that
// holds its own path and a program in each, and links that lead from one tree into another.
#pragma once

#include "tests/kernel/harness.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace sbx::kernel {

class SampledHost {
public:
    explicit SampledHost(Scene& scene);
    SampledHost(const SampledHost&) = delete;
    SampledHost& operator=(const SampledHost&) = delete;

    [[nodiscard]] const std::string& base() const { return base_; }
    /// Every directory, file and link, programs left out; parents first.
    [[nodiscard]] const std::vector<std::string>& points() const { return points_; }

    /// Takes these and all that lies below them away, until restore().
    void lack(const std::set<std::string>& paths);
    [[nodiscard]] bool has(const std::string& path) const;
    [[nodiscard]] static bool is_directory_name(const std::string& path);
    /// Of one of the links.
    [[nodiscard]] std::string link_target(const std::string& path) const;
    [[nodiscard]] static std::string contents_of(const std::string& file) { return file + "\n"; }

    struct Changes {
        std::set<std::string> files;        ///< other than they were, new or gone
        std::set<std::string> directories;  ///< new or gone
    };
    /// What is not as it was, apart from what lack() took away.
    [[nodiscard]] Changes changes() const;
    /// Puts back what lack() took away and undoes every change.
    void restore();

private:
    void plant(const std::string& directory, int depth);
    [[nodiscard]] bool lacks(const std::string& path) const;

    std::string base_;
    std::string aside_;
    std::string program_;
    std::vector<std::string> points_;
    std::map<std::string, std::string> links_;
    std::set<std::string> all_;
    std::map<std::string, std::string> taken_away_;  ///< to where it lies meanwhile
};

}  // namespace sbx::kernel
