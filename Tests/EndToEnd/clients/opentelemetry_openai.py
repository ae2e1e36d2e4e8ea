"""An app with OpenLLMetry's OpenAI instrumentation and an OTLP exporter, set up by its environment alone.

Usage: opentelemetry_openai.py LLM_URL SESSION protobuf|json|grpc.
"""
import sys

from openai import OpenAI
from opentelemetry import trace
from opentelemetry.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

llm, session_id, encoding = sys.argv[1:]
if encoding == "protobuf":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
elif encoding == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.json.http.trace_exporter import OTLPSpanExporter

provider = TracerProvider(resource=Resource.create({"service.name": "otel-app"}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
OpenAIInstrumentor().instrument()

client = OpenAI(base_url=llm + "/v1", api_key="dummy")
with trace.get_tracer("app").start_as_current_span("turn", attributes={"session.id": session_id}):
    client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hello OTLP, ünïcödé 🚀"}])
    stream = client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "stream to me please"}], stream=True,
        stream_options={"include_usage": True})
    for _ in stream:
        pass
provider.shutdown()
