// One file read, and replaced by another text in one step: whoever opens it sees the old text or the new one. Symbolic links are
// followed: the file that they lead to is replaced, and they stay. Owner, group, mode, access lists and other extended attributes
// are kept; a hard link to it keeps the old text.
#pragma once

#include <string>
#include <string_view>
#include <sys/stat.h>

namespace sbx::cli {

/// A file as it was when it was read.
struct ReadFile {
    std::string shown;  ///< the path as the user wrote it
    std::string text;   ///< at most one byte more than the language allows a source to have
    struct stat status {};

    [[nodiscard]] bool is_regular() const { return S_ISREG(status.st_mode); }
};

/// std::system_error if it can't be read.
[[nodiscard]] ReadFile read_file(const std::string& path);

/// Puts `text` in its place. std::system_error, and the file is as it was, if that can't be done in full: also where the file may
/// not be written, its owner or an attribute can't be kept, or it is not what was read any more. `file` is a regular file.
void replace_file(const ReadFile& file, std::string_view text);

}  // namespace sbx::cli
