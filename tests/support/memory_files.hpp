// A FileReader over a map, and the short way from policy text to a Profile, for tests of every stage. Assumes that paths are
// relative to one imaginary directory; guarantees that no disk is touched.
#pragma once

#include "compiler/policy/resolve.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sbx::test {

class MemoryFiles final : public policy::FileReader {
public:
    MemoryFiles() = default;
    MemoryFiles(std::initializer_list<std::pair<std::string, std::string>> files) {
        for (const auto& [path, text] : files) {
            add(path, text);
        }
    }

    [[nodiscard]] std::optional<std::string> read(const std::string& path) const override {
        const auto found = files_.find(canonical(path));
        return found == files_.end() ? std::nullopt : std::optional(found->second);
    }
    /// Names in `files` are below `/policies/` unless they are absolute.
    [[nodiscard]] std::string canonical(const std::string& path) const override {
        std::vector<std::string> parts;
        const std::string whole = !path.empty() && path.front() == '/' ? path : "/policies/" + path;
        for (std::size_t at = 0; at < whole.size();) {
            const std::size_t end = std::min(whole.find('/', at), whole.size());
            const std::string part = whole.substr(at, end - at);
            if (part == ".." && !parts.empty()) {
                parts.pop_back();
            } else if (!part.empty() && part != "." && part != "..") {
                parts.push_back(part);
            }
            at = end + 1;
        }
        std::string result;
        for (const std::string& part : parts) {
            result += "/" + part;
        }
        return result.empty() ? "/" : result;
    }
    void add(const std::string& path, std::string text) { files_[canonical(path)] = std::move(text); }

private:
    std::map<std::string, std::string> files_;
};

/// A resolved policy with all that it refers to.
struct Resolved {
    std::unique_ptr<policy::SourceSet> sources = std::make_unique<policy::SourceSet>();
    DiagnosticSink sink;
    policy::Profile profile;

    /// What is said unless pedantic findings are asked for, in order.
    [[nodiscard]] std::vector<Diagnostic> said() const {
        std::vector<Diagnostic> result = sink.sorted();
        std::erase_if(result, [](const Diagnostic& each) { return each.severity == Severity::pedantic; });
        return result;
    }
    /// `F003 the message`, in order.
    [[nodiscard]] std::vector<std::string> messages() const {
        std::vector<std::string> result;
        for (const Diagnostic& diagnostic : said()) {
            result.push_back(std::string(info(diagnostic.kind).code.substr(4)) + " " + diagnostic.message);
        }
        return result;
    }
    [[nodiscard]] std::vector<std::string> codes() const {
        std::vector<std::string> result;
        for (const Diagnostic& diagnostic : said()) {
            result.emplace_back(info(diagnostic.kind).code.substr(4));
        }
        return result;
    }
};

inline Resolved resolve_text(std::string text, const MemoryFiles& files = MemoryFiles(),
                             const policy::ResolveOptions& options = {}) {
    Resolved resolved;
    resolved.profile = policy::resolve("root.sbx", std::move(text), files, options, *resolved.sources, resolved.sink);
    return resolved;
}
/// With the two statements that begin a profile.
inline Resolved resolve_profile(const std::string& statements, const MemoryFiles& files = MemoryFiles(),
                                const policy::ResolveOptions& options = {}) {
    return resolve_text("sbx 1\nprofile test\n" + statements, files, options);
}

}  // namespace sbx::test
