import Experiments

/// What the settings say of a provider that calls are tried at: `providers: {NAME: {…}}`.
struct ProviderSetting: Hashable, Sendable {
    /// Its name.
    var name: String
    /// The API's base.
    var url: String?
    /// The key.
    var key: String?
    /// The variable that holds the key.
    var keyVariable: String?
    /// The form of its requests.
    var api: RecordedRequest.Shape?
}
