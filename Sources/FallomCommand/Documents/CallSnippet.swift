import Experiments
import OrderedJSON
import TraceModel

/// A recorded call as a request that somebody else can send: for a shell, in Swift, in Python, as JSON. Keys stand for
/// themselves, by the names of their variables.
struct CallSnippet: Sendable {
    private let prepared: PreparedRequest
    private let redactor: Redactor

    /// - Parameter loaded: the call.
    init(_ loaded: LoadedSpan, _ redactor: Redactor) throws {
        let request = try RecordedRequest(loaded)
        let shape = request.shape ?? Self.shape(of: request)
        prepared = try request.prepared(CallVariant(), as: shape, before: nil)
        self.redactor = redactor
    }

    private static func shape(of request: RecordedRequest) -> RecordedRequest.Shape {
        let model = request.model ?? ""
        if request.provider == "anthropic" || model.hasPrefix("claude") { return .anthropic }
        return model.hasPrefix("gemini") || model.hasPrefix("models/gemini") ? .google : .openAI
    }

    /// The request, which wants its answer whole.
    private var body: JSONValue {
        let members = (redactor.json(prepared.body).object ?? []).filter {
            $0.name != "stream" && $0.name != "stream_options"
        }
        return .object(members)
    }

    private var bodyText: String { String(decoding: body.prettyBytes, as: UTF8.self) }

    func text(_ form: CallForm) -> String {
        switch form {
        case .json: bodyText + "\n"
        case .curl: curl
        case .swift: swift
        case .python: python
        }
    }

    private var path: String {
        prepared.shape == .google ? "/v1beta/models/\(prepared.model):generateContent" : prepared.path
    }

    /// A scheme and the place of the key.
    private var bearer: String { "Bearer" + " %" }

    /// The variable of the base, the base where it is not set, the headers with the key's variable.
    private var service: (variable: String, base: String, key: String, headers: [(String, String)]) {
        switch prepared.shape {
        case .openAI:
            ("OPENAI_BASE_URL", "https://api.openai.com/v1", "OPENAI_API_KEY", [("Authorization", bearer)])
        case .anthropic:
            (
                "ANTHROPIC_BASE_URL", "https://api.anthropic.com", "ANTHROPIC_API_KEY",
                [("x-api-key", "%"), ("anthropic-version", "2023-06-01")]
            )
        case .google:
            (
                "GOOGLE_GEMINI_BASE_URL", "https://generativelanguage.googleapis.com", "GEMINI_API_KEY",
                [("x-goog-api-key", "%")]
            )
        }
    }

    private var curl: String {
        let service = service
        var lines = ["curl \"${\(service.variable):-\(service.base)}\(Self.shellSafe(path))\" \\"]
        lines.append("  -H 'Content-Type: application/json' \\")
        for (name, value) in service.headers {
            lines.append("  -H \"\(name): \(value.replacing("%", with: "$" + service.key))\" \\")
        }
        // No line of it is the mark: a text's line ends are escaped in JSON.
        lines.append("  --data-binary @- <<'REQUEST'")
        return lines.joined(separator: "\n") + "\n" + bodyText + "\nREQUEST\n"
    }

    /// A model's name comes from outside: within double quotes nothing of it may mean anything to a shell.
    private static func shellSafe(_ path: String) -> String {
        String(path.map { $0.isASCII && ($0.isLetter || $0.isNumber || "/:._-@".contains($0)) ? $0 : "_" })
    }

    private static func quotable(_ text: String) -> String {
        String(text.unicodeScalars.map { $0 == "\"" || $0 == "\\" || $0.value < 0x20 ? "_" : Character($0) })
    }

    private var swift: String {
        let service = service
        let headers = service.headers.map { name, value in
            let text = value.replacing("%", with: "\\(key)")
            return "request.setValue(\"\(text)\", forHTTPHeaderField: \"\(name)\")"
        }.joined(separator: "\n")
        // Three quotes in a row do not occur in JSON.
        return """
            import Foundation
            #if canImport(FoundationNetworking)
            import FoundationNetworking
            #endif

            let variables = ProcessInfo.processInfo.environment
            let key = variables["\(service.key)"] ?? ""
            let base = variables["\(service.variable)"] ?? "\(service.base)"
            var request = URLRequest(url: URL(string: base + "\(Self.quotable(Self.shellSafe(path)))")!)
            request.httpMethod = "POST"
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            \(headers)
            request.httpBody = Data(
                ##\"\"\"
            \(bodyText)
            \"\"\"##.utf8)
            let (data, _) = try await URLSession.shared.data(for: request)
            print(String(decoding: data, as: UTF8.self))

            """
    }

    private var python: String {
        let service = service
        let headers = service.headers.map { name, value in
            value.contains("%")
                ? "    \"\(name)\": \"\(value)\" % os.environ[\"\(service.key)\"],".replacing("%\"", with: "%s\"")
                : "    \"\(name)\": \"\(value)\","
        }.joined(separator: "\n")
        // Apostrophes stand in texts alone, where JSON has another way to write them.
        let body = bodyText.replacing("'''", with: "\\u0027\\u0027\\u0027")
        return """
            import json
            import os
            import urllib.request

            base = os.environ.get("\(service.variable)", "\(service.base)")
            request = json.loads(r'''
            \(body)
            ''')
            headers = {
                "Content-Type": "application/json",
            \(headers)
            }
            call = urllib.request.Request(
                base + "\(Self.quotable(Self.shellSafe(path)))", json.dumps(request).encode(), headers)
            print(json.load(urllib.request.urlopen(call)))

            """
    }
}
