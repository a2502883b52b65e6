// The floor that compiling is held against: reads one file and writes a bundle's worth of files with the same fsyncs and one
// rename, and does nothing else. Usage: copy_bundle POLICY BUNDLE TARGET; static, so that start-up is what it costs to start at
// all.
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool write_file(const fs::path& path, const std::string& bytes) {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0) {
        return false;
    }
    const bool ok = write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && fsync(fd) == 0;
    return close(fd) == 0 && ok;
}

bool sync_directory(const fs::path& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool ok = fd >= 0 && fsync(fd) == 0;
    close(fd);
    return ok;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        return 2;
    }
    const std::string policy = read_file(argv[1]);
    const fs::path bundle = argv[2];
    const fs::path target = argv[3];
    const fs::path fresh = target.string() + ".new";
    bool ok = !policy.empty() && fs::create_directory(fresh);
    for (const auto& entry : fs::recursive_directory_iterator(bundle)) {
        const fs::path to = fresh / entry.path().lexically_relative(bundle);  // fs::relative() would ask the disk
        ok = ok && (entry.is_directory() ? fs::create_directory(to) : write_file(to, read_file(entry.path())));
    }
    ok = ok && (!fs::exists(fresh / "data") || sync_directory(fresh / "data")) && sync_directory(fresh);
    if (fs::exists(target)) {
        ok = ok && renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0;
        fs::remove_all(fresh);
    } else {
        ok = ok && rename(fresh.c_str(), target.c_str()) == 0;
    }
    ok = ok && sync_directory(target.parent_path());
    return ok ? 0 : 1;
}
