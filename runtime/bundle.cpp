// Opens, checks and reads a bundle. See the header.
#include "runtime/bundle.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/descriptor_path.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <sha2.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

constexpr std::size_t largest_file = std::size_t{64} << 20;
constexpr mode_t others_write = S_IWGRP | S_IWOTH;

struct stat status_of(int descriptor, const std::string& name) {
    struct stat status {};
    if (fstat(descriptor, &status) != 0) {
        refuse_errno(step::verify, quoted(name) + " cannot be examined", errno, "check the file system");
    }
    return status;
}

void check_owner_and_mode(const struct stat& status, const std::string& name) {
    if (status.st_uid != 0 && status.st_uid != getuid()) {
        refuse(step::verify,
               quoted(name) + " belongs to uid " + std::to_string(status.st_uid) + ", who is neither root nor the caller",
               "use a bundle of your own: compile the policy again, or copy it");
    }
    if ((status.st_mode & others_write) != 0) {
        refuse(step::verify, quoted(name) + " can be written by group or others",
               "run `chmod go-w` on it, after reading what it says");
    }
}

std::string octal(unsigned mode) {
    std::string digits;
    do {
        digits.insert(digits.begin(), static_cast<char>('0' + (mode & 7U)));
        mode >>= 3U;
    } while (mode != 0);
    return digits;
}

/// For root: whoever can rename a directory on the way can put another bundle there. In a sticky directory that is the owner only.
void check_parents(int directory) {
    Descriptor parent = parent_of(directory);
    while (parent.open()) {
        const struct stat status = status_of(parent.get(), "..");
        const bool sticky = (status.st_mode & S_ISVTX) != 0;
        if (status.st_uid != 0 || ((status.st_mode & others_write) != 0 && !sticky)) {
            refuse(step::verify,
                   quoted(path_of(parent.get())) + ", above the bundle, can be changed by others than root: it belongs to uid " +
                       std::to_string(status.st_uid) + " and has mode " + octal(status.st_mode & 07777),
                   "as root, keep bundles below directories that only root can write");
        }
        parent = parent_of(parent.get());
    }
}

}  // namespace

std::string hex_digest(const std::string& bytes) {
    SHA2_CTX context;
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
    SHA256Init(&context);
    SHA256Update(&context, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    SHA256Final(digest.data(), &context);
    static constexpr char digits[] = "0123456789abcdef";
    std::string result;
    for (const std::uint8_t byte : digest) {
        result += digits[byte >> 4];
        result += digits[byte & 15];
    }
    return result;
}

Descriptor parent_of(int directory) {
    Descriptor parent(openat(directory, "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!parent.open()) {
        refuse_errno(step::verify, "a directory above cannot be opened", errno,
                     "check the permissions of the directories on the way");
    }
    struct stat here {};
    struct stat above {};
    if (fstat(directory, &here) != 0 || fstat(parent.get(), &above) != 0) {
        refuse_errno(step::verify, "a directory cannot be examined", errno, "check the file system");
    }
    if (here.st_dev == above.st_dev && here.st_ino == above.st_ino) {
        parent.reset();
    }
    return parent;
}

Lineage lineage_of(int directory) {
    const auto key = [](int descriptor) {
        const struct stat status = status_of(descriptor, "..");
        return std::pair(status.st_dev, status.st_ino);
    };
    Lineage result = {key(directory)};
    for (Descriptor parent = parent_of(directory); parent.open(); parent = parent_of(parent.get())) {
        result.push_back(key(parent.get()));
    }
    return result;
}

Bundle::Bundle(const std::string& path) {
    std::string name = path;
    while (name.size() > 1 && name.back() == '/') {
        name.pop_back();  // a slash at the end would follow a link
    }
    directory_ = Descriptor(open(name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory_.open()) {
        const int error = errno;
        struct stat status {};
        if (lstat(name.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) {
            refuse(step::verify, "the bundle " + quoted(name) + " is a symbolic link", "name the directory that it points to");
        }
        refuse_errno(step::verify, "the bundle " + quoted(name) + " cannot be opened", error,
                     "name the directory that `policyc PROFILE -o DIR` wrote");
    }
    check_owner_and_mode(status_of(directory_.get(), name), name);
    if (geteuid() == 0) {
        check_parents(directory_.get());
    }
    manifest_ = read_manifest(read_file(std::string(format::manifest_file)));
}

std::string Bundle::read_file(const std::string& name) const {
    // data/000 is two steps; the directory between is checked like the files.
    Descriptor between;
    int from = directory_.get();
    std::string last = name;
    if (const std::size_t slash = name.find('/'); slash != std::string::npos) {
        between = Descriptor(openat(from, name.substr(0, slash).c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (between.open()) {
            check_owner_and_mode(status_of(between.get(), name), name.substr(0, slash));
        }
        from = between.get();
        last = name.substr(slash + 1);
    }
    const Descriptor file(from < 0 ? -1 : openat(from, last.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file.open()) {
        refuse_errno(step::verify, quoted(name) + " of the bundle cannot be opened", errno, "compile the policy again");
    }
    const struct stat status = status_of(file.get(), name);
    if (!S_ISREG(status.st_mode) || static_cast<std::size_t>(status.st_size) > largest_file) {
        refuse(step::verify, quoted(name) + " is no regular file of at most 64 MiB", "compile the policy again");
    }
    check_owner_and_mode(status, name);
    // One byte more than it should be, so that growth shows as well as truncation.
    std::string bytes(static_cast<std::size_t>(status.st_size) + 1, '\0');
    std::size_t length = 0;
    while (length < bytes.size()) {
        const ssize_t got = ::read(file.get(), bytes.data() + length, bytes.size() - length);
        if (got < 0 && errno != EINTR) {
            refuse_errno(step::verify, quoted(name) + " cannot be read", errno, "check the file system");
        }
        if (got == 0) {
            break;
        }
        length += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    bytes.resize(length);
    return bytes;
}

std::string Bundle::read(const std::string& name) const {
    const auto artifact = std::find_if(manifest_.artifacts.begin(), manifest_.artifacts.end(),
                                       [&name](const ArtifactDigest& a) { return a.name == name; });
    if (artifact == manifest_.artifacts.end()) {
        refuse(step::verify, "manifest.json states no digest for " + quoted(name), "compile the policy again");
    }
    std::string bytes = read_file(name);
    if (hex_digest(bytes) != artifact->sha256) {
        refuse(step::verify, quoted(name) + " was changed after the policy was compiled (its SHA-256 is not that of the manifest)",
               "compile the policy again; never edit a bundle by hand");
    }
    return bytes;
}

}  // namespace sbx::runtime
