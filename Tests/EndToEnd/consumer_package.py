#!/usr/bin/env python3
"""A package in an empty folder that depends on this one by path runs the README's snippet unchanged.

    consumer_package.py [--scratch FOLDER]      FOLDER keeps the build for the next time

Swift 6 mode, warnings as errors. The snippet's call goes to Tests/Support/fake_llm.py, its span to a file.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "Tests/Support"))
from fake_llm import FakeLLM  # noqa: E402

MANIFEST = """// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "consumer",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "fallom", path: "%s")],
    targets: [
        .executableTarget(
            name: "Consumer", dependencies: [.product(name: "Fallom", package: "fallom")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
    ])
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scratch", help="where the build is kept")
    parser.add_argument("--package", default=str(root), help="the package to depend on")
    options = parser.parse_args()
    page = (root / "README.md").read_text()
    program = re.search(r"```swift\n(import Fallom\n.*?)```", page, re.S).group(1)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "Sources/Consumer").mkdir(parents=True)
        (folder / "Sources/Consumer/App.swift").write_text(program)
        (folder / "Package.swift").write_text(MANIFEST % options.package)
        scratch = options.scratch or str(folder / ".build")
        build = ["swift", "build", "--package-path", str(folder), "--scratch-path", scratch, "-j", "2"]
        subprocess.run(build, check=True)
        llm = FakeLLM(latency_ms=0).start()
        spans = folder / "spans.ndjson"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("FALLOM_")}
        environment.update(OPENAI_API_KEY="none", OPENAI_BASE_URL=llm.url + "/v1", FALLOM_TRACES_URL=spans.as_uri())
        done = subprocess.run([scratch + "/debug/Consumer"], env=environment, capture_output=True, text=True, timeout=60)
        llm.stop()
        assert done.returncode == 0, done.stderr
        assert done.stdout == "Echo(1): Hello!\n", done.stdout
        records = [json.loads(line) for line in spans.read_text().splitlines()]
        finished = [record for record in records if "end_time" in record]
        assert len(finished) == 1 and finished[0]["model"] == "gpt-4o-mini", records
        assert finished[0]["session_id"] == "session-123" and finished[0]["status"] == "OK"
        assert json.loads(finished[0]["attributes"]["fallom.context"]) == {"plan": "enterprise"}
        print("the snippet runs unchanged; 1 span with its started record" if len(records) == 2 else "1 span")


main()
