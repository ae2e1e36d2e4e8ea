/// The themes that ship with Fallom: the YAML files of this folder, embedded at build so that one binary runs anywhere.
public enum ShippedThemes {
    /// Name and YAML text of each, `dark` first.
    public static let files: [(name: String, yaml: String)] = [
        ("dark", text(PackageResources.dark_yaml)),
        ("light", text(PackageResources.light_yaml)),
        ("mono", text(PackageResources.mono_yaml)),
        ("high-contrast", text(PackageResources.high_contrast_yaml)),
        ("colour-blind", text(PackageResources.colour_blind_yaml)),
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
