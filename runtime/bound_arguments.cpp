// Binds records. See the header. Destinations that depend on a parameter are compared with all others: a value must not make a
// mount cover, or lie under, what the policy placed by name.
#include "runtime/bound_arguments.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/host_path.hpp"
#include "runtime/memory_file.hpp"
#include "runtime/parameters.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <array>
#include <climits>
#include <fcntl.h>
#include <map>
#include <unistd.h>

namespace sbx::runtime {

namespace {

#if defined(__x86_64__)
constexpr std::string_view architecture = "x86_64";
#elif defined(__aarch64__)
constexpr std::string_view architecture = "aarch64";
#else
#error "no system-call filter is made for this architecture"
#endif

using ObjectKey = std::pair<dev_t, ino_t>;

class Binder {
public:
    Binder(const Values& values, const Bundle& bundle, const std::vector<Lineage>& protected_from, Reservations& reservations)
        : values_(values), bundle_(bundle), protected_from_(protected_from), reservations_(reservations) {}

    BoundArguments bind(const std::vector<Record>& records) {
        for (const Record& record : records) {
            if (guard_holds(record)) {
                for (const Option& option : record.options) {
                    bind_option(option, record.origin);
                }
            }
        }
        check_destinations();
        check_masked_objects();
        return std::move(result_);
    }

private:
    struct Destination {
        std::string path;
        Template text;
        bool by_parameter = false;
        bool tmpfs = false;
        std::string origin;
    };

    const Values& values_;
    const Bundle& bundle_;
    const std::vector<Lineage>& protected_from_;
    Reservations& reservations_;
    BoundArguments result_;
    std::vector<Destination> destinations_;
    std::vector<std::string> made_read_only_;
    std::vector<std::pair<ObjectKey, std::string>> masked_;
    std::vector<ObjectKey> granted_;
    std::map<std::string, std::string> data_;  ///< files that were read and verified

    std::string expand_path(const Template& text, const std::string& origin) {
        std::string path = expand(text, values_);
        if (path != "/" && !is_normal_path(path)) {
            refuse(step::bind, quoted(path) + " is no normal absolute path (" + origin + ")", "correct the parameter's value");
        }
        return path;
    }

    bool guard_holds(const Record& record) {
        if (record.guard == Guard::always) {
            return true;
        }
        const std::string path = expand_path(*record.path, record.origin);
        std::optional<HostObject> object = look_up(path, record.origin);
        switch (decide_guard(record.guard, object, path, record.origin)) {
            case GuardOutcome::fails:
                result_.skipped.push_back(path);
                return false;
            case GuardOutcome::reserve:
                reservations_.reserve(path, record.guard == Guard::reserve_directory, record.origin);
                return true;
            case GuardOutcome::holds:
                break;
        }
        const bool hides = record.guard == Guard::if_directory || record.guard == Guard::if_file ||
                           record.guard == Guard::hide_directory || record.guard == Guard::reserve_directory ||
                           record.guard == Guard::reserve_file;
        const bool covers = std::any_of(record.options.begin(), record.options.end(),
                                        [](const Option& o) { return o.name == "--tmpfs" || o.name == "--ro-bind-data"; });
        if (hides && covers) {
            masked_.emplace_back(ObjectKey(object->status.st_dev, object->status.st_ino), path);
        }
        return true;
    }

    void bind_option(const Option& option, const std::string& origin) {
        result_.words.push_back(option.name);
        for (std::size_t i = 0; i < option.words.size(); ++i) {
            const Word& word = option.words[i];
            result_.words.push_back(bind_word(word, origin));
            if (static_cast<int>(i) == option.destination) {
                note_destination(option, word, origin);
            }
            if (word.kind == WordKind::source && option.destination >= 0) {
                const Word& place = option.words[static_cast<std::size_t>(option.destination)];
                result_.trees.push_back({expand(word.text, values_), expand(place.text, values_), result_.handed.back().get()});
            }
        }
        if (option.name == "--remount-ro") {
            made_read_only_.push_back(result_.words.back());
        }
    }

