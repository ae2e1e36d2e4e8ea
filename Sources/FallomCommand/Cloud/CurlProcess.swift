import SystemCalls

/// One GET by the system's `curl`, so that this program carries no TLS stack.
///
/// Address and key go in on standard input: the arguments of a process are there for every user to read.
enum CurlProcess {
    /// What a service answered.
    struct Response: Hashable, Sendable {
        /// The HTTP status.
        var status: Int
        /// The body.
        var body: [UInt8]
    }

    /// More than this is no list of configs.
    private static let mostBytes = 64 << 20

    /// Fetches; blocks for 20 seconds at most.
    ///
    /// - Throws: ``CommandFailure`` when `curl` is not there, or when there was no answer.
    static func get(_ url: String, key: String) throws -> Response {
        let (child, output, errors) = try start(Array(configuration(url, key: key).utf8))
        let answer = try reading { () throws(SystemError) in try output.readToEnd(limit: mostBytes) }
        guard answer.count <= mostBytes else {
            child.end()
            throw CommandFailure("the answer of \(url) is larger than \(mostBytes >> 20) MB")
        }
        let complaint = try reading { () throws(SystemError) in try errors.readToEnd(limit: 4096) }
        let status = try reading { () throws(SystemError) in try child.wait() }
        guard status == 0 else {
            let reason = complaint.isEmpty ? "curl ended with status \((status >> 8) & 0xFF)" : firstLine(complaint)
            throw CommandFailure("no answer from \(url): \(reason)", hint: "Is the address right, and the network up?")
        }
        return try response(answer, url)
    }

    /// The options, one a line (curl's config file). No redirect is followed: it would take the key along.
    static func configuration(_ url: String, key: String) -> String {
        """
        url = \(quoted(url))
        header = \(quoted("Authorization: Bearer \(key)"))
        header = "Accept: application/json"
        user-agent = "fallom"
        proto = "=http,https"
        globoff
        silent
        show-error
        compressed
        connect-timeout = 5
        max-time = 20
        max-filesize = \(mostBytes)
        write-out = "\\n%{http_code}"

        """
    }

    private static func quoted(_ text: String) -> String {
        var quoted = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": quoted += "\\\\"
            case "\"": quoted += "\\\""
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return "\"\(quoted)\""
    }

    /// Starts `curl` with its configuration waiting for it; gives what it answers and what it complains about.
    private static func start(
        _ configuration: [UInt8]
    ) throws -> (child: ChildProcess, output: Descriptor, errors: Descriptor) {
        // It has to fit into the pipe, as nobody is there to read it yet.
        guard configuration.count <= 4096 else { throw CommandFailure("the address or the key is too long") }
        do throws(SystemError) {
            let (input, output, errors) = (try Descriptor.pipe(), try Descriptor.pipe(), try Descriptor.pipe())
            try input.writing.writeAll(configuration)
            // `-q` first: no ~/.curlrc of the person's changes what is asked.
            let child = try ChildProcess.start(
                "curl", arguments: ["curl", "-q", "--config", "-"], input: input.reading, output: output.writing,
                errors: errors.writing)
            return (child, output.reading, errors.reading)
        } catch {
            guard error.isMissing else { throw CommandFailure.system("cannot run", "curl", error) }
            throw CommandFailure(
                "curl is not installed, and this program speaks no HTTPS itself",
                hint: "Install it (apt install curl), or fetch the list otherwise and take it over with 'import'."
            )
        }
    }

    private static func reading<Value>(_ body: () throws(SystemError) -> Value) throws -> Value {
        do throws(SystemError) {
            return try body()
        } catch {
            throw CommandFailure.system("cannot read the answer of", "curl", error)
        }
    }

    private static func response(_ answer: [UInt8], _ url: String) throws -> Response {
        guard let end = answer.lastIndex(of: UInt8(ascii: "\n")),
            let status = Int(String(decoding: answer[(end + 1)...], as: UTF8.self)), status > 0
        else { throw CommandFailure("\(url) answered nothing that is HTTP") }
        return Response(status: status, body: Array(answer[..<end]))
    }

    private static func firstLine(_ complaint: [UInt8]) -> String {
        let text = String(decoding: complaint.prefix(400), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text
    }
}
