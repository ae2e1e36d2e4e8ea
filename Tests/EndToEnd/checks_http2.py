"""HTTP/2 under abuse: each form of it is refused or rightly answered, ends its own connection at most, and costs nobody else
anything to speak of."""
import os
import struct
import threading
import time

from checks_clients import need
from checks_http import GOOD, connect, is_well, memory, processor_time
from harness import equal, expect
from http2 import (
    ACKNOWLEDGES, CONTINUATION, DATA, DEPENDS, ENDS, GET, GOAWAY, HEADERS, PADDED, PING, POST, PREFACE, PRIORITY, PUSH, RESET,
    SETTINGS, START, WHOLE, block, frame, literal, number, outcomes, packed, request, reset, settings, window,
)

MALFORMED = {"reset 1", "goaway 1", "400"}
"""What a malformed request may meet: an error of its stream, of the connection, or an answer that says so."""
BROKEN = {"goaway 1"}
SIZE = {"goaway 6"}
PACKING = {"goaway 9"}
CLOSED = {"reset 5", "goaway 5", "goaway 1"}
CALM = {"goaway 11", "goaway 1", "end"}
"""Floods: the connection ends."""


def without(*names):
    return [header for header in GET if header[0] not in names]


def sent(*headers):
    return START + request(1, headers=headers)


def forms_of_frames():
    """Frames that are wrong by themselves, or where they stand."""
    whole = request(1)
    return {
        "a stream of the server's": (START + request(2), BROKEN),
        "a number that goes back": (START + request(5) + request(3), BROKEN | CLOSED),
        "headers of no stream": (START + request(0), BROKEN),
        "data of no stream": (START + frame(DATA, ENDS, 0, b"hello"), BROKEN),
        "data before its headers": (START + frame(DATA, ENDS, 1, b"hello"), BROKEN | CLOSED),
        "data behind the end": (START + whole + frame(DATA, ENDS, 1, b"hello"), CLOSED),
        "headers behind the end": (START + whole + whole, CLOSED | {"reset 1"}),
        "a reset of what was never open": (START + reset(1), BROKEN),
        "a window of what was never open": (START + window(1, 10), BROKEN),
        "a reset of three bytes": (START + whole + frame(RESET, 0, 1, b"\0\0\0"), SIZE),
        "settings of five bytes": (START + frame(SETTINGS, 0, 0, b"\0\3\0\0\0"), SIZE),
        "settings of a stream": (START + frame(SETTINGS, 0, 1), BROKEN),
        "an acknowledgement with settings in it": (START + frame(SETTINGS, ACKNOWLEDGES, 0, struct.pack(">HI", 3, 1)), SIZE),
        "an acknowledgement nobody waits for": (START + frame(SETTINGS, ACKNOWLEDGES, 0) * 3, BROKEN | {"quiet"}),
        "a push allowed twice": (START + settings((2, 2)), BROKEN),
        "a frame size below the least": (START + settings((5, 100)), BROKEN),
        "a frame size beyond the most": (START + settings((5, 1 << 24)), BROKEN),
        "a first window beyond counting": (START + settings((4, 1 << 31)), {"goaway 3"}),
        "a ping of seven bytes": (START + frame(PING, 0, 0, b"1234567"), SIZE),
        "a ping of a stream": (START + frame(PING, 0, 1, b"12345678"), BROKEN),
        "a push by the client": (START + whole + frame(PUSH, WHOLE, 1, struct.pack(">I", 2) + block(*GET)), BROKEN),
        "a farewell of a stream": (START + frame(GOAWAY, 0, 1, bytes(8)), BROKEN),
        "a request behind the farewell": (START + frame(GOAWAY, 0, 0, bytes(8)) + whole, {"200", "end", "goaway 0", "quiet"}),
        "a continuation of nothing": (START + frame(CONTINUATION, WHOLE, 1, block(*GET)), BROKEN),
        "a ping inside a header block": (START + frame(HEADERS, ENDS, 1, block(*GET)) + frame(PING, 0, 0, b"12345678"), BROKEN),
        "another stream's headers inside a header block": (START + frame(HEADERS, ENDS, 1, block(*GET)) + request(3), BROKEN),
        "more padding than frame": (START + frame(DATA, PADDED, 1, b"\xff12"), BROKEN | CLOSED),
        "headers of padding alone": (START + frame(HEADERS, PADDED | ENDS | WHOLE, 1, b"\x05abc"), BROKEN),
        "a priority of four bytes": (START + whole + frame(PRIORITY, 0, 1, b"\0\0\0\0"), SIZE | {"reset 6"}),
        "a stream that waits for itself": (
            START + frame(HEADERS, ENDS | WHOLE | DEPENDS, 1, struct.pack(">IB", 1, 1) + block(*GET)),
            {"reset 1", "goaway 1", "200"}),
        "a frame larger than allowed": (
            START + struct.pack(">I", 1 << 23)[1:] + b"\0\0\0\0\0\x01" + b"x" * 100_000, SIZE),
        "a kind of frame nobody knows": (START + frame(77, 0, 0, b"what is this") + whole, {"200"}),
        "flags nobody knows": (START + frame(HEADERS, ENDS | WHOLE | 0x80, 1, block(*GET)), {"200"}),
    }


