// A bundle to disk, all or nothing; see the header. The steps: sweep what killed runs left, write a private sibling directory and
// sync it, swap it in with one rename, sync the parent, delete what was there before.
#include "compiler/cli/bundle_writer.hpp"

#include "compiler/cli/bundle_directory.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/file_handle.hpp"
#include "compiler/cli/streams.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <set>
#include <string_view>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sbx::cli {
namespace {

constexpr int own_directory_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
/// Another compile may put its bundle in place between two of our steps; so often in a row it may not.
constexpr int max_attempts = 1000;

/// `out` as the directory that holds it and its name there.
struct Target {
    std::string shown;
    std::string parent_path;
    std::string name;
    FileHandle parent;
};

Target open_target(const std::string& out) {
    std::string path = out;
    while (path.size() > 1 && path.back() == '/') {
        path.pop_back();
    }
    const std::string last = path.substr(path.rfind('/') + 1);
    if (last.empty() || last == "." || last == "..") {
        // These name a directory without saying what it is called where it lies.
        const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), std::free);
        if (real == nullptr) {
            throw failure(errno, "open", out);
        }
        path = real.get();
    }
    const std::size_t slash = path.rfind('/');
    Target target;
    target.shown = out;
    target.name = path.substr(slash + 1);
    target.parent_path = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    target.parent = FileHandle(::open(target.parent_path.c_str(), own_directory_flags));
    if (!target.parent.valid()) {
        throw failure(errno, "open", target.parent_path);
    }
    return target;
}

