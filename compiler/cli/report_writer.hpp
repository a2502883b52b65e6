// Reports to where they go.
#pragma once

#include "compiler/cli/check_report.hpp"
#include "compiler/cli/options.hpp"

#include <string>

namespace sbx::cli {

/// Text goes to standard error, every other form to standard output, one that names a file there: a regular file is replaced in one
/// step. std::system_error if that can't be done.
void write_reports(const CheckReport& report, const Options& options);

/// A regular file is replaced in one step, anything else written to. std::system_error if that can't be done.
void write_whole(const std::string& path, const std::string& text);

}  // namespace sbx::cli
