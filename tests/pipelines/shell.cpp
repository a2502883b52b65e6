// See the header.
#include "tests/pipelines/shell.hpp"

#include <array>
#include <cstdio>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::pipelines {

Ran shell(const std::string& command, const fs::path& directory) {
    const std::string line =
        "cd " + shell_word(directory.string()) +
        " && unset MAKEFLAGS MAKELEVEL MFLAGS CMAKE_GENERATOR NINJA_STATUS GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE DESTDIR && "
        "export LC_ALL=C.UTF-8 HOME=" +
        shell_word(directory.string()) + " && { " + command + "\n} 2>&1 </dev/null";
    Ran ran;
    std::FILE* const pipe = ::popen(line.c_str(), "r");
    if (pipe == nullptr) {
        return ran;
    }
    std::array<char, 65536> buffer{};
    for (std::size_t got = 1; got > 0;) {
        got = std::fread(buffer.data(), 1, buffer.size(), pipe);
        ran.out.append(buffer.data(), got);
    }
    const int status = ::pclose(pipe);
    ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ran;
}

std::string shell_word(const std::string& word) {
    std::string out = "'";
    for (const char byte : word) {
        out += byte == '\'' ? std::string("'\\''") : std::string(1, byte);
    }
    return out + "'";
}

bool has_program(const std::string& name) {
    return test::run("command -v " + shell_word(name) + " >/dev/null 2>&1") == 0;
}

void let_time_pass() {
    ::usleep(50'000);
}

void PipelineTest::edit(const std::string& name, const std::string& from, const std::string& to) const {
    std::string text = read_bytes(path(name));
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << name << " has no " << from;
    let_time_pass();
    write(name, text.replace(at, from.size(), to));
}

}  // namespace sbx::pipelines
