//! Functions that the queries call: what they take, and what they answer.

use super::Kind::{self, Dynamic, Flag, Number, Span, Text, Time};

/// Of one row.
pub fn scalar(name: &str, arguments: &[Kind]) -> Result<Kind, String> {
    Ok(match (name, arguments) {
        ("ago", [Span]) | ("ingestion_time", []) | ("bin", [Time, Span]) => Time,
        ("round", [Number] | [Number, Number]) | ("bin", [Number, Number]) => Number,
        ("isempty" | "isnotempty", [Text]) | ("not", [Flag]) => Flag,
        // A text is never null.
        ("isnull" | "isnotnull", [Time | Span | Number | Flag | Dynamic]) => Flag,
        ("tolower", [Text]) | ("tostring", [_]) => Text,
        ("split", [Text, Text]) => Dynamic,
        ("coalesce", [first, second, rest @ ..]) if first == second && rest.iter().all(|kind| kind == first) => *first,
        ("iff", [Flag, yes, no]) if yes == no => *yes,
        _ => return Err(format!("there is no `{name}` of {arguments:?}")),
    })
}

/// Of many rows.
pub fn aggregate(name: &str, arguments: &[Kind]) -> Result<Kind, String> {
    Ok(match (name, arguments) {
        ("count", []) | ("countif", [Flag]) | ("count_distinct", [_]) | ("count_distinctif", [_, Flag]) => Number,
        ("sum" | "avg", [Number]) | ("percentile", [Number, Number]) => Number,
        ("sum" | "avg", [Span]) | ("percentile", [Span, Number]) => Span,
        ("min" | "max", [kind @ (Number | Time | Span)]) => *kind,
        ("make_set", [_, Number]) => Dynamic,
        ("round", [Number, Number]) => Number,
        _ => return Err(format!("there is no aggregate `{name}` of {arguments:?}")),
    })
}
