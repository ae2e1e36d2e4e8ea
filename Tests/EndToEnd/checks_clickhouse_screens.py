"""What a person sees on the terminal where a ClickHouse gives trouble: a sentence that says what to do, whole, and no secret.
With FALLOM_PICTURES=DIR each screen is written there as text."""
import http.server
import json
import os
import pathlib
import re
import socket
import subprocess
import threading

from checks_clickhouse import SECRET, Double, ask, on_clickhouse
from harness import expect, record
from pty_screen import Screen

SIZES = [(80, 24), (160, 45)]


class Old(http.server.BaseHTTPRequestHandler):
    """Answers as ClickHouse 18.16.1 of Debian 12 does: it knows neither the settings nor half of the functions."""

    def do_POST(self):
        asked = self.path + self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        unknown = re.search(r"cancel_http_readonly_queries_on_client_close|do_not_merge_across_partitions_select_final", asked)
        self.send_response(500 if unknown else 200)
        self.send_header("X-ClickHouse-Server-Display-Name", "old")
        self.end_headers()
        self.wfile.write(
            f"Code: 115, e.displayText() = DB::Exception: Unknown setting {unknown[0]}, e.what() = DB::Exception\n".encode()
            if unknown else b"18.16.1\n")

    def log_message(self, *_):
        pass


def words_of(screen):
    """What stands on the screen as one text: what fills a row goes on in the next, as a terminal breaks it."""
    text = "".join(line if line[-1:].strip() else line.rstrip() + " " for line in screen.screen.display)
    return re.sub(r"\s+", " ", text)


def shown(box, name, url, sentences, columns, rows):
    """Opens the console, waits for the sentences, and looks at the screen they are on."""
    screen = Screen(box, "--store", url, "--no-listen", columns=columns, rows=rows)
    screen.wait(seconds=60)
    screen.pump(0.3)
    picture = keep_picture(screen, name, f"{columns}x{rows}")
    seen = words_of(screen)
    for sentence in sentences:
        expect(sentence in seen, f"{name} at {columns}x{rows}: '{sentence}' is not there, or broken within a word:\n{picture}")
    expect(SECRET not in seen, f"{name}: a secret is on the screen:\n{picture}")


class Open(Screen):
    """The console on a ClickHouse while something goes wrong with that."""

    def __init__(self, box, name, url, columns, rows):
        super().__init__(box, "--store", url, "--no-listen", columns=columns, rows=rows)
        self.name, self.size = name, f"{columns}x{rows}"

    def loaded(self):
        self.until("s-[012]", seconds=40)
        self.type("2")
        self.until("3 sessions", seconds=40)

    def asks_again(self):
        """A filter is a new question."""
        self.type("/")
        self.type("kind:llm")
        self.type("Enter")

    def tells(self, *sentences):
        for sentence in sentences:
            self.until(r"\s+".join(map(re.escape, sentence.split())), seconds=60)
        picture = keep_picture(self, self.name, self.size)
        expect(SECRET not in picture and "look-only" not in picture, f"{self.name}: a secret is on the screen:\n{picture}")
        last = picture.rstrip().splitlines()[-1]
        expect("…" not in last, f"{self.name} at {self.size} is cut off:\n{picture}")
        self.kill()


def keep_picture(screen, name, size):
    picture = "\n".join(line.rstrip() for line in screen.screen.display)
    if folder := os.environ.get("FALLOM_PICTURES"):
        (pathlib.Path(folder) / f"{name}-{size}.txt").write_text(picture + "\n")
    return picture


