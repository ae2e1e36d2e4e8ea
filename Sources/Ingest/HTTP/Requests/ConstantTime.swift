/// Comparison whose time tells nothing about where two secrets differ.
enum ConstantTime {
    static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        var difference: UInt8 = left.count == right.count ? 0 : 1
        for index in 0..<right.count {
            difference |= right[index] ^ (index < left.count ? left[index] : ~right[index])
        }
        return difference == 0
    }
}
