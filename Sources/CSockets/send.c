#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "fallom_send.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { LARGEST_BATCH = 64 };

#ifdef __linux__

int fallom_send_datagrams(int fd, const uint8_t *bytes, const size_t *lengths, unsigned count)
{
    struct mmsghdr messages[LARGEST_BATCH];
    struct iovec vectors[LARGEST_BATCH];

    if (count > LARGEST_BATCH) count = LARGEST_BATCH;
    memset(messages, 0, sizeof messages[0] * count);
    for (unsigned i = 0; i < count; i++) {
        vectors[i].iov_base = (void *)bytes;
        vectors[i].iov_len = lengths[i];
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        bytes += lengths[i];
    }
    return sendmmsg(fd, messages, count, 0);
}

#else

int fallom_send_datagrams(int fd, const uint8_t *bytes, const size_t *lengths, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (send(fd, bytes, lengths[i], 0) < 0) return i == 0 ? -1 : (int)i;
        bytes += lengths[i];
    }
    return (int)count;
}

#endif
