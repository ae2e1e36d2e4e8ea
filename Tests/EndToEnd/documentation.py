#!/usr/bin/env python3
"""The documentation does what it says: in an empty folder a package that depends on a clone of this one is made of every Swift block
of README, of the DocC articles and of docs/integrations, and of every step of the tutorial. All is built in Swift 6 mode with
warnings as errors, and what prints is run: model calls go to a double, everything else to `fallom serve` on the workspace that
`fallom init` makes.

    documentation.py [--scratch FOLDER] [--binary .build/debug/fallom] [--package FOLDER]

FOLDER of --scratch keeps the build for the next time; --package takes a package as it is instead of a clone.

A block with `@main` is a program. A block that declares types or extensions stands in a file as it is. Any other is put into a
function that has what its page calls by name: `CONTEXT` below.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "Tests/Support"))
from fake_llm import FakeLLM  # noqa: E402

DOCC = root / "Sources/Fallom/Fallom.docc"
PAGES = [root / "README.md", *sorted(DOCC.glob("*.md")), root / "docs/integrations/README.md"]

MANIFEST = """// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .treatAllWarnings(as: .error), .enableUpcomingFeature("MemberImportVisibility"),
]
let package = Package(
    name: "documentation",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "fallom", path: "%s"%s),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.0.0"),
    ],
    targets: [
%s
    ])
"""
TARGET = """        .executableTarget(
            name: "%s", dependencies: [%s], swiftSettings: strict),
"""
PRODUCTS = {"Fallom", "FallomAsyncHTTPClient", "FallomURLSession", "FallomTracing", "FallomSchema", "FallomMetrics"}

# What the pages call by name without saying where it is from.
CONTEXT = """import Fallom
import Foundation

/// What the blocks of a page take as given.
struct Context: Sendable {
    let fallom: FallomClient
    var session: Session { fallom.session(configKey: "my-agent", sessionID: "documentation", customerID: "user-456") }
    var openAI: TracedOpenAI<OpenAIClient> { session.wrapOpenAI(OpenAIClient()) }
    var request: ChatRequest { ChatRequest(model: model, messages: [.user("Hello!")]) }
    var model: String { "gpt-4o-mini" }
}

let query = "coats"
let conversation = "conversation-2"
let file = URL(fileURLWithPath: NSTemporaryDirectory() + "tape.json")
let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47]
func currentToken() async throws -> String { "token" }
func search(_ query: String) async throws -> [String] { [query, "a document"] }
func answer(_ question: String, in session: Session) async throws {
    let request = ChatRequest(model: "gpt-4o-mini", messages: [.user(question)])
    _ = try await session.wrapOpenAI(OpenAIClient()).chat.completions.create(request)
}
func answer(_ question: String) async throws {}

