// One case: a policy, what is compiled with it, and what the compiler says. A file is the policy itself, then sections, each of
// which begins with a line `==== …`, which no policy can have:
//
//     ==== file NAME            another file, up to the next section
//     ==== define NAME=VALUE    as `-D`
//     ==== include DIRECTORY    as `-I`
//     ==== replace TOKEN TEXT   TOKEN stands for TEXT in all files; ` * N` at the end repeats it;
//                               `\n`, `\s` (a blank), `\xHH` and `\#` (the number of the repetition) are understood
//     ==== build DIRECTORY      as `policyc build -o DIRECTORY`; otherwise as `policyc check`
//     ==== bundle DIRECTORY     as `policyc check -o DIRECTORY`
//     ==== pedantic             as `--pedantic`
//     ==== output               what is printed, up to the end of the file
#pragma once

#include "compiler/cli/compile.hpp"
#include "tests/support/memory_files.hpp"

#include <string>
#include <vector>

namespace sbx::test {

struct CaseFile {
    std::string name;      ///< of the file, which is the root policy's, too
    std::string input;     ///< everything up to the output, as it stands
    std::string expected;  ///< the output
    MemoryFiles files;     ///< the root included; all lie in /policies
    std::string policy;    ///< the root's text
    policy::ResolveOptions options;
    std::string out;        ///< the bundle's directory; empty where none is named
    bool builds = false;    ///< or else checks
    bool pedantic = false;  ///< pedantic findings are said, too
};

/// Throws std::runtime_error for a section that is none of the above.
[[nodiscard]] CaseFile read_case(const std::string& path);
/// Writes the file anew, with another output.
void write_case(const std::string& path, const CaseFile& file, const std::string& output);
/// Paths of all cases whose name begins with `prefix`, sorted.
[[nodiscard]] std::vector<std::string> case_paths(const std::string& prefix);
/// As the command would, with `policy` for the root's text.
[[nodiscard]] cli::Compilation compile_case(const CaseFile& file, const std::string& policy);

}  // namespace sbx::test
