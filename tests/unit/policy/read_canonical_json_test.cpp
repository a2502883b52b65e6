// policy.json is read as the policy that it was written from, and nothing else is read at all: every refusal names the line and the
// mistake.
#include "compiler/policy/read_canonical_json.hpp"

#include "compiler/policy/canonical_json.hpp"
#include "tests/support/memory_files.hpp"

#include <gtest/gtest.h>
#include <string>

namespace sbx {
namespace {

using policy::read_canonical_json;

constexpr const char* everything = R"(
param scratch: path under /var/tmp = "/var/tmp/x"
param tool: path one of ["/opt/a" "/opt/b"]
param jobs: count 1-64 = 4
param door: port
param peer: address = 192.0.2.1
param tag: string of "a-z0-9._-" 1-64
param free: string
filesystem {
    read /usr /srv/a? /srv/b/
    read /usr/share/x
    read $tool as /tool
    write $scratch
    read $scratch/out/inner
    hide $scratch/keys/ /usr/secret
    tmpfs /tmp { size 16M; mode 1777 }
    dir /empty { mode 700 }
    file "/etc/a b" "one ${tag}\n\u{e9}\x7f\x01\"\\${uid}" { mode 400 }
    symlink /bin -> usr/bin
    proc /proc
    dev /dev
    device /dev/fuse?
    socket /run/x.sock
    workdir $scratch
}
network host
may-degrade memory cpus because "x"
limits { cpu-time 90s; processes $jobs; file-size unlimited; tmpfs-total 1G; memory 64M; cpus 0.5 }
environment { keep LANG LC_*; accept JOB_*; set A = ""; set B = "x${gid}y" }
process {
    run-as 5:6
    hostname h
    command only /usr/bin/env "a" "${tag}"
    pass-descriptor 5 7
    controlling-terminal keep
    nested-namespaces allow
    survive-parent
    share ipc uts
    groups none
}
)";

policy::Policy policy_of(const std::string& statements) {
    auto resolved = test::resolve_profile(statements);
    EXPECT_FALSE(resolved.sink.has_errors()) << testing::PrintToString(resolved.messages());
    return std::move(resolved.profile.policy);
}

TEST(ReadCanonicalJson, ReadsWhatIsWritten) {
    for (const char* statements : {"", everything, "filesystem { read / ; proc /proc }", "filesystem { file /f \"\" }"}) {
        const policy::Policy policy = policy_of(statements);
        const std::string text = canonical_json(policy);
        const policy::ReadPolicy read = read_canonical_json(text);
        ASSERT_TRUE(read.policy.has_value()) << "line " << read.line << ": " << read.error << "\n" << text;
        EXPECT_EQ(*read.policy, policy);
        EXPECT_EQ(canonical_json(*read.policy), text);
    }
}

/// The text of `everything` with one part replaced, and the beginning of what is said about it.
struct Mistake {
    const char* part;
    const char* replacement;
    const char* error;
};
constexpr Mistake mistakes[] = {
    {"\"sbx-policy\": 1", "\"sbx-policy\": 2", "this is version 2"},
    {"\"sbx-policy\": 1", "\"sbx-policy\": 01", "expected a whole number"},
    {"\"sbx-policy\": 1", "\"sbx-policy\": -1", "expected a whole number"},
    {"\"sbx-policy\": 1", "\"sbx-policy\":  1", "expected a whole number"},
    {"\"sbx-policy\": 1,", "\"sbx-policy\": 1,\n  \"sbx-policy\": 1,", "expected the key `parameters`, found `sbx-policy`"},
    {"\"share-uts\": true,\n    \"groups-none\": true", "\"groups-none\": true", "expected the key `share-uts`"},
    {",\n    \"groups-none\": true", "", "the key `groups-none` is missing"},
    {"\"groups-none\": true", "\"groups-none\": true,\n    \"extra\": true", "there is no key `extra` here"},
    {"\"groups-none\": true", "\"groups-none\": 1", "expected `true` or `false`, found `1`"},
    {"\"jobs\": {", "\"door\": {", "`door` stands here a second time, or out of order"},
    {"\"jobs\": {", "\"zobs\": {", "`peer` stands here a second time, or out of order"},
    {"\"jobs\": {", "\"uid\": {", "`uid` is no name for a parameter"},
    {"\"jobs\": {", "\"j obs\": {", "`j obs` is no name for a parameter"},
    {"\"type\": \"port\"", "\"type\": \"ports\"", "`ports` is no type"},
    {"\"under\": \"/var/tmp\"", "\"under\": \"$tool\"", "`$tool` is no path"},
    {"\"under\": \"/var/tmp\",\n      \"one-of\": []", "\"under\": \"/var/tmp\",\n      \"one-of\": [\n        \"/x\"\n      ]",
     "a parameter of type path has a constraint of another type, or two"},
    {"\"/opt/a\",\n        \"/opt/b\"", "\"/opt/b\",\n        \"/opt/a\"", "`/opt/a` stands here a second time, or out of order"},
    {"\"range\": [\n        1,\n        64\n      ]", "\"range\": [\n        64,\n        1\n      ]", "a range is its smallest"},
    {"\"min-length\": 1,", "\"min-length\": 65,", "a constraint's smallest length"},
    {"\"allowed\": \"-.", "\"allowed\": \".-", "the characters of a constraint are not sorted"},
    {"\"path\": \"/bin\"", "\"path\": \"/b/../bin\"", "`/b/../bin` is no path: it has a component `..`"},
    {"\"path\": \"/bin\"", "\"path\": \"bin\"", "`bin` is no path"},
    {"\"path\": \"/bin\"", "\"path\": \"/zz\"", "`/dev` stands here a second time, or out of order"},
    {"\"path\": \"$scratch/keys\"", "\"path\": \"$tag/keys\"", "the parameter `tag` is of type string, which can't stand here"},
    {"\"path\": \"$scratch/keys\"", "\"path\": \"$other/keys\"", "the parameter `other` is not declared"},
    {"\"kind\": \"procfs\"", "\"kind\": \"sysfs\"", "`sysfs` is no kind of node"},
    {"\"target\": \"usr/bin\"", "\"target\": \"\"", "a link leads to nothing"},
    {"\"mode\": 256", "\"mode\": 4096", "4096 is more than 4095"},
    {"\"size\": 16777216", "\"size\": 18446744073709551616", "expected a whole number below 2^64"},
    {"\"size\": 16777216", "\"size\": 16777216.0", "expected `,` or the end of the line, found `.0,`"},
    {"\"literal\": \"one \"", "\"literal\": \"\"", "a text has an empty literal"},
    {"\"literal\": \"one \"", "\"litteral\": \"one \"", "expected the key `literal` or `parameter`, found `litteral`"},
    {"\"parameter\": \"uid\"", "\"parameter\": \"uids\"", "the parameter `uids` is not declared"},
    {"\"mode\": \"host\"", "\"mode\": \"open\"", "`open` is no mode of the network"},
    {"\"file-size\": \"unlimited\"", "\"file-size\": \"none\"", "a limit is a number, a parameter or `unlimited`"},
    {"\"file-size\": \"unlimited\"", "\"file-sizes\": \"unlimited\"", "there is no limit `file-sizes`"},
    {"\"cpus\",\n    \"memory\"", "\"memory\",\n    \"cpus\"", "`cpus` stands here a second time, or out of order"},
    {"\"cpus\",\n    \"memory\"", "\"cpus\",\n    \"processes\"", "`processes` is no limit here that may degrade"},
    {"\"may-degrade\"", "\"must-degrade\"", "`environment` stands here, not `must-degrade`"},
    {"\"memory\": 67108864", "\"memory\": \"unlimited\"", "`memory` is no limit here that may degrade"},
    {"\"parameter\": \"jobs\"", "\"parameter\": \"door\"", "the parameter `door` is of type port"},
    {"\"uid\": 5", "\"uid\": 4294967295", "4294967295 is more than 4294967294"},
    {"\"hostname\": [", "\"hostname\": \"h\", [", "expected an array"},
    {"      5,\n      7", "      7,\n      5", "`5` stands here a second time, or out of order"},
    {"\"LANG\",\n      \"LC_*\"", "\"LC_*\",\n      \"LANG\"", "`LANG` stands here a second time, or out of order"},
    {"\\u0001", "\\u0041", "a string is not spelled as policyc spells it"},
    {"\\u0001", "\\ud800", "a string has an escape that JSON does not have"},
    {"\\u0001", "\\u0000", "a string holds NUL"},
    {"\\u0001", "\xff\\u0001", "a string has an escape that JSON does not have, or bytes that are no UTF-8"},
    {"\"groups-none\": true\n", "\"groups-none\": true,\n", "expected 4 blanks at the beginning of the line, found 2"},
    {"  \"limits\": {", "   \"limits\": {", "expected 2 blanks at the beginning of the line, found 3"},
    {"  \"limits\": {", "\n  \"limits\": {", "expected 2 blanks at the beginning of the line, found 0"},
    {"\"disable-userns\"\n  ]\n}\n", "\"disable-userns\"\n  ]\n}", "expected the end of the line, found the end of the document"},
    {"\"disable-userns\"\n  ]\n}\n", "\"disable-userns\"\n  ]\n}\n\n", "expected the end of the document"},
    {"{\n  \"sbx-policy\"", "\xEF\xBB\xBF{\n  \"sbx-policy\"", "expected an object"},
};

TEST(ReadCanonicalJson, RefusesEverythingElseWithAPlaceAndAReason) {
    const std::string text = canonical_json(policy_of(everything));
    for (const Mistake& mistake : mistakes) {
        std::string broken = text;
        const std::size_t at = broken.find(mistake.part);
        ASSERT_NE(at, std::string::npos) << mistake.part;
        broken.replace(at, std::string(mistake.part).size(), mistake.replacement);
        const policy::ReadPolicy read = read_canonical_json(broken);
        EXPECT_FALSE(read.policy.has_value()) << mistake.replacement;
        EXPECT_TRUE(read.error.starts_with(mistake.error)) << mistake.replacement << "\n" << read.error;
        const auto first_line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        EXPECT_GE(read.line, static_cast<std::size_t>(first_line)) << mistake.replacement << "\n" << read.error;
    }
}

TEST(ReadCanonicalJson, NoByteCanBeLeftOutDoubledOrFlipped) {
    const std::string text = canonical_json(policy_of(everything));
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string shorter = text;
        shorter.erase(at, 1);
        std::string longer = text;
        longer.insert(at, 1, text[at]);
        std::string other = text;
        other[at] = static_cast<char>(other[at] ^ 0x04);
        for (const std::string& changed : {text.substr(0, at), shorter, longer, other}) {
            const policy::ReadPolicy read = read_canonical_json(changed);
            if (read.policy) {
                EXPECT_EQ(canonical_json(*read.policy), changed);
            } else {
                EXPECT_FALSE(read.error.empty());
                EXPECT_GT(read.line, 0U);
            }
        }
    }
}

}  // namespace
}  // namespace sbx
