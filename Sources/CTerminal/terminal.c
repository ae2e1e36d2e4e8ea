#define _GNU_SOURCE
#include "fallom_terminal.h"
#include "thread_stacks.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static int input_descriptor = -1;
static int output_descriptor = -1;
static int news[2] = {-1, -1};
static struct termios remembered;
static char farewell[1024];
static size_t farewell_length;
static atomic_int is_entered;
static atomic_int is_remembered;
static atomic_int ends_asked;
static atomic_int is_restoring;
static atomic_int is_lent;

/* Signals that are told to the input loop, with what is told. */
static const struct {
    int signal;
    char news;
} told[] = {
    {SIGWINCH, FALLOM_NEWS_RESIZED}, {SIGTSTP, FALLOM_NEWS_STOP},       {SIGCONT, FALLOM_NEWS_CONTINUED},
    {SIGINT, FALLOM_NEWS_INTERRUPTED}, {SIGTERM, FALLOM_NEWS_TERMINATED}, {SIGHUP, FALLOM_NEWS_HUNG_UP},
};
enum { TOLD = sizeof told / sizeof told[0] };
static struct sigaction former_told[TOLD];
/* What was there before for every other signal that ends a process; is_caught says which. */
static struct sigaction former_deadly[NSIG];
static char is_caught[NSIG];
static int has_handlers;
/* Swift's backtracer waits for keys in a raw terminal after a crash, so it gets the signal only when it is asked for. */
static int keeps_former_crash_handlers;

/* What is written to standard error while the screen is up goes to a file without a name, so that it neither spoils the
   screen nor gets lost with it; it is shown once the screen is left. */
static int errors_file = -1;
static int errors_terminal = -1;
static off_t errors_shown;
static atomic_int errors_diverted;
enum { ERRORS_SHOWN_AT_MOST = 8192 };

static void write_all(int descriptor, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(descriptor, bytes, count);
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (written < 0 && errno == EINTR) {
            continue;
        } else {
            return;
        }
    }
}

static void divert_errors(void) {
    if (errors_file < 0 || errors_terminal < 0 || atomic_exchange(&errors_diverted, 1)) {
        return;
    }
    dup2(errors_file, STDERR_FILENO);
}

static void show_errors(void) {
    if (!atomic_exchange(&errors_diverted, 0)) {
        return;
    }
    dup2(errors_terminal, STDERR_FILENO);
    off_t end = lseek(errors_file, 0, SEEK_END);
    if (end - errors_shown > ERRORS_SHOWN_AT_MOST) {
        errors_shown = end - ERRORS_SHOWN_AT_MOST;
    }
    while (errors_shown < end) {
        char bytes[512];
        ssize_t count = pread(errors_file, bytes, sizeof bytes, errors_shown);
        if (count <= 0) {
            break;
        }
        write_all(errors_terminal, bytes, (size_t)count);
        errors_shown += count;
    }
}

void fallom_terminal_restore(void) {
    int saved = errno;
    if (atomic_exchange(&is_entered, 0)) {
        atomic_store(&is_restoring, 1);
        /* A process in the background must not be stopped by SIGTTOU here: it is about to end. */
        sigset_t blocked, before;
        sigemptyset(&blocked);
        sigaddset(&blocked, SIGTTOU);
        pthread_sigmask(SIG_BLOCK, &blocked, &before);
        write_all(output_descriptor, farewell, farewell_length);
        tcsetattr(input_descriptor, TCSADRAIN, &remembered);
        show_errors();
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        atomic_store(&is_restoring, 0);
    }
    errno = saved;
}

/* A second thread that crashes must not end the process while the first is at it: as long as two seconds, for a terminal
   that takes nothing. */
static void wait_for_restoring(void) {
    const struct timespec step = {0, 1000000};
    for (int i = 0; i < 2000 && atomic_load(&is_restoring); i++) {
        nanosleep(&step, NULL);
    }
}

void fallom_terminal_tell(char byte) {
    int saved = errno;
    ssize_t written = write(news[1], &byte, 1);
    (void)written; /* A full pipe holds news enough. */
    errno = saved;
}

static void die_of(int signal) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(signal, &action, NULL);
    raise(signal);
}

static void on_told(int signal) {
    /* Ctrl-C in the program that has the terminal is its own; this one is in the same group and gets it too. */
    if (signal == SIGINT && atomic_load(&is_lent)) {
        return;
    }
    int is_end = signal == SIGINT || signal == SIGTERM || signal == SIGHUP;
    /* Asked to end a third time, the loop that should have heard of it is stuck: end without it. */
    if (is_end && atomic_fetch_add(&ends_asked, 1) >= 2) {
        fallom_terminal_restore();
        die_of(signal);
        return;
    }
    for (int i = 0; i < TOLD; i++) {
        if (told[i].signal == signal) {
            fallom_terminal_tell(told[i].news);
        }
    }
}

static void say(const char *text) { write_all(STDERR_FILENO, text, strlen(text)); }

static int is_crash(int signal) {
    switch (signal) {
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGTRAP:
    case SIGFPE:
    case SIGABRT:
    case SIGSYS:
        return 1;
    default:
        return 0;
    }
}

/* Whether a signal ends a process that does nothing about it, and is not one of those told. */
static int is_deadly(int signal) {
    switch (signal) {
    case SIGKILL:
    case SIGSTOP:
    case SIGCHLD:
    case SIGURG:
    case SIGTTIN:
    case SIGTTOU:
        return 0;
    default:
        for (int i = 0; i < TOLD; i++) {
            if (told[i].signal == signal) {
                return 0;
            }
        }
        return 1;
    }
}

