/// Colours for code: keywords, texts, numbers and comments of the languages people use, line by line.
public enum CodeColours {
    /// What a piece of code is.
    public enum Kind: Hashable, Sendable {
        case plain, keyword, string, number, comment
        /// A line of a diff.
        case added, removed, header
    }

    /// A piece of a line.
    public struct Token: Hashable, Sendable {
        /// What was written.
        public var text: String
        /// What it is.
        public var kind: Kind

        /// Makes a token.
        public init(_ text: String, _ kind: Kind) {
            self.text = text
            self.kind = kind
        }
    }

    /// The lines of a code, in the colours of a language as a fence names it with its first word; of an unknown one texts and
    /// numbers only.
    public static func lines(of code: String, language: String) -> [[Token]] {
        let name = language.prefix { $0 != " " && $0 != "\t" }.lowercased()
        if name == "diff" || name == "patch" { return diff(code) }
        var colouring = CodeColouring(CodeLanguage.named(name))
        return code.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { colouring.line(Array($0)) }
    }

    private static func diff(_ code: String) -> [[Token]] {
        code.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            let line = String(decoding: line, as: UTF8.self)
            let kind: Kind =
                if line.hasPrefix("+++") || line.hasPrefix("---") || line.hasPrefix("@@") {
                    .header
                } else if line.hasPrefix("+") {
                    .added
                } else if line.hasPrefix("-") {
                    .removed
                } else {
                    .plain
                }
            return [Token(line, kind)]
        }
    }
}

/// What is told apart in a language.
struct CodeLanguage {
    var comments: [String] = []
    var block: (open: String, close: String)?
    var quotes: [UInt8] = Array("\"'".utf8)
    /// Signs of texts that go on over lines, longest first.
    var long: [String] = []
    var keywords: Set<String> = []
    var ignoresCase = false

    static func named(_ name: String) -> CodeLanguage {
        switch name {
        case "python", "py", "python3", "ipython": python
        case "javascript", "js", "jsx", "typescript", "ts", "tsx", "node", "mjs": script
        case "swift": swift
        case "java", "kotlin", "kt", "scala", "c#", "cs", "csharp", "dart", "php": java
        case "c", "h", "cpp", "c++", "cc", "hpp", "objc", "cuda": cFamily
        case "go", "golang": go
        case "rust", "rs": rust
        case "bash", "sh", "shell", "zsh", "console", "fish", "dockerfile", "makefile": shell
        case "sql", "postgresql", "postgres", "mysql", "sqlite", "plsql": sql
        case "yaml", "yml", "toml", "ini", "properties", "conf": settings
        case "ruby", "rb", "elixir", "ex": ruby
        case "json", "jsonc", "json5": CodeLanguage(comments: ["//"], keywords: ["true", "false", "null"])
        case "html", "xml", "svg", "vue": CodeLanguage(block: ("<!--", "-->"))
        case "css", "scss", "less": CodeLanguage(comments: [], block: ("/*", "*/"))
        default: CodeLanguage(quotes: Array("\"".utf8))
        }
    }

    private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

    private static let python = CodeLanguage(
        comments: ["#"], long: ["\"\"\"", "'''"],
        keywords: words(
            "and as assert async await break class continue def del elif else except finally for from global if import "
                + "in is lambda match case nonlocal not or pass raise return self try while with yield True False None")
    )
    private static let script = CodeLanguage(
        comments: ["//"], block: ("/*", "*/"), long: ["`"],
        keywords: words(
            "abstract as async await break case catch class const continue declare default delete do else enum export "
                + "extends finally for from function if implements import in instanceof interface let namespace new of "
                + "private protected public readonly return satisfies static super switch this throw try type typeof "
                + "var void while yield true false null undefined"))
    private static let swift = CodeLanguage(
        comments: ["//"], block: ("/*", "*/"), quotes: Array("\"".utf8), long: ["\"\"\""],
        keywords: words(
            "actor any as associatedtype async await break case catch class continue default defer deinit do else enum "
                + "extension fileprivate final for func guard if import in indirect init inout internal is isolated let "
                + "mutating nil nonisolated open override private protocol public repeat rethrows return self Self "
                + "sending some static struct subscript super switch throw throws true false try typealias unowned var "
                + "weak where while"))
    private static let java = CodeLanguage(
        comments: ["//"], block: ("/*", "*/"), long: ["\"\"\""],
        keywords: words(
            "abstract as async await boolean break byte case catch char class companion const continue data default do "
                + "double else enum extends final finally float for foreach fun function get if implements import in "
                + "instanceof int interface internal is long namespace new null object open out override package "
                + "private protected public readonly record return sealed set short static string struct super "
                + "suspend switch this throw throws true false try using val var virtual void when while yield"))
    private static let cFamily = CodeLanguage(
        comments: ["//"], block: ("/*", "*/"),
        keywords: words(
            "alignas auto bool break case catch char class concept const constexpr continue decltype default delete do "
                + "double else enum explicit extern false float for friend goto if inline int long mutable namespace "
                + "new noexcept nullptr operator override private protected public requires return short signed sizeof "
                + "static struct switch template this throw true try typedef typename union unsigned using virtual "
                + "void volatile while NULL #include #define #if #ifdef #ifndef #else #endif #pragma"))
    private static let go = CodeLanguage(
        comments: ["//"], block: ("/*", "*/"), long: ["`"],
        keywords: words(
            "any bool break byte case chan const continue default defer else error fallthrough false for func go goto if "
                + "import int int64 interface iota map make nil package range return rune select string struct switch "
                + "true type var"))
    private static let rust = CodeLanguage(
        comments: ["//"], block: ("/*", "*/"), quotes: Array("\"".utf8),
        keywords: words(
            "as async await bool box break const continue crate dyn else enum extern false fn for i32 i64 if impl in let "
                + "loop match mod move mut pub ref return self Self static str struct super trait true type u8 u32 u64 "
                + "unsafe use usize where while Some None Ok Err"))
    private static let shell = CodeLanguage(
        comments: ["#"],
        keywords: words(
            "alias case cd do done echo elif else esac eval exec exit export fi for function if in local printf read "
                + "return set shift source sudo then trap unset until while FROM RUN COPY CMD ENTRYPOINT ENV ARG WORKDIR"
        ))
    private static let sql = CodeLanguage(
        comments: ["--"], block: ("/*", "*/"),
        keywords: words(
            "add all alter and as asc begin between by case cast check column commit constraint create cross database "
                + "default delete desc distinct drop else end exists explain foreign from full group having if in index "
                + "inner insert into is join key left like limit not null offset on or order outer over partition "
                + "primary references returning right rollback select set table then transaction union unique update "
                + "using values view when where with"), ignoresCase: true)
    private static let settings = CodeLanguage(
        comments: ["#", ";"], keywords: words("true false null yes no on off True False"))
    private static let ruby = CodeLanguage(
        comments: ["#"],
        keywords: words(
            "alias and begin break case class def defmodule defp do else elsif end ensure false fn for if in module next "
                + "nil not or private raise redo require rescue retry return self super then true undef unless until "
                + "use when while yield"))
}
