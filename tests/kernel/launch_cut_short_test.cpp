// A launcher that was cut short, as a full disk leaves it: however much of it there is, the command does not run. Its sandbox may
// be there already, because launch starts it before the shell has read the end; then it is taken away again.
#include "tests/kernel/harness.hpp"

#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace sbx::kernel {
namespace {

class LaunchCutShort : public testing::Test {
protected:
    void SetUp() override {
        scene_.directory("out");
        const Outcome outcome = scene_.compile("filesystem { write $ROOT/out }");
        ASSERT_EQ(outcome.status, 0) << outcome.text();
        text_ = read_file(scene_.bundle() + "/launch");
    }
    Outcome launch(const std::string& text) {
        unlink(scene_.path("out/mark").c_str());
        Command command;
        command.words = {scene_.file("cut/launch", text, 0755), "--", "/probe/probe", "write:" + scene_.path("out/mark")};
        command.as_root = false;
        return run(command);
    }
    void is_refused(std::size_t bytes) {
        const Outcome outcome = launch(text_.substr(0, bytes));
        EXPECT_EQ(outcome.status, 125) << bytes << outcome.text();
        EXPECT_FALSE(scene_.exists("out/mark")) << bytes << outcome.text();
    }

    Scene scene_;
    std::string text_;
};

TEST_F(LaunchCutShort, RunsNothing) {
    const std::string last = "main \"$@\"\n";
    ASSERT_TRUE(text_.ends_with(last));
    const Outcome whole = launch(text_);
    ASSERT_EQ(whole.status, 0) << whole.text();
    ASSERT_TRUE(scene_.exists("out/mark")) << "the whole of it runs the command: " << whole.text();
    const std::string begins = "\nbegin \"$@\"\n";
    const std::size_t begun = text_.find(begins) + begins.size();
    ASSERT_GT(begun, begins.size());
    for (std::size_t bytes = text_.find("\nset -uf\n") + 1; bytes < begun; bytes += 7001) {
        is_refused(bytes);
    }
    for (std::size_t bytes = begun; bytes < text_.size() - last.size(); bytes += 397) {
        is_refused(bytes);
    }
    is_refused(text_.size() - last.size());
    is_refused(text_.size() - last.size() + 4);
}

}  // namespace
}  // namespace sbx::kernel
