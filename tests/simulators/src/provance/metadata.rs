//! `EntityDefinitions`: what the organisation says of its tables.
//!
//! `$expand` answers all of what it names; `$select` inside its brackets is not heeded.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    address::{Key, Segment},
    filter::Filter,
    refusal::Refusal,
    render::Preferences,
    schema::{Column, Kind, Table},
    serve::Service,
};
use crate::shared::{Answer, Call};

const CAST: &str = "Microsoft.Dynamics.CRM.";

/// Serves metadata.
///
/// # Errors
/// Where a table, a column or a part of metadata is not there.
pub fn serve(service: &Service<'_>, call: &Call, segments: &[Segment]) -> Result<Answer, Refusal> {
    let (first, rest) = segments.split_first().ok_or(Refusal::Unreadable)?;
    let tables = &service.organisation.schema.0;
    let Some(key) = &first.key else {
        return many(service, call, "EntityDefinitions", tables.iter().map(entity).collect());
    };
    let (Key::Id(name) | Key::Column(_, name)) = key else { return Err(Refusal::Unreadable) };
    let table = tables.iter().find(|table| table.logical_name == *name || id_of(&table.logical_name) == *name);
    let table = table.ok_or_else(|| Refusal::NoTable(name.clone()))?;
    match rest {
        [] => Ok(one(service, call, expanded(call, table))),
        [part] if part.key.is_none() => match part.name.as_str() {
            "Attributes" => many(service, call, "Attributes", attributes(table)),
            "Keys" => many(service, call, "Keys", keys(table)),
            "ManyToOneRelationships" => many(service, call, "ManyToOneRelationships", relations(table)),
            _ => Err(Refusal::NoSegment(part.name.clone())),
        },
        [part, cast] if part.name == "Attributes" && part.key.is_none() => {
            let kind = cast.name.strip_prefix(CAST).ok_or_else(|| Refusal::NoSegment(cast.name.clone()))?;
            let columns = table.columns.iter().filter(|column| format!("{}Metadata", class(column)) == kind);
            many(service, call, "Attributes", columns.map(|column| attribute(table, column)).collect())
        }
        [part, ..] if part.name == "Attributes" => {
            let Some(Key::Id(name) | Key::Column(_, name)) = &part.key else { return Err(Refusal::Unreadable) };
            let column = table.columns.iter().find(|column| column.name == *name);
            let column = column.ok_or_else(|| Refusal::NoTable(format!("{}.{name}", table.logical_name)))?;
            Ok(one(service, call, attribute(table, column)))
        }
        [part, ..] => Err(Refusal::NoSegment(part.name.clone())),
    }
}

fn many(service: &Service<'_>, call: &Call, what: &str, mut items: Vec<Value>) -> Result<Answer, Refusal> {
    if let Some(text) = call.query.get("$filter") {
        let filter = Filter::parse(text).ok_or_else(|| Refusal::Query(format!("Syntax error in '{text}'.")))?;
        items.retain(|item| filter.holds(&|name| item.get(name).cloned().unwrap_or_default()));
    }
    let items: Vec<_> = items.into_iter().map(|item| selected(call, item)).collect();
    let body = json!({ "@odata.context": service.context(what), "value": items });
    Ok(service.json(StatusCode::OK, &body, &Preferences::default()))
}

fn one(service: &Service<'_>, call: &Call, item: Value) -> Answer {
    service.json(StatusCode::OK, &selected(call, item), &Preferences::default())
}

/// The parts that `$select` names; what `$expand` names, and the identity, are there in any case.
fn selected(call: &Call, item: Value) -> Value {
    let Some(select) = call.query.get("$select") else { return item };
    let expand = call.query.get("$expand").unwrap_or_default();
    let wanted =
        |name: &str| name == "MetadataId" || select.split(',').any(|part| part.trim() == name) || expand.contains(name);
    match item {
        Value::Object(parts) => parts.into_iter().filter(|(name, _)| wanted(name)).collect::<Map<_, _>>().into(),
        other => other,
    }
}

fn entity(table: &Table) -> Value {
    json!({
        "MetadataId": id_of(&table.logical_name),
        "LogicalName": table.logical_name,
        "SchemaName": table.schema_name,
        "EntitySetName": table.entity_set,
        "PrimaryIdAttribute": table.primary_key,
        "PrimaryNameAttribute": table.primary_name,
        "IsCustomEntity": table.is_custom,
        "IsPrivate": false,
        "HasNotes": table.has_notes,
        "ChangeTrackingEnabled": table.is_tracked,
        "IsOptimisticConcurrencyEnabled": true,
    })
}

