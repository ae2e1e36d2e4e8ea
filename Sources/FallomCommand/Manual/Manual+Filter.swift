import TraceModel

/// What each field of the filter means: beside the parser's own list of names, which a test compares with this one.
enum FilterReference {
    static let fields: [String: String] = [
        "model": "The model's name as the span has it.",
        "status": "`ok`, `error`, `unset` or `running`.",
        "latency": "How long a call took: `latency>2s`, `latency<=500ms`.",
        "ttft": "The time to the first token of a stream.",
        "speed":
            "How fast the answer was written, in completion tokens per second after the first token, or of the whole call where the time to the first token is not known: `speed<30`.",
        "tokens": "Tokens in and out together.",
        "cost": "Dollars: `cost>0.01`.",
        "kind": "`llm`, `tool`, `retrieval`, `agent` and the other kinds of spans.",
        "session": "The session's id, inherited from the span above where it has none of its own.",
        "customer": "The customer's id.",
        "config": "The key of the model config that assigned the model.",
        "variant": "The variant that a prompt's A/B test chose, counted from 0: `variant:1`.",
        "prompt": "A prompt's key, and its version after an @: `prompt:onboarding@3`.",
        "tag": "One of the span's tags.",
        "name": "The span's name.",
        "provider": "The provider.",
        "trace": "The trace's id.",
        "content": "Text anywhere in what went in or came out: `content:\"free of charge\"`.",
        "input": "Text in what the model or tool was given.",
        "output": "Text in what it answered.",
        "error": "Text in the error's message.",
        "finish": "Why the model stopped: `finish:length` finds answers that were cut.",
        "role": "A role among the messages: `role:tool`.",
        "user": "The app's user, by the names emitters give it: `user.id`, `enduser.id` and the like.",
        "until": "Spans that began before a moment, or longer ago: the same words as `since`.",
        "is": "`is:pinned`: spans of sessions that are pinned; `is:run`: calls that were made to try something.",
        "has": "`has:note`, `has:label`: spans of sessions that have one.",
        "label": "A label of the session.",
        "run":
            "The run whose call it is: `run:NAME`. Calls of runs are shown only where the filter names runs, a session or a trace.",
        "note": "Text in the session's note.",
        "since":
            "Spans that began not longer ago (`15m`, `2h`, `3d`) or not before a moment: `today`, `yesterday`, `14:00`, `2026-11-28`, `2026-11-28T14:00` by this machine's clock, with `Z` in UTC.",
        "score": "`score:helpful`: spans with a score of that name, and all spans of sessions with one.",
        "score.": "What a score says: `score.helpful>0.5`, `score.verdict:good`.",
        "attr.": "An attribute by its name: `attr.http.method:POST`.",
    ]
}

extension Manual {
    static func filter() -> ManualPage {
        var page = ManualPage("fallom-filter", 7, about: "which spans: the language of filters")
        page.heading("Description")
        page.paragraph(
            "One language for the console's filter line and for the commands `tail`, `sessions`, `spans`, `usage`, `errors` and `export`."
        )
        page.example(
            "model:gpt-4o* status:error latency>2s ttft>=500ms speed<30\nkind:tool session:conv-1 customer:vip-* since:15m\nprompt:onboarding@3 \"free text\" -model:claude*"
        )
        page.heading("Grammar")
        page.example(
            """
            filter     = [ either ]
            either     = all { "OR" all }
            all        = one { one }
            one        = [ "-" | "!" ] ( condition | text | "(" either ")" )
            condition  = field ":" value
                       | number ( "=" | "<" | "<=" | ">" | ">=" ) value
            value      = text, "*" in it for anything
            text       = a word, or "words between quotes"
            """)
        page.paragraph(
            "Conditions beside each other must all hold. A bare word or text between quotes searches names and content. A mistake is told at its column with what would be right."
        )
        page.heading("Fields")
        for name in SpanFilterParser.fieldNames {
            page.item("`\(name.hasSuffix(".") ? name + "NAME" : name)`", FilterReference.fields[name] ?? "")
        }
        page.seeAlso(["fallom(1)", "fallom-spans(1)", "fallom-tail(1)", "fallom-keys(7)"])
        return page
    }
}