def forms_of_windows():
    """What a client may do with the room for answers and bodies."""
    return {
        "windows beyond counting": (START + window(0, (1 << 31) - 1) * 2, {"goaway 3"}),
        "a stream's window beyond counting": (
            START + request(1, flags=WHOLE, headers=POST) + window(1, (1 << 31) - 1) * 2, {"reset 3", "goaway 3"}),
        "a window of nothing": (START + window(0, 0), BROKEN),
        "a stream's window of nothing": (
            START + request(1, flags=WHOLE, headers=POST) + window(1, 0), {"reset 1", "goaway 1"}),
        "settings that overflow an open window": (
            START + request(1, flags=WHOLE, headers=POST) + window(1, (1 << 31) - 1 - 65_535) + settings((4, 100_000)),
            {"goaway 3"}),
        "no room for an answer": (PREFACE + settings((4, 0)) + request(1), {"200", "quiet"}),
        "room of one byte at a time": (PREFACE + settings((4, 0)) + request(1) + window(1, 1) * 2000, {"200"}),
        # Room is given as fast as this is read, and the body never ends: 80 MB are more than a body may be.
        "a body beyond every limit": (
            START + request(1, flags=WHOLE, headers=POST) + frame(DATA, 0, 1, bytes(1 << 14)) * 5000, {"413"}),
    }