/// A third party's client, for the page on wrapping one.
struct MyOpenAI: Sendable {
    func chats(query: ChatQuery) async throws -> ChatResult { ChatResult(text: "hello") }
    func chatsStream(query: ChatQuery) -> AsyncThrowingStream<ChatStreamResult, any Error> {
        AsyncThrowingStream { $0.finish() }
    }
}
struct ChatQuery: Codable, Sendable { var model: String }
struct ChatResult: Codable, Sendable { var text: String }
struct ChatStreamResult: Codable, Sendable { var text: String }
"""
GIVEN = ["fallom", "session", "openAI", "request", "model"]


class Block:
    def __init__(self, page, number, source):
        self.page, self.source = page, source
        stem = "Readme" if page.name == "README.md" and page.parent == root else page.parent.name.title() if page.name == "README.md" else page.stem
        self.name = f"{stem}{number}"
        self.imports = re.findall(r"^import \w+$", source, re.M)
        self.body = re.sub(r"^import \w+\n", "", source, flags=re.M).strip("\n")
        self.is_program = "@main" in source
        self.is_file = not self.is_program and re.match(r"(@\w+\n)*(public )?(extension|struct|enum|final class|actor|func) ", self.body)
        self.prints = "print(" in source

    def file(self):
        """The block as a file, with a function of its name where it is one."""
        imports = "\n".join(sorted({"import Fallom", "import FallomMetrics", "import Foundation", *self.imports}))
        if self.is_file:
            return f"{imports}\n\n{self.body}\n"
        # Only what the block names and does not declare itself: what is not used would be a warning.
        code = re.sub(r"//[^\n]*", "", self.body)
        given = [
            name for name in GIVEN
            if (use := re.search(rf"(?<![\w.\"-]){name}\b(?!:)", code))
            # Declared by the block itself: by a word before it, or as what a closure is given.
            and not re.search(rf"\b(let|var) {name}$", code[:use.end()])
            and not re.match(rf"{name}( throws\([^)]*\))? in\b", code[use.start():])]
        lines = [f"    let {name} = context.{name}" for name in given]
        lines += ["    do {"] + ["        " + line if line else "" for line in self.body.splitlines()] + ["    }"]
        unused = re.findall(r"^(?:let|var) (\w+) =", self.body, re.M)
        lines[-1:] = [f"        _ = {name}" for name in unused] + ["    }"]
        body = "\n".join(lines)
        return f"{imports}\n\nfunc {self.name[0].lower() + self.name[1:]}(_ context: Context) async throws {{\n{body}\n}}\n"


def fenced(page, *languages):
    """The blocks of a page that are fenced with one of the languages."""
    language, lines = None, []
    for line in page.read_text().splitlines(keepends=True):
        if not line.startswith("```"):
            lines.append(line)
        elif language is None:
            language, lines = line.strip("`\n "), []
        else:
            if language in languages:
                yield "".join(lines)
            language = None


def blocks():
    for page in PAGES:
        for number, source in enumerate(fenced(page, "swift"), 1):
            if ".package(" not in source and "Package(" not in source:
                yield Block(page, number, source)


def manifests():
    """Manifests that pages show, and their `.package(…)` lines in one; each has to be read by the package manager."""
    for page in PAGES:
        for source in fenced(page, "swift", ""):
            if source.startswith("// swift-tools-version"):
                yield page, source
            for line in re.findall(r"^\.package\(.*\)$", source, re.M):
                yield page, (
                    "// swift-tools-version: 6.2\nimport PackageDescription\n\n"
                    f'let package = Package(name: "reader", platforms: [.macOS(.v15)], dependencies: [{line}])\n')


def write(folder, package):
    """The package; the names of its programs with what each is expected to do."""
    targets, programs = [], {}

    def target(name, files, imports):
        (folder / "Sources" / name).mkdir(parents=True)
        for file, text in files.items():
            (folder / "Sources" / name / file).write_text(text)
        products = sorted({"Fallom"} | {i.split()[1] for i in imports if i.split()[1] in PRODUCTS})
        needs = [f'.product(name: "{product}", package: "fallom")' for product in products]
        if "import Hummingbird" in imports:
            needs.append('.product(name: "Hummingbird", package: "hummingbird")')
        targets.append(TARGET % (name, ", ".join(needs)))

    snippets = {"Context.swift": CONTEXT}
    imports, calls = {"import FallomMetrics"}, []
    for block in blocks():
        if block.is_program:
            target(block.name, {"App.swift": block.source}, block.imports)
            programs[block.name] = block.prints
            continue
        if "RouterMiddleware" in block.source:
            block.imports += ["import Foundation", "import Hummingbird"]
        snippets[block.name + ".swift"] = block.file()
        imports.update(block.imports)
        if not block.is_file:
            calls.append(block)
    steps = "\n".join(
        f'        print("\\n== {b.name}")\n        try await {b.name[0].lower() + b.name[1:]}(context)' for b in calls)
    snippets["Main.swift"] = (
        "import Fallom\n\n@main\nstruct Snippets {\n    static func main() async throws {\n"
        "        let context = Context(fallom: try FallomClient())\n" + steps +
        "\n        await context.fallom.shutdown()\n    }\n}\n")
    target("Snippets", snippets, imports)
    tutorial = (DOCC / "Tutorials/TraceYourFirstCall.tutorial").read_text()
    for file in re.findall(r'file: "([\w-]+)\.swift"', tutorial):
        name = "Step" + file.rsplit("-", 1)[1]
        target(name, {"App.swift": (DOCC / f"Resources/{file}.swift").read_text()}, [])
        programs[name] = True
    (folder / "Package.swift").write_text(
        MANIFEST % (package, ', traits: [.defaults, "Schema"]', "".join(targets).rstrip()))
    return programs, calls


def check_manifests(folder):
    """Each manifest that pages show is read (light_consumer.py builds and runs it)."""
    count = 0
    for page, manifest in manifests():
        place = folder / f"manifest-{count}"
        place.mkdir()
        (place / "Package.swift").write_text(manifest)
        done = subprocess.run(["swift", "package", "--package-path", place, "dump-package"], capture_output=True, text=True)
        assert done.returncode == 0, f"{page.name}: {manifest}: {done.stderr}"
        count += 1
    return count


def run(program, environment):
    done = subprocess.run([program], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{program.name} ended with {done.returncode}: {done.stdout}{done.stderr[-3000:]}"
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scratch", help="where the build is kept")
    parser.add_argument("--binary", default=str(root / ".build/debug/fallom"), help="the program, for init and serve")
    parser.add_argument("--package", help="the package to depend on, in place of a clone")
    parser.add_argument("--write", type=pathlib.Path, help="only write the package there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        package = options.package
        if not package:
            package = folder / "fallom-clone"
            subprocess.run(["git", "clone", "-q", "--no-hardlinks", root, package], check=True)
        if options.write:
            write(options.write, package)
            return
        place = folder / "documentation"
        place.mkdir()
        programs, calls = write(place, package)
        lines = check_manifests(folder)
        scratch = options.scratch or str(place / ".build")
        subprocess.run(
            ["swift", "build", "--package-path", place, "--scratch-path", scratch, "-j", "2"], check=True)
        built = pathlib.Path(scratch) / "debug"
        home = folder / "home"
        home.mkdir()
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("FALLOM_", "OTEL_")) and not k.endswith("_API_KEY")}
        environment.update(HOME=str(home), XDG_STATE_HOME=str(home / "state"), XDG_CONFIG_HOME=str(home / "config"))
        subprocess.run([options.binary, "init"], cwd=home, env=environment, check=True, capture_output=True)
        served = subprocess.Popen(
            [options.binary, "serve", "--json", "--store", home / "traces.sqlite", "--http", "127.0.0.1:0", "--grpc",
             "127.0.0.1:0", "--udp", "127.0.0.1:0"], cwd=home, env=environment, stdout=subprocess.PIPE, text=True)
        url = json.loads(served.stdout.readline())["http"]
        double = FakeLLM(latency_ms=0).start()
        environment.update(
            FALLOM_TRACES_URL=url, FALLOM_CONFIGS_URL=url, FALLOM_PROMPTS_URL=url, FALLOM_API_KEY="local",
            OPENAI_API_KEY="none", OPENAI_BASE_URL=double.url + "/v1")
        try:
            said = run(built / "Snippets", environment)
            parts = dict(zip(*[iter(re.split(r"^== (\w+)\n", said, flags=re.M)[1:])] * 2))
            for block in calls:
                assert not block.prints or parts[block.name].strip(), f"{block.name} ({block.page.name}) printed nothing"
            for name, prints in programs.items():
                said = run(built / name, environment)
                assert not prints or said.strip(), f"{name} printed nothing"
            last = run(built / "Step07", environment)
            assert "Greet Ada" in last, f"the last step does not use the prompt of `fallom init`: {last}"
        finally:
            served.terminate()
            served.wait(timeout=30)
            double.stop()
        rows = subprocess.run(
            [options.binary, "spans", "--json", "--store", home / "traces.sqlite", "session:conversation-1"],
            env=environment, check=True, capture_output=True, text=True).stdout
        tagged = [row for row in map(json.loads, rows.splitlines()) if row["prompt_key"] == "welcome"]
        assert tagged, "no call of the tutorial is tagged with its prompt"
        print(f"{len(calls)} snippets and {len(programs)} programs built and run, {lines} manifests read, "
              f"{len(rows.splitlines())} spans of the tutorial")


main()
