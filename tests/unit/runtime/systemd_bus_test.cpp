// Messages of D-Bus: what is built is what the specification says, and what is read is whole or refused.
#include "runtime/systemd_bus.hpp"

#include <gmock/gmock.h>

namespace sbx::runtime {
namespace {

using namespace std::string_literals;

/// A reply as a manager writes it: fields in its order, with one that nobody asked for.
std::string answer(BusKind kind, std::uint32_t reply_to, const std::string& error, const std::string& member,
                   const std::string& signature, const std::string& body) {
    BusWriter writer;
    writer.byte('l');
    writer.byte(static_cast<unsigned char>(kind));
    writer.byte(1);
    writer.byte(1);
    writer.number(static_cast<std::uint32_t>(body.size()));
    writer.number(77);
    const BusArray fields = writer.begin_array(8);
    const auto field = [&writer](unsigned char code, const std::string& type) {
        writer.align(8);
        writer.byte(code);
        writer.signature(type);
    };
    if (reply_to != 0) {
        field(5, "u");
        writer.number(reply_to);
    }
    if (!error.empty()) {
        field(4, "s");
        writer.string(error);
    }
    if (!member.empty()) {
        field(3, "s");
        writer.string(member);
    }
    field(7, "s");
    writer.string("org.freedesktop.systemd1");
    if (!signature.empty()) {
        field(8, "g");
        writer.signature(signature);
    }
    writer.end_array(fields);
    writer.align(8);
    return writer.bytes() + body;
}

std::string one_string(const std::string& text) {
    BusWriter body;
    body.string(text);
    return body.bytes();
}

TEST(SystemdBus, ACallIsAsTheSpecificationHasIt) {
    BusWriter body;
    body.string("ab");
    const std::string expected =
        "l\1\0\1\7\0\0\0\1\0\0\0\x3d\0\0\0"s
        "\1\1o\0\2\0\0\0/p\0\0\0\0\0\0"s
        "\2\1s\0\1\0\0\0i\0\0\0\0\0\0\0"s
        "\3\1s\0\1\0\0\0m\0\0\0\0\0\0\0"s
        "\6\1s\0\1\0\0\0d\0"s
        "\0\0\0\0\0\0"s
        "\10\1g\0\1s\0"s
        "\0"s
        "\2\0\0\0ab\0"s;
    std::string fixed = expected;
    fixed[12] = static_cast<char>(16 + 16 + 16 + 16 + 7);
    EXPECT_EQ(bus_call({"/p", "i", "m", "d", "s"}, 1, body.bytes()), fixed);
}

TEST(SystemdBus, AnArrayIsAsLongAsItsElements) {
    BusWriter writer;
    const BusArray outer = writer.begin_array(8);
    writer.align(8);
    writer.byte(9);
    writer.end_array(outer);
    EXPECT_EQ(writer.bytes(), "\1\0\0\0\0\0\0\0\11"s);
    BusWriter empty;
    empty.end_array(empty.begin_array(8));
    EXPECT_EQ(empty.bytes(), "\0\0\0\0\0\0\0\0"s);
}

TEST(SystemdBus, AnErrorIsRead) {
    const std::string bytes =
        answer(BusKind::error, 1, "org.freedesktop.DBus.Error.AccessDenied", "", "s", one_string("not for you"));
    EXPECT_EQ(bus_message_size(bytes.substr(0, bus_preamble)), bytes.size());
    const std::optional<BusMessage> message = read_bus_message(bytes);
    ASSERT_TRUE(message.has_value());
    EXPECT_EQ(message->kind, BusKind::error);
    EXPECT_EQ(message->reply_to, 1U);
    EXPECT_EQ(message->error, "org.freedesktop.DBus.Error.AccessDenied");
    EXPECT_EQ(message->signature, "s");
    BusReader body(message->body);
    EXPECT_EQ(body.string(), "not for you");
    EXPECT_FALSE(body.failed());
}

TEST(SystemdBus, WhatIsCutAnywhereIsNoMessage) {
    const std::string bytes = answer(BusKind::signal, 0, "", "JobRemoved", "s", one_string("text"));
    ASSERT_TRUE(read_bus_message(bytes).has_value());
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        EXPECT_FALSE(read_bus_message(bytes.substr(0, length)).has_value()) << length;
    }
    EXPECT_FALSE(read_bus_message(bytes + "x").has_value());
}

/// Under a sanitizer, this is also that nothing is read which is not there.
TEST(SystemdBus, WhateverAByteIsNothingIsReadBeyondTheEnd) {
    const std::string bytes = answer(BusKind::signal, 3, "e", "JobRemoved", "uoss", one_string("text"));
    std::size_t refused = 0;
    for (std::size_t place = 0; place < bytes.size(); ++place) {
        for (int value = 0; value < 256; ++value) {
            std::string changed = bytes;
            changed[place] = static_cast<char>(value);
            const std::optional<BusMessage> message = read_bus_message(changed);
            refused += message ? 0U : 1U;
            if (message) {
                BusReader body(message->body);
                body.number();
                body.string();
                EXPECT_LE(body.place(), message->body.size());
            }
        }
    }
    EXPECT_GT(refused, bytes.size() * 100);
}

TEST(SystemdBus, SizesThatNoMessageHasAreRefused) {
    const std::string good = answer(BusKind::reply, 1, "", "", "", "");
    const auto with = [&good](std::size_t place, const std::string& bytes) {
        std::string changed = good.substr(0, bus_preamble);
        changed.replace(place, bytes.size(), bytes);
        return bus_message_size(changed);
    };
    EXPECT_TRUE(with(0, "l").has_value());
    EXPECT_FALSE(with(0, "B").has_value()) << "big endian";
    EXPECT_FALSE(with(3, "\2").has_value()) << "another version";
    EXPECT_FALSE(with(4, "\xff\xff\xff\xff").has_value());
    EXPECT_FALSE(with(12, "\xff\xff\xff\xff").has_value());
    EXPECT_FALSE(with(4, "\xf8\xff\3"s).has_value()) << "together too long";
    EXPECT_FALSE(bus_message_size(good.substr(0, bus_preamble - 1)).has_value());
}

TEST(SystemdBus, AReaderSaysWhatIsNotWhole) {
    for (const std::string& bytes : {""s, "\1"s, "\4\0\0\0abc\0"s, "\xff\xff\xff\xff\0"s, "\1\0\0\0ab"s, "\2\0\0\0a\0\0"s}) {
        BusReader reader(bytes);
        EXPECT_EQ(reader.string(), "") << bytes;
        EXPECT_TRUE(reader.failed()) << bytes;
        EXPECT_EQ(reader.number(), 0U);
    }
    const std::string dirty = "\1x\0\0\5\0\0\0"s;
    BusReader padded(dirty);
    padded.byte();
    padded.number();
    EXPECT_TRUE(padded.failed()) << "padding is zero";
}

}  // namespace
}  // namespace sbx::runtime
