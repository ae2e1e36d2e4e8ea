import ArgumentParser
import OrderedJSON

/// `fallom doctor`: what is found, and what to do about it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check terminal, locale, colours, ports, store and files.",
        discussion: "Exit status 1 when something does not work.")

    @OptionGroup var shared: SharedOptions

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let settings = try shared.settings(environment)
        var findings = TerminalCheck.current(environment).findings
        findings += ListenerCheck(settings: settings).findings
        findings += await ReceiverCheck(settings: settings).findings()
        findings += await StoreCheck(settings: settings).findings()
        findings += await ForwardCheck(settings: settings).findings()
        findings += FilesCheck(settings: settings, environment: environment).findings
        let terminal = Terminal.standardOutput(environment)
        try StandardOutput.print(json: json, findings.map(\.json), findings.flatMap { $0.lines(for: terminal) })
        if findings.contains(where: { $0.verdict == .bad }) { throw ExitCode.failure }
    }
}
