// bwrap.args: what is written well is read as it is meant, and everything else is refused with the place and the reason.
#include "runtime/argument_records.hpp"

#include "refused.hpp"
#include "runtime/artifact_format.hpp"

namespace sbx::runtime {
namespace {

/// The table's first string, then these, a NUL behind each.
std::string table(std::initializer_list<std::string_view> strings) {
    std::string bytes = std::string(format::arguments_magic) + '\0';
    for (const std::string_view string : strings) {
        bytes += string;
        bytes += '\0';
    }
    return bytes;
}

std::string refused_table(const std::string& bytes) {
    return refused([&] { static_cast<void>(read_argument_records(bytes)); });
}

TEST(ArgumentRecords, AnEmptyTableHasNoRecords) {
    EXPECT_TRUE(read_argument_records(table({})).empty());
}

TEST(ArgumentRecords, ARecordIsItsGuardItsPathAndItsOptions) {
    const auto records =
        read_argument_records(table({"comment", "1", "a.sbx:3", "if-directory", "=/host", "8", "=--perms", "=0755", "=--size",
                                     "=4096", "=--tmpfs", "=/place", "=--remount-ro", "=/place", "always", "0"}));
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].guard, Guard::if_directory);
    EXPECT_EQ(records[0].path, literal_text("/host"));
    EXPECT_EQ(records[0].origin, "a.sbx:3");
    ASSERT_EQ(records[0].options.size(), 4U);
    EXPECT_EQ(records[0].options[2].name, "--tmpfs");
    EXPECT_EQ(records[0].options[2].destination, 0);
    EXPECT_EQ(records[0].options[3].destination, -1);
    EXPECT_EQ(records[1].origin, "a.sbx:3");
    EXPECT_TRUE(records[1].options.empty());
}

TEST(ArgumentRecords, EveryKindOfWordIsReadAsItsFirstByteSays) {
    const auto records = read_argument_records(table({"always",
                                                      "15",
                                                      "=--bind-fd",
                                                      ">d=/a",
                                                      "\"${p}/x\"",
                                                      "=--ro-bind-fd",
                                                      "<s\"${p}\"",
                                                      "=/s",
                                                      "=--ro-bind-fd",
                                                      "<-=/b",
                                                      "=/b",
                                                      "=--ro-bind-data",
                                                      "@000",
                                                      "=/c",
                                                      "=--ro-bind-data",
                                                      "&0123",
                                                      "=/d",
                                                      "always",
                                                      "2",
                                                      "=--add-seccomp-fd",
                                                      "#"}));
    ASSERT_EQ(records.size(), 2U);
    const auto word = [&](std::size_t option, std::size_t index) { return records[0].options.at(option).words.at(index); };
    EXPECT_EQ(word(0, 0).kind, WordKind::source);
    EXPECT_TRUE(word(0, 0).write);
    EXPECT_EQ(word(0, 0).source_kind, SourceKind::directory);
    EXPECT_EQ(expand(word(0, 1).text, {{"p", "/v"}}), "/v/x");
    EXPECT_FALSE(word(1, 0).write);
    EXPECT_EQ(word(1, 0).source_kind, SourceKind::socket);
    EXPECT_EQ(word(2, 0).source_kind, SourceKind::any);
    EXPECT_EQ(word(3, 0).kind, WordKind::data);
    EXPECT_EQ(word(3, 0).data, "data/000");
    EXPECT_EQ(word(4, 0).kind, WordKind::data_template);
    EXPECT_EQ(word(4, 0).data, "data/0123");
    EXPECT_EQ(records[1].options[0].words[0].kind, WordKind::filter);
}

TEST(ArgumentRecords, EveryGuardIsKnownByItsName) {
    for (std::size_t i = 0; i < format::guards.size(); ++i) {
        const auto guard = static_cast<Guard>(i);
        if (guard == Guard::always || guard == Guard::comment) {
            continue;
        }
        const auto records = read_argument_records(table({format::guards.at(i), "=/p", "0"}));
        ASSERT_EQ(records.size(), 1U) << format::guards.at(i);
        EXPECT_EQ(records[0].guard, guard);
    }
}

TEST(ArgumentRecords, AValueThatLooksLikeAnOptionIsAValue) {
    const auto records = read_argument_records(table({"always", "2", "=--hostname", "=--bind"}));
    EXPECT_EQ(records[0].options[0].words[0].text, literal_text("--bind"));
}

