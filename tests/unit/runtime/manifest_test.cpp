// manifest.json, and values for the parameters that a manifest declares.
#include "runtime/manifest.hpp"

#include "refused.hpp"
#include "runtime/parameters.hpp"

#include <gmock/gmock.h>

namespace sbx::runtime {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

const char* const whole = R"({
  "format": 1, "compiler": "policyc 0.1.0", "profile": "p", "description": "d", "semantic_hash": "sha256:00", "sources": [],
  "artifacts": [{"name": "a", "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "mode": "0644"}],
  "parameters": [{"name": "scratch", "type": "path", "under": "/var/tmp"},
                 {"name": "jobs", "type": "count", "minimum": 1, "maximum": 9, "default": 4},
                 {"name": "label", "type": "string", "characters": "a-z", "min_length": 1, "max_length": 3, "default": "x"}],
  "process": {"run_as": {"uid": 65532, "gid": 65533}, "command": {"program": "\"/bin/sh\"", "arguments": ["\"${label}\""], "only": true},
              "pass_descriptors": [9, 0, 5], "keep_terminal": false, "survive_parent": true, "groups_none": false},
  "network": {"mode": "host"}, "exclusive": ["\"${scratch}\""], "requires": ["bwrap:bind-fd", "user-namespace"],
  "enforcement": [{"statement": "limits.core", "origin": "p.sbx:1", "protection": "rlimits", "status": "enforced"}],
  "verification": "none"
})";

/// The whole manifest with one part replaced by another.
std::string with(const std::string& part, const std::string& other) {
    std::string text = whole;
    const std::size_t at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return text.replace(at, part.size(), other);
}
std::string refused_manifest(const std::string& text) {
    return refused([&] { static_cast<void>(read_manifest(text)); });
}

TEST(Manifest, IsReadMemberByMember) {
    const Manifest manifest = read_manifest(whole);
    EXPECT_EQ(manifest.profile, "p");
    EXPECT_EQ(manifest.artifacts.at(0).name, "a");
    EXPECT_EQ(manifest.parameters.at(1).default_value, "4");
    EXPECT_EQ(manifest.parameters.at(2).max_length, 3U);
    ASSERT_TRUE(manifest.run_as.has_value());
    EXPECT_EQ(manifest.run_as->gid, 65533U);
    ASSERT_TRUE(manifest.command.has_value());
    EXPECT_TRUE(manifest.command->only);
    EXPECT_EQ(expand(manifest.command->arguments.at(0), {{"label", "x"}}), "x");
    EXPECT_THAT(manifest.pass_descriptors, ElementsAre(5, 9));
    EXPECT_TRUE(manifest.survive_parent);
    EXPECT_EQ(manifest.network.mode, NetworkMode::host);
    EXPECT_THAT(manifest.requirements, ElementsAre("bwrap:bind-fd", "user-namespace"));
    EXPECT_EQ(manifest.enforcement.at(0).status, "enforced");
}

TEST(Manifest, ALimitThatTheSupervisorKeepsIsStatedAndRequiredOrRefused) {
    const std::string stated = R"("supervision": {"wall_time_ms": 1500, "grace_ms": 0}, "exclusive")";
    const auto changed = [](std::string text, const std::string& from, const std::string& to) {
        return text.replace(text.find(from), from.size(), to);
    };
    const auto with_wall_time = [&](const std::string& text) {
        const std::string manifest = changed(with("\"exclusive\"", text), "\"survive_parent\": true", "\"survive_parent\": false");
        return changed(manifest, "\"user-namespace\"", "\"user-namespace\", \"wall-time\"");
    };
    const Manifest manifest = read_manifest(with_wall_time(stated));
    EXPECT_EQ(manifest.supervised.wall_time, std::chrono::milliseconds(1500));
    EXPECT_EQ(manifest.supervised.grace, std::chrono::milliseconds(0));
    EXPECT_FALSE(read_manifest(whole).supervised.any());
    const std::string differ = "verify: manifest.json is malformed: `supervision` and `requires` do not name the same limits";
    EXPECT_EQ(refused_manifest(with("\"exclusive\"", stated)), differ);
    EXPECT_EQ(refused_manifest(with_wall_time("\"exclusive\"")), differ);
    const std::string both = R"("supervision": {"wall_time_ms": 1, "output_bytes": 0, "grace_ms": 5}, "exclusive")";
    EXPECT_EQ(refused_manifest(with_wall_time(both)), differ);
    const std::string needs_both = changed(with_wall_time(both), "\"wall-time\"", "\"wall-time\", \"output\"");
    EXPECT_EQ(read_manifest(needs_both).supervised.output, 0U);
    EXPECT_EQ(refused_manifest(changed(needs_both, "\"output_bytes\": 0, ", "")), differ);
    EXPECT_NE(refused_manifest(changed(needs_both, "\"output_bytes\": 0", "\"output_bytes\": \"0\"")), "");
    EXPECT_NE(refused_manifest(changed(needs_both, "\"output_bytes\": 0", "\"output_bytes\": 1152921504606846977")), "");
    for (const char* const escape : {"\"survive_parent\": ", "\"keep_terminal\": "}) {
        EXPECT_EQ(refused_manifest(changed(with_wall_time(stated), escape + std::string("false"), escape + std::string("true"))),
                  "verify: manifest.json is malformed: its sandbox could survive or stop the one who keeps its limits");
    }
    for (const char* const wrong :
         {R"({"grace_ms": 0})", R"({"wall_time_ms": 0, "grace_ms": 0})", R"({"wall_time_ms": 5})",
          R"({"wall_time_ms": 3153600000001, "grace_ms": 0})", R"({"wall_time_ms": -1, "grace_ms": 0})"}) {
        EXPECT_NE(refused_manifest(with_wall_time("\"supervision\": " + std::string(wrong) + ", \"exclusive\"")), "") << wrong;
    }
}

TEST(Manifest, ANetworkIsNeverTakenForGranted) {
    EXPECT_EQ(refused_manifest(with("\"network\": {\"mode\": \"host\"},", "")),
              "verify: manifest.json is malformed: it has no `network` of the right type");
}

TEST(Manifest, ANewerFormatAndAnUnknownNeedAreRefused) {
    EXPECT_EQ(refused_manifest(with("\"format\": 1", "\"format\": 2")), "verify: the bundle has format 2, this sbx-run reads 1");
    EXPECT_EQ(refused_manifest(with("user-namespace", "teleport")),
              "verify: the bundle requires `teleport`, which this sbx-run does not know");
}

TEST(Manifest, WhatIsMissingOrOfAnotherTypeIsRefused) {
    const struct {
        const char* part;
        const char* other;
    } rows[] = {
        {"\"format\": 1", "\"format\": \"1\""},
        {"\"format\": 1, ", ""},
        {"\"compiler\": \"policyc 0.1.0\"", "\"compiler\": 1"},
        {"\"artifacts\": [", "\"artefacts\": ["},
        {"\"parameters\": [", "\"parameter\": ["},
        {"0123456789abcdef\"", "0123456789abcde\""},
        {"0123456789abcdef\"", "0123456789abcdeF\""},
        {"\"name\": \"scratch\"", "\"name\": \"a b\""},
        {"\"name\": \"scratch\"", "\"name\": \"uid\""},
        {"\"name\": \"scratch\"", "\"name\": \"\""},
        {"\"name\": \"scratch\"", "\"name\": \"jobs\""},
        {"\"type\": \"path\"", "\"type\": \"paths\""},
        {"\"under\": \"/var/tmp\"", "\"under\": \"var/tmp\""},
        {"\"under\": \"/var/tmp\"", "\"under\": 1"},
        {"\"minimum\": 1", "\"minimum\": -1"},
        {"\"minimum\": 1", "\"minimum\": \"1\""},
        {"\"default\": 4", "\"default\": true"},
        {"\"default\": 4", "\"one_of\": []"},
        {"\"uid\": 65532", "\"uid\": 0"},
        {"\"gid\": 65533", "\"gid\": 0"},
        {"\"uid\": 65532", "\"uid\": -1"},
        {"\"uid\": 65532", "\"uid\": 4294967295"},
        {"\"uid\": 65532", "\"uid\": 4294967296"},
        {"{\"uid\": 65532, \"gid\": 65533}", "false"},
        {"\"only\": true", "\"only\": 1"},
        {"\\\"/bin/sh\\\"", "/bin/sh"},
        {"[\"\\\"${label}\\\"\"]", "[1]"},
        {"[9, 0, 5]", "[-1]"},
        {"[9, 0, 5]", "[\"5\"]"},
        {"[9, 0, 5]", "[65536]"},
        {"\"keep_terminal\": false, ", ""},
        {"[\"\\\"${scratch}\\\"\"]", "[\"scratch\"]"},
        {"\"bwrap:bind-fd\"", "7"},
        {"\"status\": \"enforced\"", "\"status\": null"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(refused_manifest(with(row.part, row.other)).rfind("verify: ", 0), 0U) << row.part << " -> " << row.other;
    }
    EXPECT_EQ(refused_manifest("[]").rfind("verify: ", 0), 0U);
    EXPECT_EQ(refused_manifest("").rfind("verify: ", 0), 0U);
}

TEST(Manifest, EveryTruncationIsRefused) {
    const std::string text = whole;
    for (std::size_t length = 0; length < text.size(); ++length) {
        EXPECT_NE(refused_manifest(text.substr(0, length)), "nothing") << length;
    }
}

Values bound(const std::vector<std::string>& given) {
    return bind_parameters(read_manifest(whole).parameters, given, 1000, 1001);
}
std::string refused_values(const std::vector<std::string>& given) {
    return refused([&] { static_cast<void>(bound(given)); });
}

TEST(Parameters, ValuesAndDefaultsAreBoundAndTheIdsAreOurs) {
    const Values values = bound({"scratch=/var/tmp/a=b", "jobs=9"});
    EXPECT_EQ(values.at("scratch"), "/var/tmp/a=b");
    EXPECT_EQ(values.at("jobs"), "9");
    EXPECT_EQ(values.at("label"), "x");
    EXPECT_EQ(values.at("uid"), "1000");
    EXPECT_EQ(values.at("gid"), "1001");
}

TEST(Parameters, WhatCannotBeBoundIsRefused) {
    EXPECT_EQ(refused_values({}), "bind: the parameter `scratch` has no value");
    EXPECT_EQ(refused_values({"scratch=/var/tmp/a", "scratch=/var/tmp/b"}), "usage: the parameter `scratch` is set twice");
    EXPECT_EQ(refused_values({"scratch=/var/tmp/a", "uid=0"}), "bind: there is no parameter `uid`");
    EXPECT_EQ(refused_values({"scratch"}), "usage: `--set` takes NAME=VALUE, not `scratch`");
    EXPECT_EQ(refused_values({"=x"}), "bind: there is no parameter ``");
    EXPECT_EQ(refused_values({"\x1b]0;x\x07=1"}), "bind: there is no parameter `\\x1b]0;x\\x07`");
}

TEST(Parameters, APathStaysNormalAndBelow) {
    for (const char* const value : {"", "/", "/var/tmp", "/var/tmp/", "/var/tmpx/a", "/var/tmp/../etc", "/var/tmp/./a",
                                    "/var/tmp//a", "/var/tmp/a/", "var/tmp/a", "~", "/var/tmp/..", "/etc"}) {
        EXPECT_EQ(refused_values({std::string("scratch=") + value}).rfind("bind: `", 0), 0U) << value;
    }
    for (const std::string& value :
         {"/var/tmp/a b"s, "/var/tmp/--bind"s, "/var/tmp/..."s, "/var/tmp/a\nb"s, "/var/tmp/"s + std::string(255, 'a')}) {
        EXPECT_EQ(refused_values({"scratch=" + value}), "nothing") << value;
    }
    EXPECT_NE(refused_values({"scratch=/var/tmp/" + std::string(256, 'a')}), "nothing");
    EXPECT_NE(refused_values({"scratch=/var/tmp/a\0b"s}), "nothing");
}

TEST(Parameters, NumbersAndStringsKeepToTheirConstraints) {
    for (const char* const value : {"0", "10", "-1", "+1", "01", " 1", "1 ", "", "x", "99999999999999999999"}) {
        EXPECT_NE(refused_values({"scratch=/var/tmp/a", std::string("jobs=") + value}), "nothing") << value;
    }
    for (const char* const value : {"", "abcd", "A", "a b", "a-", "\xc3\xa4"}) {
        EXPECT_NE(refused_values({"scratch=/var/tmp/a", std::string("label=") + value}), "nothing") << value;
    }
}

TEST(Parameters, PortsAndAddressesAreWhatTheyAreCalled) {
    const auto accepts = [](ParameterType type, const std::string& value) {
        ParameterDeclaration declaration;
        declaration.name = "p";
        declaration.type = type;
        return refused([&] { static_cast<void>(bind_parameters({declaration}, {"p=" + value}, 1, 1)); }) == "nothing";
    };
    for (const char* const good : {"1", "443", "65535"}) {
        EXPECT_TRUE(accepts(ParameterType::port, good)) << good;
    }
    for (const char* const bad : {"0", "65536", "http", "80 ", "080", ""}) {
        EXPECT_FALSE(accepts(ParameterType::port, bad)) << bad;
    }
    for (const char* const good : {"192.0.2.1", "::1", "2001:db8::1"}) {
        EXPECT_TRUE(accepts(ParameterType::address, good)) << good;
    }
    for (const char* const bad :
         {"010.0.0.1", "1.2.3", "0x7f.1", "1.2.3.4 ", "1.2.3.4/8", "fe80::1%lo", "localhost", "", "1.2.3.4\n"}) {
        EXPECT_FALSE(accepts(ParameterType::address, bad)) << bad;
    }
}

TEST(Parameters, OneOfIsExact) {
    ParameterDeclaration declaration;
    declaration.name = "p";
    declaration.one_of = {"fast", "slow"};
    EXPECT_EQ(refused([&] { static_cast<void>(bind_parameters({declaration}, {"p=fast"}, 1, 1)); }), "nothing");
    EXPECT_NE(refused([&] { static_cast<void>(bind_parameters({declaration}, {"p=Fast"}, 1, 1)); }), "nothing");
    EXPECT_NE(refused([&] { static_cast<void>(bind_parameters({declaration}, {"p="}, 1, 1)); }), "nothing");
}

TEST(Parameters, ADefaultThatBreaksItsOwnConstraintIsRefused) {
    ParameterDeclaration declaration;
    declaration.name = "p";
    declaration.type = ParameterType::path;
    declaration.under = "/var/tmp";
    declaration.default_value = "/etc";
    EXPECT_EQ(refused([&] { static_cast<void>(bind_parameters({declaration}, {}, 1, 1)); }),
              "bind: `/etc` is no value for the parameter `p`");
}

TEST(Parameters, ASetOfCharactersHasRangesAndDashesAtItsEnds) {
    EXPECT_TRUE(only_of("az-", "a-z-"));
    EXPECT_TRUE(only_of("-b", "-b"));
    EXPECT_FALSE(only_of("a", "-b"));
    EXPECT_FALSE(only_of("A", "a-z"));
    EXPECT_FALSE(only_of("\xff", "a-z"));
    EXPECT_TRUE(only_of("", ""));
    EXPECT_FALSE(only_of("a", ""));
    EXPECT_FALSE(only_of("b", "z-a")) << "a range that goes down holds nothing";
}

TEST(Parameters, PathsAreComparedByComponent) {
    EXPECT_TRUE(at_or_below("/a/b", "/a"));
    EXPECT_TRUE(at_or_below("/a", "/a"));
    EXPECT_TRUE(at_or_below("/a", "/"));
    EXPECT_FALSE(at_or_below("/ab", "/a"));
    EXPECT_FALSE(at_or_below("/", "/a"));
}

}  // namespace
}  // namespace sbx::runtime
