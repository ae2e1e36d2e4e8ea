import Assignment
import Fallom
import OrderedJSON

extension FallomSDKBenchmarks {
    /// `models.get` as an app calls it: cached config, targeting that does not match, recording queued.
    static func models() async throws {
        let config: JSON = [
            "key": "bench", "version": 3,
            "variants": [
                ["model": "gpt-4o", "weight": 50], ["model": "claude-sonnet-4-5", "weight": 30],
                ["model": "gemini-2.5-flash", "weight": 20],
            ],
            "targeting": [
                "enabled": true,
                "individualTargets": .array(
                    (0..<3).map { ["field": "customerId", "value": "cust-\($0)", "variantIndex": 1] }),
                "rules": [
                    [
                        "conditions": [
                            ["field": "plan", "operator": "eq", "value": "enterprise"],
                            ["field": "country", "operator": "in", "value": ["US", "CA"]],
                        ], "variantIndex": 2,
                    ],
                    [
                        "conditions": [["field": "email", "operator": "endsWith", "value": "@fallom.com"]],
                        "variantIndex": 0,
                    ],
                ],
            ],
        ]
        let list: JSON = ["configs": [config]]
        let transport = FixedTransport(body: list.compactBytes)
        func client(recording: Bool) throws -> FallomClient {
            var options = FallomOptions(apiKey: "k")
            options.sendsTraces = false
            options.syncInterval = nil
            options.recordsAssignments = recording
            return try FallomClient(options, environment: [:], transport: transport)
        }
        let (local, whole) = (try client(recording: false), try client(recording: true))
        let ids = (0..<1000).map { "66d22876-72fd-4202-aa96-" + String(100_000_000_000 + $0) }
        let context: TargetingContext = ["plan": "pro", "country": "DE", "email": "a@b.c"]
        for client in [local, whole] { _ = try await client.models.get("bench", sessionID: "warm") }
        let get = try await median("models.get, targeting, local work only", 200_000) { index in
            _ = try await local.models.get(
                "bench", sessionID: ids[index % 1000], customerID: "cust-9", context: context)
        }
        _ = try await median("models.get, targeting, recording queued", 20_000, settle: whole.flush) { index in
            _ = try await whole.models.get(
                "bench", sessionID: ids[index % 1000], customerID: "cust-9", context: context)
        }
        let assign = try ModelConfig(record: config.value)
        let pure = try await median("ModelConfig.assign, targeting", 200_000) { index in
            _ = try assign.assign(sessionID: ids[index % 1000], customerID: "cust-9", context: context.context)
        }
        print("models.get is \(rounded(get / pure)) times the decision alone")
        if let digest = SystemMD5() {
            let md5 = try await median("MD5 of the session id, libcrypto", 200_000) { digest.hash(ids[$0 % 1000]) }
            print("models.get is \(rounded(get / md5)) times, the decision \(rounded(pure / md5)) times one MD5 in C")
        }
        await local.shutdown()
        await whole.shutdown()
    }
}
