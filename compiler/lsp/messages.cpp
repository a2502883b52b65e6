// Messages read and written; see the header.
#include "compiler/lsp/messages.hpp"

#include "compiler/lsp/frames.hpp"

namespace sbx::lsp {
namespace {

bool can_be_id(const Json& id) {
    return id.is_number_integer() || id.is_string();
}

Message refused(Json id, ErrorCode code, std::string why) {
    Message message;
    message.id = std::move(id);
    message.error = {code, std::move(why)};
    return message;
}

std::string packed(const Json& message) {
    return framed(message.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

Message read_message(std::string_view body) {
    Json document = Json::parse(body, nullptr, false);
    if (document.is_discarded()) {
        return refused(nullptr, ErrorCode::parse_error, "the message is no JSON");
    }
    if (!document.is_object()) {
        return refused(nullptr, ErrorCode::invalid_request, "a message is one object");
    }
    const bool has_id = document.contains("id");
    Json id = has_id && can_be_id(document["id"]) ? document["id"] : Json(nullptr);
    const auto version = document.find("jsonrpc");
    if (version == document.end() || *version != "2.0") {
        return refused(std::move(id), ErrorCode::invalid_request, "`jsonrpc` is not \"2.0\"");
    }
    Message message;
    const auto method = document.find("method");
    if (method == document.end() && (document.contains("result") || document.contains("error"))) {
        message.kind = Message::Kind::response;
        message.id = std::move(id);
        return message;
    }
    if (method == document.end() || !method->is_string()) {
        return refused(std::move(id), ErrorCode::invalid_request, "a message has no `method`");
    }
    if (has_id && id.is_null()) {
        return refused(nullptr, ErrorCode::invalid_request, "an `id` is a whole number or a text");
    }
    message.kind = has_id ? Message::Kind::request : Message::Kind::notification;
    message.id = std::move(id);
    message.method = method->get<std::string>();
    if (document.contains("params")) {
        message.params = std::move(document["params"]);
    }
    return message;
}

std::string reply(const Json& id, const Answer& answer) {
    Json message = {{"jsonrpc", "2.0"}, {"id", id}};
    if (const auto* const error = std::get_if<RpcError>(&answer)) {
        message["error"] = {{"code", static_cast<std::int32_t>(error->code)}, {"message", error->message}};
    } else {
        message["result"] = std::get<Json>(answer);
    }
    return packed(message);
}

std::string notification(std::string_view method, const Json& params) {
    return packed({{"jsonrpc", "2.0"}, {"method", method}, {"params", params}});
}

std::string request(std::int64_t id, std::string_view method, const Json& params) {
    return packed({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}});
}

}  // namespace sbx::lsp
