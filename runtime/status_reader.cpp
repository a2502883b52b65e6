// Cuts bubblewrap's status stream into documents by counting braces outside strings, and reads each strictly.
#include "runtime/status_reader.hpp"

#include "runtime/json_reader.hpp"

namespace sbx::runtime {

namespace {
constexpr std::size_t max_document_bytes = 64 << 10;
}

void StatusReader::feed(std::string_view bytes) {
    for (const char c : bytes) {
        if (broken_) {
            return;
        }
        if (depth_ == 0 && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
            continue;
        }
        if ((depth_ == 0 && c != '{') || pending_.size() >= max_document_bytes) {
            broken_ = true;
            return;
        }
        pending_ += c;
        if (in_string_) {
            in_string_ = escaped_ || c != '"';
            escaped_ = !escaped_ && c == '\\';
        } else if (c == '"') {
            in_string_ = true;
        } else if (c == '{') {
            ++depth_;
        } else if (c == '}' && --depth_ == 0) {
            document(pending_);
            pending_.clear();
        }
    }
}

void StatusReader::document(std::string_view text) {
    const JsonResult result = read_json(text);
    if (!result.value) {
        broken_ = true;
        return;
    }
    if (const JsonValue* pid = result.value->find("child-pid"); pid != nullptr) {
        const bool usable = pid->kind == JsonValue::Kind::integer && pid->integer > 0 && pid->integer <= (1 << 22);
        if (!usable || child_pid_) {
            broken_ = true;
            return;
        }
        child_pid_ = static_cast<pid_t>(pid->integer);
    }
    if (const JsonValue* code = result.value->find("exit-code"); code != nullptr) {
        const bool usable = code->kind == JsonValue::Kind::integer && code->integer >= 0 && code->integer <= 255;
        if (!usable || exit_code_) {
            broken_ = true;
            return;
        }
        exit_code_ = static_cast<int>(code->integer);
    }
}

}  // namespace sbx::runtime
