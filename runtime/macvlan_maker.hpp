// Makes a macvlan interface in a namespace that its maker has no other business in. The rights for it end where the sandbox begins:
// a process that still has them is made before they are dropped, waits for the sandbox's network namespace, makes that one
// interface there, and ends.
#pragma once

#include "runtime/descriptor.hpp"
#include "runtime/macvlan.hpp"
#include "runtime/program.hpp"

#include <sys/types.h>

namespace sbx::runtime {

class MacvlanMaker {
public:
    /// As root.
    explicit MacvlanMaker(const Macvlan& macvlan);
    MacvlanMaker(const MacvlanMaker&) = delete;
    MacvlanMaker& operator=(const MacvlanMaker&) = delete;
    /// Waits for it; it ends when the last end of `word` is closed, or before.
    ~MacvlanMaker();

    /// Where it waits, for attach_macvlan().
    [[nodiscard]] int word() const { return word_.get(); }

private:
    Descriptor word_;
    pid_t process_ = -1;
};

/// For the process that has the sandbox's network namespace: has the interface made, with IPv6 off, gives it its address and the
/// route to everywhere, and raises it.
void attach_macvlan(const Macvlan& macvlan, int word, Deadline deadline);

}  // namespace sbx::runtime
