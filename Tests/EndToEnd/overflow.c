/* Loaded before the program under test (LD_PRELOAD): once the file named by OVERFLOW_WHEN is there, the thread that calls the
   function named by OVERFLOW_IN next overflows its stack, once: the handler of the signal calls it too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static volatile int depth;

static int overflow(int level) {
    volatile char page[4096];
    page[level % 4096] = (char)level;
    depth = level;
    return overflow(level + 1) + page[0];
}

static void may_overflow(const char *name) {
    static atomic_int is_done;
    const char *in = getenv("OVERFLOW_IN"), *when = getenv("OVERFLOW_WHEN");
    if (in != NULL && when != NULL && strcmp(in, name) == 0 && access(when, F_OK) == 0 && !atomic_exchange(&is_done, 1)) {
        overflow(0);
    }
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    may_overflow("write");
    return ((ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write"))(descriptor, bytes, count);
}

int poll(struct pollfd *descriptors, nfds_t count, int timeout) {
    int found = ((int (*)(struct pollfd *, nfds_t, int))dlsym(RTLD_NEXT, "poll"))(descriptors, count, timeout);
    may_overflow("poll");
    return found;
}

int epoll_wait(int descriptor, struct epoll_event *events, int most, int timeout) {
    int found =
        ((int (*)(int, struct epoll_event *, int, int))dlsym(RTLD_NEXT, "epoll_wait"))(descriptor, events, most, timeout);
    may_overflow("epoll_wait");
    return found;
}

int epoll_pwait2(
    int descriptor, struct epoll_event *events, int most, const struct timespec *timeout, const sigset_t *mask) {
    int found = ((int (*)(int, struct epoll_event *, int, const struct timespec *, const sigset_t *))dlsym(
        RTLD_NEXT, "epoll_pwait2"))(descriptor, events, most, timeout, mask);
    may_overflow("epoll_wait");
    return found;
}
