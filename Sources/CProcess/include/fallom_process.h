#ifndef FALLOM_PROCESS_H
#define FALLOM_PROCESS_H

#include <stddef.h>

/* Lets all threads share so many heaps. glibc makes one for each thread that meets another at the allocator, up to eight a
   core, and what a thread frees stays in its heap. What is 256 KiB or larger lies outside of the heaps, and is the system's
   again as soon as it is freed: else every block that is read and every table that grows leaves a hole that nothing else
   fits into. Does nothing with another C library. */
void fallom_process_limit_heaps(int count);

/* Gives what is free in the heaps back to the system where that is so many bytes or more. glibc gives back by itself what
   lies at the end of a heap, and the smallest piece in use above it keeps the rest. Does nothing with another C library. */
void fallom_process_return_memory(size_t least);

#endif
