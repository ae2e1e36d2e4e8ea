#!/usr/bin/env python3
"""A double of Fallom's service that can misbehave. Python 3.9+ standard library only.

The first part of a path says how it answers, the rest is what the service would have:
    /ok/...         200 {} (POST), and the lists of /ok/configs etc.
    /status-NNN/... that status, with Retry-After: 0
    /garbage/...    200 and bytes that are neither HTTP body length nor JSON
    /drip/...       headers, then one byte a second for ever
    /redirect/...   302 to /stolen/...
    /hangup/...     the connection closes without an answer
    /echo-NNN/...   that status, and an error whose every text is the request's body, as providers repeat what was asked
    /once-NNN/...   that status for the first request of each body, 200 afterwards
A TLS hello is left waiting, and counted as `tls`.
GET /_seen/N/NAME   waits until there were N requests with that X-Name, and answers how many there were
GET /_log           what was received, as JSON: [{"method", "path", "headers", "body"}]
"""
import collections
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOG = []
SEEN = set()
LOCK = threading.Lock()
COUNTS = collections.Counter()
COUNTED = threading.Condition(LOCK)


def count(name):
    with COUNTED:
        COUNTS[name] += 1
        COUNTED.notify_all()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def handle(self):
        try:
            if self.connection.recv(1, socket.MSG_PEEK) == b"\x16":
                count("tls")
                while self.connection.recv(65536):
                    pass
                return
        except OSError:
            return
        super().handle()

    def answer(self, status, body=b"{}", headers=()):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def read_body(self):
        if "chunked" not in (self.headers.get("Transfer-Encoding") or "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while True:
            size = int(self.rfile.readline().split(b";")[0], 16)
            parts.append(self.rfile.read(size))
            self.rfile.readline()
            if size == 0:
                return b"".join(parts)

    def handle_any(self):
        body = self.read_body()
        if self.path == "/_log":
            with LOCK:
                return self.answer(200, json.dumps(LOG).encode())
        if self.path.startswith("/_seen/"):
            wanted, name = self.path.split("/")[2:]
            with COUNTED:
                COUNTED.wait_for(lambda: COUNTS[name] >= int(wanted), timeout=600)
                seen = COUNTS[name]
            return self.answer(200, b"%d" % seen)
        with LOCK:
            LOG.append({"method": self.command, "path": self.path, "headers": dict(self.headers.items()),
                        "body": body.decode("utf-8", "replace")})
        mode, _, rest = self.path[1:].partition("/")
        count(self.headers.get("X-Name"))
        if mode == "ok":
            lists = {"configs": {"configs": []}, "prompts": {"prompts": []},
                     "prompt-ab-tests": {"prompt_ab_tests": []}}
            return self.answer(200, json.dumps(lists.get(rest, {})).encode())
        if mode.startswith("status-"):
            return self.answer(int(mode[7:]), headers=[("Retry-After", "0")])
        if mode.startswith("echo-"):
            text = body.decode("utf-8", "replace")
            return self.answer(int(mode[5:]), json.dumps(
                {"error": {"message": text, "type": text, "code": text, "status": text}}).encode())
        if mode.startswith("once-"):
            with LOCK:
                first = (mode, body) not in SEEN
                SEEN.add((mode, body))
            return self.answer(int(mode[5:]) if first else 200, headers=[("Retry-After", "0")])
        if mode == "garbage":
            self.wfile.write(b"\x00\xff\xfe not http at all \r\n\r\n")
            self.close_connection = True
            return
        if mode == "drip":
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    time.sleep(1)
            except OSError:
                self.close_connection = True
            return
        if mode == "redirect":
            return self.answer(302, headers=[("Location", "/stolen/" + rest)])
        if mode == "hangup":
            self.close_connection = True
            return
        self.answer(200)

    do_GET = do_POST = handle_any


class Server(ThreadingHTTPServer):
    """With the default of 5 the kernel drops connections when many tests call at once, and a client waits seconds."""

    request_queue_size = 256
    daemon_threads = True


class FakeBackend:
    def __init__(self, port=0):
        self.httpd = Server(("127.0.0.1", port), Handler)
        self.url = "http://127.0.0.1:%d" % self.httpd.server_address[1]

    def start(self):
        threading.Thread(target=self.httpd.serve_forever, daemon=True).start()
        return self
