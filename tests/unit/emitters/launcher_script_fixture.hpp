// A launcher, and a real shell that runs parts of it in a directory of its own.
#pragma once

#include "emitters/egress_filter.hpp"
#include "emitters/launcher_parts.hpp"
#include "emitters/launcher_script.hpp"
#include "emitters/quote.hpp"
#include "emitters_fixture.hpp"
#include "hostile_policy.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <sys/wait.h>

namespace sbx::emit {

struct Ran {
    int status = -1;
    std::string out;
    std::string err;
};

class LauncherScript : public testing::TestWithParam<const char*> {
protected:
    LauncherScript() {
        std::string name = "/tmp/sbx-launcher-XXXXXX";
        EXPECT_NE(mkdtemp(name.data()), nullptr);
        directory_ = name;
    }
    ~LauncherScript() override { std::filesystem::remove_all(directory_); }
    LauncherScript(const LauncherScript&) = delete;
    LauncherScript& operator=(const LauncherScript&) = delete;

    static std::string script(const policy::Policy& policy) {
        BundleInfo info;
        info.profile = hostile;
        info.description = hostile;
        info.compiler = "policyc 0.1.0";
        std::vector<Artifact> artifacts = egress_filter(plan_of(policy));
        artifacts.push_back({"seccomp.x86_64.bpf", std::string("\0\1%\n'\\\377 8", 9), 0644});
        return launcher_script(plan_of(policy), info, artifacts);
    }
    /// The launcher without the two lines that start something, and `commands` after what `begin` would have set first.
    Ran run(const policy::Policy& policy, const std::string& commands) {
        std::string text = script(policy);
        const std::string_view begins = "\nbegin \"$@\"\n";
        EXPECT_NE(text.find(begins), std::string::npos);
        text.erase(text.find(begins), begins.size());
        const std::size_t end = text.rfind("main \"$@\"");
        EXPECT_NE(end, std::string::npos);
        std::ofstream(file("script"), std::ios::binary)
            << text.substr(0, end)
            << "LC_ALL=C PATH=/usr/bin:/bin sbx_child= sbx_guard= sbx_reserved=0 sbx_size=0 sbx_variables=0 sbx_uid=7 sbx_gid=8\n"
               "sbx_empty=3 sbx_filter=5 sbx_origin=x sbx_spare=9 sbx_asked= sbx_proc=\npolicy_constants\ntrap - EXIT\n"
            << commands << "\n";
        return run_script();
    }
    /// What `script` holds, as it is.
    Ran run_script() {
        const std::string command = std::string("cd ") + directory_ + " && " + GetParam() + " ./script >out 2>err";
        Ran ran;
        ran.status = WEXITSTATUS(std::system(command.c_str()));
        ran.out = contents("out");
        ran.err = contents("err");
        return ran;
    }
    [[nodiscard]] std::string file(const std::string& name) const { return directory_ + "/" + name; }
    [[nodiscard]] std::string contents(const std::string& name) const {
        std::ifstream in(file(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    /// The status of giving `p` this value: 0, or 125 with one line.
    int give(const policy::Parameter& parameter, const std::string& value) {
        policy::Policy policy;
        policy.parameters["p"] = {parameter, {}};
        const Ran ran = run(policy, "policy_set p " + ShellWord(value).text() + "\nprintf '%s' \"$sbx_p1\"");
        EXPECT_TRUE(ran.status == 125 || (ran.status == 0 && ran.out == value)) << ran.status << ran.out << ran.err;
        EXPECT_EQ(ran.err.empty(), ran.status == 0) << ran.err;
        EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), ran.status == 0 ? 0 : 1) << ran.err;
        return ran.status;
    }

private:
    std::string directory_;
};

}  // namespace sbx::emit
