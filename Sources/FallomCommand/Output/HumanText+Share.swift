extension HumanText {
    /// A share of one as a percentage to four places: a bucket is a ten-thousandth of a percent.
    static func share(_ share: Double) -> String {
        "\(fixed(share * 100, 4))%"
    }
}
