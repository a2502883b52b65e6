// What every test in the test network begins with: it is skipped where there can be none, and the servers' logs are empty.
#pragma once

#include "tests/kernel/ran.hpp"
#include "tests/kernel/requirement.hpp"
#include "tests/kernel/test_network.hpp"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace sbx::kernel {

/// `Test` is testing::Test or a testing::TestWithParam.
template <class Test>
class InTestNetwork : public Test {
protected:
    void SetUp() override {
        if (!running_as_root()) {
            GTEST_SKIP() << "a test network needs root";
        }
        mark_as_run();
        network().clear();
    }
    static TestNetwork& network() { return TestNetwork::instance(); }
    [[nodiscard]] Command launch_as(const Mode& mode, std::vector<std::string> requests, std::vector<std::string> options,
                                    TestNetwork::Tun tun) const {
        return network().in_host(probing({mode, ""}, scene, std::move(requests), std::move(options)), tun);
    }
    Scene scene;
};

}  // namespace sbx::kernel
