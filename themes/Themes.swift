/// The themes that ship with Fallom: the YAML files of this folder, embedded at build so that one binary runs anywhere.
public enum ShippedThemes {
    /// Name and YAML text of each, `dark` first.
    public static let files: [(name: String, yaml: String)] = [
        ("dark", text(PackageResources.dark_yaml)),
        ("light", text(PackageResources.light_yaml)),
        ("mono", text(PackageResources.mono_yaml)),
        ("high-contrast", text(PackageResources.high_contrast_yaml)),
        ("colour-blind", text(PackageResources.colour_blind_yaml)),
        ("solarized-dark", text(PackageResources.solarized_dark_yaml)),
        ("solarized-light", text(PackageResources.solarized_light_yaml)),
        ("gruvbox", text(PackageResources.gruvbox_yaml)),
        ("catppuccin", text(PackageResources.catppuccin_yaml)),
        ("nord", text(PackageResources.nord_yaml)),
        ("dracula", text(PackageResources.dracula_yaml)),
        ("tokyo-night", text(PackageResources.tokyo_night_yaml)),
        ("github-light", text(PackageResources.github_light_yaml)),
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
