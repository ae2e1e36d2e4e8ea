#ifndef FALLOM_SEND_H
#define FALLOM_SEND_H

#include <stddef.h>
#include <stdint.h>

/// Sends datagrams that stand one after the other at `bytes`, the i-th `lengths[i]` bytes long, on a connected socket:
/// up to `count` (at most 64) in one call. Returns how many went out, or -1 with errno when the first did not.
int fallom_send_datagrams(int fd, const uint8_t *bytes, const size_t *lengths, unsigned count);

#endif
