public import Assignment
import OrderedJSON
import SystemCalls
import WorkspaceModel

extension WorkspaceFolder {
    /// Saves by what a config is decided (`configs/<key>/goals.json`); a plan of nothing removes the file.
    public func savePlan(_ plan: DecisionPlan, ofConfig key: String) throws(WorkspaceError) {
        let lock = try WriteLock(root: layout.root)
        let place = try layout.folder(.config, key: key)
        if plan == DecisionPlan() {
            try remove(DecisionPlan.fileName, in: place)
        } else {
            let folder = try layout.files.folder(place)
            try folder.replace(plan.record.prettyBytes + [UInt8(ascii: "\n")], name: DecisionPlan.fileName)
        }
        _ = consume lock
    }
}
