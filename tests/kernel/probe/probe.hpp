// The requests that the probe knows, by kind. Each takes the argument after the colon and prints one line or more.
#pragma once

#include <string>

namespace sbx::probe {

/// Prints `WORD ok`, or `WORD no ERRNO-NAME` for the value of errno.
void report(const std::string& word, bool succeeded);

/// True if `name` was one of its requests.
[[nodiscard]] bool file_request(const std::string& word, const std::string& name, const std::string& argument);
[[nodiscard]] bool process_request(const std::string& word, const std::string& name, const std::string& argument);
[[nodiscard]] bool network_request(const std::string& word, const std::string& name, const std::string& argument);
[[nodiscard]] bool frame_request(const std::string& word, const std::string& name, const std::string& argument);
[[nodiscard]] bool call_request(const std::string& word, const std::string& name, const std::string& argument);
[[nodiscard]] bool system_request(const std::string& word, const std::string& name, const std::string& argument);

}  // namespace sbx::probe
