// SPDX-License-Identifier: Apache-2.0

extension Array {
    /// Puts the elements that belong at `places` there, in order; the others stay on their side of
    /// them, in no order. O(n + places log n) on average.
    ///
    /// `compare` is negative, zero or positive, as `memcmp` is. Which of equal elements comes first
    /// shows in replies, so this is the quicksort that Redis has behind LIMIT and COUNT, step for
    /// step: Bentley and McIlroy, "Engineering a sort function", 1993.
    public mutating func sortPartially(
        _ places: Range<Int>, by compare: (Element, Element) -> Int
    ) {
        sortPartially(places, in: indices, by: compare)
    }

    private mutating func sortPartially(
        _ places: Range<Int>, in part: Range<Int>, by compare: (Element, Element) -> Int
    ) {
        var part = part
        while part.count >= 7 {
            let (less, more) = partition(part, by: compare)
            if less.count > 1, less.overlaps(places) {
                sortPartially(places, in: less, by: compare)
            }
            guard more.count > 1, more.overlaps(places) else { return }
            part = more
        }
        for sorted in part.dropFirst() {
            var index = sorted
            while index > part.lowerBound, compare(self[index - 1], self[index]) > 0 {
                swapAt(index, index - 1)
                index -= 1
            }
        }
    }

    /// Parts what is less than an element of the middle from what is more; what equals it is
    /// gathered at both ends first, and then moved between them.
    private mutating func partition(
        _ part: Range<Int>, by compare: (Element, Element) -> Int
    ) -> (less: Range<Int>, more: Range<Int>) {
        let first = part.lowerBound
        swapAt(first, pivot(of: part, by: compare))
        var (equalEnd, low) = (first + 1, first + 1)
        var (high, equalStart) = (part.upperBound - 1, part.upperBound - 1)
        while true {
            while low <= high {
                let order = compare(self[low], self[first])
                guard order <= 0 else { break }
                if order == 0 {
                    swapAt(equalEnd, low)
                    equalEnd += 1
                }
                low += 1
            }
            while low <= high {
                let order = compare(self[high], self[first])
                guard order >= 0 else { break }
                if order == 0 {
                    swapAt(high, equalStart)
                    equalStart -= 1
                }
                high -= 1
            }
            if low > high { break }
            swapAt(low, high)
            low += 1
            high -= 1
        }
        let atStart = Swift.min(equalEnd - first, low - equalEnd)
        swapRanges(first, low - atStart, count: atStart)
        let atEnd = Swift.min(equalStart - high, part.upperBound - 1 - equalStart)
        swapRanges(low, part.upperBound - atEnd, count: atEnd)
        let (less, more) = (low - equalEnd, equalStart - high)
        return (first..<first + less, part.upperBound - more..<part.upperBound)
    }

    /// Of large parts the median of three medians of three.
    private func pivot(of part: Range<Int>, by compare: (Element, Element) -> Int) -> Int {
        let count = part.count
        var (low, middle, high) = (
            part.lowerBound, part.lowerBound + count / 2, part.upperBound - 1
        )
        guard count > 7 else { return middle }
        if count > 40 {
            let step = count / 8
            low = median(low, low + step, low + 2 * step, by: compare)
            middle = median(middle - step, middle, middle + step, by: compare)
            high = median(high - 2 * step, high - step, high, by: compare)
        }
        return median(low, middle, high, by: compare)
    }

    private func median(
        _ first: Int, _ second: Int, _ third: Int, by compare: (Element, Element) -> Int
    ) -> Int {
        if compare(self[first], self[second]) < 0 {
            if compare(self[second], self[third]) < 0 { return second }
            return compare(self[first], self[third]) < 0 ? third : first
        }
        if compare(self[second], self[third]) > 0 { return second }
        return compare(self[first], self[third]) < 0 ? first : third
    }

    private mutating func swapRanges(_ first: Int, _ second: Int, count: Int) {
        for offset in 0..<count { swapAt(first + offset, second + offset) }
    }
}
