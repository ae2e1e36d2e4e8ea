import OrderedJSON
import SpanCodec
import Testing
import TraceModel

/// Content of the dialects that the captures lack.
@Suite struct `What was said` {
    private static func text(_ messages: CapturedContent) -> String? { SpanTexts.text(messages) }

    @Test func `to the AI SDK's steps`() throws {
        let span = OTLPSpan(
            attributes: [
                "ai.operationId": .string("ai.streamText.doStream"),
                "ai.prompt.messages": .string(
                    #"[{"role":"system","content":"S"},{"role":"user","content":[{"type":"text","text":"U"},{"type":"image","image":"data:image/png;base64,AAAA"}]},"#
                        + #"{"role":"assistant","content":[{"type":"tool-call","toolCallId":"1","toolName":"old","args":{"a":1}}]},"#
                        + #"{"role":"tool","content":[{"type":"tool-result","toolCallId":"1","toolName":"old","output":{"type":"text","value":"R"}}]}]"#
                ),
                "ai.response.text": .string("answer"), "ai.response.reasoning": .string("because"),
                "ai.response.toolCalls": .string(#"[{"toolCallId":"2","toolName":"search","input":{"q":"x"}}]"#),
                "ai.usage.inputTokens": .number(3),
            ], scope: "ai")
        let detail = try span.detail()
        guard case .messages(let input) = detail.input, case .messages(let output) = detail.output else {
            Issue.record("\(detail)")
            return
        }
        #expect(
            input == [
                Message(role: "system", parts: [.text("S")]),
                Message(role: "user", parts: [.text("U"), .media(kind: "image", summary: "image/png, 19 B")]),
                Message(role: "assistant", parts: [.toolCall(id: "1", name: "old", arguments: #"{"a":1}"#)]),
                Message(role: "tool", parts: [.toolResult(id: "1", name: "old", result: "R")]),
            ])
        #expect(
            output == [
                Message(
                    role: "assistant",
                    parts: [
                        .reasoning("because"), .text("answer"),
                        .toolCall(id: "2", name: "search", arguments: #"{"q":"x"}"#),
                    ])
            ])
        #expect(try span.span().toolCalls == ["search"])
        #expect(try span.span().kind == .llm)
        #expect(SpanTexts(detail) == SpanTexts(input: "S\nU\nR", output: "answer"))
    }

    @Test(
        arguments: [
            (["ai.prompt": .string(#"{"system":"S","prompt":"P"}"#), "ai.result.text": .string("v3")], "S\nP", "v3"),
            (
                [
                    "ai.prompt": .string(#"{"messages":[{"role":"user","content":"P"}]}"#),
                    "ai.response.object": .string(#"{"a":1}"#),
                ], "P", #"{"a":1}"#
            ),
            (
                [
                    "gen_ai.input.messages": .string(#"[{"role":"user","parts":[{"type":"text","content":"P"}]}]"#),
                    "gen_ai.system_instructions": .string(#"[{"type":"text","content":"S"}]"#),
                    "gen_ai.output.messages": .string(
                        #"[{"role":"assistant","parts":[{"type":"text","content":"A"},{"type":"reasoning","content":"R"}]}]"#
                    ),
                ], "S\nP", "A"
            ),
            (
                [
                    "gen_ai.input.messages": .array([
                        .object([
                            "role": .string("user"),
                            "parts": .array([.object(["type": .string("text"), "content": .string("P")])]),
                        ])
                    ])
                ], "P", nil
            ),
            (
                [
                    "gen_ai.prompt.0.role": .string("user"), "gen_ai.prompt.0.content": .string("P"),
                    "gen_ai.completion.0.content": .string("A"),
                ], "P", "A"
            ),
            (
                [
                    "gen_ai.prompt.0.role": .string("user"),
                    "gen_ai.prompt.0.content": .string(#"[{"type":"text","text":"P"}]"#),
                ], "P", nil
            ),
            (
                [
                    "gen_ai.prompt": .string(#"{"messages":[[{"type":"human","content":"P"}]]}"#),
                    "gen_ai.completion": .string(#"{"generations":[]}"#),
                ], "P", #"{"generations":[]}"#
            ),
            (["gen_ai.prompt": .string("P"), "gen_ai.completion": .string("A")], "P", "A"),
            (
                [
                    "langfuse.observation.input": .string(#"[{"role":"user","content":"P"}]"#),
                    "langfuse.observation.output": .string(#"{"role":"assistant","content":"A"}"#),
                ], "P", "A"
            ),
            (
                [
                    "llm.input_messages.1.message.content": .string("P"),
                    "llm.input_messages.0.message.role": .string("system"),
                    "llm.input_messages.0.message.content": .string("S"),
                    "llm.output_messages.0.message.contents.0.message_content.type": .string("text"),
                    "llm.output_messages.0.message.contents.0.message_content.text": .string("A"),
                ], "S\nP", "A"
            ),
            (
                [
                    "llm.input_messages.0.message.content": .string("__REDACTED__"),
                    "output.value": .string("__REDACTED__"),
                ], nil, nil
            ),
            (
                [
                    "gcp.vertex.agent.llm_request": .string(
                        #"{"model":"g","config":{"system_instruction":"S"},"contents":[{"role":"user","parts":[{"text":"P"}]}]}"#
                    ),
                    "gcp.vertex.agent.llm_response": .string(#"{"content":{"role":"model","parts":[{"text":"A"}]}}"#),
                ], "S\nP", "A"
            ),
            (
                ["gcp.vertex.agent.llm_request": .string("{}"), "gcp.vertex.agent.llm_response": .string("{}")], nil,
                nil
            ),
            (
                [
                    "mastra.model_generation.input": .string(#"{"messages":[{"role":"user","content":"P"}]}"#),
                    "mastra.model_generation.output": .string(#"{"text":"A"}"#),
                    "mastra.span.type": .string("model_generation"),
                ], "P", "A"
            ),
            (
                ["traceloop.entity.input": .string(#"{"a": 1}"#), "traceloop.entity.output": .string("A")],
                #"{"a": 1}"#, "A"
            ),
            (
                [
                    "all_messages_events": .string(
                        #"[{"event.name":"gen_ai.user.message","content":"P","role":"user"},{"event.name":"gen_ai.assistant.message","content":"A","role":"assistant"}]"#
                    ),
                    "final_result": .string("A"),
                ], "P", "A"
            ),
            (
                [
                    "events": .string(
                        #"[{"event.name":"gen_ai.system.message","content":"S","role":"system"},{"event.name":"gen_ai.user.message","content":"P"},{"event.name":"gen_ai.choice","message":{"role":"assistant","content":"A"}}]"#
                    )
                ], "S\nP", "A"
            ),
            (
                [
                    "gen_ai.tool.name": .string("t"), "gen_ai.tool.call.arguments": .string(#"{"a":1}"#),
                    "gen_ai.tool.call.result": .string("R"),
                ], #"{"a":1}"#, "R"
            ),
            (
                [
                    "gen_ai.operation.name": .string("execute_tool"), "ai.toolCall.args": .string("{}"),
                    "ai.toolCall.result": .string("R"),
                ], "{}", "R"
            ),
            (
                [
                    "openinference.span.kind": .string("RETRIEVER"), "input.value": .string("Q"),
                    "retrieval.documents.1.document.content": .string("D2"),
                    "retrieval.documents.0.document.content": .string("D1"),
                ], "Q", "D1\nD2"
            ),
            ([:], nil, nil),
        ] as [(KeyValuePairs<String, JSONValue>, String?, String?)])
    func `is found where each dialect puts it`(
        attributes: KeyValuePairs<String, JSONValue>, input: String?, output: String?
    ) throws {
        let detail = try OTLPSpan(attributes: attributes).detail()
        #expect(SpanTexts(detail) == SpanTexts(input: input, output: output))
    }

    @Test func `in events of the span`() throws {
        let span = OTLPSpan(events: [
            ("gen_ai.system.message", 1, ["content": .string("S")]),
            ("gen_ai.user.message", 2, ["content": .string("P")]),
            (
                "gen_ai.choice", 3,
                [
                    "index": .number(0), "finish_reason": .string("tool_calls"),
                    "message": .string(
                        #"{"role":"assistant","content":"A","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]}"#
                    ),
                ]
            ),
        ])
        #expect(SpanTexts(try span.detail()) == SpanTexts(input: "S\nP", output: "A"))
        #expect(try span.span().toolCalls == ["f"])
        #expect(try span.span().finishReason == "tool_call")
    }

    @Test func `in events of version 1.27`() throws {
        let detail = try OTLPSpan(events: [
            ("gen_ai.content.prompt", 1, ["gen_ai.prompt": .string(#"[{"role":"user","content":"P"}]"#)]),
            ("gen_ai.content.completion", 2, ["gen_ai.completion": .string(#"[{"role":"assistant","content":"A"}]"#)]),
        ]).detail()
        #expect(SpanTexts(detail) == SpanTexts(input: "P", output: "A"))
    }

    @Test func `in logs that come apart from the span, in order of time`() throws {
        let span = try OTLPSpan(attributes: ["gen_ai.request.model": .string("m")]).ingested()
        func content(_ name: String, _ time: Int64, _ body: String) -> IngestedContent {
            IngestedContent(
                key: span.span.key, time: Timestamp(unixNanoseconds: time), eventName: name,
                payload: Array(#"{"body":\#(body),"attributes":{}}"#.utf8))
        }
        let contents = [
            content("gen_ai.choice", 3, #"{"index":0,"finish_reason":"length","message":{"content":"A"}}"#),
            content("gen_ai.user.message", 2, #"{"content":"P"}"#),
            content("gen_ai.system.message", 1, #"{"content":"S"}"#),
        ]
        let detail = try PayloadDecoder().detail(of: span.payload, contents: contents)
        #expect(SpanTexts(detail) == SpanTexts(input: "S\nP", output: "A"))
        var completed = span.span
        PayloadDecoder().complete(&completed, from: detail)
        #expect(completed.finishReason == "length")
    }

    @Test func `of phases is drawn from the span's start`() throws {
        let timings = JSONValue.string(
            #"{"phases":[{"type":"ttft","label":"First","startMs":0,"endMs":84},{"type":"llm","startMs":84,"durationMs":16}],"toolTimings":[{"name":"t","startTime":10,"endTime":20}]}"#
        ).compactText
        let batch = try SpanDecoder().decodeTraces(
            record(#""attributes":{"fallom.raw.timings":\#(timings)}"#), encoding: .json)
        let detail = try PayloadDecoder().detail(of: try #require(batch.spans.first).payload)
        #expect(
            detail.phases == [
                .init(type: "ttft", label: "First", startNanoseconds: 0, endNanoseconds: 84_000_000),
                .init(type: "llm", label: "llm", startNanoseconds: 84_000_000, endNanoseconds: 100_000_000),
                .init(type: "tool", label: "t", startNanoseconds: 10_000_000, endNanoseconds: 20_000_000),
            ])
    }
}
