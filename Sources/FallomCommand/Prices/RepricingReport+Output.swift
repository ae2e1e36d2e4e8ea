import Display
import OrderedJSON
import TraceStore

extension RepricingReport {
    /// For a person.
    var sentence: String {
        let unknown = unknown == 0 ? "" : "; of \(Figure.count(self.unknown)) no price is known"
        return
            "\(Figure.count(looked)) calls without a reported cost looked at, \(Figure.count(changed)) priced anew\(unknown)"
    }

    /// For a program.
    var json: JSONValue {
        .object(["looked_at": .number(looked), "changed": .number(changed), "unknown": .number(unknown)])
    }
}