bool exists(const Target& target) {
    struct stat status {};
    if (::fstatat(target.parent.get(), target.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
        return true;
    }
    if (errno != ENOENT) {
        throw failure(errno, "look at", target.shown);
    }
    return false;
}

std::optional<std::string> refusal(const Target& target) {
    if (target.name.empty()) {
        return "`/` cannot be a bundle: name a directory of its own";
    }
    if (!exists(target)) {
        return std::nullopt;
    }
    const std::string reason = why_not_ours(target.parent.get(), target.name);
    return reason.empty() ? std::nullopt : std::optional(fmt::format("`{}` {}", displayed(target.shown), reason));
}

/// A name that nobody guesses, beside the target.
std::string sibling_name(const Target& target, std::string_view role) {
    std::uint64_t random = 0;
    if (::getrandom(&random, sizeof random, 0) != static_cast<ssize_t>(sizeof random)) {
        throw failure(errno, "get random bytes for", target.shown);
    }
    // The name, cut so that it stays below NAME_MAX.
    return fmt::format(".{}.policyc-{}-{:016x}", target.name.substr(0, 200), role, random);
}

/// Deletes what killed runs left: ours, and older than `age`. What was set aside goes only while the target stands.
void sweep(const Target& target, std::string_view role, std::time_t age) {
    const std::string prefix = fmt::format(".{}.policyc-{}-", target.name.substr(0, 200), role);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(target.parent_path.c_str()), [](DIR* d) { return ::closedir(d); });
    const std::time_t now = std::time(nullptr);
    std::set<std::string> leftovers;
    while (const dirent* entry = stream == nullptr ? nullptr : ::readdir(stream.get())) {
        const std::string name = entry->d_name;
        struct stat status {};
        if (name.rfind(prefix, 0) == 0 && ::fstatat(target.parent.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() && now - status.st_ctime > age) {
            leftovers.insert(name);
        }
    }
    for (const std::string& name : leftovers) {
        // Another run may be sweeping too; what cannot be removed waits for the next one.
        static_cast<void>(remove_bundle(target.parent.get(), name));
    }
}

/// The private sibling; removed again unless it was put in place.
class Draft {
public:
    explicit Draft(const Target& target) : target_(target), name_(sibling_name(target, "new")) {
        if (::mkdirat(target.parent.get(), name_.c_str(), 0700) != 0) {
            throw failure(errno, "create a directory in", target.parent_path);
        }
        directory_ = FileHandle(::openat(target.parent.get(), name_.c_str(), own_directory_flags | O_NOFOLLOW));
        if (!directory_.valid()) {
            const int code = errno;
            static_cast<void>(remove_bundle(target.parent.get(), name_));
            throw failure(code, "open", name_);
        }
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    /// After an exchange the old bundle has our name: it goes the same way.
    ~Draft() { static_cast<void>(remove_bundle(target_.parent.get(), name_)); }

    [[nodiscard]] const std::string& name() const { return name_; }

    void fill(const emit::Bundle& bundle) {
        std::set<std::string> folders;
        for (const emit::Artifact& artifact : bundle.artifacts) {
            const std::size_t slash = artifact.name.find('/');
            if (slash != std::string::npos && folders.insert(artifact.name.substr(0, slash)).second &&
                ::mkdirat(directory_.get(), artifact.name.substr(0, slash).c_str(), 0700) != 0) {
                throw failure(errno, "create", shown(artifact.name.substr(0, slash)));
            }
            write_file(artifact);
        }
        for (const std::string& folder : folders) {
            const FileHandle handle(::openat(directory_.get(), folder.c_str(), own_directory_flags | O_NOFOLLOW));
            settle(handle.get(), 0755, folder);
        }
        settle(directory_.get(), 0755, "");
    }

private:
    [[nodiscard]] std::string shown(const std::string& name) const {
        return target_.shown + (name.empty() || target_.shown.back() == '/' ? "" : "/") + name;
    }

    /// Mode, then sync: both reach the disk, or neither counts.
    void settle(int descriptor, mode_t mode, const std::string& name) const {
        if (::fchmod(descriptor, mode) != 0) {
            throw failure(errno, "set the mode of", shown(name));
        }
        if (::fsync(descriptor) != 0) {
            throw failure(errno, "sync", shown(name));
        }
    }

    void write_file(const emit::Artifact& artifact) const {
        FileHandle file(
            ::openat(directory_.get(), artifact.name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!file.valid()) {
            throw failure(errno, "create", shown(artifact.name));
        }
        write_all(file.get(), artifact.bytes, shown(artifact.name));
        settle(file.get(), artifact.mode, artifact.name);
        if (file.close() != 0) {
            throw failure(errno, "write", shown(artifact.name));
        }
    }

    const Target& target_;
    std::string name_;
    FileHandle directory_;
};

enum class Step { done, again };

/// One rename(2): right where nothing or an empty directory stands.
Step place_draft(const Target& target, const Draft& draft) {
    const int parent = target.parent.get();
    if (::renameat(parent, draft.name().c_str(), parent, target.name.c_str()) == 0) {
        return Step::done;
    }
    if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) {
        return Step::again;
    }
    throw failure(errno, "put the bundle in place at", target.shown);
}

bool exchange(const Target& target, const Draft& draft) {
    const int parent = target.parent.get();
    return ::renameat2(parent, draft.name().c_str(), parent, target.name.c_str(), RENAME_EXCHANGE) == 0;
}

/// Sets the old bundle aside; the next round puts the draft in its place. If that fails for good, the old one comes back.
void replace_in_two_steps(const Target& target, const Draft& draft) {
    const int parent = target.parent.get();
    const std::string aside = sibling_name(target, "old");
    if (::renameat(parent, target.name.c_str(), parent, aside.c_str()) != 0) {
        if (errno == ENOENT) {
            return;
        }
        throw failure(errno, "set aside", target.shown);
    }
    const auto put_back = [&] { return ::renameat(parent, aside.c_str(), parent, target.name.c_str()) == 0; };
    try {
        if (!why_not_ours(parent, aside).empty()) {
            static_cast<void>(put_back());
            return;
        }
        static_cast<void>(place_draft(target, draft));
    } catch (const std::system_error&) {
        static_cast<void>(put_back());
        throw;
    }
    static_cast<void>(remove_bundle(parent, aside));
}

/// One try to put the draft where a bundle may stand.
Step put_in_place(const Target& target, const Draft& draft, bool& may_exchange) {
    if (!exists(target)) {
        return place_draft(target, draft);
    }
    if (!may_exchange) {
        const bool was_ours = why_not_ours(target.parent.get(), target.name).empty();
        if (was_ours) {
            replace_in_two_steps(target, draft);
        }
        struct stat status {};
        const bool placed =
            ::fstatat(target.parent.get(), draft.name().c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT;
        return placed ? Step::done : Step::again;
    }
    if (!exchange(target, draft)) {
        if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) {
            may_exchange = false;
        } else if (errno != ENOENT) {
            throw failure(errno, "put the bundle in place at", target.shown);
        }
        return Step::again;
    }
    if (!why_not_ours(target.parent.get(), draft.name()).empty()) {
        // Somebody put something else there after it was judged: back with it, and judge again.
        static_cast<void>(exchange(target, draft));
        return Step::again;
    }
    return Step::done;
}

}  // namespace

std::optional<std::string> refuse_output(const std::string& out) {
    return refusal(open_target(out));
}

std::optional<std::string> write_bundle(const emit::Bundle& bundle, const std::string& out, WriteOptions options) {
    const Target target = open_target(out);
    if (auto refused = refusal(target)) {
        return refused;
    }
    sweep(target, "new", options.leftover_age);
    Draft draft(target);
    draft.fill(bundle);
    for (int attempt = 0; attempt < max_attempts; ++attempt) {
        if (auto refused = refusal(target)) {
            return refused;
        }
        if (put_in_place(target, draft, options.may_exchange) == Step::done) {
            if (::fsync(target.parent.get()) != 0) {
                throw failure(errno, "sync", target.parent_path);
            }
            sweep(target, "old", options.leftover_age);
            return std::nullopt;
        }
    }
    throw failure(EBUSY, "put the bundle in place at", target.shown);
}

}  // namespace sbx::cli
