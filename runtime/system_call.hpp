// System calls without the C library, for the stage. Returns what the kernel does: a negative error number on failure.
#pragma once

namespace sbx::runtime {

inline long raw_system_call(long number, long one, long two, long three, long four, long five, long six) {
#if defined(__x86_64__)
    register long fourth __asm__("r10") = four;
    register long fifth __asm__("r8") = five;
    register long sixth __asm__("r9") = six;
    long result = 0;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(one), "S"(two), "d"(three), "r"(fourth), "r"(fifth), "r"(sixth)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long what __asm__("x8") = number;
    register long first __asm__("x0") = one;
    register long second __asm__("x1") = two;
    register long third __asm__("x2") = three;
    register long fourth __asm__("x3") = four;
    register long fifth __asm__("x4") = five;
    register long sixth __asm__("x5") = six;
    __asm__ volatile("svc 0" : "+r"(first) : "r"(what), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth) : "memory");
    return first;
#else
#error "system calls are not written for this architecture"
#endif
}

inline long system_call_word(long value) {
    return value;
}
inline long system_call_word(unsigned long value) {
    return static_cast<long>(value);
}
inline long system_call_word(int value) {
    return value;
}
inline long system_call_word(unsigned value) {
    return static_cast<long>(value);
}
template <class T>
long system_call_word(T* address) {
    return reinterpret_cast<long>(address);
}

template <class... Words>
long system_call(long number, Words... words) {
    static_assert(sizeof...(words) <= 6);
    long list[6];  // an initialiser would be a call of memset(3)
    unsigned count = 0;
    ((list[count++] = system_call_word(words)), ...);
    while (count < 6) {
        list[count++] = 0;
    }
    return raw_system_call(number, list[0], list[1], list[2], list[3], list[4], list[5]);
}

}  // namespace sbx::runtime
