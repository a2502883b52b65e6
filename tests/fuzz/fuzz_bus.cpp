// Messages of D-Bus, as a manager of systemd may send them: one is read if it is as long as it says, no part of it is, and what is
// read of it are strings without NUL.
#include "runtime/systemd_bus.hpp"
#include "tests/fuzz/claims.hpp"

#include <initializer_list>

namespace {

using sbx::runtime::BusMessage;
using sbx::runtime::BusReader;
using sbx::test::require;

/// Values of every kind, one after the other, until one is not there.
void read_everything(const std::string& body) {
    BusReader reader(body);
    std::size_t before = 0;
    while (!reader.failed()) {
        reader.number();
        require(reader.string().find('\0') == std::string_view::npos, "a string has no NUL");
        require(reader.signature().find('\0') == std::string_view::npos, "a signature has no NUL");
        reader.align(8);
        reader.byte();
        require(reader.place() <= body.size(), "nothing is read beyond the end");
        require(reader.failed() || reader.place() > before, "a reader that has not failed goes on");
        before = reader.place();
    }
    require(reader.number() == 0 && reader.string().empty(), "a reader that failed has nothing more");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sbx::test::BoundedTime bounded(size);
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::optional<std::size_t> length = sbx::runtime::bus_message_size(bytes.substr(0, sbx::runtime::bus_preamble));
    const std::optional<BusMessage> message = sbx::runtime::read_bus_message(bytes);
    require(!length || (*length >= sbx::runtime::bus_preamble && *length <= sbx::runtime::largest_bus_message),
            "a message has a size that is bounded");
    require(!message || length == size, "a message is as long as it says");
    read_everything(std::string(bytes));
    if (!message) {
        return 0;
    }
    read_everything(message->body);
    for (const std::string_view text :
         {std::string_view(message->error), std::string_view(message->member), std::string_view(message->signature)}) {
        require(text.find('\0') == std::string_view::npos, "what a header names has no NUL");
    }
    for (std::size_t part : {std::size_t{0}, size / 2, size - 1}) {
        require(!sbx::runtime::read_bus_message(bytes.substr(0, part)), "a part of a message is none");
    }
    return 0;
}
