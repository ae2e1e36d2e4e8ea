"""Calls of the official `openai` and `anthropic` clients in every form that their users meet; prints what the app sees.

    provider_clients.py openai|anthropic BASE_URL

One JSON object a line: the case, and each event, answer or error in its order. What differs from run to run is left out.
"""
import base64
import json
import sys

TOOL = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}
PICTURE = base64.b64encode(bytes(range(256)) * (20 * 4096)).decode()
ERRORS = (400, 401, 403, 404, 429, 500, 502, 529)


def plain(value):
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else str(value)


def told(error):
    body = getattr(error, "body", None)
    return {
        "error": type(error).__name__, "status": getattr(error, "status_code", None), "message": str(error),
        "body": body if isinstance(body, (dict, list, str)) else None, "request_id": getattr(error, "request_id", None),
    }


def attempt(name, call):
    events = []
    try:
        answer = call()
        if hasattr(answer, "__next__") or hasattr(answer, "__iter__") and not hasattr(answer, "model_dump"):
            for event in answer:
                events.append(plain(event))
        else:
            events.append(plain(answer))
    except Exception as error:  # noqa: BLE001 - what the app is told is what is compared
        events.append(told(error))
    print(json.dumps({"case": name, "events": events}), flush=True)


def openai_calls(url):
    import openai
    client = openai.OpenAI(base_url=url + "/v1", api_key="sk-test", max_retries=0)
    chat = client.chat.completions.create
    tools = [{"type": "function", "function": {"name": "weather", "parameters": TOOL}}]

    def say(text, **more):
        return lambda: chat(model="gpt-4o", messages=[{"role": "user", "content": text}], **more)

    attempt("whole", say("ünïcödé 🚀"))
    attempt("stream", say("count to ten " * 20, stream=True))
    attempt("stream with usage", say("hello", stream=True, stream_options={"include_usage": True}))
    attempt("tools", say("[two tools] please", tools=tools * 2))
    attempt("tools streamed", say("weather?", tools=tools, stream=True))
    for status in ERRORS:
        attempt(f"error {status}", say(f"[error:{status}]"))
        attempt(f"error {status} streamed", say(f"[error:{status}]", stream=True))
    attempt("cut", say("[cut] a long answer that breaks off in the middle", stream=True))
    attempt("responses", lambda: client.responses.create(model="gpt-5", input="hello"))
    attempt("responses streamed", lambda: client.responses.create(model="gpt-5", input="hello", stream=True))
    attempt("models", client.models.list)
    attempt("unknown path", lambda: client.files.list())
    attempt("picture", say([
        {"type": "text", "text": "what is it?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64," + PICTURE}}]))
    attempt("bad key", lambda: client.with_options(api_key="bad-key").models.with_raw_response and
            client.with_options(api_key="bad-key").chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": "x"}]))
    attempt("timeout", lambda: client.with_options(timeout=0.4).chat.completions.create(
        model="slow", messages=[{"role": "user", "content": "[sleep]"}]))


def anthropic_calls(url):
    import anthropic
    client = anthropic.Anthropic(base_url=url, api_key="sk-ant-test", max_retries=0)
    tools = [{"name": "weather", "description": "d", "input_schema": TOOL}]

    def say(text, **more):
        return lambda: client.messages.create(
            model="claude-sonnet-4-5", max_tokens=100, messages=[{"role": "user", "content": text}], **more)

    attempt("whole", say("ünïcödé 🚀"))
    attempt("stream", say("count to ten " * 20, stream=True))
    attempt("tools", say("[two tools] please", tools=tools * 2))
    attempt("tools streamed", say("weather?", tools=tools, stream=True))
    for status in ERRORS:
        attempt(f"error {status}", say(f"[error:{status}]"))
        attempt(f"error {status} streamed", say(f"[error:{status}]", stream=True))
    attempt("cut", say("[cut] a long answer that breaks off in the middle", stream=True))
    attempt("picture", say([
        {"type": "text", "text": "what is it?"},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PICTURE}}]))
    attempt("timeout", lambda: client.with_options(timeout=0.4).messages.create(
        model="slow", max_tokens=100, messages=[{"role": "user", "content": "[sleep]"}]))


if __name__ == "__main__":
    {"openai": openai_calls, "anthropic": anthropic_calls}[sys.argv[1]](sys.argv[2])
