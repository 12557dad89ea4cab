// SPDX-License-Identifier: Apache-2.0

import Primitives
import VectorSearch

/// Tests the nodes of a set with a filter, 1,024 at a time, on the columns of their attributes.
///
/// Reads what it is given while it lives, so the set must not change.
struct FilterEvaluation {
    private let expression: FilterExpression
    private let attributes: AttributeColumns
    private let elements: NodeElements
    private let program: FilterProgram
    /// The columns of the program's fields; nil when the elements' own JSON must be read.
    private let columns: [AttributeColumn]?
    /// Whether nothing can pass, as no element has some field.
    private let isEmpty: Bool

    init(_ expression: FilterExpression, _ attributes: AttributeColumns, _ elements: NodeElements) {
        self.expression = expression
        self.attributes = attributes
        self.elements = elements
        guard let program = FilterProgram(expression) else {
            self.program = FilterProgram()
            columns = nil
            isEmpty = false
            return
        }
        self.program = program
        let found = program.fields.compactMap { attributes.number(of: $0) }
        let hasAll = found.count == program.fields.count
        isEmpty = !hasAll && !attributes.hasMoreFields
        columns = hasAll ? found.map { attributes.columns[$0] } : nil
    }

    /// Which of the nodes from `1024 * chunk` on pass.
    func passing(chunk: Int) -> ChunkBits {
        var mask = ChunkBits(attributes.holders.words, chunk: chunk)
        if isEmpty || mask.isEmpty { return ChunkBits() }
        guard let columns else {
            return mask.filter { place in
                attribute(of: place, in: chunk)?.withBytes { expression.matches($0) } ?? false
            }
        }
        var fields: [Field] = []
        fields.reserveCapacity(columns.count)
        for column in columns {
            guard let chunk = column.chunk(chunk) else { return ChunkBits() }
            let words = chunk.allWords
            if chunk.count < 1024 { mask &= ChunkBits(words) { $0 != AttributeWord.missing } }
            fields.append(Field(column: column, chunk: chunk, words: words))
        }
        return ChunkEvaluation(fields: fields) { place, field in
            attribute(of: place, in: chunk)?.withBytes {
                json in program.fields[field].withBytes { JSONFields.value(of: $0, in: json) }
            } ?? .null
        } looseWord: {
            attributes.looseWord(of: $0)
        }.evaluate(program.condition, mask)
    }

    private func attribute(of place: Int, in chunk: Int) -> ByteString? {
        elements[NodeID(slot: UInt32(chunk << 10 | place))]?.attribute
    }

    /// A field of a chunk.
    struct Field {
        let column: AttributeColumn
        let chunk: AttributeChunk
        let words: [UInt64]
    }
}

/// A filter and the columns of 1,024 nodes.
private struct ChunkEvaluation {
    let fields: [FilterEvaluation.Field]
    /// The value of a field as it stands in the JSON.
    let read: (_ place: Int, _ field: Int) -> FilterValue
    let looseWord: (ByteString) -> UInt64

    /// Which of the nodes in `mask` a condition holds for. All of them have all fields.
    func evaluate(_ condition: FilterProgram.Condition, _ mask: ChunkBits) -> ChunkBits {
        if mask.isEmpty { return mask }
        switch condition {
        case .constant(let value):
            return value ? mask : ChunkBits()
        case .truth(let field):
            return mask & truth(field, mask)
        case .isNull(let field):
            return mask & ChunkBits(fields[field].words) { $0 == AttributeWord.null }
        case .compare(let operation, let left, let right):
            return mask & compare(operation, left, right, mask)
        case .equals(let field, let value):
            return mask & equals(field, value, mask)
        case .isAmong(let field, let values):
            return isAmong(field, values, mask)
        case .apply(let operation, let left, let right):
            let (left, right) = (reader(left, mask), reader(right, mask))
            return mask.filter { operation.apply(left($0), right($0)) != 0 }
        case .not(let condition):
            return mask & ~evaluate(condition, mask)
        case .and(let left, let right):
            return evaluate(right, evaluate(left, mask))
        case .or(let left, let right):
            let first = evaluate(left, mask)
            return first | evaluate(right, mask & ~first)
        }
    }

    private func truth(_ field: Int, _ mask: ChunkBits) -> ChunkBits {
        let words = fields[field].words
        let numbers = ChunkBits(words) { Double(bitPattern: $0) != 0 && AttributeWord.isNumber($0) }
        guard fields[field].chunk.others > 0 else { return numbers }
        let others = mask & ChunkBits(words) { !AttributeWord.isNumber($0) }
        return numbers | others.filter { value($0, field).isTrue }
    }

