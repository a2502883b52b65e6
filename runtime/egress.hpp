// The network of a filtered sandbox, from a namespace with nothing in it to one through which what the policy allows can pass, and
// nothing else. For the process that becomes bubblewrap, in its outer user, mount and pid namespace: it does not go on before all
// of it is in force, so that nobody has to let it go on, and with its end everything here ends.
#pragma once

#include "runtime/bound_network.hpp"

namespace sbx::runtime {

/// Enters a network namespace of its own. Tells the supervisor of each process that must live as long as the sandbox. Refuses at
/// the first step that fails. `macvlan` is where a MacvlanMaker waits, if there is one.
void enter_filtered_network(const BoundNetwork& network, int channel, int macvlan);

}  // namespace sbx::runtime
