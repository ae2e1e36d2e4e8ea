#define _GNU_SOURCE
#include "thread_stacks.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* A handler has to run on a stack of its own when the thread's has overflowed, and such a stack belongs to one thread. Most
   threads of this process are others': of Swift's concurrency, Dispatch, NIO. So threads are given theirs where all of them
   begin: this pthread_create stands before the C library's. */

enum { STACK_SIZE = 64 * 1024 };
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int has_key;

static void take_back(void *stack) {
    stack_t none;
    memset(&none, 0, sizeof none);
    none.ss_flags = SS_DISABLE;
    sigaltstack(&none, NULL);
    munmap(stack, STACK_SIZE);
}

static void make_key(void) { has_key = pthread_key_create(&key, take_back) == 0; }

void fallom_give_handlers_a_stack(void) {
    stack_t present, ours;
    pthread_once(&once, make_key);
    if (!has_key || sigaltstack(NULL, &present) != 0 || !(present.ss_flags & SS_DISABLE)) {
        return;
    }
    memset(&ours, 0, sizeof ours);
    ours.ss_size = STACK_SIZE;
    /* Pages that no handler touches cost no memory. */
    ours.ss_sp = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (ours.ss_sp == MAP_FAILED) {
        return;
    }
    if (sigaltstack(&ours, NULL) != 0 || pthread_setspecific(key, ours.ss_sp) != 0) {
        take_back(ours.ss_sp);
    }
}

/* A sanitizer has to see threads begin, and stands at the same place: there it has it to itself. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define FALLOM_IS_SANITIZED 1
#endif
#endif

#ifndef FALLOM_IS_SANITIZED
typedef int (*create_function)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

struct beginning {
    void *(*body)(void *);
    void *argument;
};

static void *begin(void *raw) {
    struct beginning beginning = *(struct beginning *)raw;
    free(raw);
    fallom_give_handlers_a_stack();
    return beginning.body(beginning.argument);
}

int pthread_create(
    pthread_t *restrict thread, const pthread_attr_t *restrict attributes, void *(*body)(void *), void *restrict argument) {
    static _Atomic(create_function) known;
    create_function create = atomic_load(&known);
    if (create == NULL) {
        create = (create_function)dlsym(RTLD_NEXT, "pthread_create");
        if (create == NULL) {
            return ENOSYS;
        }
        atomic_store(&known, create);
    }
    struct beginning *beginning = malloc(sizeof *beginning);
    if (beginning == NULL) {
        return EAGAIN;
    }
    beginning->body = body;
    beginning->argument = argument;
    int status = create(thread, attributes, begin, beginning);
    if (status != 0) {
        free(beginning);
    }
    return status;
}
#endif

__attribute__((constructor)) static void give_the_first_thread_a_stack(void) { fallom_give_handlers_a_stack(); }