    /// Comparisons of constants have been made when the filter was compiled, so one side has words.
    private func compare(
        _ operation: FilterOperator, _ left: FilterProgram.Operand,
        _ right: FilterProgram.Operand, _ mask: ChunkBits
    ) -> ChunkBits {
        if case .constant(let value) = right {
            return numbers(left, mask).compared(operation, with: value.numeric)
        }
        if case .constant(let value) = left {
            return numbers(right, mask).compared(operation.mirrored, with: value.numeric)
        }
        return numbers(left, mask).compared(operation, with: numbers(right, mask))
    }

    private func equals(_ field: Int, _ value: FilterValue, _ mask: ChunkBits) -> ChunkBits {
        let (words, others) = (fields[field].words, fields[field].chunk.others)
        switch value {
        case .null:
            return ChunkBits(words) { $0 == AttributeWord.null }
        case .number, .list:
            let number = value.numeric
            let equal = numbers(.field(field), mask).compared(.equal, with: number)
            guard others > 0, number == 0 else { return equal }
            return equal & ~ChunkBits(words) { $0 == AttributeWord.null }
        case .text(let text):
            let number = value.numeric
            let texts = fields[field].column.texts
            // No text has the word of a missing one.
            let code = texts.code(of: text).map { AttributeWord.text | UInt64($0) }
            let word = code ?? AttributeWord.missing
            var equal = ChunkBits(words) { $0 == word || Double(bitPattern: $0) == number }
            guard others > 0 else { return equal }
            if number == 0 {
                equal |= ChunkBits(words) {
                    AttributeWord.kind($0) == AttributeWord.list
                        || AttributeWord.kind($0) == AttributeWord.looseList
                }
            }
            guard fields[field].column.looseTexts > 0 else { return equal }
            let loose = looseWord(text)
            let likely = mask & ChunkBits(words) { $0 == loose }
            return equal | likely.filter { read($0, field).equals(value) }
        }
    }

    private func isAmong(_ field: Int, _ values: [FilterValue], _ mask: ChunkBits) -> ChunkBits {
        var known: [UInt64: Bool] = [:]
        return mask.filter { place in
            let word = fields[field].words[place]
            if let answer = known[word] { return answer }
            let answer = value(place, field).isIn(.list(values))
            let kind = AttributeWord.kind(word)
            // The others' words do not say everything.
            if AttributeWord.isNumber(word) || kind == AttributeWord.text
                || word == AttributeWord.null
            {
                known[word] = answer
            }
            return answer
        }
    }

    /// The values of an operand as numbers, right in the places of the mask.
    private func numbers(_ operand: FilterProgram.Operand, _ mask: ChunkBits) -> ChunkNumbers {
        switch operand {
        case .constant(let value):
            return ChunkNumbers(repeating: value.numeric)
        case .condition(let condition):
            let bits = evaluate(condition, mask)
            return ChunkNumbers { bits.contains($0) ? 1 : 0 }
        case .arithmetic(let operation, let left, let right):
            let (left, right) = (numbers(left, mask), numbers(right, mask))
            return left.combined(operation, with: right)
        case .field(let field):
            var numbers = ChunkNumbers(words: fields[field].words)
            guard fields[field].chunk.others > 0 else { return numbers }
            let others = mask & ChunkBits(numbers.words) { !AttributeWord.isNumber($0) }
            others.forEach { numbers[$0] = value($0, field).numeric }
            return numbers
        }
    }

    /// The values of an operand one by one.
    private func reader(
        _ operand: FilterProgram.Operand, _ mask: ChunkBits
    ) -> (Int) -> FilterValue {
        switch operand {
        case .constant(let value):
            return { _ in value }
        case .field(let field):
            return { value($0, field) }
        case .arithmetic, .condition:
            let numbers = numbers(operand, mask)
            return { .number(numbers[$0]) }
        }
    }

    private func value(_ place: Int, _ field: Int) -> FilterValue {
        let word = fields[field].words[place]
        if let value = kept(word, fields[field].column.texts) { return value }
        guard AttributeWord.kind(word) == AttributeWord.list else { return read(place, field) }
        var values: [FilterValue] = []
        for element in fields[field].chunk.list(AttributeWord.payload(word)) {
            guard let value = kept(element, fields[field].column.texts) else {
                return read(place, field)
            }
            values.append(value)
        }
        return .list(values)
    }

    /// The value of a word that says everything.
    private func kept(_ word: UInt64, _ texts: AttributeTexts) -> FilterValue? {
        if AttributeWord.isNumber(word) { return .number(Double(bitPattern: word)) }
        switch AttributeWord.kind(word) {
        case AttributeWord.null: return .null
        case AttributeWord.text: return .text(texts.text(AttributeWord.payload(word)))
        default: return nil
        }
    }
}
