// The Debian packages: what is in them, that the same build gives the same bytes, and both installed, tried and removed again, on
// an overlay of this machine's root that is gone with the test. They are made of this build; `release` makes them the same way.
#include "tests/pipelines/shell.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <memory>
#include <unistd.h>

namespace sbx::pipelines {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Both packages, made once for all tests of the suite.
class DebianPackage : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        scratch = std::make_unique<test::ScratchDirectory>();
        if (usable()) {
            made = make("one");
        }
    }
    static void TearDownTestSuite() { scratch.reset(); }
    void SetUp() override {
        if (!usable()) {
            GTEST_SKIP() << "cpack or dpkg-deb is not installed, or the build is not complete or somebody else's";
        }
        ASSERT_EQ(made.status, 0) << made.out;
    }
    static bool usable() {
        const std::string build = SBX_BUILD_DIR;
        return has_program("cpack") && has_program("dpkg-deb") && ::access(build.c_str(), W_OK) == 0 &&
               fs::exists(build + "/sbx-probe") && fs::exists(build + "/generated/completions/fish/sbx-run.fish");
    }
    static Ran make(const std::string& directory) {
        return shell("umask 027; SOURCE_DATE_EPOCH=1700000000 cpack -G DEB -B " + directory + " --config " +
                         shell_word(std::string(SBX_BUILD_DIR) + "/CPackConfig.cmake") + " && rm -r " + directory +
                         "/_CPack_Packages",
                     scratch->path());
    }
    /// The one package in `directory` whose name begins so.
    static std::string file_of(const std::string& directory, const std::string& package) {
        for (const auto& entry : fs::directory_iterator(scratch->path() / directory)) {
            if (entry.path().filename().string().rfind(package + "_", 0) == 0) {
                return entry.path().string();
            }
        }
        return "there is no package " + package;
    }
    static std::string field(const std::string& package, const std::string& name) {
        return shell("dpkg-deb -f " + shell_word(file_of("one", package)) + " " + name, scratch->path()).out;
    }
    static std::string contents(const std::string& package) {
        return shell("dpkg-deb -c " + shell_word(file_of("one", package)), scratch->path()).out;
    }
    static inline std::unique_ptr<test::ScratchDirectory> scratch;
    static inline Ran made;
};

TEST_F(DebianPackage, HasTheRuntimeApartFromTheCompiler) {
    const std::string compiler = contents("policyc");
    const std::string runtime = contents("sbx-run");
    for (const char* file :
         {"./usr/bin/policyc\n", "./usr/libexec/policyc/sbx-probe\n", "./usr/lib/cmake/policyc/policycConfig.cmake\n",
          "./usr/share/man/man1/policyc.1.gz\n", "./usr/share/man/man5/sbx.5.gz\n",
          "./usr/share/bash-completion/completions/policyc\n", "./usr/share/zsh/vendor-completions/_policyc\n",
          "./usr/share/fish/vendor_completions.d/policyc.fish\n", "./usr/share/doc/policyc/copyright\n",
          "./usr/share/doc/policyc/changelog.gz\n"}) {
        EXPECT_THAT(compiler, HasSubstr(file));
    }
    for (const char* file :
         {"./usr/bin/sbx-run\n", "./usr/share/man/man1/sbx-run.1.gz\n", "./usr/share/zsh/vendor-completions/_sbx-run\n",
          "./usr/share/doc/sbx-run/copyright\n", "./usr/share/doc/sbx-run/changelog.gz\n"}) {
        EXPECT_THAT(runtime, HasSubstr(file));
        EXPECT_THAT(compiler, Not(HasSubstr(file))) << "dpkg refuses what two packages have";
    }
    EXPECT_THAT(runtime, Not(HasSubstr("policyc")));
    for (const std::string& listed : {compiler, runtime}) {
        std::size_t lines = 0;
        for (std::size_t at = 0; at < listed.size(); at = listed.find('\n', at) + 1, ++lines) {
            const std::string mode = listed.substr(at, 10);
            EXPECT_TRUE(mode == "drwxr-xr-x" || mode == "-rwxr-xr-x" || mode == "-rw-r--r--")
                << "whatever the umask: " << listed.substr(at, listed.find('\n', at) - at);
            EXPECT_EQ(listed.substr(at + 11, 9), "root/root");
        }
        EXPECT_GT(lines, 10U);
    }
}

TEST_F(DebianPackage, SaysWhatItNeeds) {
    EXPECT_EQ(field("policyc", "Section"), "devel\n");
    EXPECT_EQ(field("sbx-run", "Section"), "admin\n");
    EXPECT_EQ(field("policyc", "Depends"), "\n") << "it is static";
    EXPECT_EQ(field("policyc", "Recommends"), "sbx-run\n");
    EXPECT_EQ(field("sbx-run", "Depends"), "bubblewrap (>= 0.8.0-2+deb12u1)\n");
    EXPECT_EQ(field("sbx-run", "Recommends"), "nftables, slirp4netns, passt, dnsmasq-base\n");
    EXPECT_THAT(field("policyc", "Description"), ::testing::StartsWith("compiler for sandbox policies\n A policy says "));
    EXPECT_THAT(field("sbx-run", "Description"),
                ::testing::StartsWith("runs a program in the sandbox that a compiled policy describes\n"));
}

