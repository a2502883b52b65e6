// The example image, without a container engine: the steps of its Containerfile are done one by one. What is built is a root file
// system with this machine's /usr, read-only, in the place of Debian's image; steps that install packages are held against what is
// installed here, and the compiler is shown to its own stage alone.
#include "tests/pipelines/shell.hpp"

#include <gmock/gmock.h>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unistd.h>

namespace sbx::pipelines {
namespace {

using ::testing::HasSubstr;

struct Step {
    std::string word;  ///< FROM, COPY, RUN, ENTRYPOINT, CMD
    std::string rest;
};

std::vector<Step> steps_of(const fs::path& file) {
    std::vector<Step> steps;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.front() == '#') {
            continue;
        }
        const std::size_t space = line.find(' ');
        steps.push_back({line.substr(0, space), line.substr(space + 1)});
    }
    return steps;
}

class ExampleImage : public PipelineTest {
protected:
    void SetUp() override {
        if (!has_program("bwrap") || !fs::exists("/usr/bin/awk")) {
            GTEST_SKIP() << "bubblewrap or awk is not installed";
        }
        make_root(path("probe"));
        if (run(in_root(path("probe"), "", "true")).status != 0) {
            GTEST_SKIP() << "no root file system can be entered here";
        }
        take_example("image");
        fs::create_directory(path("packages"));
        for (const Step& step : steps_of(path("Containerfile"))) {
            ASSERT_NO_FATAL_FAILURE(take(step)) << step.word << " " << step.rest;
        }
    }
    /// A command line that runs `command` with `root` as its root file system, with all that root has in a container.
    static std::string in_root(const fs::path& root, const std::string& more, const std::string& command) {
        std::string line =
            "bwrap --bind " + shell_word(root.string()) + " / --ro-bind /usr /usr --bind /proc /proc --dev /dev --tmpfs /tmp ";
        line += "--ro-bind-try /etc/alternatives /etc/alternatives --ro-bind-try /etc/ld.so.cache /etc/ld.so.cache ";
        return line + (::geteuid() == 0 ? "--cap-add ALL " : "") + more +
               " --clearenv --setenv PATH /usr/local/bin:/usr/bin:/bin --chdir / sh -c " + shell_word(command);
    }
    /// What Debian's image has of its own, when this machine's /usr is put into it.
    static void make_root(const fs::path& root) {
        for (const std::string name : {"", "usr", "etc", "proc", "dev", "tmp"}) {
            fs::create_directory(root / name);
            fs::permissions(root / name, fs::perms(0755));
        }
        for (const std::string name : {"bin", "sbin", "lib", "lib64"}) {
            fs::create_symlink("usr/" + name, root / name);
        }
    }
    [[nodiscard]] Ran in_image(const std::string& command) const { return run(in_root(stage, "", command)); }

    void take(const Step& step) {
        std::istringstream in(step.rest);
        std::vector<std::string> words;
        for (std::string word; in >> word;) {
            words.push_back(word);
        }
        if (step.word == "FROM") {
            ASSERT_EQ(words.front(), "docker.io/library/debian:12-slim");
            stage = path("stage-" + std::to_string(stages.size()));
            make_root(stage);
            stages[words.size() == 3 ? words[2] : "final"] = stage;
        } else if (step.word == "COPY") {
            fs::path from = path(".");
            if (words.front().rfind("--from=", 0) == 0) {
                from = stages.at(words.front().substr(7));
                words.erase(words.begin());
            }
            ASSERT_EQ(words.size(), 2U);
            // A directory's contents, or a file into a directory.
            const std::string source = (from / words[0].substr(words[0].front() == '/' ? 1 : 0)).string();
            const Ran copied =
                run("mkdir -p " + shell_word(stage.string() + words[1]) + " && cp -a " +
                    shell_word(source + (words[0].back() == '/' ? "." : "")) + " " + shell_word(stage.string() + words[1]));
            ASSERT_EQ(copied.status, 0) << copied.out;
        } else if (step.word == "RUN" && words.front() == "apt-get") {
            for (const std::string package : {"bubblewrap", "mawk"}) {
                if (step.rest.find(" " + package) != std::string::npos) {
                    ASSERT_EQ(run("dpkg-query -W " + package).status, 0) << "this machine lacks " << package;
                }
            }
            // Its own package puts the compiler into the stage that asks for it, and nowhere else.
            if (step.rest.find("/packages/policyc_*.deb /packages/sbx-run_*.deb") != std::string::npos) {
                fs::create_directories(stage / "usr-local");
                fs::copy_file(SBX_POLICYC, stage / "usr-local/policyc");
                fs::copy_file(SBX_RUN, stage / "usr-local/sbx-run");
            }
        } else if (step.word == "RUN") {
            const std::string tools =
                fs::exists(stage / "usr-local") ? "--ro-bind " + shell_word((stage / "usr-local").string()) + " /tools" : "";
            const Ran ran = run(in_root(stage, tools, "PATH=/tools:$PATH; " + step.rest));
            ASSERT_EQ(ran.status, 0) << ran.out;
        } else {
            ASSERT_TRUE(step.word == "ENTRYPOINT" || step.word == "CMD");
            (step.word == "CMD" ? arguments : entry_point) = nlohmann::json::parse(step.rest).get<std::vector<std::string>>();
        }
    }

