/// The nearest-rank percentile of numbers in any order: the ⌈p·n/100⌉-th smallest; `nil` where there are none (D20). It puts
/// them partly in order: sorting all of a million takes ten times as long.
public func nearestRank(_ percent: Int, among numbers: inout [Int64]) -> Int64? {
    numbers.withUnsafeMutableBufferPointer { nearestRank(percent, among: $0) }
}

/// The same among numbers that lie somewhere.
func nearestRank(_ percent: Int, among numbers: UnsafeMutableBufferPointer<Int64>) -> Int64? {
    guard !numbers.isEmpty else { return nil }
    let rank = min(max((percent * numbers.count + 99) / 100, 1), numbers.count) - 1
    return select(rank, among: numbers)
}

/// The number that would stand at a place if they were sorted.
private func select(_ place: Int, among numbers: UnsafeMutableBufferPointer<Int64>) -> Int64 {
    var (low, high) = (0, numbers.count - 1)
    // Numbers that somebody chose so that halving fails are sorted.
    var rounds = 4 * (Int.bitWidth - numbers.count.leadingZeroBitCount)
    while high - low > 16, rounds > 0 {
        rounds -= 1
        let pivot = median(numbers[low], numbers[low + (high - low) / 2], numbers[high])
        var (left, right) = (low, high)
        while left <= right {
            while numbers[left] < pivot { left += 1 }
            while numbers[right] > pivot { right -= 1 }
            guard left <= right else { break }
            numbers.swapAt(left, right)
            left += 1
            right -= 1
        }
        if place <= right { high = right } else if place >= left { low = left } else { return pivot }
    }
    var rest = numbers[low...high]
    rest.sort()
    return numbers[place]
}

private func median(_ first: Int64, _ second: Int64, _ third: Int64) -> Int64 {
    max(min(first, second), min(max(first, second), third))
}
