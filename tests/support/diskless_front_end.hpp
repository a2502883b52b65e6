// A compiler for the language server that has no disk: what is open is all there is.
#pragma once

#include "compiler/lsp/front_end.hpp"

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace sbx::test {

class NoDisk final : public policy::FileReader {
public:
    [[nodiscard]] std::optional<std::string> read(const std::string&) const override { return std::nullopt; }
    [[nodiscard]] std::string canonical(const std::string& path) const override {
        throw std::system_error(ENOENT, std::generic_category(), path);
    }
};

/// Says what is wrong about the meaning; counts how often it is asked.
class DisklessFrontEnd final : public lsp::FrontEnd {
public:
    void configure(const lsp::Settings& settings) override { settings_ = settings; }
    [[nodiscard]] const lsp::Settings& settings() const override { return settings_; }
    [[nodiscard]] lsp::Checked check(const std::string& path, const std::string& text, const policy::FileReader& reader) override {
        ++checks;
        lsp::Checked checked;
        DiagnosticSink sink;
        checked.profile = policy::resolve(path, text, reader, {}, checked.sources, sink);
        checked.diagnostics = sink.sorted();
        return checked;
    }
    void forget_house_rules() override {}
    [[nodiscard]] const policy::FileReader& disk() const override { return disk_; }
    [[nodiscard]] std::vector<std::string> list(const std::string&) const override { return {}; }
    [[nodiscard]] std::string page(DiagnosticKind) const override { return {}; }

    std::size_t checks = 0;

private:
    lsp::Settings settings_;
    NoDisk disk_;
};

}  // namespace sbx::test
