#!/usr/bin/env python3
"""A model API that answers by a script, for what clients make of failures. Python 3.9+ standard library only.

    POST /s/SCRIPT/...   SCRIPT: JSON in URL-safe base64, a list of answers; the Nth request of a SCRIPT gets the Nth, the last one
                         ever after. An answer: {"status": 200, "headers": {...}, "pieces": ["text", ...], "pause_ms": 0,
                         "stall": false, "cut": false}; `pause_ms` between pieces, `stall`: nothing after the last piece,
                         `cut`: the connection is reset after it; a header "content-encoding": "gzip" compresses the pieces
    GET /_log            what was received: [{"path", "headers", "body"}]
"""
import base64
import gzip
import json
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOG = []
COUNTS = {}
LOCK = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def do_GET(self):
        with LOCK:
            body = json.dumps(LOG).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        script = self.path.split("/")[2]
        with LOCK:
            LOG.append({"path": self.path, "headers": dict(self.headers.items()), "body": body.decode("utf-8", "replace")})
            turn = COUNTS[script] = COUNTS.get(script, 0) + 1
        answers = json.loads(base64.urlsafe_b64decode(script + "=" * (-len(script) % 4)))
        self.answer(answers[min(turn, len(answers)) - 1])

    def answer(self, answer):
        self.send_response(answer.get("status", 200))
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        compress = gzip.compress if answer.get("headers", {}).get("content-encoding") == "gzip" else bytes
        for piece in answer.get("pieces", []):
            data = compress(piece.encode())
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.flush()
            time.sleep(answer.get("pause_ms", 0) / 1000)
        if answer.get("stall"):
            threading.Event().wait()
        if answer.get("cut"):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (ConnectionError, ValueError, OSError):
            self.close_connection = True


class Server(ThreadingHTTPServer):
    request_queue_size = 1024
    daemon_threads = True


class ScriptedProvider:
    def __init__(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]

    def start(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self
