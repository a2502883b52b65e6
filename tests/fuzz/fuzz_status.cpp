// bubblewrap's status stream: what is read does not depend on how the bytes arrive, and only what can be a pid or an exit code is
// one.
#include "runtime/status_reader.hpp"
#include "tests/fuzz/claims.hpp"

#include <string_view>

namespace {

using sbx::runtime::StatusReader;
using sbx::test::require;

bool same(const StatusReader& a, const StatusReader& b) {
    return a.broken() == b.broken() && a.child_pid() == b.child_pid() && a.exit_code() == b.exit_code();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sbx::test::BoundedTime bounded(size);
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    StatusReader whole;
    whole.feed(bytes);
    StatusReader single;
    StatusReader halves;
    for (std::size_t i = 0; i < size; ++i) {
        single.feed(bytes.substr(i, 1));
    }
    halves.feed(bytes.substr(0, size / 2));
    const auto pid_at_half = halves.child_pid();
    halves.feed(bytes.substr(size / 2));
    require(same(whole, single) && same(whole, halves), "the pieces in which a status arrives do not matter");
    require(!pid_at_half || pid_at_half == whole.child_pid(), "a pid that was read stays");
    require(!whole.child_pid() || *whole.child_pid() > 0, "a pid is positive: 0 and -1 mean whole groups to kill(2)");
    require(!whole.exit_code() || (*whole.exit_code() >= 0 && *whole.exit_code() <= 255), "an exit code is a byte");
    return 0;
}
