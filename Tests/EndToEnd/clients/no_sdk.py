"""An app that knows nothing of fallom and reads OPENAI_BASE_URL as its client does: three calls, then the exit status it is told.

    no_sdk.py STATUS          `wait` instead of a status: says so, and sleeps until a signal ends it
"""
import json
import os
import signal
import sys
import time
import urllib.request


def call(text):
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": text}]}).encode(),
        {"Content-Type": "application/json", "Authorization": "Bearer sk-test"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["choices"][0]["message"]["content"]


def interrupted(number, _):
    print(f"signal {number}", flush=True)
    sys.exit(7)


for turn in range(3):
    print(call(f"turn {turn}"), flush=True)
if sys.argv[1] == "wait":
    signal.signal(signal.SIGINT, interrupted)
    print("waiting", flush=True)
    time.sleep(60)
else:
    sys.exit(int(sys.argv[1]))
