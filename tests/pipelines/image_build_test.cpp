// The example image as a whole, by a container engine: buildah does every step of its Containerfile, with Debian's image made by
// mmdebstrap under the name that it begins from, since no registry is asked. What is made has the launchers, no compiler, and runs.
// Needs root, both tools, and Debian's mirror; one to three minutes.
#include "tests/pipelines/shell.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <unistd.h>

namespace sbx::pipelines {
namespace {

using ::testing::HasSubstr;

class BuiltImage : public PipelineTest {
protected:
    void SetUp() override {
        if (::geteuid() != 0 || !has_program("buildah") || !has_program("mmdebstrap") || !has_program("cpack") ||
            !has_program("bwrap")) {
            GTEST_SKIP() << "not root, or buildah, mmdebstrap, cpack and bubblewrap are not all installed";
        }
        fs::create_directories(path("base"));
        const Ran base = run("TMPDIR=$PWD mmdebstrap --variant=apt bookworm base/root.tar http://deb.debian.org/debian");
        if (base.status != 0) {
            GTEST_SKIP() << "mmdebstrap makes no Debian here: "
                         << base.out.substr(base.out.size() - std::min<std::size_t>(base.out.size(), 300));
        }
        write("base/Containerfile", "FROM scratch\nADD root.tar /\n");
        must("buildah build --isolation chroot -t docker.io/library/debian:12-slim base");
        fs::remove_all(path("base"));
        fs::copy(fs::path(SBX_SOURCE_DIR) / "examples/image", path("image"), fs::copy_options::recursive);
        must("cpack -G DEB -B image/packages --config " + shell_word(std::string(SBX_BUILD_DIR) + "/CPackConfig.cmake") +
             " && rm -r image/packages/_CPack_Packages");
        must("buildah build --isolation chroot --pull-never -t sandboxes image");
        must("buildah from --pull-never --name made localhost/sandboxes");
        const Ran mounted = must("buildah mount made");
        root = mounted.out.substr(0, mounted.out.find('\n'));
    }
    void TearDown() override { static_cast<void>(run(storage + "buildah rm --all; " + storage + "buildah rmi --all --force")); }

    /// A step without which nothing is left to look at.
    Ran must(const std::string& command) const {
        Ran ran = run(storage + command);
        if (ran.status != 0) {
            throw std::runtime_error(command + "\n" + ran.out);
        }
        return ran;
    }
    /// As root of a container that may make namespaces.
    [[nodiscard]] Ran in_image(const std::string& command) const {
        return run(
            "bwrap --bind " + shell_word(root) +
            " / --bind /proc /proc --dev /dev --tmpfs /tmp --cap-add ALL --clearenv --setenv PATH /usr/bin:/bin --chdir / sh -c " +
            shell_word(command));
    }
    /// Its storage is beside it, and gone with it; `vfs` needs nothing of the kernel.
    const std::string storage =
        "export STORAGE_DRIVER=vfs STORAGE_OPTS= CONTAINERS_STORAGE_CONF=$PWD/storage.conf TMPDIR=$PWD; "
        "printf '[storage]\\ndriver = \"vfs\"\\ngraphroot = \"%s/graph\"\\nrunroot = \"%s/run\"\\n' "
        "\"$PWD\" \"$PWD\" >storage.conf; ";
    std::string root;
};

TEST_F(BuiltImage, HasLaunchersAndNoCompilerAndRuns) {
    const Ran found = in_image(
        "command -v policyc sbx-run; find / -xdev -name 'policyc*' -o -xdev -name '*.sbx' -o -xdev -name sbx-probe; "
        "find /opt/sandboxes -name launch -o -name sbx-run | sort");
    EXPECT_EQ(found.out,
              "/opt/sandboxes/count-lines/launch\n/opt/sandboxes/sum-numbers/launch\n/opt/sandboxes/sum-numbers/sbx-run\n");
    EXPECT_THAT(in_image("cat /etc/debian_version").out, HasSubstr("12.")) << "what it was begun from";

    fs::create_directories(fs::path(root) / "srv/data");
    write_file(fs::path(root) / "srv/data/numbers", "1\n2\n39\n");
    fs::permissions(fs::path(root) / "srv/data/numbers", fs::perms(0644));
    const auto config = nlohmann::json::parse(must("buildah inspect made").out).at("OCIv1").at("config");
    std::string line;
    for (const char* part : {"Entrypoint", "Cmd"}) {
        for (const auto& word : config.at(part)) {
            line += shell_word(word.get<std::string>()) + " ";
        }
    }
    const Ran sum = in_image(line);
    EXPECT_EQ(sum.status, 0) << sum.out;
    EXPECT_EQ(sum.out, "42\n");
    const Ran lines =
        in_image("/opt/sandboxes/count-lines/launch --set input=/srv/data/numbers -- /usr/bin/wc -l /srv/data/numbers");
    EXPECT_EQ(lines.out, "3 /srv/data/numbers\n");
}

}  // namespace
}  // namespace sbx::pipelines
