#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The process's environment.
enum EnvironmentVariables {
    /// The variables the SDK reads, as they are now.
    static var current: [String: String] {
        let names = [
            "FALLOM_API_KEY", "FALLOM_TRACES_URL", "FALLOM_CONFIGS_URL", "FALLOM_PROMPTS_URL", "FALLOM_BASE_URL",
            "FALLOM_CAPTURE_CONTENT", "FALLOM_DEBUG",
        ]
        var variables: [String: String] = [:]
        for name in names + OTLPDestination.variables { variables[name] = variable(name) }
        return variables
    }

    /// One variable; `nil` when it is not set, or set to nothing.
    static func variable(_ name: String) -> String? {
        guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
        return value
    }
}
