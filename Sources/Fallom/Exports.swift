@_exported public import enum Assignment.AssignmentError
@_exported public import enum Assignment.AssignmentReason
@_exported public import struct Assignment.Evaluation
@_exported public import struct Assignment.EvaluationContext
// What an app needs of the modules below to write attributes and to read records in its own tests, so that
// `import Fallom` is all it has to say.
@_exported public import struct LocalExport.ExportCounters
@_exported public import protocol LocalExport.RecordExporter
@_exported public import struct OrderedJSON.JSONMember
@_exported public import struct OrderedJSON.JSONNumber
@_exported public import protocol OrderedJSON.JSONRepresentable
@_exported public import enum OrderedJSON.JSONValue
@_exported public import struct Prompts.PromptABTest
@_exported public import enum Prompts.PromptError
@_exported public import struct Prompts.PromptRecord
@_exported public import struct Prompts.PromptResult
@_exported public import struct Prompts.PromptVariables
@_exported public import struct SpanCodec.FallomRecord
@_exported public import enum TraceModel.SpanKind
@_exported public import struct TraceModel.Timestamp
