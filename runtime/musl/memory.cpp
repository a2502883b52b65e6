// memcpy and memmove. Those of musl for x86_64 are `rep movs`, which takes the processor longer to begin than most copies of a
// launch last, since they are of a few dozen bytes: a sixth of all its time up to its first process. For aarch64 musl has good
// ones.
#if defined(__x86_64__)

#include "runtime/musl/copy_bytes.hpp"

extern "C" void* memmove(void* target, const void* source, std::size_t size) {
    sbx::runtime::copy_bytes(static_cast<char*>(target), static_cast<const char*>(source), size);
    return target;
}

extern "C" [[gnu::alias("memmove")]] void* memcpy(void* target, const void* source, std::size_t size);

#endif
