#!/usr/bin/env python3
"""Runs a module's FakeLLM-like server class until standard input closes, so that it never outlives a test run.

    until_stdin_closes.py MODULE CLASS [NAME=INT ...]     prints {"url": "http://127.0.0.1:PORT"} first
"""
import importlib
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
module, name = sys.argv[1:3]
options = {k: int(v) for k, v in (pair.split("=", 1) for pair in sys.argv[3:])}
server = getattr(importlib.import_module(module), name)(**options)
server.start()
print(json.dumps({"url": server.url}), flush=True)
sys.stdin.read()
os._exit(0)