def check_a_store_that_cannot_be_opened_says_why_on_the_terminal(box):
    """Wrong password, no tables, an old server, TLS where there is none and with a certificate nobody knows: at 80 and at 160 columns the
    sentence and what to do stand there whole, broken between words."""
    double = Double(box)
    old = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Old)
    threading.Thread(target=old.serve_forever, daemon=True).start()
    strange = with_tls(box)
    place = f"ann@127.0.0.1:{double.port}/traces"
    troubles = {
        "password": (f"clickhouse://{place}", "wrong-" + SECRET, [
            "the user 'ann' or the password is wrong", "set FALLOM_CLICKHOUSE_PASSWORD, and name the user in the address"]),
        "no-table": (f"clickhouse://{place}", SECRET, [
            "there are no tables of ours in the database 'traces'", f"make them with 'fallom store create clickhouse://{place}'"]),
        "old-server": (f"clickhouse://ann@127.0.0.1:{old.server_port}/traces", SECRET, [
            "the server has version 18.16.1, which lacks what the store is made of", "update it to 24.8 or newer"]),
        "tls-refused": (f"clickhouses://{place}", SECRET, [
            "no TLS connection comes about (what answers there speaks no TLS)", f"see whether port {double.port} speaks TLS"]),
        "tls-unknown": (f"clickhouses://ann@127.0.0.1:{strange.server_port}/traces", SECRET, [
            "no TLS connection comes about (its certificate is none that this machine trusts)", "its certificate is one this machine trusts"]),
    }
    for name, (url, password, sentences) in troubles.items():
        box.environment["FALLOM_CLICKHOUSE_PASSWORD"] = password
        for columns, rows in SIZES:
            shown(box, name, url, sentences, columns, rows)
    return f"{len(troubles)} troubles, {len(SIZES)} sizes"


def check_a_server_that_says_nothing_is_waited_for_aloud(box):
    """Somebody takes the connection and says nothing: the terminal tells who is waited for, and the console that there was no answer."""
    silent = socket.create_server(("127.0.0.1", 0))
    url = f"clickhouse://ann@127.0.0.1:{silent.getsockname()[1]}/traces"
    box.environment["FALLOM_CLICKHOUSE_PASSWORD"] = SECRET
    screen = Open(box, "silent", url, *SIZES[0])
    screen.until(f"waiting for an answer of {re.escape(url)}", seconds=20)
    screen.tells("it did not answer within", "see whether it is overloaded")


def with_tls(box):
    """A server behind a certificate that it signed itself."""
    import ssl
    key = box.folder / "strange.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", key.with_suffix(".crt"), "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Old)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(key.with_suffix(".crt"), key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def check_trouble_while_the_console_is_open_is_told_whole(box):
    """The password is changed, the tables go, the server goes away, is slow or lets nobody write, while somebody looks: the sentence in
    the last rows says what to do and is not cut off."""
    double = on_clickhouse(box, viewer="viewer:look-only:2")
    url = double.url
    box.store = url
    box.run("import", "-", stdin="\n".join(json.dumps(record(n, session=f"s-{n % 3}")) for n in range(12)).encode())

    def begun_again(*words):
        double.stop()
        kept = double.words
        double.words = list(words)
        double.start()
        return kept
    for columns, rows in SIZES:
        box.environment["FALLOM_CLICKHOUSE_PASSWORD"] = "look-only"
        screen = Open(box, "read-only", url.replace("ann@", "viewer@"), columns, rows)
        screen.loaded()
        screen.type("*")
        screen.tells("the user 'viewer' may only read", "grant it INSERT")
        box.environment["FALLOM_CLICKHOUSE_PASSWORD"] = SECRET
        screen = Open(box, "password-changed", url, columns, rows)
        screen.loaded()
        # The last of two words of the same name holds.
        kept = begun_again(*double.words, "--password", "another-" + SECRET)
        screen.asks_again()
        screen.tells("the user 'ann' or the password is wrong", "set FALLOM_CLICKHOUSE_PASSWORD")
        begun_again(*kept)
        screen = Open(box, "went-away", url, columns, rows)
        screen.loaded()
        double.stop()
        screen.asks_again()
        screen.tells("no connection", "see whether it runs there")
        double.start()
        screen = Open(box, "slow", url, columns, rows)
        screen.loaded()
        begun_again(*kept, "--delay-ms", "45000")
        screen.asks_again()
        screen.tells("asking ")
        begun_again(*kept)
        screen = Open(box, "table-gone", url, columns, rows)
        screen.loaded()
        ask(double, "RENAME TABLE traces.fallom_spans TO traces.elsewhere")
        screen.asks_again()
        screen.tells("there are no tables of ours in the database 'traces'", "make them with 'fallom store create")
        ask(double, "RENAME TABLE traces.elsewhere TO traces.fallom_spans")
    return f"5 troubles, {len(SIZES)} sizes"