def forms_of_requests():
    """Header blocks that are no request, or two."""
    return {
        "no path": (sent(*without(":path")), MALFORMED),
        "an empty path": (sent(*without(":path"), (":path", "")), MALFORMED),
        "a path without its slash": (sent(*without(":path"), (":path", "configs")), MALFORMED),
        "two paths": (sent(*GET, (":path", "/prompts")), MALFORMED),
        "no method": (sent(*without(":method")), MALFORMED),
        "a method in small letters": (sent(*without(":method"), (":method", "get")), MALFORMED | {"405"}),
        "a tunnel": (sent((":method", "CONNECT"), (":authority", "evil.example:443")), MALFORMED | {"405"}),
        "no scheme": (sent(*without(":scheme")), MALFORMED),
        "a field of answers": (sent(*GET, (":status", "200")), MALFORMED),
        "a field of nobody's": (sent(*GET, (":secret", "1")), MALFORMED),
        "a pseudo field behind a header": (sent(*GET[:3], ("x", "y"), GET[3]), MALFORMED),
        "no host": (sent(*without(":authority")), MALFORMED | {"200"}),
        "a foreign host": (sent(*without(":authority"), (":authority", "evil.example")), {"421"}),
        "two hosts": (sent(*GET, ("host", "evil.example")), MALFORMED | {"421"}),
        "a connection header": (sent(*GET, ("connection", "close")), MALFORMED),
        "chunks": (sent(*GET, ("transfer-encoding", "chunked")), MALFORMED),
        "trailers of another kind": (sent(*GET, ("te", "gzip")), MALFORMED),
        "a name in capitals": (sent(*GET, ("X-Y", "z")), MALFORMED),
        "a name with a space": (sent(*GET, ("x y", "z")), MALFORMED),
        "a name with a colon": (sent(*GET, ("x:y", "z")), MALFORMED),
        "an empty name": (sent(*GET, ("", "z")), MALFORMED | PACKING),
        "a line feed in a value": (sent(*GET, ("x", "a\nb: c")), MALFORMED),
        "a carriage return in a value": (sent(*GET, ("x", "a\rb")), MALFORMED),
        "NUL in a value": (sent(*GET, ("x", "a\0b")), MALFORMED),
        "a request in the path": (
            sent(*without(":path"), (":path", "/configs HTTP/1.1\r\nHost: localhost\r\n\r\nGET /prompts")), MALFORMED),
        "a request in the method": (sent(*without(":method"), (":method", "GET /prompts HTTP/1.1\r\n\r\nGET")), MALFORMED | {"405"}),
        "more body than announced": (
            START + request(1, ("content-length", "2"), flags=WHOLE, headers=POST) + frame(DATA, ENDS, 1, GOOD), MALFORMED),
        "less body than announced": (
            START + request(1, ("content-length", "9999"), flags=WHOLE, headers=POST) + frame(DATA, ENDS, 1, GOOD), MALFORMED),
        "two lengths": (
            START + request(1, ("content-length", "2"), ("content-length", "3"), flags=WHOLE, headers=POST)
            + frame(DATA, ENDS, 1, b"{}"), MALFORMED),
        "a length that is none": (
            START + request(1, ("content-length", "-2"), flags=WHOLE, headers=POST) + frame(DATA, ENDS, 1, b"{}"), MALFORMED),
        "trailers without an end": (
            START + request(1, flags=WHOLE, headers=POST) + frame(DATA, 0, 1, GOOD)
            + frame(HEADERS, WHOLE, 1, literal("x", "y")), MALFORMED),
        "trailers with a path": (
            START + request(1, flags=WHOLE, headers=POST) + frame(DATA, 0, 1, GOOD)
            + frame(HEADERS, WHOLE | ENDS, 1, literal(":path", "/prompts")), MALFORMED),
        "a thousand headers": (sent(*GET, *[("a", "b")] * 1000), MALFORMED | PACKING | {"431"}),
        "a header of 70 kB": (
            sent(*GET, ("x", "a" * 70_000)), MALFORMED | PACKING | CALM | {"431"}),
        "two thousand crumbs of a cookie": (sent(*GET, *[("cookie", "a=b")] * 2000), MALFORMED | PACKING | {"431"}),
    }