static void on_deadly(int signal) {
    if (signal == SIGQUIT && atomic_load(&is_lent)) {
        return;
    }
    int was_entered = atomic_load(&is_entered);
    fallom_terminal_restore();
    wait_for_restoring();
    if (is_crash(signal) && keeps_former_crash_handlers) {
        sigaction(signal, &former_deadly[signal], NULL);
        raise(signal);
        return;
    }
    if (was_entered && is_crash(signal)) {
        say("\nfallom crashed and gave the terminal back. Spans that were acknowledged are stored. With\n"
            "SWIFT_BACKTRACE=enable=yes,interactive=no in the environment it tells where it crashed.\n");
    }
    die_of(signal);
}

int fallom_terminal_remember(int input, int output) {
    if (atomic_exchange(&is_remembered, 1)) {
        errno = EBUSY;
        return -1;
    }
    if (tcgetattr(input, &remembered) != 0 || pipe(news) != 0) {
        atomic_store(&is_remembered, 0);
        return -1;
    }
    for (int i = 0; i < 2; i++) {
        fcntl(news[i], F_SETFL, fcntl(news[i], F_GETFL) | O_NONBLOCK);
        fcntl(news[i], F_SETFD, FD_CLOEXEC);
    }
    input_descriptor = input;
    output_descriptor = output;
    const char *backtrace = getenv("SWIFT_BACKTRACE");
    keeps_former_crash_handlers = backtrace != NULL && backtrace[0] != 0;
    if (isatty(STDERR_FILENO)) {
        FILE *file = tmpfile();
        if (file != NULL) {
            errors_file = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
            fcntl(errors_file, F_SETFL, fcntl(errors_file, F_GETFL) | O_APPEND);
            fclose(file);
        }
        errors_terminal = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
        errors_shown = 0;
    }
    farewell_length = 0;
    atomic_store(&ends_asked, 0);
    static int registered;
    if (!registered) {
        registered = 1;
        atexit(fallom_terminal_restore);
    }
    return 0;
}

int fallom_terminal_set_farewell(const void *bytes, size_t count) {
    if (count > sizeof farewell) {
        return -1;
    }
    memcpy(farewell, bytes, count);
    farewell_length = count;
    return 0;
}

/* Catches every deadly signal that is neither ignored nor kept from us (the C library has two of the real-time ones). */
static void catch_deadly_signals(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = on_deadly;
    /* SA_NODEFER: raise in the handler takes effect at once, with the former handler. */
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    for (int signal = 1; signal < NSIG; signal++) {
        is_caught[signal] = 0;
        if (!is_deadly(signal) || sigaction(signal, NULL, &former_deadly[signal]) != 0 ||
            former_deadly[signal].sa_handler == SIG_IGN) {
            continue;
        }
        is_caught[signal] = sigaction(signal, &action, NULL) == 0;
    }
}

int fallom_terminal_catch_signals(void) {
    fallom_give_handlers_a_stack();
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = on_told;
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    for (int i = 0; i < TOLD; i++) {
        if (sigaction(told[i].signal, &action, &former_told[i]) != 0) {
            return -1;
        }
    }
    catch_deadly_signals();
    has_handlers = 1;
    return 0;
}

void fallom_terminal_set_entered(int entered) {
    if (entered) {
        divert_errors();
    } else {
        show_errors();
    }
    atomic_store(&is_entered, entered);
}

void fallom_terminal_lend(int lent) { atomic_store(&is_lent, lent); }

int fallom_terminal_news(void) { return news[0]; }

void fallom_terminal_stop(void) {
    struct sigaction action, ours;
    sigset_t wanted, before;
    memset(&action, 0, sizeof action);
    /* The others of the foreground group stop first, as when the terminal itself sends the signal. */
    action.sa_handler = SIG_IGN;
    sigaction(SIGTSTP, &action, &ours);
    kill(0, SIGTSTP);
    /* Where the main thread blocks the signal, as one that only serves a dispatch queue does, it is queued although it is
       ignored, and would stop the process a second time; ignoring it anew discards what is queued. */
    sigaction(SIGTSTP, &action, NULL);
    /* Then this process, by a signal to this very thread, so that it has stopped when raise returns. */
    action.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &action, NULL);
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &wanted, &before);
    raise(SIGTSTP);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGTSTP, &ours, NULL);
}

void fallom_terminal_forget(void) {
    fallom_terminal_restore();
    if (has_handlers) {
        has_handlers = 0;
        for (int i = 0; i < TOLD; i++) {
            sigaction(told[i].signal, &former_told[i], NULL);
        }
        for (int signal = 1; signal < NSIG; signal++) {
            if (is_caught[signal]) {
                sigaction(signal, &former_deadly[signal], NULL);
            }
        }
    }
    int *descriptors[] = {&news[0], &news[1], &errors_file, &errors_terminal};
    for (int i = 0; i < 4; i++) {
        if (*descriptors[i] >= 0) {
            close(*descriptors[i]);
        }
        *descriptors[i] = -1;
    }
    atomic_store(&is_remembered, 0);
}

int fallom_terminal_size(int descriptor, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
        return -1;
    }
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

int fallom_terminal_pair(int *master, int *slave) {
    *master = posix_openpt(O_RDWR | O_NOCTTY);
    if (*master < 0) {
        return -1;
    }
    const char *name = grantpt(*master) == 0 && unlockpt(*master) == 0 ? ptsname(*master) : NULL;
    *slave = name != NULL ? open(name, O_RDWR | O_NOCTTY) : -1;
    if (*slave < 0) {
        close(*master);
        return -1;
    }
    return 0;
}
