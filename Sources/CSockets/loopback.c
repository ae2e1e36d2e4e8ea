#include "fallom_sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} loopback_address;

static socklen_t fill(loopback_address *address, int is_v6, uint32_t v4, uint16_t port)
{
    memset(address, 0, sizeof *address);
    if (is_v6) {
        address->v6.sin6_family = AF_INET6;
        address->v6.sin6_port = htons(port);
        address->v6.sin6_addr = in6addr_loopback;
        return sizeof address->v6;
    }
    address->v4.sin_family = AF_INET;
    address->v4.sin_port = htons(port);
    address->v4.sin_addr.s_addr = htonl(v4);
    return sizeof address->v4;
}

int fallom_open_loopback_udp(int is_v6, uint32_t v4, uint16_t *port)
{
    loopback_address address;
    socklen_t size = fill(&address, is_v6, v4, *port);

    int fd = socket(address.any.sa_family, SOCK_DGRAM, 0);
    if (fd < 0) return -1;
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
        bind(fd, &address.any, size) != 0 || getsockname(fd, &address.any, &size) != 0) {
        int code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    *port = ntohs(is_v6 ? address.v6.sin6_port : address.v4.sin_port);
    return fd;
}
