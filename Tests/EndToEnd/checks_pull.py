"""Services that answer `pull` with more than anybody asked for."""
import gzip
import http.server
import resource
import threading

from harness import equal, expect


class Flood(http.server.BaseHTTPRequestHandler):
    """Answers without an end: as it is, or as gzip that is small on its way."""

    def do_GET(self):
        compressed = "gzip" in self.path
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if compressed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        block = b"[" * (1 << 20)
        try:
            if compressed:
                with gzip.GzipFile(fileobj=self.wfile, mode="wb") as out:
                    for _ in range(600):
                        out.write(block)
            else:
                while True:
                    self.wfile.write(block)
        except OSError:
            pass

    def log_message(self, *_):
        pass


def check_an_answer_without_end_is_refused_in_bounded_memory(box):
    """600 MB of gzip, and bytes that never stop: exit status 1 with a sentence, at most 250 MB of memory."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Flood)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        for kind in ("gzip", "plain"):
            url = f"http://127.0.0.1:{server.server_port}/{kind}"
            done = box.run("configs", "pull", "--url", url, check=False, env={"FALLOM_API_KEY": "k"})
            equal(done.returncode, 1, f"exit status ({done.stderr.decode()})")
            expect(b"larger than 64 MB" in done.stderr, done.stderr.decode())
        peak = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        expect(peak == before or peak < 250 * 1024, f"{peak // 1024} MB of memory")
    finally:
        server.shutdown()
    return f"{peak // 1024} MB at most"
