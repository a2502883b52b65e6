// Where a bundle is written: what is replaced, what is refused to be, with which modes, and what is swept (R-REL-01).
#include "compiler/cli/bundle_writer.hpp"

#include "tests/unit/cli/bundle_fixture.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

namespace sbx::cli {
namespace {

using ::testing::StartsWith;

emit::Bundle bundle_of(const std::string& text) {
    emit::Bundle bundle;
    bundle.artifacts.push_back({"data/0001", text, 0444});
    bundle.artifacts.push_back({"launch", "#!/bin/sh\n", 0555});
    bundle.artifacts.push_back({"manifest.json",
                                "{\"artifacts\":[{\"name\":\"data/0001\"},{\"name\":\"launch\"}],\"compiler\":\"policyc test\"}\n",
                                0444});
    return bundle;
}

TEST_F(BundleWriter, ReplacesABundleAndAnEmptyDirectoryAndLeavesNothingElse) {
    fs::create_directory(out);
    ASSERT_EQ(run({"a.sbx", "-o", "out"}).code, 0);
    EXPECT_EQ(files_of(out), compile_apart("a.sbx"));
    ASSERT_EQ(run({"b.sbx", "-o", "out"}).code, 0);
    EXPECT_EQ(files_of(out), compile_apart("b.sbx"));
    EXPECT_EQ(names_in(directory.path()), (std::set<std::string>{"a.sbx", "b.sbx", "out"}));
}

TEST_F(BundleWriter, EverySpellingOfADirectoryIsThatDirectory) {
    for (const std::string& spelling :
         std::vector<std::string>{"out/", "./out", "./out//", "out/.", directory.path().string() + "/out"}) {
        ASSERT_EQ(run({"a.sbx", "-o", "out"}).code, 0);
        EXPECT_EQ(run({"b.sbx", "-o", spelling}).code, 0) << spelling;
        EXPECT_EQ(files_of(out), compile_apart("b.sbx")) << spelling;
    }
}

TEST_F(BundleWriter, ModesAreThoseOfABundleWhateverTheUmask) {
    for (const mode_t mask : {0000U, 0022U, 0077U, 0777U}) {
        ASSERT_EQ(run({"a.sbx", "-o", "out"}, [=] { ::umask(mask); }).code, 0) << mask;
        EXPECT_EQ(mode_of(out), 0755U) << mask;
        EXPECT_EQ(mode_of(out / "launch"), 0755U) << mask;
        EXPECT_EQ(mode_of(out / "manifest.json"), 0644U) << mask;
        fs::remove_all(out);
    }
}

struct Refusal {
    std::string name;
    std::function<void(const fs::path&)> make;
    std::string words;
};

TEST_F(BundleWriter, RefusesToReplaceWhatIsNoBundle) {
    const std::vector<Refusal> rows = {
        {"a file", [](const fs::path& at) { write_file(at, "mine"); }, "policyc: `out` exists and is not a directory\n"},
        {"a directory of the user's",
         [](const fs::path& at) {
             fs::create_directory(at);
             write_file(at / "thesis.tex", "mine");
         },
         "policyc: `out` holds `thesis.tex` and no manifest.json of policyc: it is not a bundle, so it is not replaced\n"},
        {"somebody else's manifest",
         [](const fs::path& at) {
             fs::create_directory(at);
             write_file(at / "manifest.json", "{\"compiler\": \"webpack\", \"artifacts\": []}");
         },
         "policyc: `out` holds `manifest.json` and no manifest.json of policyc: it is not a bundle, so it is not replaced\n"},
        {"a bundle with a note in it",
         [&](const fs::path& at) {
             ASSERT_EQ(run({"b.sbx", "-o", "out"}).code, 0);
             write_file(at / "data" / "notes", "mine");
         },
         "policyc: `out` is a bundle, but also holds `data/notes`, which its manifest does not list: move it away, or it would be "
         "lost\n"},
        {"a bundle in which a file became a link",
         [&](const fs::path& at) {
             ASSERT_EQ(run({"b.sbx", "-o", "out"}).code, 0);
             fs::remove(at / "launch");
             fs::create_symlink("/etc/passwd", at / "launch");
         },
         "policyc: `out` is a bundle, but also holds `launch`, which its manifest does not list: move it away, or it would be "
         "lost\n"},
        {"a link to a directory", [](const fs::path& at) { fs::create_directory_symlink("/proc/self/fdinfo", at); },
         "policyc: `out` is a symbolic link: name the directory that it leads to\n"},
        {"a dangling link", [](const fs::path& at) { fs::create_symlink("nowhere", at); },
         "policyc: `out` is a symbolic link: name the directory that it leads to\n"},
    };
    for (const Refusal& row : rows) {
        row.make(out);
        const Files before = fs::is_directory(fs::symlink_status(out)) ? files_of(out) : Files();
        const Outcome got = run({"a.sbx", "-o", "out"});
        EXPECT_EQ(got.code, 3) << row.name;
        EXPECT_EQ(got.err, row.words) << row.name;
        EXPECT_EQ(fs::is_directory(fs::symlink_status(out)) ? files_of(out) : Files(), before) << row.name;
        EXPECT_EQ(names_in(directory.path()), (std::set<std::string>{"a.sbx", "b.sbx", "out"})) << row.name;
        fs::remove_all(out);
    }
    EXPECT_EQ(run({"a.sbx", "-o", "/"}).err, "policyc: `/` cannot be a bundle: name a directory of its own\n");
    EXPECT_EQ(run({"a.sbx", "-o", "missing/out"}).err, "policyc: cannot open `missing`: No such file or directory\n");
}

TEST_F(BundleWriter, ARejectedPolicyLeavesTheOldBundle) {
    ASSERT_EQ(run({"a.sbx", "-o", "out"}).code, 0);
    const Files before = files_of(out);
    write_file(directory.path() / "bad.sbx", "sbx 1\nprofile bad\nuse std/system\nlimits { processes many }\n");
    EXPECT_EQ(run({"bad.sbx", "-o", "out"}).code, 1);
    EXPECT_EQ(files_of(out), before);
}

TEST_F(BundleWriter, WithRuntimePutsTheProgramIntoTheBundle) {
    const Outcome got = run({"a.sbx", "-o", "out", "--with-runtime"});
    const fs::path beside = fs::path(SBX_POLICYC).parent_path() / "sbx-run";
    if (fs::exists(beside)) {
        ASSERT_EQ(got.code, 0) << got.err;
        EXPECT_EQ(test::read_bytes(out / "sbx-run"), test::read_bytes(beside));
        EXPECT_EQ(mode_of(out / "sbx-run"), 0755U);
    } else {
        EXPECT_EQ(got.code, 3);
        EXPECT_THAT(got.err, StartsWith("policyc: found no sbx-run for `--with-runtime`; looked at `"));
    }
}

TEST_F(BundleWriter, LeftoversAreSweptWhenTheyAreOldAndOurs) {
    const auto leave = [&](const std::string& name) {
        fs::create_directories(directory.path() / name / "data");
        write_file(directory.path() / name / "launch", "half");
    };
    leave(".out.policyc-new-0123456789abcdef");
    leave(".out.policyc-old-0123456789abcdef");
    leave(".other.policyc-new-0123456789abcdef");
    write_file(directory.path() / ".out.policyc-new-file", "no directory");
    const std::set<std::string> all = names_in(directory.path());

    ASSERT_EQ(write_bundle(bundle_of("fresh leftovers stay"), out.string()), std::nullopt);
    std::set<std::string> expected = all;
    expected.insert("out");
    EXPECT_EQ(names_in(directory.path()), expected);

    WriteOptions options;
    options.leftover_age = -1;
    ASSERT_EQ(write_bundle(bundle_of("old ones go"), out.string(), options), std::nullopt);
    expected.erase(".out.policyc-new-0123456789abcdef");
    expected.erase(".out.policyc-old-0123456789abcdef");
    EXPECT_EQ(names_in(directory.path()), expected);
}

TEST_F(BundleWriter, ALeftoverOfAnotherUserStays) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root can make a file of another user";
    }
    const fs::path leftover = directory.path() / ".out.policyc-new-0123456789abcdef";
    fs::create_directory(leftover);
    ASSERT_EQ(::chown(leftover.c_str(), 65534, 65534), 0);
    WriteOptions options;
    options.leftover_age = -1;
    ASSERT_EQ(write_bundle(bundle_of("x"), out.string(), options), std::nullopt);
    EXPECT_TRUE(fs::exists(leftover));
}