fn expanded(call: &Call, table: &Table) -> Value {
    let expand = call.query.get("$expand").unwrap_or_default();
    let parts =
        [("Attributes", attributes(table)), ("Keys", keys(table)), ("ManyToOneRelationships", relations(table))];
    let wanted = parts.into_iter().filter(|(name, _)| expand.contains(name));
    with(entity(table), wanted.map(|(name, part)| (name, part.into())))
}

/// An object with more in it.
fn with(object: Value, more: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    match object {
        Value::Object(mut parts) => {
            parts.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
            Value::Object(parts)
        }
        other => other,
    }
}

fn attributes(table: &Table) -> Vec<Value> {
    table.columns.iter().map(|column| attribute(table, column)).collect()
}

fn attribute(table: &Table, column: &Column) -> Value {
    let level = match column.required {
        true => "ApplicationRequired",
        false if column.name == table.primary_key || column.name == "statecode" || column.name == "ownerid" => {
            "SystemRequired"
        }
        false => "None",
    };
    let label = |text: &str| {
        let localized = json!({ "Label": text, "LanguageCode": 1033 });
        json!({ "LocalizedLabels": [localized], "UserLocalizedLabel": localized })
    };
    let item = json!({
        "@odata.type": format!("#{CAST}{}Metadata", class(column)),
        "MetadataId": id_of(&format!("{}.{}", table.logical_name, column.name)),
        "LogicalName": column.name,
        "SchemaName": column.name,
        "AttributeType": class(column).trim_end_matches("Attribute"),
        "RequiredLevel": { "Value": level, "CanBeChanged": true },
        "DisplayName": label(&column.name),
    });
    let options: Vec<_> = match &column.kind {
        Kind::Choice(choices) | Kind::State(choices) => {
            choices.iter().map(|(value, text)| json!({ "Value": value, "Label": label(text) })).collect()
        }
        Kind::Status(choices) => choices
            .iter()
            .map(|(value, state, text)| json!({ "Value": value, "State": state, "Label": label(text) }))
            .collect(),
        _ => Vec::new(),
    };
    let length = match column.kind {
        Kind::Text(length) => Some(("MaxLength", length.into())),
        _ => None,
    };
    let options = (!options.is_empty()).then(|| ("OptionSet", json!({ "Options": options })));
    with(item, options.into_iter().chain(length))
}

fn keys(table: &Table) -> Vec<Value> {
    let key = |column: &String| {
        json!({
            "MetadataId": id_of(&format!("{}!{column}", table.logical_name)),
            "LogicalName": format!("{column}_key"),
            "SchemaName": format!("{column}_key"),
            "EntityLogicalName": table.logical_name,
            "KeyAttributes": [column],
            "EntityKeyIndexStatus": "Active",
        })
    };
    table.keys.iter().map(key).collect()
}

fn relations(table: &Table) -> Vec<Value> {
    let mut relations = Vec::new();
    for column in &table.columns {
        let Kind::Lookup(targets) = &column.kind else { continue };
        relations.extend(targets.iter().map(|(property, target)| {
            json!({
                "MetadataId": id_of(&format!("{}>{property}>{target}", table.logical_name)),
                "ReferencingAttribute": column.name,
                "ReferencingEntityNavigationPropertyName": property,
                "ReferencedEntity": target,
            })
        }));
    }
    relations
}

fn class(column: &Column) -> &'static str {
    match &column.kind {
        Kind::Text(length) if *length > 1_000 => "MemoAttribute",
        Kind::Text(_) => "StringAttribute",
        Kind::Whole => "IntegerAttribute",
        Kind::Flag => "BooleanAttribute",
        Kind::Time => "DateTimeAttribute",
        Kind::Choice(_) => "PicklistAttribute",
        Kind::State(_) => "StateAttribute",
        Kind::Status(_) => "StatusAttribute",
        Kind::Lookup(_) => "LookupAttribute",
        Kind::Identity => "UniqueidentifierAttribute",
    }
}

/// The identity of a part of metadata, the same each time.
fn id_of(name: &str) -> String {
    let hash = name.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    let hex = format!("{hash:032x}");
    let parts = [hex.get(..8), hex.get(8..12), hex.get(12..16), hex.get(16..20), hex.get(20..)];
    parts.map(Option::unwrap_or_default).join("-")
}
