// What a stage tells the supervisor, put together without a library: it runs before the C library does (runtime/stage.cpp).
#pragma once

#include "runtime/system_call.hpp"

#include <asm/unistd.h>
#include <cerrno>

namespace sbx::runtime {

/// Strings that end in NUL, one after the other.
class StageMessage {
public:
    void text(const char* value) {
        while (*value != '\0' && length_ < sizeof bytes_ - 32) {  // the numbers after it always fit
            bytes_[length_++] = *value++;
        }
        bytes_[length_++] = '\0';
    }
    void number(unsigned value) {
        char digits[10];
        unsigned count = 0;
        do {
            digits[count++] = static_cast<char>('0' + value % 10);
            value /= 10;
        } while (value != 0);
        while (count > 0) {
            bytes_[length_++] = digits[--count];
        }
        bytes_[length_++] = '\0';
    }
    [[nodiscard]] bool send(int channel) const {
        long sent = 0;
        do {
            sent = system_call(__NR_write, channel, bytes_, length_);
        } while (sent == -EINTR);
        return sent == static_cast<long>(length_);
    }

private:
    char bytes_[1024];
    unsigned long length_ = 0;
};

}  // namespace sbx::runtime
