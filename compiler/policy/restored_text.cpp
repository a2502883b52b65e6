// See the header.
#include "compiler/policy/restored_text.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

class NoFiles final : public FileReader {
public:
    [[nodiscard]] std::optional<std::string> read(const std::string& /*path*/) const override { return std::nullopt; }
    [[nodiscard]] std::string canonical(const std::string& path) const override { return path; }
};

bool is_one_line(const std::string& statement) {
    return std::none_of(statement.begin(), statement.end(), [](unsigned char c) { return c < ' '; });
}

}  // namespace

void RestoredText::line(const std::string& text) {
    text_ += text + "\n";
    lines_ += 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

bool RestoredText::statement(const std::string& text) {
    if (!is_one_line(text)) {
        return false;
    }
    line(text);
    statements_.push_back(lines_);
    return true;
}

Policy RestoredText::read() {
    DiagnosticSink sink;
    return resolve("bundle", std::move(text_), NoFiles(), {}, sources_, sink).policy;
}

std::optional<std::size_t> RestoredText::number_of(const Origin& origin) const {
    if (!origin.known()) {
        return std::nullopt;
    }
    const std::size_t line = origin.file->position(origin.span.begin).line;
    const auto found = std::lower_bound(statements_.begin(), statements_.end(), line);
    return found == statements_.end() || *found != line ? std::nullopt
                                                        : std::optional(static_cast<std::size_t>(found - statements_.begin()));
}

}  // namespace sbx::policy
