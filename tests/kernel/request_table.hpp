// The table of policies and requests that are decided twice: by the compiler from the policy's meaning, and by the kernel inside
// the sandbox. All rows look at one tree of files, `$ROOT/h`, see plant() in request_table_test.cpp.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace sbx::kernel {

struct Row {
    std::string name;
    std::vector<std::string> nodes;  ///< statements of the filesystem block: tried in every order
    /// Each is one of
    ///   `allowed OP PATH`, `denied OP PATH`   asked of both; a write that is allowed must arrive at the host's file of that name
    ///   `private write PATH`                  allowed, and must not arrive at the host
    ///   `works REQUEST`, `fails REQUEST`      asked of the kernel only
    std::vector<std::string> expectations;
    std::string header;                  ///< statements outside of the filesystem block
    std::vector<std::string> options{};  ///< of the launch
    std::string host_of{};               ///< `/inside=$ROOT/outside`: where writes to a renamed tree arrive
};

/// For the names of tests.
inline void PrintTo(const Row& row, std::ostream* out) {
    *out << row.name;
}
[[nodiscard]] const std::vector<Row>& request_table();

}  // namespace sbx::kernel
