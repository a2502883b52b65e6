// Each row of the table in every mode: what decide() says is asked for by a `test` block, which fails the compile; what the kernel
// does is seen by the probe inside, and on the disk outside.
#include "tests/kernel/request_table.hpp"

#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <numeric>
#include <sstream>

namespace sbx::kernel {
namespace {

/// What every row looks at: files with something in them, a program, and siblings whose names begin alike.
void plant(Scene& scene) {
    std::filesystem::remove_all(scene.path("h"));
    for (const char* file : {"h/a/file", "h/a/other", "h/a/sub/file", "h/a/sub/deep/file", "h/a/sub/deep/other", "h/ab/file",
                             "h/b/file", "h/b/sub/file"}) {
        scene.file(file);
    }
    scene.program("h/a/program");
}

struct Asked {
    std::string word;     ///< allowed, denied, private, works, fails
    std::string request;  ///< as the probe takes it
    std::string path;     ///< of allowed, denied and private
    [[nodiscard]] bool decided() const { return !path.empty(); }
    [[nodiscard]] bool works() const { return word != "denied" && word != "fails"; }
    [[nodiscard]] bool writes() const { return request.starts_with("write:") && decided(); }
};

Asked parse(const Scene& scene, const std::string& text) {
    std::istringstream in(scene.expanded(text));
    Asked asked;
    std::string second;
    in >> asked.word >> second >> asked.path;
    asked.request = asked.path.empty() ? second : second + ":" + asked.path;
    return asked;
}

std::string policy(const Scene& scene, const Row& row, const std::vector<std::size_t>& order) {
    std::string text = row.header + "\nfilesystem {\n";
    for (const std::size_t index : order) {
        text += "    " + row.nodes[index] + "\n";
    }
    text += "}\ntest \"the compiler decides as the table says\" {\n";
    for (const std::string& line : row.expectations) {
        const Asked asked = parse(scene, line);
        if (asked.decided()) {
            text += (asked.works() ? "    allowed " : "    denied ") + replaced(asked.request, ":", " ") + "\n";
        }
    }
    return text + "}\n";
}

/// The host's file that a write inside would change.
std::string host_of(const Scene& scene, const Row& row, const std::string& inside) {
    const std::size_t equals = row.host_of.find('=');
    if (equals != std::string::npos && inside.starts_with(row.host_of.substr(0, equals))) {
        return scene.expanded(row.host_of.substr(equals + 1)) + inside.substr(equals);
    }
    return inside;
}

void judge(const Scene& scene, const Row& row, const Outcome& outcome) {
    for (const std::string& line : row.expectations) {
        const Asked asked = parse(scene, line);
        const bool stat = asked.request.starts_with("stat:") && outcome.after(asked.request + " mode");
        const bool worked = outcome.has(asked.request + " ok") || stat;
        EXPECT_EQ(worked, asked.works()) << line << "\n" << outcome.text();
        if (asked.writes()) {
            const bool arrived = read_file(host_of(scene, row, asked.path)).find("written") != std::string::npos;
            EXPECT_EQ(arrived, asked.word == "allowed") << line << ": judged by the file on the host";
        }
    }
}

void run_in_every_mode(Scene& scene, const Row& row) {
    std::vector<std::string> requests;
    for (const std::string& line : row.expectations) {
        requests.push_back(parse(scene, line).request);
    }
    // What moves things comes last, so that it can't change what the rest sees.
    std::stable_partition(requests.begin(), requests.end(), [](const std::string& request) {
        return request.starts_with("read:") || request.starts_with("write:") || request.starts_with("exec:");
    });
    std::vector<std::string> options;
    for (const std::string& option : row.options) {
        options.push_back(scene.expanded(option));
    }
    for (const Mode& mode : modes()) {
        SCOPED_TRACE(to_text(mode));
        plant(scene);
        const Outcome outcome = run(probing({mode, ""}, scene, requests, options));
        EXPECT_EQ(outcome.status, 0) << outcome.text();
        judge(scene, row, outcome);
        mark_as_run();
    }
}

/// bwrap.args without its comments, which name lines.
std::string arguments_of(const Scene& scene) {
    std::istringstream in(read_file(scene.bundle() + "/bwrap.args"));
    std::string out;
    std::string text;
    while (std::getline(in, text, '\0')) {
        if (text == "comment") {
            std::getline(in, text, '\0');
            std::getline(in, text, '\0');
            continue;
        }
        out += text + "\n";
    }
    return out;
}

class RequestTable : public testing::TestWithParam<Row> {};

TEST_P(RequestTable, KernelDoesWhatThePolicySays) {
    Scene scene;
    plant(scene);
    std::vector<std::size_t> order(GetParam().nodes.size());
    std::iota(order.begin(), order.end(), 0U);
    const Outcome outcome = scene.compile(policy(scene, GetParam(), order));
    ASSERT_EQ(outcome.status, 0) << outcome.text();
    run_in_every_mode(scene, GetParam());
}

TEST_P(RequestTable, EveryOrderOfWritingMeansTheSame) {
    Scene scene;
    plant(scene);
    std::vector<std::size_t> order(GetParam().nodes.size());
    std::iota(order.begin(), order.end(), 0U);
    std::string first_policy;
    std::string first_arguments;
    do {
        const Outcome outcome = scene.compile(policy(scene, GetParam(), order));
        ASSERT_EQ(outcome.status, 0) << outcome.text();
        const std::string meaning = read_file(scene.bundle() + "/policy.json");
        const std::string arguments = arguments_of(scene);
        ASSERT_FALSE(meaning.empty());
        first_policy = first_policy.empty() ? meaning : first_policy;
        first_arguments = first_arguments.empty() ? arguments : first_arguments;
        EXPECT_EQ(meaning, first_policy);
        EXPECT_EQ(arguments, first_arguments);
    } while (std::next_permutation(order.begin(), order.end()));
    mark_as_run();
}

INSTANTIATE_TEST_SUITE_P(Kernel, RequestTable, testing::ValuesIn(request_table()),
                         [](const testing::TestParamInfo<Row>& parameter) { return parameter.param.name; });

TEST(RequestTableSize, HoldsAtLeastSixtyRequestsOfBoth) {
    Scene scene;
    std::size_t decided = 0;
    for (const Row& row : request_table()) {
        for (const std::string& line : row.expectations) {
            decided += parse(scene, line).decided() ? 1U : 0U;
        }
    }
    EXPECT_GE(decided, 60U);
}

}  // namespace
}  // namespace sbx::kernel
