#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "fallom_sockets.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { LARGEST_BATCH = 64 };

#ifdef __linux__

#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif
/* The places of struct sock_diag's SK_MEMINFO_* array; linux/sock_diag.h is not always installed. */
enum { MEMINFO_DROPS = 8, MEMINFO_COUNT = 9 };

typedef union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(uint32_t))];
} drop_control;

int fallom_receive_datagrams(
    int fd, uint8_t *slots, size_t slot_size, fallom_datagram *datagrams, unsigned count, uint32_t *dropped)
{
    struct mmsghdr messages[LARGEST_BATCH];
    struct iovec vectors[LARGEST_BATCH];
    drop_control controls[LARGEST_BATCH];

    if (count > LARGEST_BATCH) count = LARGEST_BATCH;
    memset(messages, 0, sizeof messages[0] * count);
    for (unsigned i = 0; i < count; i++) {
        vectors[i].iov_base = slots + i * slot_size;
        vectors[i].iov_len = slot_size;
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_control = &controls[i];
        messages[i].msg_hdr.msg_controllen = sizeof controls[i];
    }
    int received = recvmmsg(fd, messages, count, MSG_WAITFORONE, NULL);
    for (int i = 0; i < received; i++) {
        struct msghdr *header = &messages[i].msg_hdr;
        datagrams[i].length = messages[i].msg_len;
        datagrams[i].truncated = (header->msg_flags & MSG_TRUNC) != 0;
        for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
            if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
                memcpy(dropped, CMSG_DATA(c), sizeof *dropped);
            }
        }
    }
    return received;
}

int fallom_request_drop_counts(int fd)
{
    int on = 1;
    return setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
}

int64_t fallom_drop_count(int fd)
{
    uint32_t figures[MEMINFO_COUNT] = {0};
    socklen_t size = sizeof figures;
    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, figures, &size) != 0) return -1;
    return size >= sizeof figures ? (int64_t)figures[MEMINFO_DROPS] : -1;
}

#else

int fallom_receive_datagrams(
    int fd, uint8_t *slots, size_t slot_size, fallom_datagram *datagrams, unsigned count, uint32_t *dropped)
{
    (void)count;
    (void)dropped;
    struct iovec vector = {slots, slot_size};
    struct msghdr header;
    memset(&header, 0, sizeof header);
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    ssize_t length = recvmsg(fd, &header, 0);
    if (length < 0) return -1;
    datagrams[0].length = (uint32_t)length;
    datagrams[0].truncated = (header.msg_flags & MSG_TRUNC) != 0;
    return 1;
}

int fallom_request_drop_counts(int fd)
{
    (void)fd;
    return -1;
}

int64_t fallom_drop_count(int fd)
{
    (void)fd;
    return -1;
}

#endif
