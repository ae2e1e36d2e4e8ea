#if Schema
import SwiftCompilerPlugin
import SwiftDiagnostics
import SwiftParser
import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

@main
struct SchemaPlugin: CompilerPlugin {
    let providingMacros: [any Macro.Type] = [SchemaMacro.self]
}

/// Writes `static var jsonSchema` from what a type declares.
struct SchemaMacro: ExtensionMacro {
    static func expansion(
        of node: AttributeSyntax, attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol, conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        let access = access(of: declaration)
        let schema: String
        do {
            schema = try written(declaration)
        } catch let fault as SchemaFault {
            context.diagnose(Diagnostic(node: fault.node, message: fault))
            return []
        }
        let source: DeclSyntax = """
            extension \(type.trimmed): JSONSchemaProviding {
                \(raw: access)static var jsonSchema: Fallom.JSON { \(raw: schema) }
            }
            """
        return source.as(ExtensionDeclSyntax.self).map { [$0] } ?? []
    }

    private static func written(_ declaration: some DeclGroupSyntax) throws -> String {
        if let type = declaration.as(StructDeclSyntax.self) { return try object(type) }
        if let type = declaration.as(EnumDeclSyntax.self) { return try texts(type) }
        throw SchemaFault("@Schema is for a struct, or for an enum whose raw values are texts", declaration)
    }

    /// Members of an extension of a public type have to say that they are.
    private static func access(of declaration: some DeclGroupSyntax) -> String {
        let words = declaration.modifiers.map(\.name.text)
        return words.first { $0 == "public" || $0 == "package" }.map { $0 + " " } ?? ""
    }

    private static func object(_ type: StructDeclSyntax) throws -> String {
        let names = codingKeys(type.memberBlock)
        var properties: [String] = []
        for member in type.memberBlock.members {
            guard let variable = member.decl.as(VariableDeclSyntax.self), !variable.isShared else { continue }
            let description = Documentation.text(variable.leadingTrivia)
            for binding in variable.bindings where binding.isStored {
                guard let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier.text.unquoted else {
                    throw SchemaFault("@Schema needs one name for each property", binding)
                }
                // What is constant is not decoded.
                if variable.bindingSpecifier.text == "let", binding.initializer != nil { continue }
                if let names, names[name] == nil { continue }
                guard let declared = binding.declaredType(after: variable) else {
                    throw SchemaFault("@Schema needs the type of '\(name)' to be written: var \(name): …", binding)
                }
                let told = description.map { [literal($0)] } ?? []
                let arguments = [literal(names?[name] ?? name), "(\(declared)).self"] + told
                properties.append("SchemaProperty(\(arguments.joined(separator: ", ")))")
            }
        }
        let description = Documentation.text(type.leadingTrivia).map { ", description: " + literal($0) } ?? ""
        return ".objectSchema([\(properties.joined(separator: ", "))]\(description))"
    }

    /// The names in JSON where the type says them itself; `nil` where the properties' own count.
    private static func codingKeys(_ members: MemberBlockSyntax) -> [String: String]? {
        let keys = members.members.lazy.compactMap { $0.decl.as(EnumDeclSyntax.self) }
            .first { $0.name.text == "CodingKeys" }
        return keys.map { Dictionary(cases($0)) { first, _ in first } }
    }

    private static func cases(_ type: EnumDeclSyntax) -> [(name: String, value: String)] {
        type.memberBlock.members.compactMap { $0.decl.as(EnumCaseDeclSyntax.self) }.flatMap(\.elements).map { element in
            let name = element.name.text.unquoted
            let text = element.rawValue?.value.as(StringLiteralExprSyntax.self)?.representedLiteralValue
            return (name, text ?? name)
        }
    }

    private static func texts(_ type: EnumDeclSyntax) throws -> String {
        let inherited = type.inheritanceClause?.inheritedTypes.map(\.type.trimmedDescription) ?? []
        guard inherited.contains("String") else {
            throw SchemaFault(
                "@Schema needs the raw values of an enum to be texts: enum \(type.name.text): String", type)
        }
        let description = Documentation.text(type.leadingTrivia).map { ", description: " + literal($0) } ?? ""
        return ".enumSchema([\(cases(type).map { literal($0.value) }.joined(separator: ", "))]\(description))"
    }

    private static func literal(_ text: String) -> String { StringLiteralExprSyntax(content: text).description }
}

extension VariableDeclSyntax {
    /// Whether it belongs to the type, or is no stored property of its own.
    fileprivate var isShared: Bool {
        modifiers.contains { ["static", "class", "lazy"].contains($0.name.text) }
    }
}

extension PatternBindingSyntax {
    /// Whether it is stored: without accessors, or with observers alone.
    fileprivate var isStored: Bool {
        guard let block = accessorBlock else { return true }
        guard case .accessors(let accessors) = block.accessors else { return false }
        return accessors.allSatisfy { ["willSet", "didSet"].contains($0.accessorSpecifier.text) }
    }

    /// The type as it is written; of `var a, b: Int` the one that follows.
    fileprivate func declaredType(after variable: VariableDeclSyntax) -> String? {
        let rest = variable.bindings.drop { $0.id != id }
        return rest.lazy.compactMap { $0.typeAnnotation?.type.trimmedDescription }.first
    }
}

extension String {
    /// Without the backticks of a name that is a keyword.
    fileprivate var unquoted: String { hasPrefix("`") ? String(dropFirst().dropLast()) : self }
}

/// What a documentation comment says.
enum Documentation {
    /// The first paragraph, on one line; `nil` where there is none.
    static func text(_ trivia: Trivia) -> String? {
        var lines: [String] = []
        for piece in trivia {
            switch piece {
            case .docLineComment(let line): lines.append(trimmed(line.dropFirst(3)))
            case .docBlockComment(let block):
                lines += block.dropFirst(3).dropLast(2).split(separator: "\n", omittingEmptySubsequences: false)
                    .map { line in
                        let text = trimmed(line)
                        return text.hasPrefix("*") ? trimmed(text.dropFirst()) : text
                    }
            default: continue
            }
        }
        let text = lines.drop { $0.isEmpty }.prefix { !$0.isEmpty && !$0.hasPrefix("- ") }.joined(separator: " ")
        return text.isEmpty ? nil : text
    }

    private static func trimmed(_ line: some StringProtocol) -> String {
        var line = line[...]
        while let first = line.first, first.isWhitespace { line = line.dropFirst() }
        while let last = line.last, last.isWhitespace { line = line.dropLast() }
        return String(line)
    }
}

/// What a type has to be changed in, told where it is.
struct SchemaFault: DiagnosticMessage, Error {
    let message: String
    let node: Syntax
    var diagnosticID: MessageID { MessageID(domain: "FallomSchema", id: "fault") }
    var severity: DiagnosticSeverity { .error }

    init(_ message: String, _ node: some SyntaxProtocol) {
        self.message = message
        self.node = Syntax(node)
    }
}
#else
/// Without the trait `Schema` there is no macro, and swift-syntax is neither fetched nor built.
@main
enum NoSchemaPlugin {
    static func main() {}
}
#endif
