/// A kind of secret that can be told by how it is written: a word it begins with, or that stands in front of it.
struct SecretFormat: Sendable {
    /// What must stand around the word.
    enum Shape: Sendable {
        /// A key: the word and at least so many letters after it.
        case key(KeyAlphabet, least: Int)
        /// `AKIA` and sixteen capitals and digits; beside it stands a secret.
        case awsID
        /// Three parts of Base64 with dots between them; the first begins with the word.
        case webToken
        /// Two parts with a dot between them after the word.
        case dotted
        /// The word begins a PEM block.
        case pem
        /// A scheme and a token: `Bearer …`.
        case bearer
        /// A scheme and Base64 of `user:password`.
        case basic
        /// `scheme://user:password@`; the word is `://`.
        case url
        /// `123456789:AA…`
        case telegram
        /// A parameter of an URL: `?key=…`.
        case parameter
        /// Part of a secret's name; the value comes after it.
        case name
        /// The same for `token`, which is far more often a piece of text.
        case tokenName
        /// An escape of a JSON string behind which any of the others may hide.
        case escape
        /// Bytes that are written as Base64 in JSON.
        case encoded
    }

    let word: [UInt8]
    /// Where in the word the three bytes stand that are searched for: those that are rare in text.
    let anchor: Int
    let ignoresCase: Bool
    let shape: Shape

    private init(_ word: String, at anchor: Int, ignoringCase: Bool = false, _ shape: Shape) {
        self.word = Array(word.utf8)
        self.anchor = anchor
        self.ignoresCase = ignoringCase
        self.shape = shape
    }

    /// The word to search for, with its three bytes in every case they may be written in.
    var anchored: [WordSearch.Anchored] {
        let bytes = word[anchor..<anchor + 3]
        let cases = bytes.map { byte in
            ignoresCase && byte.isLetter ? [byte.lowered, byte.lowered & ~0x20] : [byte]
        }
        return cases[0].flatMap { first in
            cases[1].flatMap { second in cases[2].map { anchored([first, second, $0]) } }
        }
    }

    private func anchored(_ bytes: [UInt8]) -> WordSearch.Anchored {
        var word = word
        word.replaceSubrange(anchor..<anchor + 3, with: bytes)
        return WordSearch.Anchored(word: word, anchor: anchor, ignoresCase: ignoresCase)
    }

    /// Whether the word stands at `start`.
    @inline(__always)
    func stands(in bytes: UnsafeRawBufferPointer, at start: Int) -> Bool {
        guard start >= 0, start + word.count <= bytes.count else { return false }
        for index in word.indices {
            let byte = bytes[start + index]
            guard (ignoresCase ? byte.lowered : byte) == word[index] else { return false }
        }
        return true
    }
}

extension SecretFormat {
    /// All that are known without the settings.
    static let known: [SecretFormat] = keys + schemes + names

    private static func key(
        _ word: String, at anchor: Int = 0, _ alphabet: KeyAlphabet = .url, least: Int = 20
    ) -> SecretFormat {
        SecretFormat(word, at: anchor, .key(alphabet, least: least))
    }

