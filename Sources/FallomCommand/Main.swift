import ArgumentParser
import CProcess
import Glibc

/// Where the program starts: parses the command line, runs the command, and turns every way it can end into an exit
/// status (docs/command-line.md §1: 0 success, 1 failure, 64 usage).
@main
enum Main {
    static func main() async {
        // A closed pipe (`fallom spans | head`) is an error a write returns, not a death in the middle of one.
        signal(SIGPIPE, SIG_IGN)
        // A heap for each core: with one for each thread, what they free stays in theirs, a quarter more memory on a large
        // file and nothing won.
        fallom_process_limit_heaps(2)
        do {
            try CommandNames.refuseStrangers(Array(CommandLine.arguments.dropFirst()))
            let parsed = try await RootCommand.asyncParseAsRoot()
            if var command = parsed as? any AsyncParsableCommand {
                try await command.run()
            } else {
                var command = parsed
                try command.run()
            }
        } catch let failure as CommandFailure {
            StandardError.write(failure.report(columns: Terminal.standardErrorColumns))
            exit(failure.status)
        } catch is OutputClosed {
            exit(0)
        } catch let error where isArgumentParsers(error) {
            if RootCommand.exitCode(for: error) == .success, let help = HelpText(RootCommand.fullMessage(for: error)) {
                print(help.text)
                exit(0)
            }
            RootCommand.exit(withError: error)
        } catch {
            StandardError.write(
                CommandFailure(explaining: error).report(columns: Terminal.standardErrorColumns))
            exit(1)
        }
    }

    /// Whether the argument parser knows best how to end with that error: usage, help, version, a bare exit status.
    private static func isArgumentParsers(_ error: any Error) -> Bool {
        RootCommand.exitCode(for: error) != .failure || error is ExitCode
    }
}
