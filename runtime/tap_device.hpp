// The interface that the user-mode network attaches to, made beforehand.
#pragma once

namespace sbx::runtime {

/// Makes it in the network namespace of the calling process, to which it belongs from then on: it is there without a program behind
/// it, carries nothing until one has attached, and goes when the kernel takes the namespace down. One that belongs to the program
/// goes when the program ends, which then takes some 20 ms, and whoever waits for the program waits for that.
/// Called once the packet filter is in force; who calls it needs CAP_NET_ADMIN over the namespace.
void make_tap_device();

}  // namespace sbx::runtime
