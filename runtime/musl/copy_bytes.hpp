// Copies bytes from a place to another, which may overlap it, without a call and without the processor's instructions for strings.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbx::runtime {

namespace copying {

/// At any address, and of whatever lies there.
template <class Word>
struct [[gnu::packed, gnu::may_alias]] Unaligned {
    Word word;
};
using Wide = long long __attribute__((vector_size(16)));

template <class Word>
Word load(const char* from) {
    return reinterpret_cast<const Unaligned<Word>*>(from)->word;
}
template <class Word>
void store(char* to, Word word) {
    reinterpret_cast<Unaligned<Word>*>(to)->word = word;
}

/// Of one to two words: both ends are read before one is written.
template <class Word>
void copy_ends(char* to, const char* from, std::size_t size) {
    const Word first = load<Word>(from);
    const Word last = load<Word>(from + size - sizeof(Word));
    store(to, first);
    store(to + size - sizeof(Word), last);
}

inline void copy_up_to_32(char* to, const char* from, std::size_t size) {
    if (size >= 16) {
        copy_ends<Wide>(to, from, size);
    } else if (size >= 8) {
        copy_ends<std::uint64_t>(to, from, size);
    } else if (size >= 4) {
        copy_ends<std::uint32_t>(to, from, size);
    } else if (size >= 2) {
        copy_ends<std::uint16_t>(to, from, size);
    } else if (size == 1) {
        *to = *from;
    }
}

// The end that is copied last is read first: where the places overlap it is written on the way.
inline void copy_forwards(char* to, const char* from, std::size_t size) {
    const Wide last = load<Wide>(from + size - sizeof(Wide));
    for (std::size_t done = 0; done + sizeof(Wide) < size; done += sizeof(Wide)) {
        store(to + done, load<Wide>(from + done));
    }
    store(to + size - sizeof(Wide), last);
}
inline void copy_backwards(char* to, const char* from, std::size_t size) {
    const Wide first = load<Wide>(from);
    for (std::size_t left = size; left > sizeof(Wide); left -= sizeof(Wide)) {
        store(to + left - sizeof(Wide), load<Wide>(from + left - sizeof(Wide)));
    }
    store(to, first);
}

}  // namespace copying

inline void copy_bytes(char* to, const char* from, std::size_t size) {
    if (size <= 2 * sizeof(copying::Wide)) {
        copying::copy_up_to_32(to, from, size);
    } else if (reinterpret_cast<std::uintptr_t>(to) - reinterpret_cast<std::uintptr_t>(from) >= size) {
        copying::copy_forwards(to, from, size);
    } else {
        copying::copy_backwards(to, from, size);
    }
}

}  // namespace sbx::runtime
