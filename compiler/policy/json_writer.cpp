// JSON text as it is written. Strings that hold anything but plain ASCII go through nlohmann_json, which knows the escapes.
#include "compiler/policy/json_writer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sbx::policy {
namespace {

bool needs_no_escape(char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

}  // namespace

JsonWriter& JsonWriter::key(std::string_view name) {
    begin_entry();
    quote(name);
    text_ += ": ";
    behind_key_ = true;
    return *this;
}

void JsonWriter::string(std::string_view value) {
    begin_entry();
    quote(value);
}

void JsonWriter::number(std::uint64_t value) {
    begin_entry();
    text_ += std::to_string(value);
}

void JsonWriter::boolean(bool value) {
    begin_entry();
    text_ += value ? "true" : "false";
}

void JsonWriter::null() {
    begin_entry();
    text_ += "null";
}

void JsonWriter::begin_entry() {
    if (std::exchange(behind_key_, false) || depth_ == 0) {
        return;
    }
    if (!std::exchange(empty_, false)) {
        text_ += row_ ? ", " : ",";
    }
    if (!row_) {
        new_line();
    }
}

void JsonWriter::new_line() {
    text_ += '\n';
    text_.append(2 * depth_, ' ');
}

void JsonWriter::quote(std::string_view value) {
    if (std::all_of(value.begin(), value.end(), needs_no_escape)) {
        text_.append(1, '"').append(value).append(1, '"');
    } else {
        text_ += nlohmann::json(value).dump();
    }
}

}  // namespace sbx::policy
