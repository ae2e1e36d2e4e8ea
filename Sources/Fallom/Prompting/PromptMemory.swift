import Assignment
import OrderedJSON
import Prompts
import Synchronization

/// Remembers the prompts that an app was given, so that a call which uses one is known by the text it sends, in whatever
/// task it is made. Nothing of a text is kept but its length and a hash.
///
/// A prompt got through a session is looked for in that session's calls, one got without a session in all.
package final class PromptMemory: Sendable {
    private struct State {
        var known = KnownPrompts()
        var count = 0
    }

    private let state = Mutex(State())
    /// How many prompts there were so far: a call notes it when it starts.
    private let count = Atomic<Int>(0)

    func add(_ prompt: PromptResult, sessionID: String?) {
        let session = sessionID.map(UTF8Key.init)
        state.withLock { state in
            state.count += 1
            state.known.add(prompt, session: session, number: state.count)
            count.store(state.count, ordering: .releasing)
        }
    }

    /// The number of the last prompt so far; 0 when there is none.
    package var mark: Int { count.load(ordering: .acquiring) }

    /// The prompt that a request uses, amongst those known at `mark`. Takes time: not for the caller's path.
    func prompt(in request: JSONValue?, sessionID: String, before mark: Int) -> PromptTag? {
        guard mark > 0, let request else { return nil }
        let sieve = state.withLock { $0.known.sieve }
        let texts = MessageTexts.of(request).map { text in
            let printed = PrintedText(text)
            guard !sieve.isEmpty else { return (printed, [Int]()) }
            return (printed, printed.places(ofLength: KnownPrompts.containedCount, where: sieve.mayKnow))
        }
        guard !texts.isEmpty else { return nil }
        return state.withLock { $0.known.prompt(in: texts, session: UTF8Key(sessionID), before: mark) }
    }
}

/// The texts that a request of any of the model APIs gives to the model: instructions and what the user says, not what
/// the model or a tool said before.
enum MessageTexts {
    /// Deeper than any of the APIs nests a message.
    private static let depthLimit = 16
    private static let names: Set<String> = [
        "messages", "content", "contents", "parts", "text", "input", "instructions", "prompt", "system",
        "systemInstruction", "system_instruction", "inputText",
    ]
    private static let answering: Set<String> = ["assistant", "model", "tool", "function", "CHATBOT"]

    static func of(_ request: JSONValue) -> [String] {
        var texts: [String] = []
        guard let members = request.object else { return texts }
        collect(members, depth: 0, into: &texts)
        return texts
    }

    private static func collect(_ members: [JSONMember], depth: Int, into texts: inout [String]) {
        let role = members.first { $0.name == "role" }?.value.string
        if let role, answering.contains(role) { return }
        for member in members where names.contains(member.name) { collect(member.value, depth: depth, into: &texts) }
    }

    private static func collect(_ value: JSONValue, depth: Int, into texts: inout [String]) {
        guard depth < depthLimit else { return }
        switch value {
        case .string(let text): if !text.isEmpty { texts.append(text) }
        case .array(let elements): for element in elements { collect(element, depth: depth + 1, into: &texts) }
        case .object(let members): collect(members, depth: depth + 1, into: &texts)
        case .null, .bool, .number: break
        }
    }
}
