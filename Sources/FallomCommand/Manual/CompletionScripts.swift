/// What the scripts for Tab need beside what the argument parser writes.
enum CompletionScripts {
    /// For bash, which breaks words at colons: they are joined for the script, and what stands before the last colon is taken
    /// off what is offered.
    static let wordsWithColons = """

        _fallom_with_colons() {
            local line=${COMP_LINE:0:COMP_POINT} current index
            local -a words
            read -ra words <<<"$line"
            [[ $line == *[[:space:]] ]] && words+=('')
            local -a COMP_WORDS=("${words[@]}")
            local COMP_CWORD=$((${#words[@]} - 1))
            current=${words[COMP_CWORD]}
            _fallom "$1" "$current" "${words[COMP_CWORD > 0 ? COMP_CWORD - 1 : 0]}"
            if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then
                for index in "${!COMPREPLY[@]}"; do
                    COMPREPLY[index]=${COMPREPLY[index]#"${current%"${current##*:}"}"}
                done
            fi
            [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *: ]] && compopt -o nospace
        }

        complete -o filenames -F _fallom_with_colons fallom

        """

    /// The script for fish as it works there: a command whose own option is called `version` has the program's `--version`
    /// beside it, and fish's `argparse` takes no name twice, so that nothing at all was completed behind such a command.
    static func fish(_ script: String) -> String {
        let all = script.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let own = all.compactMap { line in
            line.contains(version) && !line.hasSuffix(programVersion) ? command(of: line) : nil
        }
        let lines = all.compactMap { line -> String? in
            if line.hasSuffix(programVersion), let name = command(of: line), own.contains(name) { return nil }
            return line.contains("'version=' ") ? line.replacing(" 'version' ", with: " ") : line
        }
        return lines.joined(separator: "\n")
    }

    private static let version = " version' -l 'version' "
    private static let programVersion = " version' -l 'version' -d 'Show the version.'"

    /// The command that a line of the script is about: what stands between double quotes.
    private static func command(of line: String) -> Substring? {
        let parts = line.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 ? parts[1] : nil
    }
}
