"""An app of the published Python SDK with many sessions: in each a model is asked for and one call made.

Usage: fallom_python_sessions.py LLM_URL CONFIG SESSION=TEXT…. Prints the model of each session as one JSON object.
"""
import json
import sys
import time

import fallom
from fallom import models
from openai import OpenAI

llm, config = sys.argv[1:3]
fallom.init()
given = {}
for asked in sys.argv[3:]:
    session_id, text = asked.split("=", 1)
    given[session_id] = models.get(config, session_id, fallback="no-answer-from-the-workspace")
    session = fallom.session(config_key=config, session_id=session_id)
    client = session.wrap_openai(OpenAI(base_url=llm + "/v1", api_key="dummy"))
    client.chat.completions.create(model=given[session_id], messages=[{"role": "user", "content": text}])
time.sleep(2)  # The SDK sends in threads of its own and has no flush.
print(json.dumps(given))
