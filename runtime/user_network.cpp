// Starts the user-mode network in two steps. See the header.
#include "runtime/user_network.hpp"

#include "runtime/descriptor_passing.hpp"
#include "runtime/host_path.hpp"
#include "runtime/refusal.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

constexpr std::string_view go = "attach";

[[noreturn]] void no_pipe() {
    refuse_errno(step::network, "no pipe can be made", errno, "raise the caller's limit of open files");
}

/// Whatever ends before the exact word and the namespace came ends without executing anything.
[[noreturn]] void wait_and_become(const BoundNetwork& network, int word, int ready, int output) noexcept {
    const Descriptor wanted = receive_descriptor(word, go);
    const Descriptor inside = out_of_the_way(Descriptor(wanted.open() ? dup(wanted.get()) : -1));
    if (!inside.open()) {
        _exit(exit_refused);
    }
    const bool by_output = network.kind == UserNetwork::pasta;
    become_program(
        network.helper,
        {{inside.get(), helper_namespace}, {by_output ? ready : output, helper_output}, {output, 2}, {ready, helper_ready}});
}

}  // namespace

WaitingHelper::WaitingHelper(const BoundNetwork& network) : network_(network) {
    std::array<int, 2> word{}, ready{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, word.data()) != 0) {
        no_pipe();
    }
    word_ = Descriptor(word[0]);
    Descriptor his_word(word[1]);
    if (pipe2(ready.data(), O_CLOEXEC) != 0) {
        no_pipe();
    }
    ready_ = Descriptor(ready[0]);
    Descriptor his_ready = out_of_the_way(Descriptor(ready[1]));
    const pid_t process = fork();
    if (process == 0) {
        word_.reset();  // or the end of its stream would never come
        wait_and_become(network, his_word.get(), his_ready.get(), output_.descriptor());
    }
    if (process < 0) {
        refuse_errno(step::network, "no process can be made", errno, "raise the caller's limit of processes");
    }
    child_ = Child(process);
}

void WaitingHelper::attach(Deadline deadline) {
    const Descriptor inside(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!inside.open() || !send_descriptor(word_.get(), go, inside.get())) {
        refuse_errno(step::network, "the sandbox's network namespace cannot be handed on", errno, "mount a procfs on /proc");
    }
    word_.reset();
    std::array<pollfd, 2> wait_for = {pollfd{ready_.get(), POLLIN, 0}, pollfd{child_.handle(), POLLIN, 0}};
    int result = 0;
    do {
        result = poll(wait_for.data(), wait_for.size(), left_until(deadline));
    } while (result < 0 && errno == EINTR);
    char byte = '\0';
    const bool said = result > 0 && wait_for[0].revents != 0 && read(ready_.get(), &byte, 1) == 1;
    if (said && byte >= '0' && byte <= '9' && !child_.ended()) {
        return;
    }
    const std::string& name = network_.helper.words.front();
    if (result == 0) {
        refuse(step::network, name + " did not attach the sandbox to the network within 10 seconds" + output_.first_line(),
               "start it again, on a host with less load");
    }
    refuse(step::network, name + " gave up before the sandbox had a network" + output_.first_line(),
           "see what `--print` shows; the host needs a default route, and its version the options shown");
}

}  // namespace sbx::runtime
