// How trials are carried out: each in a process of its own, none at the expense of another, all within their time, and nothing
// left.
#include "compiler/doctor/host_trials.hpp"
#include "compiler/doctor/trial_process.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <set>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::doctor {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Where trials of these tests write down what they are; they share nothing else with the test.
int witness[2] = {-1, -1};

std::string succeed(const Launcher& launcher) {
    return "as " + std::to_string(launcher.uid);
}
std::string fail(const Launcher&) {
    runtime::refuse_errno(runtime::step::network, "no luck", ENOSPC, "be lucky");
}
std::string throw_something(const Launcher&) {
    throw std::runtime_error("out of cheese");
}
std::string be_killed(const Launcher&) {
    raise(SIGSYS);
    return "not reached";
}
std::string end_without_a_word(const Launcher&) {
    _exit(3);
}
std::string hang(const Launcher&) {
    const pid_t self = getpid();
    (void)!write(witness[1], &self, sizeof self);
    for (;;) {
        pause();
    }
}
std::string hang_with_a_child(const Launcher& launcher) {
    if (fork() == 0) {
        return hang(launcher);
    }
    return hang(launcher);
}
std::string speak(const Launcher&) {
    (void)!write(1, "noise\n", 6);
    (void)!write(2, "noise\n", 6);
    char byte = 0;
    return read(0, &byte, 1) == 0 ? "nothing to read" : "something to read";
}

Trial trial(std::string (*run)(const Launcher&), TrialId id = TrialId::ids, std::vector<TrialId> after = {}) {
    return {id, "name", "title", "tried", "needed by", false, std::move(after), run};
}

class CarryOut : public testing::Test {
protected:
    void SetUp() override { ASSERT_EQ(pipe2(witness, O_CLOEXEC | O_NONBLOCK), 0); }
    void TearDown() override {
        close(witness[0]);
        close(witness[1]);
    }
    static std::vector<Result> run(const std::vector<Trial>& all, milliseconds limit = time_limit) {
        static std::vector<Trial> kept;  // results point to them
        kept = all;
        std::vector<const Trial*> chosen;
        for (const Trial& one : kept) {
            chosen.push_back(&one);
        }
        Launcher launcher;
        launcher.uid = 7;
        return carry_out(chosen, launcher, limit);
    }
    static constexpr int at_least_one = -1;
    static void expect_witnesses_gone(int count) {
        pid_t process = 0;
        int seen = 0;
        while (read(witness[0], &process, sizeof process) == sizeof process) {
            ++seen;
            EXPECT_TRUE(kill(process, 0) != 0 && errno == ESRCH) << "still there: " << process;
        }
        EXPECT_TRUE(count == at_least_one ? seen > 0 : seen == count) << seen;
        EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
    }
};

TEST_F(CarryOut, PassesOnWhatATrialSaysAndRefuses) {
    const auto results = run({trial(succeed), trial(fail), trial(throw_something)});
    EXPECT_EQ(results[0].answer, Answer::works);
    EXPECT_EQ(results[0].said, "as 7");
    EXPECT_EQ(results[1].answer, Answer::refused);
    EXPECT_EQ(results[1].said, "no luck: No space left on device");
    EXPECT_EQ(results[1].remedy, "be lucky");
    EXPECT_EQ(results[1].error, ENOSPC);
    EXPECT_EQ(results[2].answer, Answer::refused);
    EXPECT_EQ(results[2].said, "out of cheese");
}

TEST_F(CarryOut, ATrialThatDiesIsReportedWithItsSignal) {
    const auto results = run({trial(be_killed), trial(end_without_a_word), trial(succeed)});
    EXPECT_EQ(results[0].said, "the process that tried it was killed by signal " + std::to_string(SIGSYS));
    EXPECT_THAT(results[0].remedy, HasSubstr("system-call filter"));
    EXPECT_EQ(results[1].said, "the process that tried it ended without a word");
    EXPECT_EQ(results[2].answer, Answer::works);
}

TEST_F(CarryOut, OneThatHangsSpoilsNoOtherAndIsKilled) {
    const auto begin = std::chrono::steady_clock::now();
    const auto results = run({trial(hang), trial(succeed), trial(hang_with_a_child), trial(fail)}, milliseconds(400));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(1200));
    EXPECT_EQ(results[0].answer, Answer::refused);
    EXPECT_THAT(results[0].said, HasSubstr("not over"));
    EXPECT_EQ(results[1].answer, Answer::works);
    EXPECT_EQ(results[2].answer, Answer::refused);
    EXPECT_EQ(results[3].said, "no luck: No space left on device");
    expect_witnesses_gone(3);
}

TEST_F(CarryOut, ManyThatHangStayWithinTheTime) {
    const auto begin = std::chrono::steady_clock::now();
    const auto results = run(std::vector<Trial>(26, trial(hang)), milliseconds(600));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(1500));
    EXPECT_EQ(results.size(), 26U);
    for (const Result& result : results) {
        EXPECT_EQ(result.answer, Answer::refused);
    }
    expect_witnesses_gone(at_least_one);
}

