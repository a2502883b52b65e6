// The texts that are open in the editor, which count instead of what is on the disk, for files that others take in as well. Assumes
// changes in the order in which they were made.
#pragma once

#include "compiler/lsp/positions.hpp"
#include "compiler/policy/resolve.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sbx::lsp {

struct Document {
    std::string uri;   ///< as the client writes it
    std::string path;  ///< absolute; `-` for a text that is no file
    std::string key;   ///< tells files apart: the canonical path, or the URI
    std::int64_t version = 0;
    std::string text;
};

/// In the order of their keys, so that what is said does not depend on who was opened first.
class Documents final : public policy::FileReader {
public:
    /// `disk` outlives it.
    explicit Documents(const policy::FileReader& disk) : disk_(disk) {}

    /// The document, which is there until it is closed. One that is open already gets the new text.
    Document& open(const std::string& uri, std::int64_t version, std::string text);
    void close(const std::string& uri);
    /// nullptr if it is not open.
    [[nodiscard]] Document* find(const std::string& uri) const;
    [[nodiscard]] const Document* find_key(const std::string& key) const;
    [[nodiscard]] const std::map<std::string, std::unique_ptr<Document>>& all() const { return by_key_; }

    /// The text that is open, or the file's. A file that can't be read is none, for now: what is typed may name any.
    [[nodiscard]] std::optional<std::string> read(const std::string& path) const override;
    /// Of a file that is not there: of the directory that it would be in, or, where that is not there either, of its words.
    [[nodiscard]] std::string canonical(const std::string& path) const override;

private:
    const policy::FileReader& disk_;
    std::map<std::string, std::unique_ptr<Document>> by_key_;
    std::map<std::string, Document*> by_uri_;
};

/// One element of `contentChanges`: a range and the text in its place, or the whole text. Throws as read_position() does.
void apply_change(std::string& text, const Json& change, PositionEncoding encoding);

}  // namespace sbx::lsp
