package import Assignment

extension WeightedSplit {
    /// The share of the million buckets that a variant has; `nil` for those that end in an error.
    package func bucketShare(of variantIndex: Int?) -> Double {
        Double(buckets(of: variantIndex)) / Double(Bucket.count)
    }
}
