"""An app of the published Python SDK that goes on running while a prompt is edited.

Usage: fallom_python_prompts.py LLM_URL SESSION. Prints the prompt's version as a line of JSON, waits for a line on standard
input, then for the SDK's own next sync to bring another version; makes a call with it and prints what it was given.
"""
import json
import sys
import time

import fallom
from fallom import prompts
from openai import OpenAI

llm, session_id = sys.argv[1:]
fallom.init()
session = fallom.session(config_key="support-agent", session_id=session_id)
client = session.wrap_openai(OpenAI(base_url=llm + "/v1", api_key="dummy"))


def call():
    prompt = prompts.get("onboarding", variables={"company": "Acme", "user_name": "Ana"})
    client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}])
    print(json.dumps({"version": prompt.version, "system": prompt.system}), flush=True)
    return prompt.version


first = call()
sys.stdin.readline()
start = time.monotonic()
while prompts.get("onboarding").version == first:
    if time.monotonic() - start > 60:
        sys.exit("no sync brought another version")
    time.sleep(0.5)
call()
time.sleep(2)  # The SDK sends in threads of its own and has no flush.
