// Messages to what answers them; see the header.
#include "compiler/lsp/server.hpp"

#include "compiler/lsp/initialize.hpp"
#include "compiler/lsp/requests.hpp"

#include <algorithm>
#include <exception>
#include <fmt/format.h>

namespace sbx::lsp {
namespace {

/// The requests that the messages before a `$/cancelRequest` have made, and it takes back.
std::set<std::size_t> cancelled_requests(const std::vector<Message>& messages) {
    std::set<std::size_t> cancelled;
    for (std::size_t at = 0; at < messages.size(); ++at) {
        const Message& message = messages[at];
        if (message.kind != Message::Kind::notification || message.method != "$/cancelRequest" || !message.params.is_object() ||
            !message.params.contains("id")) {
            continue;
        }
        for (std::size_t before = 0; before < at; ++before) {
            if (messages[before].kind == Message::Kind::request && messages[before].id == message.params["id"]) {
                cancelled.insert(before);
            }
        }
    }
    return cancelled;
}

}  // namespace

void Server::receive(std::string_view bytes) {
    frames_.add(bytes);
    std::vector<Message> messages;
    while (auto frame = frames_.next()) {
        if (frame->problem.empty()) {
            messages.push_back(read_message(frame->body));
        } else {
            Message& bad = messages.emplace_back();
            bad.error = {ErrorCode::parse_error, std::move(frame->problem)};
        }
    }
    const std::set<std::size_t> cancelled = cancelled_requests(messages);
    for (std::size_t at = 0; at < messages.size() && !ended_; ++at) {
        if (cancelled.count(at) != 0) {
            output_ += reply(messages[at].id, RpcError{ErrorCode::request_cancelled, "the request was taken back"});
        } else {
            handle(messages[at]);
        }
    }
}

void Server::settle() {
    if (!unsettled_ || ended_ || state_ != State::running) {
        return;
    }
    output_ += board_.publish(workspace_, renewed_);
    renewed_.clear();
    unsettled_ = false;
}

void Server::handle(const Message& message) {
    switch (message.kind) {
        case Message::Kind::request:
            output_ += reply(message.id, answer(message));
            return;
        case Message::Kind::notification:
            try {
                take_notification(message);
            } catch (const std::exception&) {
                // What is told in a form that the protocol does not have can't be answered, and changes nothing.
            }
            return;
        case Message::Kind::response:
            return;
        case Message::Kind::invalid:
            output_ += reply(message.id, message.error);
            return;
    }
}

Answer Server::answer(const Message& message) {
    if (message.method == "initialize") {
        return initialize(message.params);
    }
    if (state_ == State::fresh) {
        return RpcError{ErrorCode::server_not_initialized, "the first request is `initialize`"};
    }
    if (state_ == State::shut_down) {
        return RpcError{ErrorCode::invalid_request, "after `shutdown` comes `exit`"};
    }
    if (message.method == "shutdown") {
        state_ = State::shut_down;
        return Json(nullptr);
    }
    const RequestHandler handler = find_request(message.method);
    if (handler == nullptr) {
        return RpcError{ErrorCode::method_not_found, fmt::format("there is no method `{}`", message.method)};
    }
    try {
        return handler(workspace_, message.params);
    } catch (const Json::exception&) {
        return RpcError{ErrorCode::invalid_params, fmt::format("`{}` has other parameters", message.method)};
    } catch (const std::out_of_range&) {
        return RpcError{ErrorCode::invalid_params, "lines and characters are numbers from 0"};
    } catch (const std::exception& error) {
        return RpcError{ErrorCode::internal_error, error.what()};
    }
}

void Server::take_notification(const Message& message) {
    if (message.method == "exit") {
        ended_ = true;
    }
    if (state_ != State::running) {
        return;
    }
    if (message.method == "initialized") {
        watch_files();
    } else if (message.method == "textDocument/didOpen") {
        did_open(message.params);
    } else if (message.method == "textDocument/didChange") {
        did_change(message.params);
    } else if (message.method == "textDocument/didClose") {
        did_close(message.params);
    } else if (message.method == "textDocument/didSave" || message.method == "workspace/didChangeWatchedFiles") {
        workspace_.files_changed();
        unsettled_ = true;
    }
}

Answer Server::initialize(const Json& params) {
    if (state_ != State::fresh) {
        return RpcError{ErrorCode::invalid_request, "`initialize` is asked once"};
    }
    state_ = State::running;
    workspace_.client = read_client(params);
    workspace_.front_end.configure(read_settings(params, workspace_.front_end.settings()));
    return server_capabilities(workspace_.client, version_);
}

void Server::watch_files() {
    if (workspace_.client.watches_files) {
        const Json watchers = {{{"globPattern", "**/*.sbx"}}, {{"globPattern", "**/.policyc.json"}}};
        const Json registration = {
            {"id", "policies"}, {"method", "workspace/didChangeWatchedFiles"}, {"registerOptions", {{"watchers", watchers}}}};
        output_ += request(1, "client/registerCapability", {{"registrations", {registration}}});
    }
}

void Server::did_open(const Json& params) {
    const Json& item = params.at("textDocument");
    workspace_.documents.open(item.at("uri").get<std::string>(), item.at("version").get<std::int64_t>(),
                              item.at("text").get<std::string>());
    workspace_.files_changed();  // what was looked for in vain may be this one
    renewed_.insert(item.at("uri").get<std::string>());
    unsettled_ = true;
}

void Server::did_change(const Json& params) {
    Document* const document = workspace_.document_of(params);
    if (document == nullptr) {
        return;
    }
    std::string text = document->text;  // all of the changes, or none
    for (const Json& change : params.at("contentChanges")) {
        apply_change(text, change, workspace_.client.encoding);
    }
    document->version = params.at("textDocument").at("version").get<std::int64_t>();
    document->text = std::move(text);
    workspace_.text_changed(document->key);
    renewed_.insert(document->uri);
    unsettled_ = true;
}

void Server::did_close(const Json& params) {
    if (const Document* const document = workspace_.document_of(params)) {
        renewed_.erase(document->uri);
        workspace_.documents.close(document->uri);
        workspace_.files_changed();
        unsettled_ = true;
    }
}

}  // namespace sbx::lsp
