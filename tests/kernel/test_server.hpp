// The server of a test network.
#pragma once

#include <string>

namespace sbx::kernel {

/// Answers TCP and UDP on a few ports of every address of the calling process's network namespace, and writes down each request as
/// `tcp ADDRESS PORT`, the address being the one that was asked. Port 53 answers a query for an address with that of `named`.
[[noreturn]] void serve_everywhere(const std::string& log);

}  // namespace sbx::kernel
