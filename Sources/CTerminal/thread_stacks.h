#ifndef FALLOM_THREAD_STACKS_H
#define FALLOM_THREAD_STACKS_H

/* Gives signal handlers on this thread a stack of their own, unless they have one. Every thread of the process gets its when
   it begins; the first, when the program does. */
void fallom_give_handlers_a_stack(void);

#endif