def forms_of_packing():
    """Header blocks that do not unpack, or to far more than they are."""
    bomb = b"\x40" + number(1000) + b"a" * 1000 + number(3000) + b"b" * 3000 + b"\xbe" * 20_000
    tables = number(4096, 5, 0x20) + number(0, 5, 0x20)
    return {
        "headers that are no HPACK": (START + frame(HEADERS, ENDS | WHOLE, 1, b"\xff" * 8), PACKING),
        "a number without end": (START + frame(HEADERS, ENDS | WHOLE, 1, b"\xff" + b"\x80" * 10_000), PACKING),
        "the entry of no number": (START + frame(HEADERS, ENDS | WHOLE, 1, b"\x80"), PACKING),
        "an entry that is not there": (START + frame(HEADERS, ENDS | WHOLE, 1, number(5000, 7, 0x80)), PACKING),
        "a table larger than allowed": (START + frame(HEADERS, ENDS | WHOLE, 1, number(1 << 20, 5, 0x20) + block(*GET)), PACKING),
        "a table's size in the middle": (START + frame(HEADERS, ENDS | WHOLE, 1, block(*GET) + number(10, 5, 0x20)), PACKING),
        "thousands of sizes of a table": (
            START + packed(1, tables * 3000 + block(*GET)), PACKING | {"200"}),
        "a text longer than its block": (START + frame(HEADERS, ENDS | WHOLE, 1, block(*GET) + b"\0\x01a\x7f\xff\x7fb"), PACKING),
        "Huffman's end in a text": (
            START + frame(HEADERS, ENDS | WHOLE, 1, block(*GET) + b"\0\x01a\x84\xff\xff\xff\xff"), PACKING),
        "a header list that unpacks to megabytes": (
            START + packed(1, block(*GET) + bomb), MALFORMED | PACKING | CALM | {"431"}),
    }


def forms_of_floods():
    """Much of what is allowed."""
    flips = b"".join(settings((4, size)) for size in (0, 65_535))
    opened = b"".join(request(stream, flags=WHOLE, headers=POST) for stream in range(1, 200, 2))
    made_to_reset = b"".join(
        request(stream, flags=WHOLE, headers=POST) + window(stream, 0) for stream in range(1, 20_001, 2))
    behind = b"".join(request(stream) + frame(DATA, 0, stream, b"x") for stream in range(1, 20_001, 2))
    return {
        "rapid reset": (START + b"".join(request(stream) + reset(stream) for stream in range(1, 20_001, 2)), CALM),
        "resets that the server is made to send": (START + made_to_reset, CALM),
        "data behind each end": (START + behind, CALM | CLOSED),
        "continuations without end": (
            START + frame(HEADERS, ENDS, 1, block(*GET)) + frame(CONTINUATION, 0, 1) * 100_000, CALM),
        "continuations that add up": (
            START + frame(HEADERS, ENDS, 1, block(*GET)) + frame(CONTINUATION, 0, 1, block(("a", "b")) * 2000) * 500, CALM),
        "settings without end": (START + settings((3, 100)) * 100_000, CALM),
        "windows that open and shut under open streams": (START + opened + flips * 50_000, CALM),
        "acknowledgements without end": (START + frame(SETTINGS, ACKNOWLEDGES, 0) * 100_000, CALM),
        "pings without end": (START + frame(PING, 0, 0, b"12345678") * 100_000, CALM),
        "answers to pings without end": (START + frame(PING, ACKNOWLEDGES, 0, b"12345678") * 100_000, CALM),
        "priorities without end": (START + frame(PRIORITY, 0, 1, b"\0\0\0\0\x10") * 100_000, CALM),
        "frames nobody knows without end": (START + frame(77, 0, 0, b"x") * 100_000, CALM | {"quiet"}),
        "windows of the connection without end": (START + window(0, 1) * 100_000, CALM | {"quiet"}),
        "empty data without end": (START + request(1, flags=WHOLE, headers=POST) + frame(DATA, 0, 1) * 100_000, CALM),
        "padded data without end": (
            START + request(1, flags=WHOLE, headers=POST) + frame(DATA, PADDED, 1, b"\xff" + bytes(255)) * 20_000, CALM | {"quiet", "reset 3", "goaway 3"}),
        "more streams than allowed": (
            START + b"".join(request(stream, flags=WHOLE) for stream in range(1, 1001, 2)),
            {"reset 7", "goaway 1", "goaway 7", "end"}),
        "the preface and nothing": (PREFACE, {"quiet", "end"}),
        "the preface and nonsense": (PREFACE + b"GET / HTTP/1.1\r\n\r\n" * 10, SIZE | BROKEN),
        "the preface twice": (PREFACE + PREFACE + settings(), SIZE | BROKEN),
        "half a preface": (PREFACE[:10], {"quiet", "end"}),
        "no settings": (PREFACE + request(1), BROKEN),
    }