    void note_destination(const Option& option, const Word& word, const std::string& origin) {
        const std::string path = expand_path(word.text, origin);
        const auto& parts = word.text.parts;
        const bool by_parameter = std::any_of(parts.begin(), parts.end(), [](const TemplatePart& part) {
            return part.is_parameter && part.text != "uid" && part.text != "gid";
        });
        destinations_.push_back({path, word.text, by_parameter, option.name == "--tmpfs", origin});
        if (option.name == "--proc") {
            result_.procfs = path;
        }
        if (path == "/") {
            result_.root_of_host = option.name != "--tmpfs";
            result_.after_root = result_.words.size();  // the place is the last word of its option
        }
    }

    std::string bind_word(const Word& word, const std::string& origin) {
        switch (word.kind) {
            case WordKind::text:
                return expand(word.text, values_);
            case WordKind::source:
                return hand(bind_source(word, origin));
            case WordKind::data:
                return hand(memory_file("sbx-data", data(word.data)));
            case WordKind::data_template:
                return hand(memory_file("sbx-data", expand(read_template(data(word.data)), values_)));
            case WordKind::filter:
                return hand(bind_filter());
        }
        return {};
    }

    const std::string& data(const std::string& name) {
        const auto known = data_.find(name);
        return known != data_.end() ? known->second : data_.emplace(name, bundle_.read(name)).first->second;
    }

    std::string hand(Descriptor descriptor) {
        std::string number = std::to_string(descriptor.get());
        result_.handed.push_back(std::move(descriptor));
        return number;
    }

    Descriptor bind_source(const Word& word, const std::string& origin) {
        const std::string path = expand_path(word.text, origin);
        HostObject object = open_source(word, path, origin);
        const ObjectKey key(object.status.st_dev, object.status.st_ino);
        granted_.push_back(key);
        if (word.write) {
            const auto holds_it = [&path](const std::string& tree) { return at_or_below(path, tree); };
            if (S_ISDIR(object.status.st_mode) && std::none_of(result_.written.begin(), result_.written.end(), holds_it)) {
                result_.written.push_back(path);  // parents are bound before what lies below them
            }
            for (const Lineage& lineage : protected_from_) {
                if (std::find(lineage.begin(), lineage.end(), key) != lineage.end()) {
                    refuse(step::bind,
                           quoted(path) + " would be writable, and it holds the bundle or sbx-run itself (" + origin + ")",
                           "keep bundles outside what a sandbox may write");
                }
            }
        }
        return std::move(object.descriptor);
    }

    Descriptor bind_filter() {
        const std::string name =
            std::string(format::seccomp_prefix) + std::string(architecture) + std::string(format::seccomp_suffix);
        const std::string program = bundle_.read(name);
        constexpr std::size_t instruction = 8;  // struct sock_filter
        constexpr std::size_t longest = 4096;   // BPF_MAXINSNS
        if (program.empty() || program.size() % instruction != 0 || program.size() / instruction > longest) {
            refuse(step::verify, quoted(name) + " is no system-call filter", "compile the policy again");
        }
        const auto& artifacts = bundle_.manifest().artifacts;
        result_.filter_digest =
            std::find_if(artifacts.begin(), artifacts.end(), [&name](const auto& a) { return a.name == name; })->sha256;
        return memory_file("sbx-filter", program);
    }