    /// Keys that name who made them.
    private static let keys: [SecretFormat] =
        [
            // OpenAI, Anthropic, OpenRouter, DeepSeek, Langfuse and whoever followed them; Cerebras.
            key("sk-", least: 16), key("csk-", at: 1),
            // Google: API keys, access and refresh tokens, OAuth secrets.
            key("AIza", least: 30), key("ya29.", at: 1), key("1//0", least: 30), key("GOCSPX-"),
            // GitHub, GitLab.
            key("github_pat_", at: 8, least: 20), key("glsoat-", least: 16), key("glpat-", least: 16),
            key("glptt-", least: 16), key("gldt-", least: 16), key("glrt-", least: 16), key("glcbt-", least: 16),
            key("glimt-", least: 16), key("glft-", least: 16), key("glagent-", least: 16),
            // Slack.
            key("xapp-", least: 8),
            // Stripe and its like; ElevenLabs.
            key("sk_live_", at: 1, least: 10), key("sk_test_", at: 1, least: 10), key("rk_live_", least: 10),
            key("rk_test_", least: 10), key("whsec_", .token, least: 16), key("sk_", .hexadecimal, least: 40),
            // Model providers and what stands around them.
            key("gsk_"), key("xai-", at: 1), key("hf_", .alphanumeric), key("r8_", least: 30),
            key("pplx-", at: 2, least: 30), key("nvapi-", at: 1, least: 30), key("tgp_v1_", at: 4),
            key("fw_", .alphanumeric),
            key("tvly-", at: 1), key("lsv2_"), key("ls__", at: 1), key("pcsk_", at: 2),
            key("pa-", least: 40), key("jina_", at: 2, least: 30), key("e2b_", least: 30),
            key("fc-", .hexadecimal, least: 32),
            key("flm_", least: 10),
            // Packages, clouds, services.
            key("npm_", at: 1, .alphanumeric, least: 30), key("pypi-", at: 1, least: 30),
            key("oy2", .alphanumeric, least: 40),
            key("dckr_pat_", at: 6), key("dop_v1_", at: 4), key("doo_v1_", at: 4), key("dor_v1_", at: 4),
            key("shpat_", at: 3), key("shpss_"), key("shpca_", at: 3), key("shppa_", at: 3),
            key("dapi", .hexadecimal, least: 32),
            key("ATATT3", at: 3, .token, least: 40), key("figd_", at: 2), key("lin_api_", at: 1), key("ntn_", at: 1),
            key("sbp_"), key("hvs.", at: 1), key("sntrys_"), key("glsa_"), key("glc_"),
            key("phx_", least: 30), key("PMAK-", at: 2), key("sq0atp-"), key("sq0csp-"),
            key("key-", at: 1, .hexadecimal, least: 32),
            key("xkeysib-", least: 40), key("AGE-SECRET-KEY-1", at: 13, .capitals, least: 40),
            key("pul-", at: 1, .hexadecimal, least: 40),
            key("EZAK", least: 40), key("rnd_", .alphanumeric), key("CFPAT-", at: 1),
        ]
        + ["p", "o", "u", "s", "r"].map { key("gh\($0)_", at: 1, .alphanumeric) }
        + "abcdeoprs".map { key("xox\($0)-", least: 8) } + "abcdeoprs".map { key("xox\($0).", least: 8) }
        // Twilio.
        + "0123456789abcdef".map { key("SK\($0)", .hexadecimal, least: 31) }

    private static let schemes: [SecretFormat] =
        ["AKIA", "ASIA", "ABIA", "ACCA"].map { SecretFormat($0, at: 1, .awsID) } + [
            SecretFormat("eyJ", at: 0, .webToken),
            SecretFormat("SG.", at: 0, .dotted),
            SecretFormat("-----BEGIN", at: 3, .pem),
            SecretFormat("bearer", at: 3, ignoringCase: true, .bearer),
            SecretFormat("basic", at: 1, ignoringCase: true, .basic),
            SecretFormat("://", at: 0, .url),
            SecretFormat(":\\/\\/", at: 0, .url),
            SecretFormat(":AA", at: 0, .telegram),
            SecretFormat("key=", at: 1, ignoringCase: true, .parameter),
            SecretFormat("sig=", at: 1, ignoringCase: true, .parameter),
            SecretFormat("signature=", at: 3, ignoringCase: true, .parameter),
            SecretFormat("bytesValue", at: 4, .encoded), SecretFormat("bytes_value", at: 5, .encoded),
        ]
        // Of what is no control character: those stand in every text of several lines.
        + "234567".map { SecretFormat("\\u00\($0)", at: 0, .escape) }

    private static func name(_ word: String, at anchor: Int) -> SecretFormat {
        SecretFormat(word, at: anchor, ignoringCase: true, .name)
    }

    /// Words of which at least one is in every name that ``SecretName`` knows.
    private static let names: [SecretFormat] = [
        name("passw", at: 2), name("passphrase", at: 3), name("secret", at: 3),
        SecretFormat("token", at: 1, ignoringCase: true, .tokenName),
        name("authorization", at: 6), name("cookie", at: 3), name("pwd", at: 0),
        name("apikey", at: 2), name("api_key", at: 2), name("api-key", at: 2), name("api key", at: 2),
        name("accesskey", at: 4), name("access_key", at: 5), name("access-key", at: 5),
        name("privatekey", at: 5), name("private_key", at: 6), name("private-key", at: 6),
        name("accountkey", at: 6), name("account_key", at: 6), name("account-key", at: 6),
        name("subscriptionkey", at: 10), name("subscription_key", at: 11), name("subscription-key", at: 11),
        name("functions-key", at: 8), name("functions_key", at: 8), name("signingkey", at: 5),
        name("signing_key", at: 2), name("signing-key", at: 5), name("encryptionkey", at: 8),
        name("encryption_key", at: 9), name("encryption-key", at: 9), name("masterkey", at: 4),
        name("master_key", at: 5), name("master-key", at: 5), name("authkey", at: 2), name("auth_key", at: 3),
        name("auth-key", at: 3),
    ]
}
