"""An app on the Swift SDK (FallomExamples: every wrapper once) is seen live in the console, whichever way its spans come."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from checks_terminal import console, http_port
from fake_llm import FakeLLM
from harness import HERE, Skip, binary, equal, expect, wait_for

SPANS = sorted([
    ("example-openai", "chat.completions.create"), ("example-openai-stream", "chat.completions.create"),
    ("example-responses", "responses.create"), ("example-anthropic", "messages.create"),
    ("example-google", "generateContent"), ("example-tools", "generateText"), ("example-text-stream", "streamText"),
    ("example-object", "generateObject"), ("example-object-stream", "streamObject"),
    ("example-trace-model", "doGenerate"), ("example-agent", "agent.weather.generate"), ("example-agent", "generateText"),
    ("example-span", "answer"), ("example-span", "fetch"), ("example-prompt", "chat.completions.create"),
    ("example-azure", "chat.completions.create"), ("example-http", "chat.completions.create")])


def run_app(box, port, traces):
    """Runs all examples; `port` is the console's HTTP port, where configs and prompts come from."""
    program = pathlib.Path(binary()).parent / "FallomExamples"
    if not program.exists():
        raise Skip("not built: FallomExamples (swift build --product FallomExamples)")
    service = f"http://127.0.0.1:{port}"
    double = FakeLLM(latency_ms=5, first_token_ms=5, chunk_ms=1).start()
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")}
    environment.update(
        box.environment, FAKE_LLM_URL=double.url, FALLOM_TRACES_URL=traces, FALLOM_CONFIGS_URL=service,
        FALLOM_PROMPTS_URL=service)
    done = subprocess.run([program], env=environment, capture_output=True, text=True, timeout=120)
    double.stop()
    expect(done.returncode == 0 and "failed" not in done.stdout, f"the app failed: {done.stdout}{done.stderr[-2000:]}")
    expect("did not arrive" not in done.stdout, f"spans were dropped: {done.stdout}")


def seen(box, way, *files):
    shutil.copytree(HERE / "workspace", box.folder / "workspace")
    screen = console(box, "--workspace", box.folder / "workspace", *files, columns=160, rows=45)
    port = http_port(screen)
    udp = re.search(r"udp ([1-9]\d+)", screen.text)
    run_app(box, port, way(port, udp and udp.group(1)))
    screen.until(r"example-prompt.*chat\.completions\.create")
    rows = wait_for(lambda: (r := box.rows("spans", "session:example-*")) and len(r) >= len(SPANS) and r, "all spans")
    equal(sorted((row["session_id"], row["name"]) for row in rows), SPANS, "spans")
    expect(not any(row["running"] or row["status"] == "error" for row in rows), "a span still runs, or failed")
    calls = [row for row in rows if row["kind"] == "llm"]
    expect(all(row["model"] and row["total_tokens"] for row in calls), "a call without model or tokens")
    streamed = [row for row in calls if row["session_id"].endswith("-stream")]
    expect(all(row["time_to_first_token_ms"] for row in streamed), "a streamed call without time to first token")
    prompt = next(row for row in rows if row["session_id"] == "example-prompt")
    equal((prompt["prompt_key"], prompt["prompt_version"]), ("onboarding", 2), "prompt")
    screen.type("2")
    screen.until(rf"15 sessions +{len(SPANS)} spans")
    screen.until(r"example-agent .*customer-1 +gpt-4o-mini +Do I need .* 1 +–")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")


def check_a_swift_app_over_http(box):
    """Its live load over HTTP: every wrapper's span on the screen, with model, tokens, first token and prompt."""
    seen(box, lambda http, _: f"http://127.0.0.1:{http}")


def check_a_swift_app_over_udp(box):
    """The same over UDP, with start records."""
    seen(box, lambda _, udp: f"udp://127.0.0.1:{udp}")


def check_a_swift_app_over_a_file(box):
    """The same through a file that the console follows, with start records."""
    path = box.folder / "app.ndjson"
    path.touch()
    seen(box, lambda *_: path.as_uri(), path)


def typecheck(source, *flags):
    """What the compiler says of a file that uses the SDK, in Swift 6 mode with warnings as errors, against the modules of the build
    beside the program."""
    root, build = HERE.parents[1], pathlib.Path(binary()).parent
    if not (build / "Modules/Fallom.swiftmodule").exists():
        raise Skip("the SDK is not built beside the program")
    maps = list(build.glob("*.build/module.modulemap"))
    # System libraries that the SDK's modules stand on.
    maps += root.glob("Sources/CZ*/module.modulemap")
    checkouts = next(folder / "checkouts" for folder in build.parents if (folder / "checkouts").is_dir())
    maps += [path for path in checkouts.glob("*/Sources/**/module.modulemap") if "SQLite" not in path.parent.name]
    return subprocess.run(
        ["swiftc", "-typecheck", "-parse-as-library", "-swift-version", "6", "-warnings-as-errors", "-I", build / "Modules",
         *(word for path in maps for word in ("-Xcc", f"-fmodule-map-file={path}")), *flags, source],
        capture_output=True, text=True, timeout=120)


def check_what_the_readme_and_the_tutorial_show_compiles(_):
    """The README's program and every step of the tutorial, as they stand, in Swift 6 mode with warnings as errors.

    Against the modules of the build beside the program. documentation.py builds and runs all from a clone.
    """
    root = HERE.parents[1]
    program = re.search(r"```swift\n(import Fallom\n.*?)```", (root / "README.md").read_text(), re.S).group(1)
    steps = sorted((root / "Sources/Fallom/Fallom.docc/Resources").glob("*.swift"))
    expect(len(steps) >= 7, "the tutorial has lost steps")
    with tempfile.TemporaryDirectory() as folder:
        readme = pathlib.Path(folder) / "README.swift"
        readme.write_text(program)
        for source in [readme, *steps]:
            done = typecheck(source)
            expect(done.returncode == 0, f"{source.name} does not compile: {done.stderr[-1500:]}")
    return f"{1 + len(steps)} programs"
