#include "fallom_process.h"

#ifdef __linux__
#include <malloc.h>
#endif

void fallom_process_limit_heaps(int count) {
#ifdef M_ARENA_MAX
    mallopt(M_ARENA_MAX, count);
#else
    (void)count;
#endif
}
