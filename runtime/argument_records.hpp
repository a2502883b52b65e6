// bwrap.args as values: guarded records of typed words, exactly as runtime/artifact_format.hpp writes them. Total: any bytes give
// records or a Refusal. Which options may occur, and which of their words is a place in the sandbox, is known here too.
#pragma once

#include "runtime/templates.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::runtime {

/// In the order of format::guards.
enum class Guard : std::uint8_t {
    always,
    comment,
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

enum class WordKind : std::uint8_t { text, source, data, data_template, filter };
enum class SourceKind : std::uint8_t { any, directory, socket };

struct Word {
    WordKind kind = WordKind::text;
    Template text;       ///< of text and source: the host path
    std::string data;    ///< of data and data_template: `data/000`
    bool write = false;  ///< of a source
    SourceKind source_kind = SourceKind::any;
};

/// One option of bubblewrap inside a record.
struct Option {
    std::string name;
    std::vector<Word> words;
    /// Which word says where in the sandbox something is put; -1 for none.
    int destination = -1;
};

struct Record {
    Guard guard = Guard::always;
    std::optional<Template> path;
    std::string origin;  ///< the comment above it
    std::vector<Option> options;
};

[[nodiscard]] std::vector<Record> read_argument_records(std::string_view bytes);

}  // namespace sbx::runtime
