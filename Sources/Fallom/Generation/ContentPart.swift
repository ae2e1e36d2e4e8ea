import SpanCodec

/// A part of what the user says: text, a picture, a file, a sound. A literal text is a part.
///
/// ```swift
/// .user(["What is this?", .picture(png, type: "image/png")])
/// ```
///
/// Each model writes the parts in its provider's own shape; one that its API has no place for is a ``ProviderError`` that
/// says so, and nothing is sent.
public struct ContentPart: Hashable, Sendable {
    enum Kind: String, Hashable, Sendable {
        case picture, file, sound
    }

    enum Source: Hashable, Sendable {
        /// The bytes in base64.
        case data(String)
        /// Where the provider fetches it.
        case url(String)
    }

    struct Media: Hashable, Sendable {
        var kind: Kind
        var source: Source
        /// The media type; empty where only the address is known.
        var type: String
        var name: String?
        var detail: String?

        /// `data:image/png;base64,…`, or the address.
        var address: String {
            switch source {
            case .data(let text): "data:\(type);base64,\(text)"
            case .url(let url): url
            }
        }
    }

    enum Content: Hashable, Sendable {
        case text(String)
        case media(Media)
    }

    var content: Content

    /// Text.
    public static func text(_ text: String) -> ContentPart { ContentPart(content: .text(text)) }

    /// A picture.
    ///
    /// - Parameters:
    ///   - type: its media type, as in `image/png`.
    ///   - detail: how closely the model should look (`low`, `high`, `auto`), where its API asks that (OpenAI).
    public static func picture(
        _ bytes: some Sequence<UInt8>, type: String, detail: String? = nil
    ) -> ContentPart {
        media(.init(kind: .picture, source: .data(Base64Text.encode(Array(bytes))), type: type, detail: detail))
    }

    /// A picture that the provider fetches.
    ///
    /// - Parameter type: its media type, for Google, which wants to know.
    public static func picture(url: String, type: String = "", detail: String? = nil) -> ContentPart {
        media(.init(kind: .picture, source: .url(url), type: type, detail: detail))
    }

    /// A file: `application/pdf`, `text/plain`, and what else the provider reads.
    public static func file(
        _ bytes: some Sequence<UInt8>, type: String, name: String? = nil
    ) -> ContentPart {
        media(.init(kind: .file, source: .data(Base64Text.encode(Array(bytes))), type: type, name: name))
    }

    /// A file that the provider fetches (Anthropic, Google).
    public static func file(url: String, type: String = "", name: String? = nil) -> ContentPart {
        media(.init(kind: .file, source: .url(url), type: type, name: name))
    }

    /// A sound, `audio/wav` or `audio/mp3` (OpenAI, Google).
    public static func sound(_ bytes: some Sequence<UInt8>, type: String) -> ContentPart {
        media(.init(kind: .sound, source: .data(Base64Text.encode(Array(bytes))), type: type))
    }

    private static func media(_ media: Media) -> ContentPart { ContentPart(content: .media(media)) }

    /// The text, if this is text.
    public var text: String? {
        if case .text(let text) = content { text } else { nil }
    }
}

extension ContentPart: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// Text.
    public init(stringLiteral text: String) { self = .text(text) }
}

extension [ContentPart] {
    /// All text of the parts.
    var text: String { compactMap(\.text).joined() }

    /// The one text that they are; `nil` when there is more to them.
    var onlyText: String? { count == 1 ? self[0].text : isEmpty ? "" : nil }
}
