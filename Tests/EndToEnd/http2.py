"""HTTP/2 by hand: frames and header blocks that no library would send, and what comes back for them."""
import socket
import struct
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RESET, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
# Flags; an acknowledgement has the bit of a stream's end.
ENDS, WHOLE, PADDED, DEPENDS = 1, 4, 8, 32
ACKNOWLEDGES = 1


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def settings(*pairs):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", *pair) for pair in pairs))


def window(stream, increment):
    return frame(WINDOW, 0, stream, struct.pack(">I", increment))


def reset(stream, code=8):
    return frame(RESET, 0, stream, struct.pack(">I", code))


START = PREFACE + settings()


def number(value, bits=7, first=0):
    """An integer of HPACK whose first byte has so many bits for it."""
    most = (1 << bits) - 1
    if value < most:
        return bytes([first | value])
    made = [first | most]
    value -= most
    while value >= 128:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes(made + [value])


def literal(name, value):
    """A header as it is, whatever it holds, that changes no table."""
    name, value = (each.encode("latin-1") if isinstance(each, str) else each for each in (name, value))
    return b"\0" + number(len(name)) + name + number(len(value)) + value


GET = [(":method", "GET"), (":scheme", "http"), (":path", "/configs"), (":authority", "localhost")]
POST = [(":method", "POST"), (":scheme", "http"), (":path", "/v1/traces"), (":authority", "localhost"),
        ("content-type", "application/json")]


def block(*headers):
    return b"".join(literal(*header) for header in headers)


def packed(stream, content, flags=ENDS | WHOLE):
    """A header block in as many frames as it needs: none is larger than every server takes."""
    parts = [content[start:start + 16_000] for start in range(0, len(content), 16_000)] or [b""]
    first = frame(HEADERS, flags & ~WHOLE if len(parts) > 1 else flags, stream, parts[0])
    return first + b"".join(
        frame(CONTINUATION, WHOLE if number == len(parts) - 2 else 0, stream, part) for number, part in enumerate(parts[1:]))


def request(stream, *more, flags=ENDS | WHOLE, headers=None):
    return packed(stream, block(*(GET if headers is None else headers), *more), flags)


def h2_requests(streams, headers):
    every = [(":scheme", "http"), (":authority", "localhost"), *headers]
    return START + b"".join(request(stream, headers=sorted(every, key=lambda pair: pair[0][0] != ":")) for stream in streams)


def outcomes(link, seconds=10.0, quiet=1.0):
    """What the server says until it ends the connection, or is quiet for that long: statuses (`"200"`), `"reset N"`,
    `"goaway N"` with their codes, `"end"` for the connection's."""
    import hpack

    decoder = hpack.Decoder()
    found, held, limit = [], b"", time.monotonic() + seconds
    while time.monotonic() < limit:
        link.settimeout(quiet)
        try:
            more = link.recv(1 << 16)
        except (socket.timeout, TimeoutError):
            return found
        except OSError:
            more = b""
        if not more:
            return found + ["end"]
        held += more
        while len(held) >= 9 and len(held) >= 9 + int.from_bytes(held[:3], "big"):
            length, kind = int.from_bytes(held[:3], "big"), held[3]
            payload, held = held[9:9 + length], held[9 + length:]
            if kind == HEADERS:
                found += [value for name, value in decoder.decode(payload) if name == ":status"]
            elif kind == RESET:
                found.append(f"reset {int.from_bytes(payload, 'big')}")
            elif kind == GOAWAY:
                found.append(f"goaway {int.from_bytes(payload[4:8], 'big')}")
    return found + ["never quiet"]
