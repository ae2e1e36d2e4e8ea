import Foundation
import Testing

/// A secret as it may stand in a text.
struct SampleSecret: Sendable, CustomTestStringConvertible {
    /// What it is.
    var kind: String
    /// How it stands there.
    var text: String
    /// The part that nobody may see.
    var hidden: String

    var testDescription: String { kind }
}

/// Secrets of every kind. They are put together here, so that no file holds one as a whole.
enum SecretCorpus {
    static let secrets: [SampleSecret] = keys + schemes + named

    private static let mixed = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC2dE3fG4hI5jK6lM7nO8pQ9"
    private static let hex = "3f9a0c1e5b7d2f4a6c8e0b1d3f5a7c9e2b4d6f8a0c1e3b5d7f9a2c4e"

    private static func key(_ kind: String, _ prefix: String, _ tail: String) -> SampleSecret {
        SampleSecret(kind: kind, text: prefix + tail, hidden: tail)
    }

    private static func letters(_ count: Int) -> String { String((mixed + mixed + mixed).prefix(count)) }

    private static let keys: [SampleSecret] = [
        key("OpenAI", "sk-", letters(48)), key("OpenAI project", "sk-proj-", letters(40) + "_" + letters(30)),
        key("OpenAI service account", "sk-svcacct-", letters(40)),
        key("Anthropic", "sk-ant-api03-", letters(60) + "AA"),
        key("OpenRouter", "sk-or-v1-", hex), key("DeepSeek", "sk-", String(hex.prefix(32))),
        key("Google", "AIza", "Sy" + letters(33)), key("GitHub ghp", "ghp_", letters(36)),
        key("GitHub gho", "gho_", letters(36)), key("GitHub ghu", "ghu_", letters(36)),
        key("GitHub ghs", "ghs_", letters(36)), key("GitHub ghr", "ghr_", letters(36)),
        key("GitHub fine-grained", "github_pat_", letters(22) + "_" + letters(59)),
        key("GitLab", "glpat-", letters(20)), key("npm", "npm_", letters(36)),
        key("PyPI", "pypi-", "AgEIcHlwaS5vcmc" + letters(60)), key("SendGrid", "SG.", letters(22) + "." + letters(43)),
        key("DigitalOcean", "dop_v1_", hex), key("Slack bot", "xoxb-", "123456789012-987654321098-" + letters(24)),
        key("Slack user", "xoxp-", "123456789012-987654321098-" + letters(24)),
        key("Slack app", "xapp-", "1-A012345678-1234567890-" + letters(30)), key("Stripe", "sk_live_", letters(24)),
        key("Stripe restricted", "rk_live_", letters(24)), key("Stripe webhook", "whsec_", letters(32)),
        key("Hugging Face", "hf_", letters(34)), key("Groq", "gsk_", letters(52)), key("xAI", "xai-", letters(80)),
        key("Fallom", "flm_", letters(24)), key("Perplexity", "pplx-", letters(48)),
        key("Replicate", "r8_", letters(37)),
        key("Google OAuth", "GOCSPX-", letters(28)), key("Shopify", "shpat_", String(hex.prefix(32))),
        key("AWS id", "AKIA", "Z7QX4M2PLW9RT3KD"), key("AWS session id", "ASIA", "Z7QX4M2PLW9RT3KD"),
        SampleSecret(
            kind: "AWS secret", text: "AKIAZ7QX4M2PLW9RT3KD wJ4l+XUtnFEMI/K7MDENGabPxRfiCYzEXAMPLq7a",
            hidden: "XUtnFEMI"),
    ]

    private static let schemes: [SampleSecret] = [
        SampleSecret(
            kind: "JWT",
            text: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1g",
            hidden: "eyJzdWIiOiIx"),
        SampleSecret(
            kind: "PEM",
            text: [
                "-----BEGIN RSA ", "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA75hG\nq8QZx0yJ\n-----END RSA ",
                "PRIVATE KEY-----",
            ]
            .joined(), hidden: "MIIEpAIBAAKCAQEA75hG"),
        SampleSecret(kind: "Bearer", text: "Authorization: Bearer hunter2hunter2hunter2", hidden: "hunter2"),
        SampleSecret(kind: "bare Bearer", text: "Bearer 0a1b2c3d4e5f60718293", hidden: "0a1b2c3d4e"),
        SampleSecret(kind: "Basic", text: "Authorization: Basic dXNlcjpodW50ZXIy", hidden: "dXNlcjpodW50"),
        SampleSecret(kind: "bare Basic", text: "Basic YWxhZGRpbjpvcGVuc2VzYW1l", hidden: "YWxhZGRpbj"),
        SampleSecret(kind: "URL", text: "postgres://app:hunter2x@db.example.com:5432/app", hidden: "hunter2x"),
        SampleSecret(kind: "URL without digits", text: "amqp://app:letmein@mq/", hidden: "letmein"),
        SampleSecret(kind: "URL key", text: "https://api.example.com/v1?q=1&key=8h2kD93jf0sQ", hidden: "8h2kD93jf0sQ"),
        SampleSecret(kind: "URL token", text: "https://x.example.com/?access_token=hunter22", hidden: "hunter22"),
        SampleSecret(
            kind: "URL signature", text: "https://a.blob.example.net/c?sv=2022&sig=k3J9xQ2mZ7pL5vT1",
            hidden: "k3J9xQ2mZ7pL5vT1"),
        SampleSecret(kind: "Telegram", text: "7312345678:AAF" + letters(32), hidden: letters(32)),
    ]

    private static let named: [SampleSecret] = [
        SampleSecret(kind: "password=", text: "password=hunter2hunter2", hidden: "hunter2hunter2"),
        SampleSecret(kind: "passwd:", text: "passwd: hunter2hunter2", hidden: "hunter2hunter2"),
        SampleSecret(
            kind: "client_secret", text: "?grant=x&client_secret=hunter2hunter2&a=b", hidden: "hunter2hunter2"),
        SampleSecret(kind: "api-key header", text: "api-key: 3f9a0c1e5b7d2f4a6c8e0b1d3f5a7c9e", hidden: "3f9a0c1e5b7d"),
        SampleSecret(kind: "x-api-key header", text: "X-Api-Key: hunter2-hunter2", hidden: "hunter2"),
        SampleSecret(kind: "x-goog-api-key header", text: "x-goog-api-key: hunter2-hunter2", hidden: "hunter2"),
        SampleSecret(kind: "cookie", text: "Cookie: session=hunter2hunter2", hidden: "hunter2"),
        SampleSecret(kind: "JSON", text: #"{"db":{"password":"correct horse"}}"#, hidden: "correct horse"),
        SampleSecret(
            kind: "JSON in JSON", text: #"{"body":"{\"password\":\"correct horse\"}"}"#, hidden: "correct horse"),
        SampleSecret(kind: "Python", text: "{'api_key': 'hunter two', 'n': 1}", hidden: "hunter two"),
        SampleSecret(kind: "pairs", text: "[('authorization', 'hunter2-hunter2')]", hidden: "hunter2"),
        SampleSecret(kind: "environment", text: "export DB_PASSWORD=hunter2hunter2", hidden: "hunter2"),
        SampleSecret(kind: "connection string", text: "Server=db;User=app;Password=letmeinplease;", hidden: "letmein"),
        SampleSecret(kind: "option", text: "psql --password hunter2hunter2", hidden: "hunter2"),
        SampleSecret(kind: "XML", text: "<password>hunter2hunter2</password>", hidden: "hunter2"),
    ]
}
