import ArgumentParser
import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import Workspace
import WorkspaceModel

/// `fallom configs list`.
struct ConfigsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List configs and their versions.")

    @OptionGroup var workspace: WorkspaceOptions

    func run() async throws {
        let access = try workspace.open()
        let configs = access.snapshot.configs.served
        var table = Table([
            .init("CONFIG", minimum: 12), .init("VERSION", right: true), .init("VERSIONS"),
            .init("MODELS", minimum: 12),
        ])
        for (config, versions) in configs {
            let list = versions.map(String.init).joined(separator: ",")
            let models = config.variants.map { "\($0.model ?? "?") \($0.weight.written?.compactText ?? "?")" }
            table.append([
                TableCell(config.key, .strong), "\(config.version)", TableCell(list, .dim),
                TableCell(models.joined(separator: ", ")),
            ])
        }
        try StandardOutput.print(
            json: workspace.json, configs.map { summary($0, $1) }, table.lines(for: .standardOutput(.current())))
        if access.snapshot.configs.isEmpty { access.sayEmpty("fallom configs new KEY FILE --use") }
        access.reportProblems()
    }

    private func summary(_ config: ModelConfig, _ versions: [Int]) -> JSONValue {
        .object([
            "key": .string(config.key), "version": .number(config.version),
            "versions": .array(versions.map { .number($0) }),
            "models": .array(config.variants.map { .text($0.model) }),
        ])
    }
}

/// `fallom configs show KEY`.
struct ConfigsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a config: its exact split, its targets and rules.")

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The config's key.", completion: Completing.config)
    var key: String

    @Option(help: "A version other than the current one.")
    var version: Int?

    func run() async throws {
        let access = try workspace.open()
        let config = try access.config(key, version: version)
        try StandardOutput.print(json: workspace.json, [config.record], lines(config).map(harmlessText))
        access.reportProblems(of: key)
    }

    private func lines(_ config: ModelConfig) -> [String] {
        var lines = ["\(config.key)  version \(config.version)", ""]
        for (index, variant) in config.variants.enumerated() {
            let share = Figure.share(config.split.bucketShare(of: index))
            let weight = variant.weight.written?.compactText ?? "missing"
            lines.append("  \(index)  \(variant.model ?? "(no model)")  weight \(weight)  exact share \(share)")
        }
        guard let targeting = config.targeting else { return lines + ["", "no targeting"] }
        lines += ["", targeting.isEnabled ? "targeting" : "targeting (switched off)"]
        for (index, target) in targeting.individualTargets.enumerated() {
            lines.append("  target \(index + 1)  \(target.sentence) → \(destination(target.variant, config))")
        }
        for (index, rule) in targeting.rules.enumerated() {
            lines.append("  rule \(index + 1)  \(rule.sentence) → \(destination(rule.variant, config))")
        }
        return lines
    }

    private func destination(_ reference: VariantReference, _ config: ModelConfig) -> String {
        guard let index = reference.index, config.variants.indices.contains(index) else {
            return "no variant (\(reference.written?.compactText ?? "missing")): by weight"
        }
        return "\(index) \(config.variants[index].model ?? "(no model)")"
    }
}
