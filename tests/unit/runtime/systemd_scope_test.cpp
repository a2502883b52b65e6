// Asking a manager for a scope: what is sent, and that every answer, and none, comes to an end. The manager is a thread at the
// other end of a pair of sockets; it moves nobody, and writes into a file what /proc/self/cgroup would say.
#include "runtime/systemd_scope.hpp"

#include "runtime/descriptor.hpp"
#include "runtime/systemd_bus.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace sbx::runtime {
namespace {

using namespace std::string_literals;
using std::chrono::milliseconds;
using testing::HasSubstr;

const ScopeRequest wanted_scope{"sbx-run-1-2.scope", "sandbox build", "app.slice", "x.service"};
constexpr const char* let_in = "OK 0123456789abcdef0123456789abcdef\r\n";

std::string answer_to(BusKind kind, std::uint32_t reply_to, const std::string& name, const std::string& signature,
                      const std::function<void(BusWriter&)>& write) {
    BusWriter body;
    write(body);
    BusWriter writer;
    writer.byte('l');
    writer.byte(static_cast<unsigned char>(kind));
    writer.byte(1);
    writer.byte(1);
    writer.number(static_cast<std::uint32_t>(body.bytes().size()));
    writer.number(5);
    const BusArray fields = writer.begin_array(8);
    if (reply_to != 0) {
        writer.byte(5);
        writer.signature("u");
        writer.number(reply_to);
        writer.align(8);
    }
    writer.byte(kind == BusKind::error ? 4 : 3);
    writer.signature("s");
    writer.string(name);
    writer.align(8);
    writer.byte(8);
    writer.signature("g");
    writer.signature(signature);
    writer.end_array(fields);
    writer.align(8);
    return writer.bytes() + body.bytes();
}

std::string job_reply() {
    return answer_to(BusKind::reply, 1, "x", "o", [](BusWriter& body) { body.string("/org/freedesktop/systemd1/job/7"); });
}

std::string error_reply(const std::string& text) {
    return answer_to(BusKind::error, 1, "org.freedesktop.DBus.Error.AccessDenied", "s",
                     [&](BusWriter& body) { body.string(text); });
}

std::string job_removed(const std::string& unit, const std::string& result) {
    return answer_to(BusKind::signal, 0, "JobRemoved", "uoss", [&](BusWriter& body) {
        body.number(7);
        body.string("/org/freedesktop/systemd1/job/7");
        body.string(unit);
        body.string(result);
    });
}

/// What one manager does with its end. receive() waits until `end` has come, and gives all that has.
class FakeManager {
public:
    explicit FakeManager(int end) : end_(end) {}
    std::string receive(const std::string& end) {
        while (received_.find(end) == std::string::npos) {
            std::array<char, 4096> bytes{};
            const ssize_t length = ::read(end_.get(), bytes.data(), bytes.size());
            if (length <= 0) {
                break;
            }
            received_.append(bytes.data(), static_cast<std::size_t>(length));
        }
        return std::exchange(received_, "");
    }
    void say(const std::string& bytes) { send(end_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); }
    void hang_up() { end_.reset(); }
    /// Lets in, and reads the call.
    std::string call() {
        receive("\r\n");
        say(let_in);
        return receive("PartOf");
    }

private:
    Descriptor end_;
    std::string received_;
};

class SystemdScope : public testing::Test {
protected:
    void SetUp() override {
        char name[] = "/tmp/sbx-scope-XXXXXX";
        const int file = mkstemp(name);
        ASSERT_GE(file, 0);
        close(file);
        cgroups = name;
        say_cgroup("/user.slice/user-1000.slice/session-1.scope");
    }
    void TearDown() override { unlink(cgroups.c_str()); }

    void say_cgroup(const std::string& path) const { std::ofstream(cgroups) << "0::" << path << '\n'; }
    void be_moved() const { say_cgroup("/user.slice/user-1000.slice/user@1000.service/app.slice/sbx-run-1-2.scope"); }

    /// What ask_for_scope() says, and how long it took, of a manager that does that.
    std::string ask(const std::function<void(FakeManager&)>& does, milliseconds limit = milliseconds(3000)) {
        std::array<int, 2> ends{};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
        const Descriptor own(ends[0]);
        FakeManager manager(ends[1]);
        std::thread other([&] { does(manager); });
        const auto began = std::chrono::steady_clock::now();
        std::string why = ask_for_scope(own.get(), wanted_scope, cgroups.c_str(), limit);
        took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
        shutdown(own.get(), SHUT_RDWR);
        other.join();
        return why;
    }

