// policy.json: equal meaning is equal bytes, different meaning is different bytes, and the text is stable JSON.
#include "compiler/policy/canonical_json.hpp"

#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>

namespace sbx {
namespace {

std::string json_of(const std::string& statements) {
    const auto resolved = test::resolve_profile(statements);
    EXPECT_FALSE(resolved.sink.has_errors()) << statements << testing::PrintToString(resolved.messages());
    return policy::canonical_json(resolved.profile.policy);
}

struct Pair {
    const char* one;
    const char* other;
};
constexpr Pair same_meaning[] = {
    {"filesystem { read /a /b }", "filesystem { read /b\n read /a }"},
    {"filesystem { read /a, /b }", "let x = [/b /a]\nfilesystem { read $x }"},
    {"filesystem { read /a }", "# a comment\ndescription \"d\"\nfilesystem { read \"/a\" }\ntest \"t\" { allowed read /a }"},
    {"network { }", ""},
    {"network off", ""},
    {"network { deny any to @metadata }", ""},
    {"network { allow tcp to 10.0.0.0/9 10.128.0.0/9 port 80 }", "network { allow tcp to 10.0.0.0/8 port 80 }"},
    {"network { allow tcp to 10.0.0.1 port 80-81 }", "network { allow tcp to 10.0.0.1 port 81\n allow tcp to 10.0.0.1 port 80 }"},
    {"network { allow tcp to 10.0.0.1 169.254.1.1 }", "network { allow tcp to 10.0.0.1 127.0.0.1 }"},
    {"network { publish tcp 80 }", "network { publish tcp 80 on 127.0.0.1 }"},
    {"network { resolver 10.0.0.1; allow tcp to host \"A.org\" }", "network { resolver 10.0.0.1; allow tcp to host \"a.org\" }"},
    {"network { allow tcp to 10.0.0.1; unblock host because \"a\" }",
     "network { allow tcp to 10.0.0.1; unblock host port 1-65535 because \"b\" }"},
    {"process { hostname sandbox }", ""},
    {"process { run-as 5 }", "process { run-as 5:5 }"},
    {"filesystem { workdir / }", ""},
    {"target bwrap disable-userns bind-fd", ""},
    {"limits { core 0B }", ""},
    {"limits { cpu-time 90s }", "limits { cpu-time 90_000ms }"},
    {"limits { file-size 1M }", "limits { file-size 1024K }"},
    {"filesystem { tmpfs /t }", "filesystem { tmpfs /t { size 64M; mode 755 } }"},
    {"filesystem { dir /d }", "filesystem { dir /d { mode 0755 } }"},
    {"filesystem { file /f \"aA\" }", "filesystem { file /f \"a\\x41\" { mode 444 } }"},
    {"filesystem { file /f \"\xC3\xA9\" }", "filesystem { file /f \"\\u{e9}\" }"},
    {"filesystem { read /usr }", "filesystem { read /usr /usr/lib? }"},
    {"filesystem { read /usr /usr/lib/x }", "filesystem { read /usr /usr/lib /usr/lib/x }"},
    {"filesystem { read /usr /usr/lib/x }", "filesystem { read /usr/ /usr/lib/ /usr/lib/x }"},
    {"filesystem { write /w; read /w/a/b }", "filesystem { write /w /w/a; read /w/a/b }"},
    {"filesystem { read /s /s/a; read /s/a as /x }", "filesystem { read /s; read /s/a as /x }"},
    {"environment { keep LC_* }", "environment { keep LC_ALL LC_* LC_M* }"},
    {"environment { accept JOB_* }", "environment { accept JOB_* JOB_X }"},
    {"param p: string of \"a-c\" 1-4", "param p: string of \"cab\" 1-4"},
    {"param p: count one of [3 1 2]", "param p: count one of [1, 2, 3, 3]"},
    {"param p: count = 1_0", "param p: count = 10"},
    {"param p: port", "param p: port 1-65535"},
    {"param p: port 0-99", "param p: port 1-99"},
    {"param p: count", "param p: count 0-18446744073709551615"},
    {"param p: address = 2001:db8::1", "param p: address = 2001:DB8:0:0::1"},
};

TEST(CanonicalJson, EqualMeaningsAreEqualBytes) {
    for (const Pair& pair : same_meaning) {
        EXPECT_EQ(json_of(pair.one), json_of(pair.other)) << pair.one << "\n" << pair.other;
    }
}

constexpr const char* all_different[] = {
    "",
    "filesystem { read /a }",
    "filesystem { read /a/ }",
    "filesystem { read /a? }",
    "filesystem { read /a/? }",
    "filesystem { write /a }",
    "filesystem { hide /a }",
    "filesystem { hide /a/ }",
    "filesystem { read /a /a/b }",
    "filesystem { read /a /a/b/ }",
    "filesystem { read /b as /a }",
    "filesystem { tmpfs /a }",
    "filesystem { tmpfs /a { size 63M } }",
    "filesystem { tmpfs /a { mode 700 } }",
    "filesystem { dir /a }",
    "filesystem { file /a \"\" }",
    "filesystem { file /a \"$\" }",
    "filesystem { file /a \"${uid}\" }",
    "filesystem { file /a \"\\x24{uid}\" }",
    "filesystem { file /a \"uid\" }",
    "filesystem { symlink /a -> b }",
    "filesystem { symlink /a -> /b }",
    "filesystem { proc /a }",
    "filesystem { dev /a }",
    "filesystem { socket /a }",
    "filesystem { device /dev/a }",
    "filesystem { read /a; workdir /a }",
    "param a: path under /a\nfilesystem { read $a }",
    "param a: path under /b\nfilesystem { read $a }",
    "param b: path under /a\nfilesystem { read $b }",
    "param a: path under /a\nfilesystem { read $a/x }",
    "param a: path under /a = /a/b\nfilesystem { read $a }",
    "network host",
    "network { allow tcp to 10.0.0.1 }",
    "network { allow udp to 10.0.0.1 }",
    "network { allow icmp to 10.0.0.1 }",
    "network { allow any to 10.0.0.1 }",
    "network { allow tcp to 10.0.0.1 port 80 }",
    "network { allow tcp to 10.0.0.2 port 80 }",
    "network { allow tcp to 2001:db8::1 port 80 }",
    "network { resolver 10.0.0.1 }",
    "network { resolver 10.0.0.1; allow tcp to host \"a.org\" port 80 }",
    "network { resolver 10.0.0.1; allow tcp to host \"*.a.org\" port 80 }",
    "network { resolver 10.0.0.1; allow udp to host \"a.org\" port 80 }",
    "network { resolver 10.0.0.2; allow tcp to host \"a.org\" port 80 }",
    "network { publish tcp 80 }",
    "network { publish udp 80 }",
    "network { publish tcp 80 on ::1 }",
    "network { allow tcp to 10.0.0.1 port 80; unblock host because \"x\" }",
    "network { allow tcp to 10.0.0.1 port 80; unblock host port 80 because \"x\" }",
    "network { allow tcp to 10.0.0.1 port 80; unblock metadata because \"x\" }",
    "network { allow tcp to 10.0.0.1 port 80; unblock link-local because \"x\" }",
    "param a: address\nnetwork { allow tcp to $a port 80 }",
    "param a: address\nnetwork { allow tcp to $a port 80; deny tcp to 10.0.0.1 }",
    "param a: address\nnetwork { resolver $a }",
    "param p: port\nnetwork { allow tcp to 10.0.0.1 port $p }",
    "param p: port\nnetwork { publish tcp $p }",
    "limits { core unlimited }",
    "limits { core 1B }",
    "limits { processes 64 }",
    "limits { open-files 64 }",
    "limits { processes unlimited }",
    "param n: count 64-65\nlimits { processes $n }",
    "param unlimited: count 64-65\nlimits { processes $unlimited }",
    "environment { keep A }",
    "environment { keep LC_A; accept LC_B }",
    "environment { keep LC_* }",
    "environment { accept A }",
    "environment { set A = \"\" }",
    "environment { set A = \"A\" }",
    "process { hostname other }",
    "process { run-as 5:6 }",
    "process { run-as 6:5 }",
    "process { command /a }",
    "process { command /a \"\" }",
    "process { command /a \"b\" \"c\" }",
    "process { command /a \"b c\" }",
    "process { command only /a }",
    "process { pass-descriptor 3 }",
    "process { controlling-terminal keep }",
    "process { nested-namespaces allow }",
    "process { survive-parent }",
    "process { share ipc }",
    "process { share uts }",
    "process { groups none }",
    "target bwrap bind-fd disable-userns overlay",
};

TEST(CanonicalJson, DifferentMeaningsAreDifferentBytes) {
    std::map<std::string, std::string> seen;
    for (const char* statements : all_different) {
        const auto [place, is_new] = seen.try_emplace(json_of(statements), statements);
        EXPECT_TRUE(is_new) << "`" << statements << "` has the bytes of `" << place->second << "`";
    }
}

/// What white space there is between tokens the reader of this form decides; see read_canonical_json_test.cpp.
std::string without_blanks(const std::string& json) {
    std::string result;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        in_string = in_string != (json[i] == '"' && (i == 0 || json[i - 1] != '\\'));
        if (in_string || (json[i] != ' ' && json[i] != '\n')) {
            result += json[i];
        }
    }
    return result;
}

TEST(CanonicalJson, IsItsOwnRoundTrip) {
    for (const char* statements : all_different) {
        const std::string text = json_of(statements);
        const auto parsed = nlohmann::ordered_json::parse(text);
        EXPECT_EQ(parsed.dump(), without_blanks(text)) << statements;
        EXPECT_EQ(parsed.at("sbx-policy"), 1);
    }
}

TEST(CanonicalJson, HoldsEveryByteThatAPolicyCan) {
    const std::string text =
        json_of("filesystem { file /f \"\\x01\\x7f\\\\\\\"\\n\\t\\u{202e}\\u{1F600}\"; read \"/a b\\\"\\n\" }");
    const auto json = nlohmann::json::parse(text);
    EXPECT_EQ(json["filesystem"]["nodes"][0]["path"], "/a b\"\n");
    EXPECT_EQ(json["filesystem"]["nodes"][1]["contents"][0]["literal"], "\x01\x7f\\\"\n\t\xE2\x80\xAE\xF0\x9F\x98\x80");
}

TEST(CanonicalJson, OriginsAreNoPartOfIt) {
    EXPECT_EQ(json_of("\n\n\nfilesystem {\n\n      read /a\n }"), json_of("filesystem { read /a }"));
}

}  // namespace
}  // namespace sbx
