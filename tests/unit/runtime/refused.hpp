// What every refusal owes its reader, and a directory to tamper with. For tests of the runtime's readers.
#pragma once

#include "runtime/refusal.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>

namespace sbx::runtime {

/// The refusal, checked to be complete; nothing if `body` is let through.
template <class Body>
std::optional<Refusal> refusal_of(Body body) {
    try {
        body();
    } catch (const Refusal& refusal) {
        for (const std::string_view part :
             {std::string_view(refusal.step), std::string_view(refusal.what), std::string_view(refusal.remedy)}) {
            EXPECT_FALSE(part.empty()) << "step, what and remedy: " << refusal.step << ", " << refusal.what << ", "
                                       << refusal.remedy;
            EXPECT_FALSE(part.ends_with('.')) << part;
            EXPECT_TRUE(std::all_of(part.begin(), part.end(), [](char c) { return c >= 0x20 && c < 0x7f; })) << part;
        }
        EXPECT_EQ(refusal.exit_code, exit_refused);
        return refusal;
    }
    return std::nullopt;
}

/// `step: what`, or `nothing`.
template <class Body>
std::string refused(Body body) {
    const std::optional<Refusal> refusal = refusal_of(body);
    return refusal ? refusal->step + ": " + refusal->what : "nothing";
}

/// A directory of its own, removed afterwards.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string name = std::filesystem::temp_directory_path() / "sbx-unit.XXXXXX";
        EXPECT_NE(mkdtemp(name.data()), nullptr);
        path_ = std::filesystem::canonical(name);
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    [[nodiscard]] std::string operator/(const std::string& name) const { return path_ / name; }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    void write(const std::string& name, std::string_view bytes) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << bytes;
        std::filesystem::permissions(path_ / name, std::filesystem::perms{0644});
    }

private:
    std::filesystem::path path_;
};

}  // namespace sbx::runtime
