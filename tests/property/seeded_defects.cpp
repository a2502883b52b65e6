// The victim of the seeded defects, and the ways in which it is spoilt.
#include "tests/property/seeded_defects.hpp"

#include "compiler/plan/lower.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string_view>

namespace sbx::test {

using emit::Artifact;
using emit::Bundle;

namespace {

constexpr const char* victim_text = R"(sbx 1
profile victim
param scratch: path under /var/tmp
param other: path under /opt = "/opt/x"
param jobs: count 1-64 = 4
param tag: string of "a-z" 1-8 = "x"
param mode: string one of ["fast" "slow"] = "fast"
filesystem {
    read /usr /srv/models? /lib/
    read /data/in as /in
    write /ws
    read /ws/sub/deep/inner
    hide /ws/keys/ /ws/token
    hide /usr/secret/ /usr/hidden
    write $scratch
    hide $scratch/.git/
    read $other
    tmpfs /tmp { size 16M; mode 1777 }
    dir /tmp/a/b
    dir /empty { mode 700 }
    file /etc/hosts "127.0.0.1 it's\n" { mode 400 }
    file /etc/who "user ${uid}"
    symlink /bin -> usr/bin
    proc /proc
    dev /dev
    device /dev/fuse
    socket /run/x.sock
    read /usr/share/fixtures
    workdir $scratch
}
may-degrade cpus because "a \"slow\" host"
limits { memory 64M; cpus 1.5; cpu-time 90s; wall-time 90s; output 3M; grace 1s; file-size 1M; open-files 64; processes $jobs; stack unlimited }
environment { keep LANG LC_*; accept JOB_A; set A = "a'b $ \\ \"${tag}"; set PATH = "/usr/bin" }
process { run-as 5:6; hostname box; command only /usr/bin/env "one two" "${tag}"; pass-descriptor 7; groups none }
)";

}  // namespace

Victim victim_of(const std::string& text) {
    auto compiled = compile(text);
    if (!compiled) {
        throw std::logic_error("the policy of this test is refused");
    }
    sbx::DiagnosticSink sink;
    const auto plan = sbx::plan::lower(compiled->profile.policy, sink);
    Bundle bundle = sbx::emit::emit(plan, info_of(compiled->profile.policy));
    return {std::move(*compiled), std::move(bundle)};
}

const Victim& victim() {
    static const Victim made = victim_of(victim_text);
    return made;
}

std::string& bytes_of(Bundle& bundle, const std::string& name) {
    for (Artifact& artifact : bundle.artifacts) {
        if (artifact.name == name) {
            return artifact.bytes;
        }
    }
    ADD_FAILURE() << "there is no " << name;
    return bundle.artifacts.front().bytes;
}

Change replaced(const std::string& file, const std::string& from, const std::string& to, const std::string& behind) {
    return [=](Bundle& bundle) {
        std::string& bytes = bytes_of(bundle, file);
        const std::size_t begin = bytes.find(behind);
        const std::size_t at = begin == std::string::npos ? begin : bytes.find(from, begin);
        if (at == std::string::npos) {
            ADD_FAILURE() << file << " does not hold " << testing::PrintToString(behind + from);
            return;
        }
        bytes.replace(at, from.size(), to);
    };
}

std::string words(std::initializer_list<std::string> list) {
    std::string bytes;
    for (const std::string& word : list) {
        bytes += word + '\0';
    }
    return bytes;
}

Change moved_to_the_end(const std::string& record) {
    return [=](Bundle& bundle) {
        std::string& bytes = bytes_of(bundle, args);
        const std::size_t at = bytes.find(record);
        ASSERT_NE(at, std::string::npos) << testing::PrintToString(record);
        bytes.erase(at, record.size());
        bytes += record;
    };
}

Change filter_byte(const std::string& file, std::size_t instruction, std::size_t byte, char value) {
    return [=](Bundle& bundle) { bytes_of(bundle, file).at(instruction * 8 + byte) = value; };
}

std::size_t comparison_with(const std::string& program, unsigned number) {
    for (std::size_t at = program.size() / 8; at-- > 0;) {
        const std::string_view instruction = std::string_view(program).substr(at * 8, 8);
        const bool same = static_cast<unsigned char>(instruction[4]) == (number & 0xffU) &&
                          static_cast<unsigned char>(instruction[5]) == (number >> 8U & 0xffU);
        if (instruction[0] == 0x15 && same && instruction[6] == 0 && instruction[7] == 0) {
            return at;
        }
    }
    return 0;
}

Change other_comparison(unsigned number) {
    return [=](Bundle& bundle) {
        std::string& program = bytes_of(bundle, "seccomp.x86_64.bpf");
        program.at(comparison_with(program, number) * 8 + 4) ^= 0x20;
    };
}

namespace {

/// The comparison "from this number on" of the tree.
std::size_t bound_at(const std::string& program, unsigned number) {
    for (std::size_t at = 0; at < program.size() / 8; ++at) {
        const std::string_view instruction = std::string_view(program).substr(at * 8, 8);
        if (instruction[0] == 0x35 && static_cast<unsigned char>(instruction[4]) == (number & 0xffU) &&
            static_cast<unsigned char>(instruction[5]) == (number >> 8U & 0xffU)) {
            return at;
        }
    }
    ADD_FAILURE() << "no range begins at " << number;
    return 0;
}

}  // namespace

Change other_bound(const std::string& file, unsigned number, int by) {
    return [=](Bundle& bundle) {
        std::string& program = bytes_of(bundle, file);
        char& low = program.at(bound_at(program, number) * 8 + 4);
        low = static_cast<char>(low + by);
    };
}

Change answer_from(const std::string& file, unsigned number, std::string_view instruction) {
    const std::string answer(instruction.data(), 8);
    return [=](Bundle& bundle) {
        std::string& program = bytes_of(bundle, file);
        const std::size_t at = bound_at(program, number);
        const auto jump = static_cast<unsigned char>(program.at(at * 8 + 2));
        std::size_t leaf = at + 1 + jump;
        while (program.at(leaf * 8) == 0x35) {  // the range that begins there is the first below
            ++leaf;
        }
        ASSERT_EQ(program.at(leaf * 8), 0x06);
        program.replace(leaf * 8, 8, answer);
    };
}

}  // namespace sbx::test
