public import Assignment
public import TraceModel

extension VersionCatalog where Record == ModelConfig {
    /// Which variant of its config's experiment a model call is of, from 0; `nil` where there is no experiment or it cannot be
    /// told.
    ///
    /// No emitter sends it: a span says its config, the model it asked for, and whose it is. So it is computed anew, by the
    /// current version or else the latest of the others that gives that session that model.
    public func variant(of call: StoredSpan) -> Int? {
        guard call.span.kind == .llm, let key = call.configKey, let versions = self[key],
            let model = (call.span.requestModel ?? call.span.responseModel).map(ExactText.init)
        else { return nil }
        let session = RecordedSession(call)
        let others = versions.ascending.reversed().prefix(Self.mostVersions)
        for version in [versions.currentVersion].compactMap(\.self) + others {
            guard let config = versions.records[version], session.isDecided(by: config),
                let assigned = try? config.assign(
                    sessionID: session.sessionID, customerID: session.customerID, context: session.context),
                ExactText(assigned.model) == model
            else { continue }
            return config.variants.count > 1 ? assigned.variantIndex : nil
        }
        return nil
    }

    /// More of them are not looked through: this is asked for each row of a list.
    private static var mostVersions: Int { 16 }
}
