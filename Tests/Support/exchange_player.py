#!/usr/bin/env python3
"""Plays the recorded exchanges with model providers on a port of its own, for until_stdin_closes.py."""
import pathlib
import threading
from http.server import ThreadingHTTPServer

import exchanges

FIXTURE = pathlib.Path(__file__).resolve().parent.parent / "ProviderCallsTests/Fixtures/exchanges.json"


class Server(ThreadingHTTPServer):
    # Tests ask for all exchanges at once.
    request_queue_size = 1024
    daemon_threads = True


class ExchangePlayer:
    def __init__(self):
        exchanges.Player.exchanges = exchanges.load(FIXTURE)
        self.server = Server(("127.0.0.1", 0), exchanges.Player)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]

    def start(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self
