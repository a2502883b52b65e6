// The last step of a build, and `policyc verify`: what does not mean its policy is not written, and what was changed on the disk is
// named, with the file and the difference.
#include "compiler/cli/build_command.hpp"
#include "compiler/cli/bundle_reader.hpp"
#include "compiler/cli/disk_files.hpp"
#include "tests/support/memory_files.hpp"
#include "tests/unit/cli/run_policyc.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace sbx::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* policy_text = R"(sbx 1
profile worker
param scratch: path under /var/tmp
filesystem {
    read /usr
    write $scratch
    hide /usr/share/secret/
    file /etc/hosts "127.0.0.1 localhost"
}
limits { open-files 64 }
process { run-as 65532; command only /usr/bin/make }
)";

CompileRequest request_for(std::string text) {
    CompileRequest request;
    request.path = "worker.sbx";
    request.text = std::move(text);
    request.until = Until::emitted;
    return request;
}

void replace(std::string& text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
}

class Verify : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "sbx-verify-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
        out_ = directory_ / "out";
        std::ofstream(directory_ / "worker.sbx") << policy_text;
    }
    void TearDown() override { fs::remove_all(directory_); }

    void build() const {
        const auto made = run({(directory_ / "worker.sbx").string(), "-o", out_.string()});
        ASSERT_EQ(made.code, 0) << made.err;
    }
    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream in(out_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream(out_ / name, std::ios::binary | std::ios::trunc) << bytes;
    }
    [[nodiscard]] static test::Outcome run(std::vector<std::string> arguments) {
        test::RunSetup setup;
        setup.arguments = std::move(arguments);
        return test::run_policyc(setup);
    }
    [[nodiscard]] test::Outcome verify() const { return run({"verify", out_.string()}); }

    fs::path directory_;
    fs::path out_;
};

TEST_F(Verify, AFreshBundleMeansItsPolicy) {
    build();
    const auto found = verify();
    EXPECT_EQ(found.code, 0) << found.err;
    EXPECT_NE(found.out.find("means its policy"), std::string::npos) << found.out;
    EXPECT_EQ(found.err, "");
    const auto json = run({"verify", "--format", "json", out_.string()});
    EXPECT_EQ(json.code, 0);
    EXPECT_NE(json.out.find("\"equal\": true"), std::string::npos) << json.out;
    EXPECT_EQ(run({"verify", "-q", out_.string()}).out, "");
}

TEST_F(Verify, WhatDoesNotMeanItsPolicyIsNotWritten) {
    CompileRequest request = request_for(policy_text);
    request.spoil = [](emit::Bundle& bundle) {
        for (emit::Artifact& artifact : bundle.artifacts) {
            if (artifact.name == "bwrap.args") {
                replace(artifact.bytes, "--ro-bind-fd", "--bind-fd");
            }
        }
    };
    const Compilation done = compile(std::move(request), test::MemoryFiles());
    EXPECT_FALSE(done.rejected);
    EXPECT_FALSE(done.bundle.has_value());
    ASSERT_FALSE(done.differences.empty());
    EXPECT_EQ(done.differences[0].file, "bwrap.args");
    EXPECT_EQ(done.differences[0].witness, "/usr");
    Options options;
    options.output = out_.string();
    EXPECT_EQ(write_compilation(done, options), ExitCode::different);
    EXPECT_FALSE(fs::exists(out_));
}

TEST_F(Verify, TheLargestLimitsAreTheSameInEveryArtifact) {
    const std::string limits = "limits { processes 18446744073709551615; open-files 18446744073709551615 }\n";
    const Compilation done =
        compile(request_for("sbx 1\nprofile worker\nfilesystem { read /usr }\n" + limits), test::MemoryFiles());
    EXPECT_FALSE(done.rejected);
    EXPECT_TRUE(done.differences.empty()) << done.differences[0].message;
}

TEST_F(Verify, TheManifestSaysWhatWasRead) {
    build();
    const std::string manifest = read("manifest.json");
    EXPECT_NE(manifest.find("\"result\": \"equal\""), std::string::npos);
    EXPECT_NE(manifest.find("\"read\": [\n      \"bwrap.args\""), std::string::npos) << manifest;
}

TEST_F(Verify, NamesTheFileTheLineAndTheDifference) {
    build();
    std::string limits = read("rlimits.tab");
    replace(limits, "nofile 64 64", "nofile 65 65");
    write("rlimits.tab", limits);
    const auto found = verify();
    EXPECT_EQ(found.code, 6);
    EXPECT_EQ(found.out, "");
    EXPECT_NE(found.err.find("rlimits.tab, line 3: `open-files` is 65 to the kernel; the policy means 64\n"), std::string::npos)
        << found.err;
    EXPECT_NE(found.err.find("rlimits.tab: its contents are not those whose digest the manifest has\n"), std::string::npos);
    EXPECT_NE(found.err.find("does not mean its policy: 2 differences\n"), std::string::npos);
    const auto json = run({"verify", "--format", "json", out_.string()});
    EXPECT_EQ(json.code, 6);
    EXPECT_NE(json.out.find("\"place\": \"line 3\""), std::string::npos) << json.out;
}

TEST_F(Verify, NoticesModesMissingAndUnknownFilesAndLinks) {
    build();
    ::chmod((out_ / "launch").c_str(), 0775);
    ::chmod((out_ / "data").c_str(), 0777);
    fs::remove(out_ / "environment.tab");
    write("notes.txt", "x");
    fs::create_symlink("launch", out_ / "run");
    const auto found = verify();
    EXPECT_EQ(found.code, 6);
    for (const char* said :
         {"launch: its mode is not", "data/: the directory can be written by others", "environment.tab: the file is missing",
          "notes.txt: a bundle has no such file", "run: it is no file"}) {
        EXPECT_NE(found.err.find(said), std::string::npos) << said << "\n" << found.err;
    }
}

TEST_F(Verify, ABundleOfAnotherFormatIsOneDifference) {
    build();
    std::string manifest = read("manifest.json");
    replace(manifest, "\"format\": 1", "\"format\": 2");
    write("manifest.json", manifest);
    const auto found = verify();
    EXPECT_EQ(found.code, 6);
    EXPECT_NE(found.err.find("the bundle is of format 2, and this policyc reads format 1"), std::string::npos) << found.err;
    EXPECT_NE(found.err.find("1 difference\n"), std::string::npos) << found.err;
}

TEST_F(Verify, WhatIsNoBundleOrNotThereIsUnreadable) {
    EXPECT_EQ(verify().code, 3);
    fs::create_directory(out_);
    const auto found = verify();
    EXPECT_EQ(found.code, 3);
    EXPECT_NE(found.err.find("is no bundle: it has no manifest.json"), std::string::npos) << found.err;
    EXPECT_EQ(run({"verify"}).code, 2);
    EXPECT_EQ(run({"verify", "a", "b"}).code, 2);
}

}  // namespace
}  // namespace sbx::cli
