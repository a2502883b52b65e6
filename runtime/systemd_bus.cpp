// Builds and reads messages of D-Bus. See the header.
#include "runtime/systemd_bus.hpp"

namespace sbx::runtime {

namespace {

constexpr char little_endian = 'l';
constexpr std::uint8_t protocol_version = 1;
constexpr std::size_t of_structures = 8;
constexpr std::size_t byte_bits = 8;

enum Field : std::uint8_t {
    field_path = 1,
    field_interface = 2,
    field_member = 3,
    field_error = 4,
    field_reply_to = 5,
    field_destination = 6,
    field_signature = 8,
};

std::uint32_t number_in(std::string_view four) {
    std::uint32_t value = 0;
    for (std::size_t i = four.size(); i-- > 0;) {
        value = value << byte_bits | static_cast<unsigned char>(four[i]);
    }
    return value;
}

void write_field(BusWriter& writer, Field field, std::string_view type, std::string_view value) {
    writer.align(of_structures);
    writer.byte(field);
    writer.signature(type);
    if (type == "g") {
        writer.signature(value);
    } else {
        writer.string(value);
    }
}

/// One structure of the header's array: a code, and a variant.
void read_field(BusReader& reader, BusMessage& message) {
    reader.align(of_structures);
    const std::uint8_t field = reader.byte();
    const std::string_view type = reader.signature();
    if (type == "u") {
        const std::uint32_t value = reader.number();
        if (field == field_reply_to) {
            message.reply_to = value;
        }
        return;
    }
    if (type != "s" && type != "o" && type != "g") {
        reader.fail();
        return;
    }
    const std::string_view value = type == "g" ? reader.signature() : reader.string();
    if (field == field_member) {
        message.member = value;
    } else if (field == field_error) {
        message.error = value;
    } else if (field == field_signature) {
        message.signature = value;
    }
}

}  // namespace

void BusWriter::number_at(std::size_t place, std::uint32_t value) {
    for (std::size_t i = 0; i < sizeof value; ++i) {
        bytes_[place + i] = static_cast<char>(value >> (byte_bits * i) & 0xffU);
    }
}

void BusWriter::number(std::uint32_t value) {
    align(sizeof value);
    bytes_.resize(bytes_.size() + sizeof value);
    number_at(bytes_.size() - sizeof value, value);
}

void BusWriter::string(std::string_view text) {
    number(static_cast<std::uint32_t>(text.size()));
    bytes_ += text;
    bytes_ += '\0';
}

void BusWriter::signature(std::string_view text) {
    byte(static_cast<unsigned char>(text.size()));
    bytes_ += text;
    bytes_ += '\0';
}

BusArray BusWriter::begin_array(std::size_t element) {
    number(0);
    const std::size_t length = bytes_.size() - sizeof(std::uint32_t);
    align(element);
    return {length, bytes_.size()};
}

/// The padding before the first element does not count.
void BusWriter::end_array(const BusArray& array) {
    number_at(array.length, static_cast<std::uint32_t>(bytes_.size() - array.first));
}

std::string_view BusReader::take(std::size_t count) {
    if (failed_ || count > bytes_.size() - place_) {
        failed_ = true;
        return {};
    }
    place_ += count;
    return bytes_.substr(place_ - count, count);
}

void BusReader::align(std::size_t to) {
    for (const char padding : take((to - place_ % to) % to)) {
        failed_ = failed_ || padding != '\0';
    }
}

std::uint8_t BusReader::byte() {
    const std::string_view one = take(1);
    return one.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(one[0]);
}

std::uint32_t BusReader::number() {
    align(sizeof(std::uint32_t));
    return number_in(take(sizeof(std::uint32_t)));
}

/// Ends in NUL, and has none before.
std::string_view BusReader::text(std::size_t length) {
    const std::string_view value = take(length);
    if (byte() != 0 || value.find('\0') != std::string_view::npos) {
        failed_ = true;
    }
    return failed_ ? std::string_view() : value;
}

std::string_view BusReader::string() {
    return text(number());
}

std::string_view BusReader::signature() {
    return text(byte());
}

std::string bus_call(const BusCall& call, std::uint32_t serial, const std::string& body) {
    BusWriter writer;
    writer.byte(static_cast<unsigned char>(little_endian));
    writer.byte(static_cast<unsigned char>(BusKind::call));
    writer.byte(0);
    writer.byte(protocol_version);
    writer.number(static_cast<std::uint32_t>(body.size()));
    writer.number(serial);
    const BusArray fields = writer.begin_array(of_structures);
    write_field(writer, field_path, "o", call.path);
    write_field(writer, field_interface, "s", call.interface);
    write_field(writer, field_member, "s", call.member);
    write_field(writer, field_destination, "s", call.destination);
    write_field(writer, field_signature, "g", call.signature);
    writer.end_array(fields);
    writer.align(of_structures);
    return writer.bytes() + body;
}

std::optional<std::size_t> bus_message_size(std::string_view preamble) {
    if (preamble.size() < bus_preamble || preamble[0] != little_endian || preamble[3] != protocol_version) {
        return std::nullopt;
    }
    const std::size_t body = number_in(preamble.substr(4, 4));
    const std::size_t fields = number_in(preamble.substr(12, 4));
    if (body > largest_bus_message || fields > largest_bus_message) {
        return std::nullopt;
    }
    const std::size_t size = bus_preamble + (fields + of_structures - 1) / of_structures * of_structures + body;
    return size > largest_bus_message ? std::nullopt : std::optional(size);
}

std::optional<BusMessage> read_bus_message(std::string_view bytes) {
    if (bus_message_size(bytes.substr(0, bus_preamble)) != bytes.size()) {
        return std::nullopt;
    }
    const auto kind = static_cast<std::uint8_t>(bytes[1]);
    if (kind < static_cast<std::uint8_t>(BusKind::call) || kind > static_cast<std::uint8_t>(BusKind::signal)) {
        return std::nullopt;
    }
    BusMessage message;
    message.kind = static_cast<BusKind>(kind);
    const std::size_t end = bus_preamble + number_in(bytes.substr(12, 4));
    BusReader reader(bytes.substr(0, end));
    reader.skip(bus_preamble);
    while (!reader.failed() && reader.place() < end) {
        read_field(reader, message);
    }
    if (reader.failed()) {
        return std::nullopt;
    }
    message.body = bytes.substr(bytes.size() - number_in(bytes.substr(4, 4)));
    return message;
}

}  // namespace sbx::runtime
