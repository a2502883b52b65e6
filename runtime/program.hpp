// Programs that are started beside the sandbox, by the first process of its namespaces, and so end with it: nothing that is left
// behind can keep them alive. Each starts with an empty environment, no blocked signal, a session of its own, and the descriptors
// that it is given.
#pragma once

#include "runtime/descriptor.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace sbx::runtime {

struct Program {
    std::string path;
    std::vector<std::string> words{};  ///< argv, whose first is the name
    std::vector<int> capabilities{};   ///< all that it may ever have (capabilities(7)); empty: those of its user namespace
};

/// `from`, which closes on execve(2) and is none of the small numbers, becomes `to`.
struct Place {
    int from, to;
};

using Deadline = std::chrono::steady_clock::time_point;
/// For poll(2): milliseconds, not negative.
[[nodiscard]] int left_until(Deadline deadline);

/// What programs say goes into a file in memory that does not grow, so that nobody has to read it and nothing can fill it up.
class ProgramOutput {
public:
    ProgramOutput();
    [[nodiscard]] int descriptor() const { return file_.get(); }
    /// The first line that is not empty; nothing if there is none.
    [[nodiscard]] std::string line() const;
    /// `: ` and that line, quoted; nothing if there is none.
    [[nodiscard]] std::string first_line() const;

private:
    Descriptor file_;
};

/// In a process that was made for it. What keeps the program from being executed is the first line of its output.
[[noreturn]] void become_program(const Program& program, const std::vector<Place>& places) noexcept;

/// A child that has not been waited for; killed and reaped with this object unless it is let go.
class Child {
public:
    Child() = default;
    explicit Child(pid_t process);
    Child(Child&& other) noexcept : process_(std::exchange(other.process_, 0)), handle_(std::move(other.handle_)) {}
    Child& operator=(Child&& other) noexcept {
        std::swap(process_, other.process_);
        std::swap(handle_, other.handle_);
        return *this;
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    /// A pidfd (pidfd_open(2)).
    [[nodiscard]] int handle() const { return handle_.get(); }
    /// Its status as waitpid(2) gives it, once it has ended; absent when the time is up before.
    [[nodiscard]] std::optional<int> wait(Deadline deadline);
    [[nodiscard]] bool ended() const;
    void let_go() { process_ = 0; }

private:
    pid_t process_ = 0;
    Descriptor handle_;
};

[[nodiscard]] Child start_program(const Program& program, const std::vector<Place>& places);

}  // namespace sbx::runtime
