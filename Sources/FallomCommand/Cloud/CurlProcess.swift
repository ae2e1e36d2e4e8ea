import Glibc

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
        let (input, output, errors) = (try Pipe(), try Pipe(), try Pipe())
        // The configuration fits into the pipe, so that nobody has to be there to read it yet.
        try input.fill(Array(configuration(url, key: key).utf8))
        let child = try spawn(input, output, errors)
        for pipe in [output, errors] { pipe.closeWriting() }
        input.closeReading()
        let answer = output.drained()
        let complaint = String(decoding: errors.drained().prefix(400), as: UTF8.self)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            let reason = complaint.isEmpty ? "curl ended with status \((status >> 8) & 0xFF)" : trimmed(complaint)
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

    private static func spawn(_ input: Pipe, _ output: Pipe, _ errors: Pipe) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.reading, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.writing, 2)
        // `-q` first: no ~/.curlrc of the person's changes what is asked.
        let words: [String] = ["curl", "-q", "--config", "-"]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let code = posix_spawnp(&child, "curl", &actions, nil, arguments, environ)
        guard code != ENOENT else {
            throw CommandFailure(
                "curl is not installed, and this program speaks no HTTPS itself",
                hint: "Install it (apt install curl), or fetch the list otherwise and take it over with 'import'."
            )
        }
        guard code == 0 else { throw CommandFailure.system("cannot run", "curl", code: code) }
        return child
    }

    private static func response(_ answer: [UInt8], _ url: String) throws -> Response {
        guard let end = answer.lastIndex(of: UInt8(ascii: "\n")),
            let status = Int(String(decoding: answer[(end + 1)...], as: UTF8.self)), status > 0
        else { throw CommandFailure("\(url) answered nothing that is HTTP") }
        return Response(status: status, body: Array(answer[..<end]))
    }

    private static func trimmed(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text
    }
}

/// Two ends of a pipe, each closed once.
private final class Pipe {
    private(set) var reading: Int32
    private(set) var writing: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw CommandFailure.system("cannot make", "a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        closeReading()
        closeWriting()
    }

    func closeReading() {
        if reading >= 0 { close(reading) }
        reading = -1
    }

    func closeWriting() {
        if writing >= 0 { close(writing) }
        writing = -1
    }

    /// Writes what fits into an empty pipe, and closes that end.
    func fill(_ bytes: [UInt8]) throws {
        guard bytes.count <= 4096, write(writing, bytes, bytes.count) == bytes.count else {
            throw CommandFailure("the address or the key is too long")
        }
        closeWriting()
    }

    /// Everything until the other end is closed.
    func drained() -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(reading, &block, block.count)
            if count > 0 {
                bytes += block[..<count]
            } else if count == 0 || errno != EINTR {
                return bytes
            }
        }
    }
}
