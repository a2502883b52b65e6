// An abstract mount table on which bwrap.args is replayed, written from bwrap(1), mount(2) and the description of the artifact's
// format alone: it shares no code with the compiler, the emitters or the runtime. It assumes a host whose every path exists and is
// a directory, but for names that say otherwise; it guarantees an answer at every path, and an exception where bubblewrap would
// fail, create something on the host, or be tricked.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::test {

/// The host. `f` is a file wherever it stands, as is what procfs shows as one; everything else is a directory.
struct ModelHost {
    std::set<std::string> missing;  ///< with everything below
    std::set<std::string> made;     ///< reserved for a launch: there, and empty
    [[nodiscard]] bool exists(const std::string& path) const;
    [[nodiscard]] static bool is_directory(const std::string& path);
};

/// What a place turns out to be.
enum class Sight { absent, empty, private_write, host_read, host_write, process, device };
struct Seen {
    Sight sight = Sight::absent;
    std::string detail;  ///< the host's path, or a file's contents
    friend bool operator==(const Seen&, const Seen&) = default;
};

/// The launch does not take place: what a guard asks for is not so.
struct ModelRefusal {
    std::string what;
};
/// bubblewrap would fail or do harm: the arguments are wrong.
struct ModelBreach {
    std::string what;
};

class MountModel {
public:
    using Files = std::map<std::string, std::string>;   ///< `data/000` to contents
    using Values = std::map<std::string, std::string>;  ///< of parameters

    MountModel(ModelHost host, const Files& files, const Values& values);
    /// The bytes of bwrap.args.
    void replay(std::string_view records);
    [[nodiscard]] Seen at(const std::string& path) const;
    /// Mount points that could be renamed away from outside: each directory between a writable place and a mount must be one
    /// itself.
    [[nodiscard]] std::vector<std::string> movable() const;

private:
    enum class Kind { tmpfs, host, data, process, device };
    struct Entry {
        bool directory = true;
        std::string link;  ///< target, or empty
    };
    struct Mount {
        Kind kind = Kind::tmpfs;
        bool writable = true;
        std::string text;                             ///< source of a host tree, contents of a file
        std::map<std::string, Entry> entries;         ///< of a tmpfs, by path relative to it
        std::map<std::string, std::size_t> children;  ///< what is mounted on it, by relative path
        std::string name;                             ///< where it was mounted
    };
    struct Spot {
        std::size_t mount = 0;
        std::string rest;  ///< relative to the mount: empty, or `/…`
    };
    /// One word, with what its first byte means.
    struct Operand {
        char type = '=';
        std::string text;
    };

    ModelHost host_;
    const Files& files_;
    const Values& values_;
    std::vector<Mount> mounts_;
    std::string permissions_, size_;  ///< for the next option

    [[nodiscard]] std::string text_of(std::string_view word) const;
    [[nodiscard]] Operand operand(std::string_view word) const;
    [[nodiscard]] bool guard_holds(std::string_view guard, const std::string& path);
    std::size_t apply(const std::vector<std::string>& words, std::size_t at);
    void apply_mount(const std::string& option, const std::vector<Operand>& operands);
    void make_link(const std::string& target, const std::string& place);

    void cross(Spot& spot) const;
    [[nodiscard]] bool exists(const Spot& spot) const;
    [[nodiscard]] bool is_directory(const Spot& spot) const;
    [[nodiscard]] const Entry* entry(const Spot& spot) const;
    [[nodiscard]] Seen seen(const Spot& spot) const;
    /// Creates what is missing on the way, as bubblewrap does.
    Spot make_place(const std::string& path, bool directory);
    std::size_t attach(const std::string& path, bool directory, Mount mount);
    void require_size(const std::string& option);
};

[[nodiscard]] const char* to_text(Sight sight);
/// The components of a path.
[[nodiscard]] std::vector<std::string> parts_of(std::string_view path);

}  // namespace sbx::test
