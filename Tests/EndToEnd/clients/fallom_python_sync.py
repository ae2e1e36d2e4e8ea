"""An app of the published Python SDK that asks for the same session's model again and again, through a sync.

Usage: fallom_python_sync.py CONFIG SESSION CUSTOMER. Prints each model that it gets, once, one a line.
"""
import sys
import time

import fallom
from fallom import models

config, session_id, customer = sys.argv[1:]
fallom.init()
last = None
end = time.monotonic() + 75
while time.monotonic() < end:
    model = models.get(config, session_id, fallback="no-answer-from-the-workspace", customer_id=customer)
    if model != last:
        print(model, flush=True)
        if last is not None:
            time.sleep(2)  # The recording is sent by a thread of its own.
            break
        last = model
    time.sleep(0.5)
