// Statements that a manifest has the words of, which need not be believed, read by resolve() as a file of their own.
#pragma once

#include "compiler/policy/resolve.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sbx::policy {

class RestoredText {
public:
    /// A line that is no statement of the manifest: the head of a block, or its end.
    void line(const std::string& text);
    /// False where the words are more than a line, so that they are none that policyc wrote.
    [[nodiscard]] bool statement(const std::string& text);
    /// What the lines come to, whether or not they could have been written so. To be called once.
    [[nodiscard]] Policy read();
    /// Which of the statements, counted from 0, stands there in what was read.
    [[nodiscard]] std::optional<std::size_t> number_of(const Origin& origin) const;

private:
    std::string text_ = "sbx 1\nprofile bundle\n";
    std::size_t lines_ = 2;
    std::vector<std::size_t> statements_;  ///< the line of each
    SourceSet sources_;
};

}  // namespace sbx::policy