TEST_F(BundleWriter, WithoutExchangeTheOldBundleIsReplacedToo) {
    WriteOptions options;
    options.may_exchange = false;
    ASSERT_EQ(write_bundle(bundle_of("first"), out.string(), options), std::nullopt);
    ASSERT_EQ(write_bundle(bundle_of("second"), out.string(), options), std::nullopt);
    EXPECT_EQ(test::read_bytes(out / "data/0001"), "second");
    EXPECT_EQ(names_in(directory.path()), (std::set<std::string>{"a.sbx", "b.sbx", "out"}));
    write_file(out / "mine", "x");
    EXPECT_NE(write_bundle(bundle_of("third"), out.string(), options), std::nullopt);
    EXPECT_EQ(test::read_bytes(out / "data/0001"), "second");
}

TEST_F(BundleWriter, NamesNextToTheLongestWork) {
    const std::string longest(255, 'x');
    ASSERT_EQ(run({"a.sbx", "-o", longest}).code, 0);
    ASSERT_EQ(run({"b.sbx", "-o", longest}).code, 0);
    EXPECT_EQ(run({"b.sbx", "-o", longest + "x"}).code, 3);
    const std::string odd = "-o 'out\"\n;$(id)";
    ASSERT_EQ(run({"a.sbx", "-o", "./" + odd}).code, 0);
    EXPECT_EQ(files_of(directory.path() / odd), compile_apart("a.sbx"));
}

}  // namespace
}  // namespace sbx::cli
