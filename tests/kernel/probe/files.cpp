// Requests about files. `read` succeeds only where there is something to read: a file with a byte in it, a directory with an entry;
// so a mask, which looks empty, counts as refused. `write` appends to a file, or creates it.
#include "tests/kernel/probe/probe.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace sbx::probe {
namespace {

bool entries(const std::string& path, std::vector<std::string>& names) {
    DIR* directory = opendir(path.c_str());
    if (directory == nullptr) {
        return false;
    }
    while (const dirent* entry = readdir(directory)) {
        const std::string name = static_cast<const char*>(entry->d_name);
        if (name != "." && name != "..") {
            names.push_back(name);
        }
    }
    closedir(directory);
    std::sort(names.begin(), names.end());
    return true;
}

bool contents(const std::string& path, std::string& text) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return false;
    }
    char buffer[4096];
    ssize_t count = 0;
    while ((count = read(file, buffer, sizeof buffer)) > 0 && text.size() < (1U << 20U)) {
        text.append(buffer, static_cast<std::size_t>(count));
    }
    close(file);
    return count >= 0;
}

bool can_read(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) {
        return false;
    }
    errno = ENODATA;
    if (S_ISDIR(status.st_mode)) {
        std::vector<std::string> names;
        return entries(path, names) && !names.empty();
    }
    std::string text;
    return contents(path, text) && !text.empty();
}

bool can_write(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
        const std::string inside = path + "/written";
        const int file = open(inside.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        return file >= 0 && write(file, "written\n", 8) == 8 && close(file) == 0;
    }
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
    return file >= 0 && write(file, "written\n", 8) == 8 && close(file) == 0;
}

void print_escaped(const std::string& word, const std::string& text) {
    std::printf("%s = ", word.c_str());
    for (const char byte : text) {
        const auto value = static_cast<unsigned char>(byte);
        if (byte == '\n') {
            std::printf("\\n");
        } else if (value < 0x20 || value == 0x7f) {
            std::printf("\\x%02x", value);
        } else {
            std::putchar(byte);
        }
    }
    std::printf("\n");
    std::fflush(stdout);
}

/// What stands at a path, without a word on why: `absent`, `directory`, `empty directory`, `file = CONTENTS`, `other`.
void look(const std::string& word, const std::string& path) {
    struct stat status {};
    std::vector<std::string> names;
    std::string text;
    if (stat(path.c_str(), &status) != 0) {
        const bool absent = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
        absent ? (void)std::printf("%s absent\n", word.c_str()) : report(word, false);
    } else if (S_ISDIR(status.st_mode)) {
        const bool listed = entries(path, names);
        listed ? (void)std::printf("%s %s\n", word.c_str(), names.empty() ? "empty directory" : "directory") : report(word, false);
    } else if (S_ISREG(status.st_mode)) {
        contents(path, text) ? print_escaped(word + " file", text) : report(word, false);
    } else {
        std::printf("%s other\n", word.c_str());
    }
    std::fflush(stdout);
}

/// Makes what is missing on the way, then appends.
bool can_create(const std::string& path) {
    for (std::string::size_type slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        (void)mkdir(path.substr(0, slash).c_str(), 0777);
    }
    return can_write(path);
}

/// How `PATH exit:7` ended, or -1 when the kernel did not take it; says nothing on the probe's own output.
int status_of(const std::string& path) {
    int error[2];
    if (pipe2(error, O_CLOEXEC) != 0) {
        return -1;
    }
    const pid_t child = fork();
    if (child == 0) {
        close(0);
        close(1);
        close(2);
        execl(path.c_str(), path.c_str(), "exit:7", static_cast<char*>(nullptr));
        const int code = errno;
        (void)!write(error[1], &code, sizeof code);
        _exit(1);
    }
    close(error[1]);
    int code = 0;
    (void)!read(error[0], &code, sizeof code);
    close(error[0]);
    int status = 0;
    waitpid(child, &status, 0);
    errno = code;
    return code != 0 ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

bool can_connect(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    socklen_t length = sizeof address;
    if (path[0] == '@') {  // as /proc/net/unix shows a name that is in no filesystem
        address.sun_path[0] = '\0';
        length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    }
    const int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return file >= 0 && connect(file, reinterpret_cast<const sockaddr*>(&address), length) == 0;
}

/// Two paths in one argument: `A:B`.
bool two(const std::string& argument, int (*call)(const char*, const char*)) {
    const std::string::size_type colon = argument.find(':');
    return call(argument.substr(0, colon).c_str(), argument.substr(colon + 1).c_str()) == 0;
}

/// Writes until it fails or `limit` bytes are there; says how many were.
void fill(const std::string& word, const std::string& argument) {
    const std::string::size_type colon = argument.find(':');
    const long long limit = std::atoll(argument.substr(colon + 1).c_str());
    const int file = open(argument.substr(0, colon).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    static const std::string block(1U << 16U, 'x');
    long long written = 0;
    while (file >= 0 && written < limit) {
        const ssize_t count = write(file, block.data(), block.size());
        if (count <= 0) {
            break;
        }
        written += count;
    }
    std::printf("%s wrote %lld %s\n", word.c_str(), written, written < limit ? strerrorname_np(errno) : "all");
    std::fflush(stdout);
}

}  // namespace

bool file_request(const std::string& word, const std::string& name, const std::string& argument) {
    const char* path = argument.c_str();
    if (name == "read") {
        report(word, can_read(argument));
    } else if (name == "write") {
        report(word, can_write(argument));
    } else if (name == "look") {
        look(word, argument);
    } else if (name == "create") {
        report(word, can_create(argument));
    } else if (name == "exec") {
        report(word, status_of(argument) == 7);  // a copy of this program: it must have done as it was told
    } else if (name == "start") {
        report(word, status_of(argument) >= 0);
    } else if (name == "unix") {
        report(word, can_connect(argument));
    } else if (name == "mkfifo") {
        report(word, mkfifo(path, 0666) == 0);
    } else if (name == "truncate") {
        report(word, truncate(path, 0) == 0);
    } else if (name == "mkdir") {
        report(word, mkdir(path, 0777) == 0);
    } else if (name == "rmdir") {
        report(word, rmdir(path) == 0);
    } else if (name == "unlink") {
        report(word, unlink(path) == 0);
    } else if (name == "chmod") {
        report(word, chmod(path, 04777) == 0);
    } else if (name == "rename") {
        report(word, two(argument, rename));
    } else if (name == "link") {
        report(word, two(argument, link));
    } else if (name == "symlink") {
        report(word, two(argument, symlink));
    } else if (name == "cat") {
        std::string text;
        if (contents(argument, text)) {
            print_escaped(word, text);
        } else {
            report(word, false);
        }
    } else if (name == "list") {
        std::vector<std::string> names;
        std::string text;
        if (entries(argument, names)) {
            for (const std::string& entry : names) {
                text += entry + " ";
            }
            print_escaped(word, text);
        } else {
            report(word, false);
        }
    } else if (name == "stat") {
        struct stat status {};
        const bool there = lstat(path, &status) == 0;
        there ? (void)std::printf("%s mode %o size %lld uid %u\n", word.c_str(), status.st_mode,
                                  static_cast<long long>(status.st_size), status.st_uid)
              : report(word, false);
    } else if (name == "readlink") {
        char target[256];
        const ssize_t length = readlink(path, target, sizeof target);
        length > 0 ? print_escaped(word, std::string(target, static_cast<std::size_t>(length))) : report(word, false);
    } else if (name == "fill") {
        fill(word, argument);
    } else {
        return false;
    }
    return true;
}

}  // namespace sbx::probe
