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
}
