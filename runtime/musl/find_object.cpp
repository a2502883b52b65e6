// What libgcc and libstdc++, built for glibc, ask of it and musl does not answer. Without the first no exception finds its handler.
#include <cstddef>
#include <elf.h>
#include <link.h>

extern "C" {

extern const ElfW(Ehdr) __ehdr_start;  // by the linker: where the program's own file begins in memory

char __libc_single_threaded = 1;  // as it is: counts of references need no atomic operations

/// dl_find_object(3): where the program that holds an address begins and ends, and its table of exception handlers. The layout is
/// part of glibc's ABI; what follows these members is reserved.
struct dl_find_object {
    unsigned long long flags;
    const void* map_start;
    const void* map_end;
    void* link_map;
    const void* eh_frame;
};

int _dl_find_object(const void* address, dl_find_object* result) noexcept {
    const char* const file = reinterpret_cast<const char*>(&__ehdr_start);
    const auto* const headers = reinterpret_cast<const ElfW(Phdr)*>(file + __ehdr_start.e_phoff);
    ElfW(Addr) first = ~ElfW(Addr){0};
    ElfW(Addr) end = 0;
    ElfW(Addr) table = 0;
    for (unsigned i = 0; i < __ehdr_start.e_phnum; ++i) {
        const ElfW(Phdr)& header = headers[i];
        if (header.p_type == PT_LOAD) {
            first = header.p_vaddr < first ? header.p_vaddr : first;
            end = header.p_vaddr + header.p_memsz > end ? header.p_vaddr + header.p_memsz : end;
        } else if (header.p_type == PT_GNU_EH_FRAME) {
            table = header.p_vaddr;
        }
    }
    // The first segment begins with the file; what it was linked for and where it lies differ in a program that can be moved.
    const char* const base = file - first;
    const char* const wanted = static_cast<const char*>(address);
    if (table == 0 || wanted < file || wanted >= base + end) {
        return -1;
    }
    *result = {0, file, base + end, nullptr, base + table};
    return 0;
}
}
