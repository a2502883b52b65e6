// A language server as a value: bytes of a client in, bytes for it out. It does no I/O of its own and keeps no time; whoever has
// the streams calls it. Guarantees one answer for each request, in the order in which they were asked, and that nothing that a
// client sends ends it but `exit`.
#pragma once

#include "compiler/lsp/diagnostics.hpp"
#include "compiler/lsp/frames.hpp"
#include "compiler/lsp/messages.hpp"
#include "compiler/lsp/workspace.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::lsp {

class Server {
public:
    /// `front_end` outlives it. `version` is that of the program, for the client's log.
    Server(FrontEnd& front_end, std::string version) : workspace_(front_end), version_(std::move(version)) {}

    /// Any portion of what the client sends. Every message that is complete with it is dealt with: a request that a later message
    /// of the same portion cancels is not carried out.
    void receive(std::string_view bytes);
    /// To be called when no more input is at hand: tells what is wrong with the texts that have changed since.
    void settle();
    /// What is to be sent; empty if nothing is.
    [[nodiscard]] std::string take_output() { return std::exchange(output_, {}); }

    /// `exit` has come: nothing more is answered.
    [[nodiscard]] bool has_ended() const { return ended_; }
    /// Whether the client has asked to shut down, as it has to before it leaves.
    [[nodiscard]] bool was_shut_down() const { return state_ == State::shut_down; }

private:
    enum class State : std::uint8_t { fresh, running, shut_down };

    void handle(const Message& message);
    [[nodiscard]] Answer answer(const Message& message);
    void take_notification(const Message& message);
    void watch_files();

    Answer initialize(const Json& params);
    void did_open(const Json& params);
    void did_change(const Json& params);
    void did_close(const Json& params);

    Workspace workspace_;
    std::string version_;
    FrameReader frames_;
    DiagnosticBoard board_;
    std::set<std::string> renewed_;  ///< URIs of texts that have changed since settle()
    bool unsettled_ = false;
    std::string output_;
    State state_ = State::fresh;
    bool ended_ = false;
};

}  // namespace sbx::lsp
