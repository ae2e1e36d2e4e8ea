import Foundation
import Testing

/// What `Package.swift`, the imports and the map in docs/codebase.md say of each other.
@Suite struct MapTests {
    let map: [String: Set<String>]
    let package: [String: Set<String>]
    let imports: [String: Set<String>]

    init() throws {
        let repository = try Repository()
        map = try repository.map()
        package = try repository.dependencies()
        imports = try repository.imports(of: package.keys.sorted())
    }

    @Test func `the map has every target and no other`() {
        #expect(map.count > 20)
        #expect(Set(map.keys).symmetricDifference(package.keys).sorted() == [])
    }

    @Test func `a target depends on what stands in its row`() {
        for (target, dependencies) in package.sorted(by: { $0.key < $1.key }) {
            let row = map[target] ?? []
            if target == "FallomCommand" {
                #expect(dependencies.subtracting(row).sorted() == [], "\(target)")
            } else {
                #expect(dependencies.symmetricDifference(row).sorted() == [], "\(target)")
            }
        }
    }

    @Test func `a file imports what its target depends on, and every dependency is imported`() {
        for (target, found) in imports.sorted(by: { $0.key < $1.key }) {
            let dependencies = package[target] ?? []
            #expect(found.subtracting(dependencies).sorted() == [], "imported by \(target) and not in Package.swift")
            #expect(dependencies.subtracting(found).sorted() == [], "in Package.swift and not imported by \(target)")
        }
    }

    @Test func `no target imports in a circle`() {
        var rest = package
        while let free = rest.first(where: { $0.value.isDisjoint(with: rest.keys) }) { rest[free.key] = nil }
        #expect(rest.keys.sorted() == [])
    }
}

/// The files of the repository that this test was built from.
private struct Repository {
    private let root: URL

    init() throws {
        root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        try #require(FileManager.default.fileExists(atPath: root.appending(path: "Package.swift").path))
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOf: root.appending(path: name), encoding: .utf8)
    }

    /// The table of docs/codebase.md: each target and what it may import.
    func map() throws -> [String: Set<String>] {
        var map: [String: Set<String>] = [:]
        for line in try text("docs/codebase.md").split(separator: "\n") {
            guard let row = line.wholeMatch(of: /\| `(\w+)` \|[^|]*\|([^|]*)\|/) else { continue }
            let all = row.2.contains("everything above")
            map[String(row.1)] = all ? Set(map.keys) : Set(row.2.matches(of: /`(\w+)`/).map { String($0.1) })
        }
        return map
    }

    /// The targets of Package.swift that others can import, with what of them each depends on.
    func dependencies() throws -> [String: Set<String>] {
        let parts = try text("Package.swift").split(separator: /\n        \.(?=\w+\()/)
        var found: [String: Set<String>] = [:]
        for part in parts {
            guard let head = part.prefixMatch(of: /(target|executableTarget)\(\s*name: "(\w+)"/) else { continue }
            let name = String(head.2)
            if head.1 == "executableTarget", name != "FallomCommand" { continue }
            // Products of packages are named with `name:`, resources with `.embedInCode`.
            let others = /\.\w+\(name: "\w+"|\.embedInCode\([^)]*\)|path: "\w+"/
            let own = part[head.range.upperBound...].replacing(others, with: "")
            found[name] = Set(own.matches(of: /"(\w+)"/).map { String($0.1) })
        }
        return found.mapValues { $0.intersection(found.keys) }
    }

    /// What of them the files of each target import.
    func imports(of targets: [String]) throws -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        for target in targets where !target.hasPrefix("C") || target == "Cells" || target == "Console" {
            let folder = target == "Themes" ? "themes" : "Sources/\(target)"
            var names: Set<String> = []
            for file in FileManager.default.enumerator(atPath: root.appending(path: folder).path) ?? NSEnumerator() {
                guard let file = file as? String, file.hasSuffix(".swift"), !file.contains(".docc/") else { continue }
                let text = try text("\(folder)/\(file)")
                names.formUnion(text.matches(of: /(?m)^(?:@\w+ )*(?:\w+ )?import (\w+)/).map { String($0.1) })
            }
            found[target] = names.intersection(targets)
        }
        return found
    }
}
