// Included before everything else that is compiled with musl: what the headers of libstdc++, which were set up for glibc, take from
// it and musl has not, or has under another name. Nothing here decides how anything of theirs is laid out.
#pragma once

#include <features.h>
#define __GLIBC_PREREQ(major, minor) 0

// What its configuration found in glibc, and is absent here; nothing of ours uses it.
#include <bits/c++config.h>
#undef _GLIBCXX_USE_PTHREAD_COND_CLOCKWAIT
#undef _GLIBCXX_USE_PTHREAD_MUTEX_CLOCKLOCK
#undef _GLIBCXX_USE_PTHREAD_RWLOCK_CLOCKLOCK

#include <locale.h>
using __locale_t = locale_t;

// glibc's names in <ctype.h> for what std::ctype_base calls alpha, digit and so on.
enum {
    _ISupper = 1,
    _ISlower = 2,
    _ISalpha = 4,
    _ISdigit = 8,
    _ISxdigit = 16,
    _ISspace = 32,
    _ISprint = 64,
    _ISgraph = 128,
    _ISblank = 256,
    _IScntrl = 512,
    _ISpunct = 1024,
    _ISalnum = 2048
};
