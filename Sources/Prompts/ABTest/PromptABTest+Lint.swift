public import Assignment

extension PromptABTest.Variant {
    /// The prompt and its version, as `key@3`; the key alone where whichever version is current is meant.
    public var displayName: String {
        let key = promptKey ?? "(no prompt)"
        return switch promptVersion {
        case .current: key
        case .version(let version): "\(key)@\(version)"
        case .malformed(let text): "\(key)@(\(text))"
        }
    }
}

extension PromptABTest {
    /// Whether it divides sessions: at least two variants have some.
    public var isRunning: Bool { variants.indices.count { split.buckets(of: $0) > 0 } > 1 }

    /// What the author of this test should look at, in document order within each kind.
    ///
    /// - Parameters:
    ///   - prompts: the prompts that are there.
    ///   - others: keys of the configs and other tests that run: they divide the same buckets.
    public func lints(
        prompts: VersionCatalog<PromptRecord>, runningBeside others: [String] = []
    ) -> [ConfigLint] {
        var lints = problems.map {
            ConfigLint(kind: .malformed, severity: .error, path: $0.path, message: $0.message)
        }
        lints += unknownPrompts(prompts)
        lints += WeightLint.lints(weights: variants.map(\.weight), names: variants.map(\.displayName), split: split)
        lints += repeated
        if isRunning, !others.isEmpty {
            let more = others.count > 3 ? " and \(others.count - 3) more" : ""
            let names = others.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + more
            lints.append(
                ConfigLint(
                    kind: .sharedBuckets, severity: .note, path: "variants",
                    message: "the hash has no salt, so \(names) divide the same sessions along the same buckets"))
        }
        return lints
    }

    private func unknownPrompts(_ prompts: VersionCatalog<PromptRecord>) -> [ConfigLint] {
        variants.enumerated().compactMap { index, variant in
            guard let key = variant.promptKey else { return nil }
            guard let versions = prompts[key] else {
                return ConfigLint(
                    kind: .unknownPrompt, severity: .error, path: "variants[\(index)].prompt_key",
                    message: "there is no prompt '\(key)': its sessions get an error")
            }
            guard case .version(let version) = variant.promptVersion, versions.records[version] == nil else {
                return nil
            }
            return ConfigLint(
                kind: .unknownPrompt, severity: .error, path: "variants[\(index)].prompt_version",
                message: "'\(key)' has no version \(version): its sessions get an error")
        }
    }

    private var repeated: [ConfigLint] {
        variants.indices.compactMap { index in
            guard variants[index].promptKey != nil,
                let first = variants[..<index].firstIndex(where: {
                    $0.displayName.utf8.elementsEqual(variants[index].displayName.utf8)
                })
            else { return nil }
            return ConfigLint(
                kind: .sameVariants, severity: .warning, path: "variants[\(index)]",
                message: "is the same as variant \(first): nothing can come out between the two")
        }
    }
}