TEST_F(DebianPackage, IsTheSameBytesEachTime) {
    const Ran again = make("two");
    ASSERT_EQ(again.status, 0) << again.out;
    for (const std::string package : {"policyc", "sbx-run"}) {
        EXPECT_EQ(fs::path(file_of("one", package)).filename(), fs::path(file_of("two", package)).filename());
        const std::string bytes = read_bytes(file_of("one", package));
        EXPECT_GT(bytes.size(), 100'000U);
        EXPECT_TRUE(bytes == read_bytes(file_of("two", package))) << package;
    }
}

TEST_F(DebianPackage, HasNoFindingOfLintian) {
    if (!has_program("lintian")) {
        GTEST_SKIP() << "lintian is not installed";
    }
    const Ran linted = shell("lintian --allow-root --fail-on error,warning one/*.deb", scratch->path());
    EXPECT_EQ(linted.status, 0) << linted.out;
}

constexpr const char* overlay_script = R"(set -eu
mount --make-rprivate /
mount -t tmpfs -o mode=755 none layers
mkdir layers/upper layers/work layers/root
mount -t overlay -o lowerdir=/,upperdir=$PWD/layers/upper,workdir=$PWD/layers/work none layers/root
for kernel in dev proc sys; do mount --rbind /$kernel layers/root/$kernel; done
here=$PWD
cd layers/root
mkdir old
pivot_root . old
cd /
umount -l old
exec sh -eu "$here/tried.sh" "$here"
)";

constexpr const char* tried_script = R"(cd "$1"
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
! command -v policyc >/dev/null || { echo 'policyc was there before'; exit 1; }
dpkg -i one/sbx-run_*.deb >/dev/null
! command -v policyc >/dev/null || { echo 'the runtime brings the compiler'; exit 1; }
# A bundle from elsewhere, on a host with the runtime alone.
cp examples/shell-filter/access.log examples/shell-filter/filter.sh /var/tmp/
chmod 644 /var/tmp/access.log /var/tmp/filter.sh
sbx-run bundle --set tool=/var/tmp/filter.sh --set input=/var/tmp/access.log
dpkg -i one/policyc_*.deb >/dev/null
policyc --version
sbx-run --version
sh examples/try.sh /usr/bin/policyc /usr/bin/sbx-run
policyc examples/shell-filter/profile.sbx -o own --with-runtime
cmp own/sbx-run /usr/bin/sbx-run
policyc test --kernel --set tool=/var/tmp/filter.sh --set input=/var/tmp/access.log examples/shell-filter/profile.sbx >/dev/null
bash -c '. /usr/share/bash-completion/completions/policyc && complete -p policyc'
mkdir project
printf '%s\n' 'cmake_minimum_required(VERSION 3.20)' 'project(p LANGUAGES NONE)' 'find_package(policyc REQUIRED)' \
    'policyc_add_bundle(b SOURCE ../examples/shell-filter/profile.sbx ALL)' >project/CMakeLists.txt
cmake -S project -B project/build >/dev/null && cmake --build project/build >/dev/null
policyc verify project/build/b
if command -v mandoc >/dev/null; then zcat /usr/share/man/man1/policyc.1.gz | mandoc -T lint -W error; fi
dpkg -V policyc sbx-run
dpkg -r policyc sbx-run >/dev/null
for left in /usr/bin/policyc /usr/bin/sbx-run /usr/libexec/policyc /usr/lib/cmake/policyc /usr/share/doc/policyc /usr/share/policyc; do
    ! test -e "$left" || { echo "left behind: $left"; exit 1; }
done
echo 'installed, tried, removed'
)";

TEST_F(DebianPackage, IsInstalledTriedAndRemoved) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "installing packages needs root";
    }
    const fs::path directory = scratch->path();
    fs::copy(fs::path(SBX_SOURCE_DIR) / "examples", directory / "examples", fs::copy_options::recursive);
    ASSERT_EQ(shell(shell_word(SBX_POLICYC) + " examples/shell-filter/profile.sbx -o bundle", directory).status, 0);
    fs::create_directory(directory / "layers");
    write_file(directory / "overlay.sh", overlay_script);
    write_file(directory / "tried.sh", tried_script);
    const Ran probed = shell(
        "unshare -m sh -ec 'mount --make-rprivate /; mount -t tmpfs none layers; mkdir layers/u layers/w layers/r; "
        "mount -t overlay -o lowerdir=/,upperdir=layers/u,workdir=layers/w none layers/r'",
        directory);
    if (probed.status != 0) {
        GTEST_SKIP() << "no overlay of / can be mounted here: " << probed.out;
    }
    const Ran tried = shell("unshare -m sh overlay.sh", directory);
    EXPECT_EQ(tried.status, 0) << tried.out;
    EXPECT_THAT(tried.out, HasSubstr("200 3\n404 1\n500 1\n"));
    EXPECT_THAT(tried.out, HasSubstr("All three came out as promised.\n"));
    EXPECT_THAT(tried.out, HasSubstr("complete -F _policyc policyc\n"));
    EXPECT_THAT(tried.out, ::testing::EndsWith("installed, tried, removed\n"));
    EXPECT_FALSE(fs::exists("/usr/share/doc/sbx-run")) << "the machine itself was changed";
}

}  // namespace
}  // namespace sbx::pipelines
