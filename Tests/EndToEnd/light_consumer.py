#!/usr/bin/env python3
"""A package in an empty folder, with the manifest of GettingStarted.md (`traits: []`), on a clone: how many packages it fetches, how long a clean debug
build takes, how large the program is, and that it works: a call to a double, its spans by HTTP to a double of the service.

    light_consumer.py [--beside]     --beside: the same with the default traits, in the same run
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
import time

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "Tests/Support"))
import fake_backend  # noqa: E402
from fake_llm import FakeLLM  # noqa: E402

PAGE = (root / "Sources/Fallom/Fallom.docc/GettingStarted.md").read_text()
MANIFEST = re.search(r"```swift\n(// swift-tools-version.*?)```", PAGE, re.S).group(1)
FETCHED = re.compile(r'\.package\(url: "https://github.com/Fallomai/fallom-swift", from: "[\d.]+", traits: \[\]\)')
PROGRAM = """import Fallom

@main
struct Light {
    static func main() async throws {
        try await FallomClient.run { fallom in
            let openAI = fallom.session(configKey: "light", sessionID: "s-1").wrapOpenAI(OpenAIClient())
            let request = ChatRequest(model: "gpt-4o-mini", messages: [.user("Hello!")])
            print(try await openAI.chat.completions.create(request).text)
            var text = ""
            for try await chunk in try await openAI.chat.completions.stream(request) { text += chunk.text ?? "" }
            print(text)
        }
    }
}
"""


def packages(folder):
    shown = subprocess.run(
        ["swift", "package", "--package-path", folder, "show-dependencies", "--format", "json"],
        check=True, capture_output=True, text=True)
    found = set()

    def walk(node):
        for child in node["dependencies"]:
            found.add(child["identity"])
            walk(child)

    # The program writes what it fetches before the JSON.
    walk(json.loads(shown.stdout[shown.stdout.index("{"):]))
    return found | {path.name.lower() for path in (folder / ".build/checkouts").iterdir()}


def build(traits):
    """Fetches and builds in a new folder; figures and the program."""
    folder = pathlib.Path(tempfile.mkdtemp())
    clone = folder / "fallom-swift"
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", root, clone], check=True)
    folder = folder / "app"
    (folder / "Sources/App").mkdir(parents=True)
    (folder / "Sources/App/App.swift").write_text(PROGRAM)
    manifest, count = FETCHED.subn(f'.package(path: "{clone}"{traits})', MANIFEST)
    assert count == 1, MANIFEST
    (folder / "Package.swift").write_text(manifest)
    found = packages(folder)
    started = time.monotonic()
    subprocess.run(["swift", "build", "--package-path", folder, "-j", "2"], check=True, stdout=subprocess.DEVNULL)
    took = time.monotonic() - started
    program = folder / ".build/debug/App"
    print(f"{'traits: []' if traits else 'default traits'}: {len(found)} packages, {took:.0f} s, "
          f"{program.stat().st_size / 1e6:.0f} MB")
    return folder, program, found, took


def run(program):
    llm, backend = FakeLLM(latency_ms=0).start(), fake_backend.FakeBackend().start()
    fake_backend.LOG.clear()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FALLOM_")}
    environment.update(
        OPENAI_API_KEY="none", OPENAI_BASE_URL=llm.url + "/v1", FALLOM_API_KEY="k", FALLOM_BASE_URL=backend.url + "/ok")
    done = subprocess.run([program], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["Echo(1): Hello!"] * 2, done.stdout
    llm.stop()
    spans = [
        json.loads(line) for sent in fake_backend.LOG if sent["path"] == "/ok/v1/traces"
        for line in sent["body"].splitlines()]
    assert [(span["model"], span["status"], span.get("is_streaming", False)) for span in spans] == [
        ("gpt-4o-mini", "OK", False), ("gpt-4o-mini", "OK", True)], spans


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beside", action="store_true", help="build with the default traits, too")
    options = parser.parse_args()
    folder, program, found, took = build(", traits: []")
    assert len(found) <= 8, sorted(found)
    run(program)
    shutil.rmtree(folder.parent)
    if options.beside:
        folder, program, _, whole = build("")
        run(program)
        shutil.rmtree(folder.parent)
        print(f"a clean build takes {took / whole:.2f} of the time")


main()