TEST(ArgumentRecords, WhatIsMalformedIsRefusedWithItsReason) {
    const std::string many = std::to_string(format::max_argument_words + 1);
    const struct {
        std::string bytes;
        const char* reason;
    } rows[] = {
        {"", "it does not begin with `sbx-bwrap-args 1`"},
        {std::string("sbx-bwrap-args 2\0", 17), "it does not begin with `sbx-bwrap-args 1`"},
        {"sbx-bwrap-args 1", "its last string does not end"},
        {table({"always", "1", "=--new-session"}) + "always", "its last string does not end"},
        {table({"perhaps", "0"}), "`perhaps` is no guard"},
        {table({""}), "`` is no guard"},
        {table({"always"}), "it ends within a record"},
        {table({"always", "2", "=--dir"}), "it ends within a record"},
        {table({"always", "-1"}), "`-1` is no count of words"},
        {table({"always", "01", "=--new-session"}), "`01` is no count of words"},
        {table({"always", "18446744073709551616"}), "`18446744073709551616` is no count of words"},
        {table({"comment", "2", "a", "b"}), "`2` is no count of words"},
        {table({"always", many}), "it has more words than bubblewrap takes"},
        {table({"always", "18446744073709551615"}), "it has more words than bubblewrap takes"},
        {table({"if-exists", "=relative", "0"}), "`=relative` is no absolute path"},
        {table({"if-exists", "=", "0"}), "`=` is no absolute path"},
        {table({"if-exists", "\"x${p}\"", "0"}), "`\"x${p}\"` is no absolute path"},
        {table({"always", "1", "--dir"}), "`--dir` is no typed word"},
        {table({"always", "1", ""}), "`` is no typed word"},
        {table({"always", "2", "=--add-seccomp-fd", "#x"}), "`#x` is no typed word"},
        {table({"always", "3", "=--ro-bind-fd", "<x=/a", "=/a"}), "`<x=/a` has an unknown kind of source"},
        {table({"always", "3", "=--ro-bind-fd", "<", "=/a"}), "`<` has an unknown kind of source"},
        {table({"always", "3", "=--ro-bind-fd", "<-=a", "=/a"}), "`=a` is no absolute path"},
        {table({"always", "3", "=--ro-bind-data", "@../x", "=/a"}), "`../x` numbers no data file"},
        {table({"always", "3", "=--ro-bind-data", "@00", "=/a"}), "`00` numbers no data file"},
        {table({"always", "3", "=--ro-bind-data", "@0000000", "=/a"}), "`0000000` numbers no data file"},
        {table({"always", "1", "=--tmpfs"}), "`--tmpfs` lacks a word"},
        {table({"always", "2", "=--ro-bind-fd", "<-=/a", "always", "0"}), "`--ro-bind-fd` lacks a word"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(refused_table(row.bytes), std::string("verify: bwrap.args is malformed: ") + row.reason);
    }
}

TEST(ArgumentRecords, AWeakFormOfAnOptionIsRefusedEvenIfACompilerWroteIt) {
    for (const char* const option : {"--bind", "--ro-bind", "--bind-try", "--ro-bind-try", "--dev-bind-try", "--unshare-user-try",
                                     "--unshare-cgroup-try", "--cap-add", "--share-net", "--overlay", "--args", "--file",
                                     "--setenv", "--seccomp-try", "--", "--userns", "--as-pid-1", "", "tmpfs"}) {
        const std::string seen = refused_table(table({"always", "4", std::string("=") + option, "=/a", "=/b", "=/c"}));
        EXPECT_NE(seen.find("is no option that this runtime hands to bubblewrap"), std::string::npos) << option << ": " << seen;
    }
}

TEST(ArgumentRecords, AnOptionThatAParameterNamesIsRefused) {
    EXPECT_NE(refused_table(table({"always", "2", "\"${p}\"", "=/a"})), "nothing");
}

TEST(ArgumentRecords, WordsAreCountedOverAllRecords) {
    std::string bytes = table({});
    for (std::uint32_t i = 0; i <= format::max_argument_words; ++i) {
        bytes += std::string("always\0001\0=--new-session\0", 24);
    }
    EXPECT_EQ(refused_table(bytes), "verify: bwrap.args is malformed: it has more words than bubblewrap takes");
}

TEST(ArgumentRecords, EveryTruncationIsRefusedOrAShorterTable) {
    const std::string whole = table({"must-exist", "=/a", "3", "=--ro-bind-fd", "<-=/a", "=/b", "always", "1", "=--new-session"});
    std::size_t accepted = 0;
    for (std::size_t length = 0; length < whole.size(); ++length) {
        accepted += refused_table(whole.substr(0, length)) == "nothing" ? 1U : 0U;
    }
    EXPECT_EQ(accepted, 2U) << "only those that end between two records";
}

}  // namespace
}  // namespace sbx::runtime
