// Makes it by the clone device. See the header; the kernel's Documentation/networking/tuntap.rst.
#include "runtime/tap_device.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/descriptor.hpp"
#include "runtime/host_kind.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string>
#include <sys/ioctl.h>

namespace sbx::runtime {

void make_tap_device() {
    const Descriptor device(open("/dev/net/tun", O_RDWR | O_CLOEXEC));
    ifreq request{};
    const std::string_view name = format::filter_interface;
    std::copy_n(name.data(), std::min(name.size(), sizeof request.ifr_name - 1), request.ifr_name);
    request.ifr_flags = IFF_TAP | IFF_NO_PI;  // what slirp4netns(1) and pasta(1) ask for: another kind would not be given to them
    if (!device.open() || ioctl(device.get(), TUNSETIFF, &request) != 0 || ioctl(device.get(), TUNSETPERSIST, 1) != 0) {
        const int error = errno;
        refuse_errno(step::network, "no tap interface can be made", error,
                     remedy_for_calls(look_at_host(), error, "ioctl(2) with TUNSETIFF and TUNSETPERSIST"));
    }
}

}  // namespace sbx::runtime
