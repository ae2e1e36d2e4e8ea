import Assignment
import Display
import OrderedJSON
import Prompts
package import TraceModel

/// Who was seen to use a prompt, and what is known of the variables they pass.
///
/// Spans of the Fallom SDKs name the prompt and its version but not the variables; those of OpenInference and Traceloop
/// may. What every captured call shows is a placeholder that was sent as it is: nobody filled it.
package struct PromptCallers: Sendable {
    /// How many callers are looked at closely, the busiest first.
    package static let most = 6

    package struct Caller: Sendable {
        /// The config of its sessions, else the name of its spans.
        package let name: String
        package fileprivate(set) var calls = 0
        /// Its latest call.
        package fileprivate(set) var latest: StoredSpan
        /// What its latest call shows.
        package fileprivate(set) var evidence: Evidence?
    }

    /// What a call shows of its variables.
    package struct Evidence: Sendable {
        /// The variables it says it passed; `nil` when it does not say.
        package let passed: [String]?
        /// Placeholders it sent unfilled.
        package let unfilled: [String]

        package init(_ loaded: LoadedSpan) {
            passed = Self.variables(loaded.detail.attributes)
            guard case .messages(let messages) = loaded.detail.input else {
                unfilled = []
                return
            }
            unfilled = messages.flatMap(\.parts).flatMap { part -> [String] in
                if case .text(let text) = part { Template(text).variables } else { [] }
            }
        }

        private static func variables(_ attributes: AttributeMap) -> [String]? {
            for name in ["llm.prompt_template.variables", "traceloop.prompt.template_variables"] {
                switch attributes[name] {
                case .map(let map)?: return map.entries.map(\.name)
                case .string(let text)?: return (try? JSONValue(parsing: Array(text.utf8)))?.object?.map(\.name)
                default: continue
                }
            }
            return nil
        }
    }

    /// The busiest first.
    package private(set) var all: [Caller] = []

    package init() {}

    /// - Parameter spans: calls with the prompt, in the order they came.
    package init(_ spans: [StoredSpan]) {
        var places: [ExactText: Int] = [:]
        for stored in spans {
            let name = stored.configKey ?? stored.span.name
            let place = places[ExactText(name)] ?? all.count
            places[ExactText(name)] = place
            if place == all.count { all.append(Caller(name: name, latest: stored)) }
            all[place].calls += 1
            all[place].latest = stored
        }
        all.sort { ($1.calls, $0.name) < ($0.calls, $1.name) }
    }

    /// The calls to look at closely.
    package var wanted: [SpanKey] { all.prefix(Self.most).map(\.latest.span.key) }

    package mutating func learn(_ loaded: [LoadedSpan]) {
        for index in all.indices {
            guard let own = loaded.first(where: { $0.stored.span.key == all[index].latest.span.key }) else { continue }
            all[index].evidence = Evidence(own)
        }
    }

    /// All that ``sentences(on:)`` says, in short: equal facts make equal sentences.
    package var facts: [String] { all.map { "\($0.name) \($0.calls) \($0.evidence.map { "\($0)" } ?? "")" } }

    /// What is known of who passes a variable, in sentences.
    package func sentences(on name: String) -> [String] {
        func holds(_ names: [String]) -> Bool { names.contains { UTF8Key($0) == UTF8Key(name) } }
        var unfilled: [Caller] = []
        var lacking: [Caller] = []
        var unknown: [Caller] = []
        for caller in all {
            if caller.evidence.map({ holds($0.unfilled) }) == true {
                unfilled.append(caller)
            } else if let passed = caller.evidence?.passed {
                if !holds(passed) { lacking.append(caller) }
            } else {
                unknown.append(caller)
            }
        }
        func list(_ callers: [Caller]) -> String {
            let shown = callers.prefix(Self.most).map { "\($0.name) (\(Figure.count($0.calls, "call")))" }
            let rest = callers.count - shown.count
            return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
        }
        return [
            unfilled.isEmpty ? nil : "sent unfilled by \(list(unfilled))",
            lacking.isEmpty ? nil : "not passed by \(list(lacking))",
            unknown.isEmpty ? nil : "used by \(list(unknown)): their spans do not say what they pass",
        ].compactMap { $0 }
    }
}