    void check_destinations() const {
        for (const Destination& chosen : destinations_) {
            if (!chosen.by_parameter) {
                continue;
            }
            check_surroundings(chosen);
            for (const Destination& other : destinations_) {
                if (share_parameter(other, chosen)) {
                    continue;
                }
                if (at_or_below(other.path, chosen.path)) {
                    refuse(step::bind,
                           "the value " + quoted(chosen.path) + " (" + chosen.origin + ") covers " + quoted(other.path) + " (" +
                               other.origin + ")",
                           "give the parameter a path that holds nothing else of the policy");
                }
                if (other.tmpfs && is_read_only(other) && at_or_below(chosen.path, other.path)) {
                    refuse(step::bind,
                           "the value " + quoted(chosen.path) + " (" + chosen.origin + ") lies in " + quoted(other.path) +
                               ", which is hidden (" + other.origin + ")",
                           "give the parameter a path outside it");
                }
            }
        }
    }
    /// What lies below one value lies there for every value: the compiler has put it in order.
    [[nodiscard]] static bool share_parameter(const Destination& a, const Destination& b) {
        const TemplatePart& first = a.text.parts.front();
        const TemplatePart& second = b.text.parts.front();
        return first.is_parameter && second.is_parameter && first.text == second.text;
    }
    [[nodiscard]] bool is_read_only(const Destination& place) const {
        return place.path != "/" && std::find(made_read_only_.begin(), made_read_only_.end(), place.path) != made_read_only_.end();
    }

    /// The compiler planned for what stands at or above the directory that a value lies under: in anything else the mount point
    /// would be of another kind, or have to be made on the host. In a tmpfs, a directory between it and the value could be renamed
    /// (R-FS-06).
    void check_surroundings(const Destination& chosen) const {
        const std::string under = directory_of(chosen.text);
        const std::string parent = chosen.path.substr(0, chosen.path.rfind('/'));
        for (const Destination& other : destinations_) {
            const bool inside = !under.empty() && !other.by_parameter && other.path != under && at_or_below(other.path, under);
            if (inside && other.path != chosen.path && at_or_below(chosen.path, other.path)) {
                refuse(step::bind,
                       "the value " + quoted(chosen.path) + " (" + chosen.origin + ") lies in " + quoted(other.path) + " (" +
                           other.origin + "), which the policy places itself",
                       "give the parameter a path outside it");
            }
            const bool bare = chosen.text.parts.size() == 1;
            if (bare && other.path == under && other.tmpfs && !is_read_only(other) && parent != (under == "/" ? "" : under)) {
                refuse(step::bind,
                       "the value " + quoted(chosen.path) + " (" + chosen.origin + ") lies deep in " + quoted(under) + " (" +
                           other.origin + "), where the sandbox could rename the directories between the two",
                       "give the parameter a path right in that directory");
            }
        }
    }
    /// What the parameter that the text begins with must lie under; empty if it may lie anywhere.
    [[nodiscard]] std::string directory_of(const Template& text) const {
        for (const ParameterDeclaration& parameter : bundle_.manifest().parameters) {
            if (text.parts.front().is_parameter && parameter.name == text.parts.front().text) {
                return parameter.under;
            }
        }
        return {};
    }

    /// One object under two names, hidden under the one and granted under the other (R-FS-11).
    void check_masked_objects() const {
        for (const auto& [key, path] : masked_) {
            if (std::find(granted_.begin(), granted_.end(), key) != granted_.end()) {
                refuse(step::bind, quoted(path) + " is hidden, and the same object is granted under another name",
                       "hide it under every name, or grant less");
            }
        }
    }
};

}  // namespace

std::vector<Lineage> protected_directories(const Bundle& bundle) {
    std::vector<Lineage> result = {lineage_of(bundle.descriptor())};
    std::array<char, PATH_MAX> own{};
    const ssize_t length = readlink("/proc/self/exe", own.data(), own.size());
    const std::string path(own.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    const Descriptor directory(open(path.substr(0, path.rfind('/') + 1).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (directory.open()) {  // an executable that was unlinked cannot be written to by name
        result.push_back(lineage_of(directory.get()));
    }
    return result;
}

BoundArguments bind_arguments(const std::vector<Record>& records, const Values& values, const Bundle& bundle,
                              const std::vector<Lineage>& protected_from, Reservations& reservations) {
    return Binder(values, bundle, protected_from, reservations).bind(records);
}

}  // namespace sbx::runtime
