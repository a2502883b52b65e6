// rlimits.tab: read strictly, bound to parameters, and compared with what the caller left.
#include "runtime/limits_table.hpp"

#include "refused.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::runtime {
namespace {

std::string lines(const std::string& body) {
    return "# sbx rlimits 1\n" + body;
}
std::string refused_limits(const std::string& text) {
    return refused([&] { static_cast<void>(read_limits_table(text)); });
}

TEST(LimitsTable, EveryFormOfAValueIsRead) {
    const auto rows =
        read_limits_table(lines("# a comment\nas unlimited unlimited\n\ncore 0 0 # p.sbx:3\nnofile ${files} ${files}\n"
                                "nproc ${tasks}+2 ${tasks}+2\nstack 18446744073709551615 18446744073709551615\n"));
    ASSERT_EQ(rows.size(), 5U);
    EXPECT_TRUE(rows[0].unlimited);
    EXPECT_EQ(rows[0].resource, static_cast<int>(RLIMIT_AS));
    EXPECT_EQ(rows[1].value, 0U);
    EXPECT_EQ(rows[2].parameter, "files");
    EXPECT_EQ(rows[3].parameter, "tasks");
    EXPECT_EQ(rows[3].value, 2U);
    EXPECT_EQ(rows[3].resource, static_cast<int>(RLIMIT_NPROC));
    EXPECT_EQ(rows[4].value, std::numeric_limits<std::uint64_t>::max());
}

TEST(LimitsTable, ATableWithoutRowsLimitsNothing) {
    EXPECT_TRUE(read_limits_table(lines("")).empty());
}

TEST(LimitsTable, WhatIsMalformedIsRefusedWithTheLine) {
    const struct {
        const char* body;
        const char* reason;
    } rows[] = {
        {"nofiles 1 1\n", "no such limit"},
        {"NOFILE 1 1\n", "no such limit"},
        {" nofile 1 1\n", "no such limit"},
        {"nofile 1\n", "it needs a soft and a hard value, which are equal"},
        {"nofile 1 2\n", "it needs a soft and a hard value, which are equal"},
        {"nofile  1 1\n", "it needs a soft and a hard value, which are equal"},
        {"nofile 1 1 1\n", "it needs a soft and a hard value, which are equal"},
        {"nofile\n", "it needs a soft and a hard value, which are equal"},
        {"nofile -1 -1\n", "the value is no number"},
        {"nofile +1 +1\n", "the value is no number"},
        {"nofile 0x10 0x10\n", "the value is no number"},
        {"nofile 1K 1K\n", "the value is no number"},
        {"nofile 01 01\n", "the value is no number"},
        {"nofile 18446744073709551616 18446744073709551616\n", "the value is no number"},
        {"nofile UNLIMITED UNLIMITED\n", "the value is no number"},
        {"nofile ${a ${a\n", "no parameter is named"},
        {"nofile ${} ${}\n", "no parameter is named"},
        {"nofile ${a}-1 ${a}-1\n", "only `+K` may follow a parameter"},
        {"nofile ${a}+ ${a}+\n", "the value is no number"},
        {"nproc 1 1\nnofile 1 1\n", "the names are not sorted, or one occurs twice"},
        {"nofile 1 1\nnofile 1 1\n", "the names are not sorted, or one occurs twice"},
    };
    for (const auto& row : rows) {
        const std::string seen = refused_limits(lines(row.body));
        EXPECT_EQ(seen.rfind("verify: rlimits.tab is malformed at `", 0), 0U) << row.body << seen;
        EXPECT_TRUE(seen.ends_with(std::string(": ") + row.reason)) << row.body << seen;
    }
}

TEST(LimitsTable, AParameterPutsItsValueInAndTheAdditionOnTop) {
    const auto rows = read_limits_table(lines("nofile ${n} ${n}\nnproc ${n}+2 ${n}+2\n"));
    const auto limits = bind_limits(rows, {{"n", "5"}});
    ASSERT_EQ(limits.size(), 2U);
    EXPECT_EQ(limits[0].requested, 5U);
    EXPECT_EQ(limits[1].requested, 7U);
}

TEST(LimitsTable, AValueThatIsNoCountIsRefused) {
    const auto rows = read_limits_table(lines("nproc ${n}+2 ${n}+2\n"));
    for (const char* const value : {"", "x", "-1", "1 ", "18446744073709551614", "18446744073709551613"}) {
        const std::string seen = refused([&] { static_cast<void>(bind_limits(rows, {{"n", value}})); });
        EXPECT_EQ(seen, "bind: the limit `nproc` needs the parameter `n` as a count") << value;
    }
    EXPECT_EQ(refused([&] { static_cast<void>(bind_limits(rows, {})); }),
              "bind: the limit `nproc` needs the parameter `n` as a count");
}

/// Runs `body` where its limits disappear with it.
template <class Body>
int status_in_child(Body body) {
    const pid_t child = fork();
    if (child == 0) {
        _exit(body());
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(LimitsTable, ALowerInheritedLimitStaysAndIsNarrower) {
    EXPECT_EQ(status_in_child([] {
                  const struct rlimit inherited { 64, 64 };
                  setrlimit(RLIMIT_NOFILE, &inherited);
                  const auto limits = bind_limits(read_limits_table(lines("nofile 4096 4096\n")), {});
                  const auto open = bind_limits(read_limits_table(lines("nofile unlimited unlimited\n")), {});
                  const bool narrower =
                      limits[0].narrower() && limits[0].effective == 64U && open[0].narrower() && open[0].effective == 64U;
                  return narrower ? 0 : 1;
              }),
              0);
}

TEST(LimitsTable, WhatIsSetIsInForceSoftAndHard) {
    EXPECT_EQ(status_in_child([] {
                  set_limits(bind_limits(read_limits_table(lines("core 0 0\nfsize 4096 4096\nnofile 32 32\n")), {}));
                  struct rlimit files {};
                  struct rlimit size {};
                  getrlimit(RLIMIT_NOFILE, &files);
                  getrlimit(RLIMIT_FSIZE, &size);
                  return files.rlim_cur == 32 && files.rlim_max == 32 && size.rlim_cur == 4096 && size.rlim_max == 4096 ? 0 : 1;
              }),
              0);
}

}  // namespace
}  // namespace sbx::runtime