def check_every_form_is_refused_or_rightly_answered(box):
    """A hundred forms of HTTP/2 that is broken, contradicts itself, or is too much: each has its refusal or its right answer,
    and a good request on a new connection works while it goes on and after it."""
    need("h2")
    forms = {**forms_of_frames(), **forms_of_windows(), **forms_of_requests(), **forms_of_packing(), **forms_of_floods()}
    wrong = []
    with box.serve() as server:
        for name, (data, allowed) in forms.items():
            with connect(server, 10) as link:
                sender = threading.Thread(target=push_all, args=(link, data), daemon=True)
                sender.start()
                # A debug build on a busy machine is given room.
                is_well(server, name, seconds=5)
                found = outcomes(link, quiet=1.0 if len(data) < 1 << 20 else 5.0) or ["quiet"]
            sender.join(10)
            if not allowed & set(found) and not (found == ["end"] and allowed & (BROKEN | CALM | SIZE | PACKING | CLOSED)):
                wrong.append(f"{name}: {found[:8]} where one of {sorted(allowed)} is right")
            is_well(server, f"after {name}")
        expect(not wrong, "\n  ".join(["forms met wrongly:", *wrong]))
        most = memory(server)[1]
        expect(most < 250, f"{most} MB were in use")
    return f"{len(forms)} forms, at most {most} MB"


def push_all(link, data):
    try:
        link.sendall(data)
    except OSError:
        pass


def check_a_request_in_single_bytes_is_a_request(box):
    """However small the pieces are that it comes in."""
    need("h2")
    with box.serve() as server, connect(server) as link:
        for byte in START + request(1):
            link.sendall(bytes([byte]))
        equal(outcomes(link), ["200"], "what came back")


def check_streams_that_are_left_open_shut_nobody_out(box):
    """Forty connections (FALLOM_CROWD more or less) open a hundred streams each and say nothing on them, or a little now and then: a new
    client is served at once all the same, memory stays bounded, and no processor spins."""
    need("h2")
    opened = START + b"".join(request(stream, flags=WHOLE, headers=POST) for stream in range(1, 201, 2))
    with box.serve() as server:
        links = []
        for _ in range(int(os.environ.get("FALLOM_CROWD", "40"))):
            link = connect(server)
            push_all(link, opened)
            links.append(link)
        start = time.monotonic()
        # A debug build takes a while to open them all.
        is_well(server, "beside streams that are being opened", seconds=15)
        opening = time.monotonic() - start
        for stream in range(1, 201, 20):
            for link in links:
                push_all(link, frame(DATA, 0, stream, b"{"))
            is_well(server, "beside streams that are left open", seconds=2)
        before = processor_time(server)
        time.sleep(1)
        used = processor_time(server) - before
        most = memory(server)[1]
        for link in links:
            link.close()
        is_well(server, "after streams that were left open")
    expect(most < 400, f"{most} MB were in use")
    expect(used < 0.6, f"{used:.2f} s of a processor in a second of nothing")
    return f"{len(links) * 100} streams, the first good request {opening:.2f} s, at most {most} MB"


def check_large_bodies_that_come_slowly_shut_nobody_out(box):
    """Many connections that each sent megabytes of a body and then nothing: a small request is taken all the same."""
    need("h2")
    head = b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000000\r\n\r\n"
    with box.serve() as server:
        links = []
        for number in range(200):
            link = connect(server)
            size = 40_000_000 if number < 6 else 250_000
            push_all(link, head + b" " * size)
            links.append(link)
        for _ in range(5):
            is_well(server, "beside bodies that do not come", seconds=2)
        most = memory(server)[1]
        for link in links:
            link.close()
    expect(most < 600, f"{most} MB were in use")
    return f"at most {most} MB"
