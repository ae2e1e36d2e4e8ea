#!/usr/bin/env python3
"""A ClickHouse for tests: the real engine (chdb, pip install chdb) behind the HTTP interface that clients use. Loopback only.

  clickhouse_double.py --port 8123 --path DIR [--user NAME --password SECRET] [--fail-every N] [--cut-every N] [--delay-ms MS] [--late-error-every N]
                       [--viewer NAME:PASSWORD:LEVEL] [--log FILE]

Understands: GET /ping, / and POST / with ?query=, ?database=, ?default_format=, ?param_NAME= (with {NAME:Type} in the query), ?query_id=,
any setting as a parameter (max_execution_time, readonly=1|2 …: passed on as SETTINGS where the engine takes it, readonly checked here),
body = query, or data for an INSERT named by ?query=; Content-Encoding gzip in, Accept-Encoding gzip out with enable_http_compression=1;
Basic authentication, X-ClickHouse-User/-Key, ?user=&password=. Answers carry X-ClickHouse-Query-Id, X-ClickHouse-Format, X-ClickHouse-Summary;
errors carry X-ClickHouse-Exception-Code and the text, with the statuses of the server (401/403/404/500). One query at a time.
--fail-every answers 503 to each N-th query, --cut-every does each N-th query and cuts the connection without a word, --delay-ms waits before each, --late-error-every begins a 200 and ends it with an exception text:
what a client of the real server must survive. --viewer is a user with the profile readonly=LEVEL (1 or 2). --log writes a line for each query: seconds in the engine, and the query. A question to system.processes
about a query_id is answered beside the others: for how long it has been at work, with figures made up from that. It is an engine for tests, not a server: no cluster, no async inserts, no cancellation; data of
an INSERT in text formats (JSONEachRow, TSV, CSV) and in Native; a setting given once stays for the queries after it.
"""
import argparse, base64, gzip, json, re, socket, sys, tempfile, threading, time, urllib.parse, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from chdb import session

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("--port", type=int, default=8123); ap.add_argument("--path", required=True)
ap.add_argument("--user", default="default"); ap.add_argument("--password", default="")
ap.add_argument("--fail-every", type=int, default=0); ap.add_argument("--cut-every", type=int, default=0); ap.add_argument("--delay-ms", type=int, default=0); ap.add_argument("--late-error-every", type=int, default=0)
ap.add_argument("--viewer", default=""); ap.add_argument("--log", default="")
a = ap.parse_args()
VIEWER = a.viewer.split(":") if a.viewer else [None, None, "0"]
at_work = {}  # query_id: since when
engine, lock, count = session.Session(a.path), threading.Lock(), [0]
OWN = {"query", "database", "default_format", "query_id", "session_id", "user", "password", "enable_http_compression", "wait_end_of_query", "readonly",
       "send_progress_in_http_headers", "cancel_http_readonly_queries_on_client_close", "compress", "decompress", "buffer_size", "role", "http_response_buffer_size"}
