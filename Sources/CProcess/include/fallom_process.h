#ifndef FALLOM_PROCESS_H
#define FALLOM_PROCESS_H

/* Lets all threads share so many heaps. glibc makes one for each thread that meets another at the allocator, up to eight a
   core, and what a thread frees stays in its heap. Does nothing with another C library. */
void fallom_process_limit_heaps(int count);

#endif
