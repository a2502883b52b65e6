// What bubblewrap is told, as guarded records of options: the common form of bwrap.args and of the words in `launch`. A value
// without judgement; what it comes to is found by replaying it (mount_table.hpp).
#pragma once

#include "compiler/verify/artifact_text.hpp"
#include "compiler/verify/bundle_files.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sbx::verify {

/// In the order of format::guards, `comment` left out.
enum class Guard : std::uint8_t {
    always,
    if_exists,
    if_directory,
    if_file,
    must_exist,
    must_be_directory,
    must_be_file,
    hide_directory,
    reserve_directory,
    reserve_file
};
[[nodiscard]] std::string_view to_text(Guard guard);
[[nodiscard]] std::optional<Guard> find_guard(std::string_view word);
/// Whether what is guarded is left out where the guard does not hold; the others refuse the launch.
[[nodiscard]] inline bool is_condition(Guard guard) {
    return guard == Guard::if_exists || guard == Guard::if_directory || guard == Guard::if_file;
}

enum class SourceKind : std::uint8_t { any, directory, socket };
/// A host path that is opened without following links, and handed on as a descriptor.
struct Source {
    SandboxPath path;
    SourceKind kind = SourceKind::any;
    bool asks_to_write = false;  ///< the launch is refused where the id that runs cannot write there
};
/// Contents of a file, on a descriptor of its own.
struct Data {
    Text contents;
};
/// The system-call filter of this machine, on a descriptor.
struct Filter {};
using Operand = std::variant<Text, Source, Data, Filter>;

struct Option {
    std::string name;
    std::vector<Operand> operands;
};
/// Where a record stands, for messages: `record 4 (worker.sbx:12)`, `line 9`.
struct RecordPlace {
    bool is_line = false;  ///< or a record
    std::uint32_t number = 0;
    std::string_view comment;  ///< of the artifact's bytes
    [[nodiscard]] std::string text() const;
};
struct Record {
    Guard guard = Guard::always;
    SandboxPath guarded;  ///< meaningless for `always`
    std::vector<Option> options;
    RecordPlace place;
};

/// How many operands an option of bwrap(1) takes; nullopt for one that no launcher of ours may use, its weaker forms included.
[[nodiscard]] std::optional<std::size_t> option_arity(std::string_view name);

/// bwrap.args; its bytes must outlive the records. Names of data files that are used go into `used`.
[[nodiscard]] std::vector<Record> read_arguments(std::string_view bytes, const BundleFiles& files, std::set<std::string>& used);

}  // namespace sbx::verify
