// JSON-RPC 2.0: what a message is, and what is said to one that is none. Assumes any bytes; guarantees that a message that is given
// out has a method, and an id that can be sent back.
#pragma once

#include "compiler/lsp/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace sbx::lsp {

/// JSON-RPC 2.0, section 5.1, and Language Server Protocol 3.17, `ErrorCodes` and `LSPErrorCodes`.
enum class ErrorCode : std::int32_t {
    parse_error = -32700,
    invalid_request = -32600,
    method_not_found = -32601,
    invalid_params = -32602,
    internal_error = -32603,
    server_not_initialized = -32002,
    request_failed = -32803,
    request_cancelled = -32800
};

/// One sentence for the user of the editor, without a full stop.
struct RpcError {
    ErrorCode code{};
    std::string message;
};
using Answer = std::variant<Json, RpcError>;

struct Message {
    enum class Kind : std::uint8_t { request, notification, response, invalid };
    Kind kind = Kind::invalid;
    Json id;             ///< a number or a string of a request; of an invalid one null where it has none
    std::string method;  ///< empty in a response
    Json params;         ///< null where there are none
    RpcError error;      ///< of an invalid one
};
[[nodiscard]] Message read_message(std::string_view body);

/// Messages to the client, with their frames. What is no UTF-8 in them becomes U+FFFD.
[[nodiscard]] std::string reply(const Json& id, const Answer& answer);
[[nodiscard]] std::string notification(std::string_view method, const Json& params);
[[nodiscard]] std::string request(std::int64_t id, std::string_view method, const Json& params);

}  // namespace sbx::lsp
