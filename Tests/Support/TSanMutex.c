// Tells the thread sanitizer what Swift's Mutex does when two threads want it, on x86-64 Linux.
//
// There, a contended Mutex of the Synchronization module is handed over inside the toolchain's own library, which is not
// instrumented: the sanitizer misses it and reports everything the lock protects as a race. Two threads that append to
// one array under one Mutex show it. This library stands in front of the two functions and reports the handover; races
// of anything that no lock protects are reported as before.
//
//     swift build --build-tests --sanitize=thread
//     cc -shared -fPIC -o tsan-mutex.so Tests/Support/TSanMutex.c -ldl
//     LD_PRELOAD=$PWD/tsan-mutex.so .build/debug/fallomPackageTests.xctest --testing-library swift-testing --filter "ten.thousand"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

void *real_lock, *real_unlock, *acquire, *release;

__attribute__((constructor)) static void find(void) {
    real_lock = dlsym(RTLD_NEXT, LOCK);
    real_unlock = dlsym(RTLD_NEXT, UNLOCK);
    acquire = dlsym(RTLD_DEFAULT, "__tsan_acquire");
    release = dlsym(RTLD_DEFAULT, "__tsan_release");
    // A process without Swift, such as one that starts the tests, is left alone.
    if (real_lock && (!real_unlock || !acquire || !release)) abort();
}

// Swift passes the lock in r13 and the thread's id in edi.
__asm__(".text\n"
        ".globl \"" LOCK "\"\n"
        "\"" LOCK "\":\n"
        " push %r13\n push %rbp\n sub $8,%rsp\n"
        " mov real_lock@GOTPCREL(%rip),%rax\n call *(%rax)\n"
        " mov 16(%rsp),%rdi\n mov acquire@GOTPCREL(%rip),%rax\n call *(%rax)\n"
        " add $8,%rsp\n pop %rbp\n pop %r13\n ret\n"
        ".globl \"" UNLOCK "\"\n"
        "\"" UNLOCK "\":\n"
        " push %r13\n push %rbp\n sub $8,%rsp\n"
        " mov %r13,%rdi\n mov release@GOTPCREL(%rip),%rax\n call *(%rax)\n"
        " mov 16(%rsp),%r13\n mov real_unlock@GOTPCREL(%rip),%rax\n call *(%rax)\n"
        " add $8,%rsp\n pop %rbp\n pop %r13\n ret\n");