STATUS = {60: 404, 81: 404, 47: 404, 46: 404, 516: 401, 497: 403, 164: 403, 241: 500, 159: 500}
CODE = re.compile(r"Code: (\d+)\.")
LARGE = re.compile(r"(INSERT INTO \S+ \([^()]*\)) (SETTINGS .*?)? ?FORMAT (\w+)\s*$", re.S)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # As the server: a body does not wait for the acknowledgement of its head.
    disable_nagle_algorithm = True
    def log_message(self, *_): pass
    def do_GET(self): self.serve(b"", get=True)
    def do_HEAD(self): self.serve(b"", get=True)

    def do_POST(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b""
            while (n := int(self.rfile.readline().split(b";")[0], 16)): body += self.rfile.read(n); self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip": body = gzip.decompress(body)
        self.serve(body, get=False)

    def reply(self, status, body, **headers):
        if self.zip and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 1); headers["Content-Encoding"] = "gzip"
        self.send_response(status)
        for k, v in {"Content-Type": "text/plain; charset=UTF-8", "X-ClickHouse-Server-Display-Name": "double", **headers}.items(): self.send_header(k.replace("_", "-"), str(v))
        self.send_header("Content-Length", str(len(body))); self.end_headers()
        if self.command != "HEAD": self.wfile.write(body)

    def fail(self, code, text): self.reply(STATUS.get(code, 500), (text.strip() + "\n").encode(), X_ClickHouse_Exception_Code=code)

    def serve(self, body, get):
        url = urllib.parse.urlsplit(self.path); self.zip = False
        q = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        if url.path == "/ping": return self.reply(200, b"Ok.\n")
        if url.path not in ("/", ""): return self.reply(404, b"There is no handle " + url.path.encode() + b"\n")
        self.zip = q.get("enable_http_compression") == "1"
        user, password = q.get("user"), q.get("password", "")
        if user is None and self.headers.get("X-ClickHouse-User"): user, password = self.headers["X-ClickHouse-User"], self.headers.get("X-ClickHouse-Key", "")
        if user is None and self.headers.get("Authorization", "").startswith("Basic "):
            user, _, password = base64.b64decode(self.headers["Authorization"][6:]).decode("utf-8", "replace").partition(":")
        level = int(VIEWER[2]) if [user, password] == VIEWER[:2] else 0
        if level == 0 and (user or "default", password) != (a.user, a.password): return self.fail(516, f"Code: 516. DB::Exception: {user or 'default'}: Authentication failed. (AUTHENTICATION_FAILED)")
        sql = q.get("query", "")
        data = b""
        if sql and body: data = body
        elif body: sql = body.decode("utf-8", "surrogateescape")
        if not sql.strip(): return self.fail(62, "Code: 62. DB::Exception: Syntax error: Empty query. (SYNTAX_ERROR)")
        verb = re.sub(r"^\s*(--[^\n]*\n|/\*.*?\*/|\s)*", "", sql, flags=re.S)[:12].upper()
        if (get or q.get("readonly") in ("1", "2")) and not verb.startswith(("SELECT", "SHOW", "DESC", "EXISTS", "EXPLAIN", "WITH", "CHECK")):
            return self.fail(164, "Code: 164. DB::Exception: Cannot execute query in readonly mode. (READONLY)")
        if level and (not verb.startswith(("SELECT", "SHOW", "DESC", "EXISTS", "EXPLAIN", "WITH")) or q.get("readonly", "2") != str(level) and level == 2):
            return self.fail(164, f"Code: 164. DB::Exception: {user}: Cannot execute query in readonly mode. (READONLY)")
        if level == 1 and (set(q) - {"query", "query_id", "database", "default_format"} or re.search(r"\bSETTINGS\b", sql)):
            return self.fail(164, "Code: 164. DB::Exception: Cannot modify 'max_execution_time' setting in readonly mode. (READONLY)")
        if m := re.search(r"FROM system\.processes WHERE query_id = '([^']*)'", sql):
            since = at_work.get(m.group(1))
            took = time.time() - since if since else 0
            return self.reply(200, f"{took:.3f}\t{int(took * 1e6)}\t20000000\t{int(took * 1e8)}\n".encode() if since else b"")
        settings = {k: v for k, v in q.items() if k not in OWN and not k.startswith("param_")}
        if q.get("readonly") == "1" and settings: return self.fail(164, "Code: 164. DB::Exception: Cannot modify setting in readonly mode. (READONLY)")
        count[0] += 1
        query_id = q.get("query_id") or str(uuid.uuid4())
        at_work[query_id] = time.time()
        try: self.work(q, sql, data, verb, settings, query_id)
        finally: at_work.pop(query_id, None)

    def work(self, q, sql, data, verb, settings, query_id):
        if a.delay_ms: time.sleep(a.delay_ms / 1000)
        if a.fail_every and count[0] % a.fail_every == 0: return self.reply(503, b"busy\n")
        params = {k[6:]: v for k, v in q.items() if k.startswith("param_")}
        fmt = q.get("default_format") or self.headers.get("X-ClickHouse-Format") or "TabSeparated"
        m = re.search(r"\bFORMAT\s+(\w+)\s*;?\s*$", sql, re.I)
        begun = time.time()
        try:
            with lock:
                if q.get("database"): engine.query("USE `" + q["database"].replace("`", "") + "`")
                for k, v in settings.items(): engine.query(f"SET {re.sub(r'[^a-z0-9_]', '', k)} = '" + v.replace("'", "") + "'")
                large = LARGE.match(sql) if len(data) > 1 << 20 or sql.rstrip().endswith("Native") else None
                if large:
                    # A server reads data as it comes. In a query's text chdb copies it again and again, which takes as long as the rest, and
                    # what is no text cannot stand there.
                    with tempfile.NamedTemporaryFile() as file:
                        file.write(data); file.flush()
                        engine.query(f"{large[1]} FROM INFILE '{file.name}' {large[2] or ''} FORMAT {large[3]}", "TabSeparated")
                    body, rows = b"", 0
                elif verb.startswith("INSERT") and (data or m):
                    text = sql + ("\n" + data.decode("utf-8", "surrogateescape") if data else "")
                    out, rows = engine.query(text, "TabSeparated", params=params or None), 0
                    body = b""
                else:
                    kind = m.group(1) if m else fmt
                    out = engine.query(sql, kind, params=params or None); body = out.bytes() if out is not None and hasattr(out, "bytes") else b""
                    rows = out.rows_read() if out is not None and hasattr(out, "rows_read") else 0
        except Exception as e:
            text = str(e); c = CODE.search(text)
            return self.fail(int(c.group(1)) if c else 1000, text)
        if a.log:
            with open(a.log, "a") as log: log.write(f"{time.time() - begun:.4f}\t{sql!r}\n")
        if a.cut_every and count[0] % a.cut_every == 0:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        head = {"X_ClickHouse_Query_Id": query_id, "X_ClickHouse_Format": m.group(1) if m else fmt,
                "X_ClickHouse_Summary": json.dumps({"read_rows": str(rows), "elapsed_ns": str(int((time.time() - begun) * 1e9))})}
        if a.late_error_every and count[0] % a.late_error_every == 0 and body:
            self.send_response(200)
            for k, v in head.items(): self.send_header(k.replace("_", "-"), v)
            self.send_header("Transfer-Encoding", "chunked"); self.end_headers()
            for piece in (body[: len(body) // 2], b"Code: 241. DB::Exception: Memory limit exceeded (made up by the double). (MEMORY_LIMIT_EXCEEDED)\n"):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.close_connection = True
            return
        self.reply(200, body, **head)


server = ThreadingHTTPServer(("127.0.0.1", a.port), Handler)
print(f"ClickHouse {engine.query('SELECT version()').bytes().decode().strip()} (chdb) on 127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
