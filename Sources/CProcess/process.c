#include "fallom_process.h"

#ifdef __linux__
#include <malloc.h>
#endif

void fallom_process_limit_heaps(int count) {
#ifdef M_ARENA_MAX
    mallopt(M_ARENA_MAX, count);
    // Setting either of the two ends glibc's own guessing at both.
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
#else
    (void)count;
#endif
}

void fallom_process_return_memory(size_t least) {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
    if (mallinfo2().fordblks >= least) malloc_trim(0);
#else
    (void)least;
#endif
}
