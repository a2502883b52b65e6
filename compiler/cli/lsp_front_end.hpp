// The compiler as the language server sees it: what `policyc check` finds, house rules included, the disk, and the pages.
#pragma once

#include "compiler/cli/disk_files.hpp"
#include "compiler/cli/house_rules.hpp"
#include "compiler/lsp/front_end.hpp"

#include <memory>
#include <string>
#include <vector>

namespace sbx::cli {

class LspFrontEnd final : public lsp::FrontEnd {
public:
    explicit LspFrontEnd(lsp::Settings settings) : settings_(std::move(settings)) {}

    void configure(const lsp::Settings& settings) override { settings_ = settings; }
    [[nodiscard]] const lsp::Settings& settings() const override { return settings_; }
    [[nodiscard]] lsp::Checked check(const std::string& path, const std::string& text, const policy::FileReader& reader) override;
    void forget_house_rules() override { book_ = std::make_shared<HouseRuleBook>(); }
    [[nodiscard]] const policy::FileReader& disk() const override { return disk_; }
    [[nodiscard]] std::vector<std::string> list(const std::string& directory) const override;
    [[nodiscard]] std::string page(DiagnosticKind kind) const override;

private:
    lsp::Settings settings_;
    DiskFiles disk_;
    std::shared_ptr<HouseRuleBook> book_ = std::make_shared<HouseRuleBook>();  ///< diagnostics point into it
};

}  // namespace sbx::cli
