#ifndef FALLOM_SOCKETS_H
#define FALLOM_SOCKETS_H

#include <stddef.h>
#include <stdint.h>

/// Opens a UDP socket that does not block, bound to a loopback address: `::1` when `is_v6`, else the IPv4 `address` in
/// host order. `port` is the port wanted (0: any) and gets the port bound. The descriptor, or -1 with errno.
int fallom_open_loopback_udp(int is_v6, uint32_t address, uint16_t *port);

/// One datagram of a received batch.
typedef struct {
    /// Bytes of the datagram that are in its slot.
    uint32_t length;
    /// Not 0 when the datagram was longer than its slot.
    uint32_t truncated;
} fallom_datagram;

/// Waits for datagrams on `fd` and takes up to `count` (at most 64) of them in one call: the i-th goes to
/// `slots + i * slot_size`. Returns how many came, or -1 with errno. `dropped` gets the kernel's drop counter of the
/// socket where the kernel sent one along, and is left alone otherwise.
int fallom_receive_datagrams(
    int fd, uint8_t *slots, size_t slot_size, fallom_datagram *datagrams, unsigned count, uint32_t *dropped);

/// Asks the kernel to say with each datagram how many were dropped before it. 0, or -1 where it cannot.
int fallom_request_drop_counts(int fd);

/// The kernel's drop counter of the socket, or -1 where it cannot tell.
int64_t fallom_drop_count(int fd);

#endif
