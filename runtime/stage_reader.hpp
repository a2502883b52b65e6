// Reads a stage record where it lies (runtime/stage_record.hpp), for the stage alone: no library function, as in runtime/stage.cpp.
#pragma once

#include "runtime/system_call.hpp"

#include <asm/unistd.h>
#include <sys/mman.h>
#include <unistd.h>

namespace sbx::runtime {

[[noreturn]] inline void leave_stage(int status) {
    for (;;) {
        system_call(__NR_exit_group, status);
    }
}

/// Reads the record where it lies. Nothing that it says is written anywhere but here, and what is no record ends the process.
class StageReader {
public:
    explicit StageReader(const char* number) {
        const long file = decimal(number);
        const long size = system_call(__NR_lseek, file, 0, SEEK_END);
        const long place = size > 0 ? system_call(__NR_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0) : -1;
        if (place < 0 && place > -4096) {
            leave_stage(125);
        }
        at_ = reinterpret_cast<char*>(place);  // NOLINT(performance-no-int-to-ptr): where the kernel put it
        end_ = at_ + size;
        if (end_[-1] != '\0') {
            leave_stage(125);
        }
    }
    char* text() {
        if (at_ == end_) {
            leave_stage(125);
        }
        char* const begin = at_;
        while (*at_++ != '\0') {
        }
        return begin;
    }
    long number() { return decimal(text()); }
    int descriptor() { return static_cast<int>(number()); }
    /// A list, for execve(2).
    char** strings() {
        const long count = number();
        const long size = (count + 1) * static_cast<long>(sizeof(char*));
        const long place = system_call(__NR_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (place < 0 && place > -4096) {
            leave_stage(125);
        }
        auto** const list = reinterpret_cast<char**>(place);  // NOLINT(performance-no-int-to-ptr): likewise
        for (long i = 0; i < count; ++i) {
            list[i] = text();
        }
        return list;  // the kernel put a null at its end
    }

private:
    char* at_ = nullptr;
    char* end_ = nullptr;

    static long decimal(const char* text) {
        long value = 0;
        const char* const begin = text;
        for (; *text >= '0' && *text <= '9' && text - begin < 11; ++text) {
            value = value * 10 + (*text - '0');
        }
        if (*text != '\0' || text == begin) {
            leave_stage(125);
        }
        return value;
    }
};

}  // namespace sbx::runtime
