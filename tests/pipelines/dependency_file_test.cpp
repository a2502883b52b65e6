// `--depfile`: what it names, and whether make and Ninja read each name as it was meant. Both are asked, for every character.
#include "tests/pipelines/shell.hpp"

#include <gmock/gmock.h>
#include <vector>

namespace sbx::pipelines {
namespace {

using ::testing::HasSubstr;

const std::string policyc = shell_word(SBX_POLICYC);

class DependencyFile : public PipelineTest {
protected:
    DependencyFile() {
        write("w.sbx",
              "sbx 1\nprofile w\nextends \"base.sbx\"\nuse std/system\nuse \"sub/f.sbx\"\nuse \"again.sbx\"\nwithin "
              "\"ceiling.sbx\"\n");
        write("base.sbx", "sbx 1\nprofile base\nuse std/system\n");
        write("ceiling.sbx", "sbx 1\nprofile ceiling\nuse std/system\nlimits { open-files 200 }\n");
        write("sub/f.sbx", "sbx 1\nfragment f\nuse \"../again.sbx\"\nuse \"shared.sbx\"\nlimits { open-files 100 }\n");
        write("again.sbx", "sbx 1\nfragment again\nlimits { processes 10 }\n");
        write("common/shared.sbx", "sbx 1\nfragment shared\n");
    }
};

TEST_F(DependencyFile, NamesWhatWasReadAsItWasGiven) {
    ASSERT_EQ(run(policyc + " w.sbx -I common -o out/ --depfile out.d -q").status, 0);
    const std::string rule = read_bytes(path("out.d"));
    EXPECT_EQ(
        rule,
        "out/policy.json: \\\n  w.sbx \\\n  base.sbx \\\n  sub/f.sbx \\\n  again.sbx \\\n  common/shared.sbx \\\n  ceiling.sbx\n"
        "\nw.sbx:\n\nbase.sbx:\n\nsub/f.sbx:\n\nagain.sbx:\n\ncommon/shared.sbx:\n\nceiling.sbx:\n");
    ASSERT_EQ(run(policyc + " build --depfile=out.d -q -o out -I common w.sbx").status, 0);
    EXPECT_EQ(read_bytes(path("out.d")), rule);
}

TEST_F(DependencyFile, NamesTheHouseRulesAndWhatTheirCeilingTakesIn) {
    write("allowed.sbx", "sbx 1\nprofile allowed\nuse \"more.sbx\"\n");
    write("more.sbx", "sbx 1\nfragment more\nuse std/system\n");
    write(".policyc.json", "{\"ceiling\": \"allowed.sbx\"}\n");
    write("little.sbx", "sbx 1\nprofile little\nfilesystem { read /usr }\n");
    ASSERT_EQ(run(policyc + " little.sbx -q -o out --depfile out.d").status, 0);
    const std::string rule = read_bytes(path("out.d"));
    for (const char* const name : {"little.sbx", ".policyc.json", "allowed.sbx", "more.sbx"}) {
        EXPECT_THAT(rule, testing::ContainsRegex("[ /]" + std::string(name) + "( |\n)")) << name;
    }
}

TEST_F(DependencyFile, HasTheModeThatTheCallersUmaskLeaves) {
    ASSERT_EQ(run("umask 027; " + policyc + " base.sbx -o out --depfile out.d").status, 0);
    EXPECT_EQ(fs::status(path("out.d")).permissions(), fs::perms(0640));
    ASSERT_EQ(run("umask 022; " + policyc + " check base.sbx --format json=found.json").status, 0);
    EXPECT_EQ(fs::status(path("found.json")).permissions(), fs::perms(0644));
}

/// A user's directory may have the name that fragments of the compiler begin with.
TEST_F(DependencyFile, OfADirectoryCalledStdHasTheFilesInIt) {
    fs::create_directory(path("std"));
    write("std/own.sbx", "sbx 1\nprofile own\nuse \"part.sbx\"\n");
    write("std/part.sbx", "sbx 1\nfragment part\nfilesystem { read /usr }\n");
    const Ran built = run(policyc + " std/own.sbx -q -o out --depfile out.d");
    ASSERT_EQ(built.status, 0) << built.out;
    EXPECT_THAT(read_bytes(path("out.d")), HasSubstr("std/part.sbx"));
}

TEST_F(DependencyFile, NamesTheRuntimeThatWentIn) {
    ASSERT_EQ(run(policyc + " base.sbx -o out --depfile out.d --with-runtime").status, 0);
    EXPECT_THAT(read_bytes(path("out.d")), HasSubstr(" \\\n  " + fs::canonical(SBX_RUN).string() + "\n"));
}

TEST_F(DependencyFile, OfStandardInputHasWhatThatTakesIn) {
    ASSERT_EQ(run("cat w.sbx | " + policyc + " - -q -I common -o out --depfile /dev/stdout").status, 0);
    const Ran printed = run("cat base.sbx | " + policyc + " - -o out2 --depfile /dev/stdout");
    EXPECT_EQ(printed.out, "out2/policy.json:\n");
}

TEST_F(DependencyFile, GoesThroughALinkAndLeavesItThere) {
    // As root, what replaced /dev/stdout would be a file for everybody.
    fs::create_symlink("/proc/self/fd/1", path("stdout"));
    ASSERT_EQ(run(policyc + " base.sbx -o out --depfile stdout > printed").status, 0);
    EXPECT_TRUE(fs::is_symlink(path("stdout")));
    EXPECT_THAT(read_bytes(path("printed")), HasSubstr("out/policy.json: \\\n  base.sbx\n"));
    write("behind", "something longer than the rule that is written in its place: " + std::string(1000, 'x'));
    fs::create_symlink("behind", path("link.d"));
    ASSERT_EQ(run(policyc + " base.sbx -o out --depfile link.d").status, 0);
    EXPECT_TRUE(fs::is_symlink(path("link.d")));
    EXPECT_EQ(read_bytes(path("behind")), "out/policy.json: \\\n  base.sbx\n\nbase.sbx:\n");
}

TEST_F(DependencyFile, IsNotWrittenForWhatIsRejected) {
    write("bad.sbx", "sbx 1\nprofile bad\nlimits { file-size 10 }\n");
    EXPECT_EQ(run(policyc + " bad.sbx -o out --depfile out.d").status, 1);
    EXPECT_FALSE(fs::exists(path("out.d")));
    EXPECT_FALSE(fs::exists(path("out")));
}

TEST_F(DependencyFile, HasNoPlaceInTheBundle) {
    for (const std::string place : {"out/out.d", "./out//x", "out/data/x", "other/../out/x"}) {
        fs::create_directory(path("other"));
        const Ran refused = run(policyc + " base.sbx -o out --depfile " + place);
        EXPECT_EQ(refused.status, 3) << place;
        EXPECT_THAT(refused.out, HasSubstr("lies in `out`, the bundle")) << place;
        EXPECT_FALSE(fs::exists(path("out"))) << place;
    }
    EXPECT_EQ(run(policyc + " base.sbx -o out --depfile out.d").status, 0);
}

TEST_F(DependencyFile, StandsForABundleThatLostItsTarget) {
    // What ninja, and make on an interrupt, delete.
    ASSERT_EQ(run(policyc + " base.sbx -o out --depfile out.d").status, 0);
    fs::remove(path("out/policy.json"));
    EXPECT_EQ(run(policyc + " base.sbx -o out --depfile out.d").status, 0);
    EXPECT_TRUE(fs::exists(path("out/policy.json")));
}

/// A name as a policy writes it in a string.
std::string in_policy(const std::string& name) {
    std::string out = "\"";
    for (const char byte : name) {
        out += byte == '"' || byte == '\\' ? "\\" : "";
        out += byte == '$' ? std::string("\\x24") : std::string(1, byte);
    }
    return out + "\"";
}

/// Names that have each character a name can have, and what is known to be read differently.
std::vector<std::string> odd_names() {
    std::vector<std::string> names = {"~f",
                                      "a\\ b",
                                      "a\\\\ b",
                                      "a\\b",
                                      "a\\\\b",
                                      "a b c",
                                      "(a)",
                                      "(a",
                                      "a\xC3\xA9",
                                      "a\\#b",
                                      "a\\:b",
                                      "a\\$b",
                                      "a\\",
                                      "$$",
                                      "$(a)x",
                                      "a: b",
                                      "a #b",
                                      "%",
                                      "-x",
                                      "a\tb",
                                      "a\x01"
                                      "b"};
    for (char byte = ' '; byte < 0x7F; ++byte) {
        if (byte != '/') {
            names.push_back(std::string("f") + byte + "g");
        }
    }
    return names;
}

TEST_F(DependencyFile, IsReadByMakeAndNinjaAsItWasMeantOrRefused) {
    if (!has_program("make") || !has_program("ninja")) {
        GTEST_SKIP() << "make and ninja are not both installed";
    }
    std::vector<std::string> accepted;
    std::size_t refused = 0;
    std::string all = "sbx 1\nprofile all\nuse std/system\n";
    for (const std::string& name : odd_names()) {
        write(name, "sbx 1\nfragment f\nlimits { processes 10 }\n");
        write("one.sbx", "sbx 1\nprofile one\nuse std/system\nuse " + in_policy(name) + "\n");
        const Ran ran = run(policyc + " one.sbx -o one --depfile one.d");
        if (ran.status == 0) {
            accepted.push_back(name);
            all += "use " + in_policy(name) + "\n";
        } else if (ran.out.find("`--depfile` has no way to name `") != std::string::npos) {
            EXPECT_EQ(ran.status, 3) << name;
            ++refused;
        } else {
            EXPECT_THAT(ran.out, HasSubstr("control character")) << name;  // the language has no such names
        }
    }
    EXPECT_GT(accepted.size(), 75U) << "a name that both read is refused";
    EXPECT_GT(refused, 15U) << "a name that one of them cannot read is accepted";
    write("all.sbx", all);
    write("Makefile", "out/policy.json: all.sbx\n\t" + policyc + " all.sbx -q -o out --depfile out.d\n-include out.d\n");
    write("build.ninja", "rule p\n  command = " + policyc +
                             " all.sbx -q -o nout --depfile nout.d\n  depfile = nout.d\nbuild nout/policy.json: p all.sbx\n");
    const Ran made = run("make && ninja");
    ASSERT_EQ(made.status, 0) << made.out;
    for (const std::string& name : accepted) {
        const auto old = fs::last_write_time(path(name));
        EXPECT_EQ(run("make -q").status, 0) << "before " << name;
        EXPECT_THAT(run("ninja -n").out, HasSubstr("no work to do")) << "before " << name;
        fs::last_write_time(path(name), old + std::chrono::hours(1));
        EXPECT_EQ(run("make -q").status, 1) << name;
        EXPECT_THAT(run("ninja -n").out, ::testing::Not(HasSubstr("no work to do"))) << name;
        fs::last_write_time(path(name), old);
    }
}

TEST_F(DependencyFile, LetsMakeGoOnWhenAFragmentIsGone) {
    if (!has_program("make")) {
        GTEST_SKIP() << "make is not installed";
    }
    write("Makefile", "out/policy.json: w.sbx\n\t" + policyc + " w.sbx -q -I common -o out --depfile out.d\n-include out.d\n");
    ASSERT_EQ(run("make").status, 0);
    fs::remove(path("again.sbx"));
    edit("w.sbx", "use \"again.sbx\"\n", "");
    edit("sub/f.sbx", "use \"../again.sbx\"\n", "");
    const Ran made = run("make");
    EXPECT_EQ(made.status, 0) << made.out;
    EXPECT_EQ(run("make -q").status, 0);
}

TEST_F(DependencyFile, TargetsThatMakeWouldTakeForAPatternAreRefused) {
    EXPECT_THAT(run(policyc + " base.sbx -o 'o%t' --depfile x.d").out, HasSubstr("do not read `%` as part of a name"));
    EXPECT_EQ(run(policyc + " base.sbx -o 'o u#t$:' --depfile x.d").status, 0);
    EXPECT_THAT(read_bytes(path("x.d")), HasSubstr("o\\ u\\#t$$\\:/policy.json: \\\n"));
}

}  // namespace
}  // namespace sbx::pipelines
