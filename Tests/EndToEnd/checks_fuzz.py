"""Each fuzzer of fuzz.py for a few seconds; `fuzz.py --seconds 60` runs them for longer."""
import random

import fuzz

SECONDS = 4
# A debug build on a busy machine is given room for the half second; `fuzz.py` by itself gives none.
fuzz.ROOM = 4.0


def check_mutated_http(box):
    """Mutated HTTP/1.1 and HTTP/2 on raw connections: nothing falls, and a good client is served all the time."""
    return fuzz.fuzz_http(box, SECONDS, random.Random(11))


def check_mutated_bodies(box):
    """Mutated protobuf, JSON and logs: answered, nothing falls, and a good client is served all the time."""
    return fuzz.fuzz_bodies(box, SECONDS, random.Random(12))


def check_mutated_datagrams(box):
    """Mutated datagrams: nothing falls, and a good client is served all the time."""
    return fuzz.fuzz_datagrams(box, SECONDS, random.Random(13))


def check_mutated_workspace(box):
    """A workspace that changes wildly under a server: nothing falls or waits, and a good client is served all the time."""
    return fuzz.fuzz_workspace(box, SECONDS, random.Random(14))


def check_mutated_stores(box):
    """Damaged stores: every command ends by itself, and what is salvaged is whole."""
    return fuzz.fuzz_store(box, SECONDS, random.Random(15))
