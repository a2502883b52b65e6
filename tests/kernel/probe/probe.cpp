// The program that is put into sandboxes under test: static, so that it needs nothing of the view that it looks at. Each word of
// its command line is one request, `NAME:ARGUMENT`, carried out in order; what came of it is printed at once, one line a request or
// more. It reports and never judges.
#include "tests/kernel/probe/probe.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace sbx::probe {

void report(const std::string& word, bool succeeded) {
    const char* name = strerrorname_np(errno);
    if (succeeded) {
        std::printf("%s ok\n", word.c_str());
    } else {
        std::printf("%s no %s\n", word.c_str(), name != nullptr ? name : "?");
    }
    std::fflush(stdout);
}

}  // namespace sbx::probe

int main(int argc, char** argv) {
    for (int index = 1; index < argc; ++index) {
        const std::string word = argv[index];
        const std::string::size_type colon = word.find(':');
        const std::string name = word.substr(0, colon);
        const std::string argument = colon == std::string::npos ? "" : word.substr(colon + 1);
        if (name == "exit") {
            return std::atoi(argument.c_str());
        }
        if (!sbx::probe::file_request(word, name, argument) && !sbx::probe::process_request(word, name, argument) &&
            !sbx::probe::system_request(word, name, argument) && !sbx::probe::network_request(word, name, argument) &&
            !sbx::probe::frame_request(word, name, argument) && !sbx::probe::call_request(word, name, argument)) {
            std::printf("%s unknown\n", word.c_str());
            return 99;
        }
    }
    return 0;
}
