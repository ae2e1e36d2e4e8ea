#ifndef FALLOM_TERMINAL_H
#define FALLOM_TERMINAL_H

#include <stddef.h>

/*
 The terminal of this process, as far as signal handlers have to know it: how it was, how to make it so again, and a pipe
 that tells the input loop of signals. One terminal at a time.

 Handlers do nothing but write(2), tcsetattr(3), sigaction(2), nanosleep(2) and raise(3), which are async-signal-safe. They
 run on a stack of their own on every thread (thread_stacks.c), so that an overflow of any is survived long enough.
 */

/* What a byte on the pipe says. */
enum {
    FALLOM_NEWS_RESIZED = 'W',
    FALLOM_NEWS_STOP = 'Z',
    FALLOM_NEWS_CONTINUED = 'C',
    FALLOM_NEWS_INTERRUPTED = 'I',
    FALLOM_NEWS_TERMINATED = 'T',
    FALLOM_NEWS_HUNG_UP = 'H',
    FALLOM_NEWS_WAKE = '.'
};

/* Remembers how the terminal is now and makes the pipe. Returns 0, or -1 with errno (EBUSY: there is one already). */
int fallom_terminal_remember(int input, int output);

/* The bytes that leave all modes the program has entered; at most 1024, else -1. Set before the modes are entered. */
int fallom_terminal_set_farewell(const void *bytes, size_t count);

/* Installs the handlers of signals that end, stop, resize and crash. Returns 0, or -1 with errno. After a crash, or any other
   deadly signal that can be caught, the terminal is restored and the process dies of the signal. Swift's own crash reporter,
   which keeps the process alive in a raw terminal while it writes, is left out; with SWIFT_BACKTRACE in the environment the
   handlers that were there before get the signal once the terminal is restored. */
int fallom_terminal_catch_signals(void);

/* Marks the screen as entered (1) or left (0); only an entered one is restored by a handler or at exit. While it is entered
   and standard error is a terminal, what is written there is kept back and shown when the screen is left. */
void fallom_terminal_set_entered(int entered);

/* Marks the terminal as lent to another program of the foreground (1) or taken back (0). While it is lent, SIGINT and SIGQUIT,
   which its keys send to both, are that program's alone. */
void fallom_terminal_lend(int lent);

/* The end of the pipe to read from; not blocking. */
int fallom_terminal_news(void);

/* Puts a byte into the pipe. */
void fallom_terminal_tell(char news);

/* Stops the process as Ctrl-Z does by default and returns when it is continued. The screen has to be left before. */
void fallom_terminal_stop(void);

/* Writes the farewell and sets the modes of the line back to how they were remembered, if the screen is entered. */
void fallom_terminal_restore(void);

/* Restores, puts the former handlers back and forgets the terminal. */
void fallom_terminal_forget(void);

/* Reads the size of a terminal. Returns 0, or -1 where it tells none. */
int fallom_terminal_size(int descriptor, int *columns, int *rows);

/* Opens both ends of a new pseudo-terminal, for tests. Returns 0, or -1 with errno. */
int fallom_terminal_pair(int *master, int *slave);

#endif
