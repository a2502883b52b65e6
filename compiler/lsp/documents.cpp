// Open texts kept; see the header.
#include "compiler/lsp/documents.hpp"

#include "compiler/lsp/uris.hpp"

#include <algorithm>
#include <system_error>

namespace sbx::lsp {

Document& Documents::open(const std::string& uri, std::int64_t version, std::string text) {
    close(uri);
    auto document = std::make_unique<Document>();
    document->uri = uri;
    document->version = version;
    document->text = std::move(text);
    const auto path = path_of_uri(uri);
    document->path = path.value_or("-");
    document->key = path ? canonical(*path) : uri;
    if (const auto other = by_key_.find(document->key); other != by_key_.end()) {
        by_uri_.erase(other->second->uri);  // one file under two names: the newer text counts
    }
    Document& opened = *document;
    by_key_[opened.key] = std::move(document);
    by_uri_[uri] = &opened;
    return opened;
}

void Documents::close(const std::string& uri) {
    const auto found = by_uri_.find(uri);
    if (found != by_uri_.end()) {
        const std::string key = found->second->key;
        by_uri_.erase(found);
        by_key_.erase(key);
    }
}

Document* Documents::find(const std::string& uri) const {
    const auto found = by_uri_.find(uri);
    return found == by_uri_.end() ? nullptr : found->second;
}

const Document* Documents::find_key(const std::string& key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : found->second.get();
}

std::optional<std::string> Documents::read(const std::string& path) const {
    if (const Document* const document = find_key(canonical(path))) {
        return document->text;
    }
    try {
        return disk_.read(path);
    } catch (const std::system_error&) {
        return std::nullopt;
    }
}

std::string Documents::canonical(const std::string& path) const {
    try {
        return disk_.canonical(path);
    } catch (const std::system_error&) {
        const std::size_t slash = path.rfind('/');
        if (slash == std::string::npos || slash == 0) {
            return path;
        }
        const std::string parent = canonical(path.substr(0, slash));
        return (parent == "/" ? "" : parent) + path.substr(slash);
    }
}

void apply_change(std::string& text, const Json& change, PositionEncoding encoding) {
    const auto& replacement = change.at("text").get_ref<const std::string&>();
    const auto range = change.find("range");
    if (range == change.end()) {
        text = replacement;
        return;
    }
    const std::size_t one = offset_in(text, read_position(range->at("start")), encoding);
    const std::size_t other = offset_in(text, read_position(range->at("end")), encoding);
    const std::size_t begin = std::min(one, other);
    text.replace(begin, std::max(one, other) - begin, replacement);
}

}  // namespace sbx::lsp
