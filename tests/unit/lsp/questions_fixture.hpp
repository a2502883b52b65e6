// A policy and a fragment that it takes in, open in a client, for questions about places in them.
#pragma once

#include "tests/unit/lsp/lsp_client.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <utility>

namespace sbx::test {

inline constexpr const char* shared_text = R"(sbx 1
fragment shared
description "What the workers share."
let mirror = [10.20.0.0/16, 2001:db8:20::/48]
param scratch: path under /var/tmp
filesystem {
    write $scratch
}
)";
inline constexpr const char* worker_text = R"(sbx 1
profile worker
use std/system
use "shared.sbx"
let who = "é🙂"
filesystem {
    read    /srv/data
    workdir $scratch
    file    /etc/motd "é🙂 ${who} ${uid}"
}
network {
    allow tcp to $mirror port 443
    allow udp to 192.0.2.7 port 53
}
limits {
    open-files 64
}
environment {
    set A = "x"
}
syscalls { allow ptrace because "a debugger" }
sockets { allow unix }
test "t" {
    denied write /srv/data/x
    denied connect tcp 10.20.3.4:80
    limit  open-files 64
}
)";

/// The client has the policy open, and not the fragment.
class LspQuestions : public ::testing::Test {
protected:
    LspQuestions() : shared(directory.write("shared.sbx", shared_text)), worker(directory.write("worker.sbx", worker_text)) {
        client.initialize();
        client.open(worker, worker_text);
    }

    /// Of the place right before `words` in the text, `into` units on.
    [[nodiscard]] static std::pair<std::uint32_t, std::uint32_t> place_of(const std::string& text, const std::string& words,
                                                                          std::uint32_t into) {
        const std::size_t at = text.find(words);
        EXPECT_NE(at, std::string::npos) << words;
        const auto line =
            static_cast<std::uint32_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
        const std::size_t begin = text.rfind('\n', at) + 1;
        return {line, static_cast<std::uint32_t>(at - begin) + into};
    }

    PolicyDirectory directory;
    std::string shared;
    std::string worker;
    LspClient client;
};

}  // namespace sbx::test