    static std::string joined(const std::vector<std::string>& words) {
        std::string line;
        for (const std::string& word : words) {
            line += shell_word(word) + " ";
        }
        return line;
    }
    void data(const std::string& name, const std::string& text) const {
        write_file(stage / "srv/data" / name, text);
        fs::permissions(stage / "srv/data" / name, fs::perms(0644));
    }

    std::map<std::string, fs::path> stages;
    fs::path stage;
    std::vector<std::string> entry_point, arguments;
};

TEST_F(ExampleImage, HasLaunchersAndNoCompiler) {
    EXPECT_EQ(stages.size(), 2U);
    EXPECT_EQ(stage, stages.at("final"));
    EXPECT_NE(in_image("command -v policyc || command -v sbx-run").status, 0);
    const Ran found = in_image(
        "find / '(' -path /usr -o -path /proc -o -path /dev ')' -prune -o '(' -name 'policyc*' -o -name '*.sbx' -o -name sbx-probe "
        "')' -print");
    EXPECT_EQ(found.out, "");
    // What the find would see, if it were there.
    EXPECT_TRUE(fs::exists(stages.at("compiler") / "source/policies/count-lines.sbx"));
    const Ran files = in_image("cd /opt/sandboxes && find . -name launch -o -name sbx-run | sort");
    EXPECT_EQ(files.out, "./count-lines/launch\n./sum-numbers/launch\n./sum-numbers/sbx-run\n");
}

TEST_F(ExampleImage, RunsItsProgramsConfined) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "the files of an image are root's, as what launches demands";
    }
    data("numbers", "1\n2\n39\n");
    data("letters", "a\nb\n");
    const Ran sum = in_image(joined(entry_point) + joined(arguments));
    EXPECT_EQ(sum.status, 0) << sum.out;
    EXPECT_EQ(sum.out, "42\n");
    const Ran other =
        in_image(joined(entry_point) + "--set input=/srv/data/letters -- /bin/sh -c 'cat /input; echo x >/input; ls /srv /opt'");
    EXPECT_THAT(other.out, ::testing::StartsWith("a\nb\n")) << other.out;
    EXPECT_NE(other.status, 0);
    EXPECT_EQ(read_bytes(stage / "srv/data/letters"), "a\nb\n");
    EXPECT_THAT(other.out, HasSubstr("No such file or directory")) << "neither /srv nor /opt is in the sandbox";
    const Ran lines =
        in_image("/opt/sandboxes/count-lines/launch --set input=/srv/data/numbers -- /usr/bin/wc -l /srv/data/numbers");
    EXPECT_EQ(lines.out, "3 /srv/data/numbers\n");
    const Ran endless = in_image(joined(entry_point) + joined(arguments) + "-- /bin/sh -c 'while :; do :; done'");
    EXPECT_TRUE(endless.status == 143 || endless.status == 137) << "`wall-time` or `cpu-time` ends it: " << endless.out;
}

}  // namespace
}  // namespace sbx::pipelines
