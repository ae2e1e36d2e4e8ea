"""An app of the published Python SDK: model, prompt and calls, set up by its environment alone.

Usage: fallom_python.py LLM_URL SESSION. Prints what it was given as one JSON object.
"""
import json
import sys
import time

import fallom
from fallom import models, prompts
from openai import OpenAI

llm, session_id = sys.argv[1:]
fallom.init()
session = fallom.session(config_key="support-agent", session_id=session_id, customer_id="cust-1")
model = models.get("support-agent", session_id, fallback="no-answer-from-the-workspace")
vip = models.get("support-agent", session_id, fallback="none", customer_id="vip-1")
prompt = prompts.get("onboarding", variables={"company": "Acme", "user_name": "Ana"})
client = session.wrap_openai(OpenAI(base_url=llm + "/v1", api_key="dummy"))
answers = []
for text in ("Hello from Python, ünïcödé 🚀", "And again"):
    reply = client.chat.completions.create(
        model=model,
        messages=[{"role": "system", "content": prompt.system}, {"role": "user", "content": text}])
    answers.append(reply.choices[0].message.content)
try:
    client.chat.completions.create(model="fake-error-429", messages=[{"role": "user", "content": "refuse"}])
except Exception as error:
    answers.append(type(error).__name__)
time.sleep(2)  # The SDK sends in threads of its own and has no flush.
print(json.dumps({"model": model, "vip": vip, "prompt_version": prompt.version, "system": prompt.system, "answers": answers}))
