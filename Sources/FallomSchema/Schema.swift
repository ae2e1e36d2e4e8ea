#if Schema
import Fallom

/// Says the JSON schema of a struct, or of an enum of texts, by what is declared: names (also of `CodingKeys`), types,
/// what is optional. A documentation comment is the description that the model is told.
///
/// ```swift
/// @Schema
/// struct City: Codable {
///     /// As the post office spells it.
///     var name: String
///     var country: String?
/// }
///
/// let tool = Tool("weather", arguments: City.self) { city in … }
/// ```
///
/// Every property that is stored and decoded is part of it; its type has to be `JSONSchemaProviding`: text, numbers, truth
/// values, dates, lists, dictionaries, optionals, and other types with `@Schema`.
@attached(extension, conformances: JSONSchemaProviding, names: named(jsonSchema))
public macro Schema() = #externalMacro(module: "FallomSchemaMacros", type: "SchemaMacro")
#endif