TEST_F(CarryOut, WhatRestsOnOneThatFailedIsNotTried) {
    const auto results =
        run({trial(fail, TrialId::ids), trial(succeed, TrialId::mounts), trial(hang, TrialId::procfs, {TrialId::ids}),
             trial(succeed, TrialId::pasta, {TrialId::mounts, TrialId::procfs}),
             trial(succeed, TrialId::dnsmasq, {TrialId::mounts, TrialId::landlock})});
    EXPECT_EQ(results[2].answer, Answer::not_tried);
    EXPECT_THAT(results[2].because, ElementsAre(TrialId::ids));
    EXPECT_THAT(results[3].because, ElementsAre(TrialId::procfs));
    EXPECT_EQ(results[4].answer, Answer::works) << "what nobody asked about is in nobody's way";
    expect_witnesses_gone(0);
}

TEST_F(CarryOut, WhatRestsOnOneThatHangsIsNotTried) {
    const auto results = run({trial(hang, TrialId::ids), trial(succeed, TrialId::mounts, {TrialId::ids})}, milliseconds(200));
    EXPECT_EQ(results[0].answer, Answer::refused);
    EXPECT_THAT(results[1].because, ElementsAre(TrialId::ids));
}

TEST_F(CarryOut, ATrialHasNoneOfOurStreams) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const auto results = run({trial(speak)});
    EXPECT_EQ(testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr(), "");
    EXPECT_EQ(results[0].said, "nothing to read");
}

TEST_F(CarryOut, OfAMakerThatIsKilledNothingIsLeft) {
    const pid_t maker = fork();
    if (maker == 0) {
        static_cast<void>(run({trial(hang), trial(hang)}, milliseconds(20000)));
        _exit(0);
    }
    pid_t process = 0;
    for (int turn = 0; turn < 400 && read(witness[0], &process, sizeof process) != sizeof process; ++turn) {
        usleep(5000);
    }
    ASSERT_GT(process, 0);
    kill(maker, SIGKILL);
    waitpid(maker, nullptr, 0);
    for (int turn = 0; turn < 400 && kill(process, 0) == 0; ++turn) {
        waitpid(process, nullptr, WNOHANG);  // it may have come to us, as the reaper that an earlier test made of this process
        usleep(5000);
    }
    EXPECT_NE(kill(process, 0), 0);
}

TEST(TrialReport, SurvivesItsPipe) {
    const std::string text = write_report({runtime::Refusal{"network", "a: b", "c", 125, EPERM}, ""});
    const auto read = read_report(text);
    ASSERT_TRUE(read && read->refusal);
    EXPECT_EQ(read->refusal->what, "a: b");
    EXPECT_EQ(read->refusal->remedy, "c");
    EXPECT_EQ(read->refusal->error, EPERM);
    const auto works = read_report(write_report({std::nullopt, "ABI 7"}));
    ASSERT_TRUE(works && !works->refusal);
    EXPECT_EQ(works->said, "ABI 7");
    for (std::size_t length = 0; length < text.size(); ++length) {
        EXPECT_FALSE(read_report(text.substr(0, length)).has_value()) << length;
    }
    EXPECT_FALSE(read_report(std::string("other\0\0\0\0\0\0", 11)).has_value());
}

/// Whatever this machine is like.
TEST(Trials, ComeToAnAnswerInWords) {
    Launcher launcher{
        geteuid(), getegid(), geteuid() == 0, true, false, false, {"--unshare-user", "--unshare-pid", "--unshare-net"}};
    if (launcher.drops) {
        launcher.uid = launcher.gid = 65534;
    }
    std::vector<const Trial*> all;
    for (const Trial& one : trials()) {
        all.push_back(&one);
    }
    const auto results = carry_out(all, launcher);
    ASSERT_EQ(results.size(), trials().size());
    for (const Result& result : results) {
        const bool refused = result.answer == Answer::refused;
        EXPECT_EQ(refused, !result.remedy.empty()) << result.trial->name << ": " << result.said;
        EXPECT_EQ(result.answer == Answer::not_tried, !result.because.empty()) << result.trial->name;
        EXPECT_FALSE(refused && result.said.empty()) << result.trial->name;
    }
}

TEST(Trials, EachHasAPlaceANameAndWordsAndRestsOnEarlierOnes) {
    std::set<std::string_view> names;
    std::size_t place = 0;
    for (const Trial& one : trials()) {
        EXPECT_EQ(static_cast<std::size_t>(one.id), place++);
        EXPECT_TRUE(names.insert(one.name).second) << one.name;
        EXPECT_FALSE(one.title.empty() || one.tried.empty() || one.needed_by.empty()) << one.name;
        for (const TrialId before : one.after) {
            EXPECT_LT(before, one.id) << one.name;
        }
    }
    EXPECT_EQ(place, static_cast<std::size_t>(TrialId::landlock) + 1);
}

}  // namespace
}  // namespace sbx::doctor