    std::string cgroups;
    milliseconds took{0};
};

TEST_F(SystemdScope, IsThereOnceTheProcessIsInIt) {
    std::string greeting, call;
    const std::string why = ask([&](FakeManager& manager) {
        greeting = manager.receive("\r\n");
        manager.say(let_in);
        call = manager.receive("PartOf");
        manager.say(job_reply());
        be_moved();
        manager.say(job_removed(wanted_scope.name, "done"));
    });
    EXPECT_EQ(why, "");
    std::string user;
    for (const char digit : std::to_string(geteuid())) {
        user += "3"s + digit;
    }
    EXPECT_EQ(greeting, "\0AUTH EXTERNAL "s + user + "\r\n");
    EXPECT_EQ(call.rfind("BEGIN\r\nl\1\0\1"s, 0), 0U);
    const std::optional<BusMessage> message = read_bus_message(scope_call(wanted_scope));
    ASSERT_TRUE(message.has_value());
    EXPECT_EQ(message->kind, BusKind::call);
    EXPECT_EQ(message->member, "StartTransientUnit");
    EXPECT_EQ(message->signature, "ssa(sv)a(sa(sv))");
}

TEST_F(SystemdScope, TheCallSaysWhatTheScopeIs) {
    const std::optional<BusMessage> message = read_bus_message(scope_call(wanted_scope));
    ASSERT_TRUE(message.has_value());
    BusReader body(message->body);
    EXPECT_EQ(body.string(), wanted_scope.name);
    EXPECT_EQ(body.string(), "fail");
    const std::size_t length = body.number();
    body.align(8);
    const std::size_t end = body.place() + length;
    std::string seen;
    while (!body.failed() && body.place() < end) {
        body.align(8);
        seen += body.string();
        const std::string type(body.signature());
        seen += " " + type + " ";
        if (type == "s") {
            seen += body.string();
        } else if (type == "b") {
            seen += std::to_string(body.number());
        } else if (type == "au") {
            EXPECT_EQ(body.number(), 4U);
            seen += std::to_string(body.number());
        } else {
            EXPECT_EQ(type, "as");
            body.number();
            seen += body.string();
        }
        seen += '\n';
    }
    EXPECT_EQ(seen,
              "Description s sandbox build\nPIDs au 0\nDelegate b 1\nCollectMode s inactive-or-failed\nSlice s app.slice\n"
              "PartOf as x.service\n");
    body.align(4);
    EXPECT_EQ(body.number(), 0U) << "no other units";
    body.align(8);
    EXPECT_FALSE(body.failed());
    EXPECT_EQ(body.place(), message->body.size());
    const std::string plain = scope_call({"a.scope", "b", "", ""});
    EXPECT_EQ(plain.find("Slice"), std::string::npos);
    EXPECT_EQ(plain.find("PartOf"), std::string::npos);
}

TEST_F(SystemdScope, WhatSystemdSaysAgainstItIsPassedOn) {
    EXPECT_EQ(ask([](FakeManager& manager) {
                  manager.call();
                  manager.say(error_reply("Access\ndenied"));
              }),
              "it says `Access\\x0adenied`");
    EXPECT_EQ(ask([](FakeManager& manager) {
                  manager.call();
                  manager.say(answer_to(BusKind::error, 1, "org.freedesktop.DBus.Error.Failed", "", [](BusWriter&) {}));
              }),
              "it says `org.freedesktop.DBus.Error.Failed`");
    EXPECT_EQ(ask([](FakeManager& manager) {
                  manager.call();
                  manager.say(job_reply() + job_removed("other.scope", "failed") + job_removed(wanted_scope.name, "failed"));
              }),
              "the job to start it ended with `failed`");
    EXPECT_LT(took, milliseconds(2000)) << "and does not wait for more";
    EXPECT_EQ(ask([](FakeManager& manager) {
                  manager.receive("\r\n");
                  manager.say("REJECTED EXTERNAL\r\n");
              }),
              "it does not let this user in: `REJECTED EXTERNAL`");
}

TEST_F(SystemdScope, AnErrorOfSomethingElseIsNone) {
    EXPECT_EQ(ask([this](FakeManager& manager) {
                  manager.call();
                  manager.say(answer_to(BusKind::error, 9, "e", "s", [](BusWriter& body) { body.string("no"); }));
                  be_moved();
              }),
              "");
}

TEST_F(SystemdScope, SilenceEndsInTime) {
    constexpr milliseconds limit(150);
    const auto in_time = [&] { return took >= limit && took < limit + milliseconds(1000); };
    EXPECT_EQ(ask([](FakeManager& manager) { manager.receive("never"); }, limit), "it did not answer in time");
    EXPECT_TRUE(in_time()) << took.count();
    EXPECT_EQ(ask(
                  [](FakeManager& manager) {
                      manager.call();
                      manager.receive("never");
                  },
                  limit),
              "it did not answer in time");
    EXPECT_TRUE(in_time()) << took.count();
    EXPECT_EQ(ask(
                  [](FakeManager& manager) {
                      manager.call();
                      manager.say(job_reply());
                      for (int turn = 0; turn < 100; ++turn) {
                          manager.say(job_removed("other.scope", "done"));
                          usleep(5000);
                      }
                  },
                  limit),
              "it did not answer in time")
        << "one that talks of other things all the time";
    EXPECT_TRUE(in_time()) << took.count();
}

TEST_F(SystemdScope, WhateverIsCutOrNoMessageIsNoScope) {
    const std::string answers = let_in + error_reply("no");
    for (std::size_t length = 0; length < answers.size(); ++length) {
        const std::string why = ask([&](FakeManager& manager) {
            manager.receive("\r\n");
            manager.say(answers.substr(0, length));
            manager.hang_up();
        });
        EXPECT_EQ(why, "it hung up") << length;
    }
    const std::string no_bus = "what it answers is no message of D-Bus";
    for (const std::string& garbage :
         {std::string(100, 'x'), "B"s + std::string(15, '\1'), "l\2\0\1\xff\xff\xff\x7f\1\0\0\0\0\0\0\0"s,
          "l\2\0\1\0\0\0\0\1\0\0\0\x10\0\0\0"s + std::string(16, '\xff'), std::string(16, '\0')}) {
        EXPECT_EQ(ask([&](FakeManager& manager) {
                      manager.call();
                      manager.say(garbage);
                      manager.receive("never");
                  }),
                  no_bus);
    }
    EXPECT_EQ(ask([&](FakeManager& manager) {
                  manager.say(std::string(5000, 'x'));
                  manager.receive("never");
              }),
              no_bus);
}

TEST_F(SystemdScope, NamesDifferAndSocketsAreThoseOfTheUser) {
    const std::string name = new_scope_name();
    EXPECT_THAT(name, testing::MatchesRegex("sbx-run-[0-9]+-[0-9]+\\.scope"));
    EXPECT_THAT(name, HasSubstr("-" + std::to_string(getpid()) + "-"));
    EXPECT_NE(name, new_scope_name());
    EXPECT_EQ(manager_socket(0), "/run/systemd/private");
    EXPECT_EQ(manager_socket(1000), "/run/user/1000/systemd/private");
}

/// Listens at a path, as whoever this process is then.
Descriptor listening(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    Descriptor file(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(bind(file.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(file.get(), 1), 0);
    return file;
}

TEST_F(SystemdScope, ASocketThatIsNotThereOrNobodysIsSaid) {
    const std::string path = cgroups + ".socket";
    EXPECT_EQ(enter_systemd_scope(path, wanted_scope), "`" + path + "` cannot be reached: No such file or directory");
    { const Descriptor gone = listening(path); }
    EXPECT_EQ(enter_systemd_scope(path, wanted_scope), "`" + path + "` cannot be reached: Connection refused");
    unlink(path.c_str());
}

TEST_F(SystemdScope, ASocketOfAnotherUserIsNotSpokenTo) {
    if (geteuid() != 0) {
        GTEST_SKIP() << "only root can be another user";
    }
    const std::string path = cgroups + ".socket";
    ASSERT_EQ(seteuid(12345), 0);
    const Descriptor others = listening(path);
    ASSERT_EQ(seteuid(0), 0);
    EXPECT_EQ(enter_systemd_scope(path, wanted_scope), "`" + path + "` is the socket of user 12345, and is not spoken to");
    std::array<char, 16> bytes{};
    const Descriptor caller(accept(others.get(), nullptr, nullptr));
    EXPECT_EQ(::read(caller.get(), bytes.data(), bytes.size()), 0);
    unlink(path.c_str());
}

}  // namespace
}  // namespace sbx::runtime
