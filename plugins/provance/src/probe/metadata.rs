//! What `EntityDefinitions` says of a table.

use crate::odata;
use serde_json::Value;
use signalbox_sdk::json;

const SELECT: &str =
    "LogicalName,EntitySetName,PrimaryIdAttribute,ChangeTrackingEnabled,IsOptimisticConcurrencyEnabled,HasNotes";
const EXPAND: &str = "Attributes($select=LogicalName,AttributeType,RequiredLevel),\
    Keys($select=LogicalName,KeyAttributes,EntityKeyIndexStatus),\
    ManyToOneRelationships($select=ReferencingAttribute,ReferencingEntityNavigationPropertyName)";

/// One question of metadata: its address and query.
pub type Question = (String, Vec<(&'static str, &'static str)>);

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entity {
    /// Whether metadata could be read at all.
    pub is_known: bool,
    /// Its name in addresses.
    pub entity_set: String,
    /// Its primary key's column.
    pub primary_key: String,
    /// Whether changes are tracked.
    pub change_tracking: bool,
    /// Whether `If-Match` is heeded.
    pub optimistic: bool,
    /// Whether notes can be attached.
    pub notes: bool,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its alternate keys.
    pub keys: Vec<Key>,
    /// Its navigation properties with the columns behind them.
    pub navigations: Vec<(String, String)>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its logical name.
    pub name: String,
    /// Whether the organisation wants a value.
    pub required: bool,
}

/// An alternate key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its columns.
    pub columns: Vec<String>,
    /// `Active` when it can be used.
    pub status: String,
}

/// A status reason that a table has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Its value.
    pub value: i64,
    /// The state that it belongs to.
    pub state: i64,
}

/// Asks for a table.
#[must_use]
pub fn question(logical_name: &str) -> Question {
    let address = format!("EntityDefinitions(LogicalName={})", odata::literal(logical_name));
    (address, vec![("$select", SELECT), ("$expand", EXPAND)])
}

/// Asks for a table's status reasons.
#[must_use]
pub fn reasons(logical_name: &str, column: &str) -> Question {
    let address = format!(
        "EntityDefinitions(LogicalName={})/Attributes(LogicalName={})/Microsoft.Dynamics.CRM.StatusAttributeMetadata",
        odata::literal(logical_name),
        odata::literal(column)
    );
    (address, vec![("$select", "LogicalName"), ("$expand", "OptionSet($select=Options)")])
}

/// The status reasons in an answer.
#[must_use]
pub fn options(body: &Value) -> Vec<Reason> {
    let number = |option: &Value, name| option.get(name).and_then(Value::as_i64);
    let options = body.pointer("/OptionSet/Options");
    let reason = |option: &Value| Some(Reason { value: number(option, "Value")?, state: number(option, "State")? });
    list(options).iter().filter_map(reason).collect()
}

// === impl Entity ===

impl Entity {
    /// A table whose metadata cannot be read: nothing of it can be missed.
    #[must_use]
    pub fn unknown() -> Self {
        Self::default()
    }

    /// Reads an answer to [`question`].
    #[must_use]
    pub fn parse(body: &Value) -> Self {
        let flag = |name| body.get(name).and_then(Value::as_bool).unwrap_or_default();
        let text = |object: &Value, name| json::text(object, name).to_owned();
        Self {
            is_known: true,
            entity_set: text(body, "EntitySetName"),
            primary_key: text(body, "PrimaryIdAttribute"),
            change_tracking: flag("ChangeTrackingEnabled"),
            optimistic: flag("IsOptimisticConcurrencyEnabled"),
            notes: flag("HasNotes"),
            columns: list(body.get("Attributes"))
                .iter()
                .map(|column| Column {
                    name: text(column, "LogicalName"),
                    required: column
                        .pointer("/RequiredLevel/Value")
                        .is_some_and(|level| level == "ApplicationRequired"),
                })
                .collect(),
            keys: list(body.get("Keys"))
                .iter()
                .map(|key| Key {
                    columns: list(key.get("KeyAttributes")).iter().filter_map(json::scalar).collect(),
                    status: text(key, "EntityKeyIndexStatus"),
                })
                .collect(),
            navigations: list(body.get("ManyToOneRelationships"))
                .iter()
                .map(|relation| {
                    let property = text(relation, "ReferencingEntityNavigationPropertyName");
                    (property, text(relation, "ReferencingAttribute"))
                })
                .collect(),
        }
    }

    /// The column that a setting means: a column itself, a lookup as it is read, or a navigation property.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&str> {
        let lookup = name.strip_prefix('_').and_then(|name| name.strip_suffix("_value"));
        let name = lookup.unwrap_or(name);
        let column = self.columns.iter().find(|column| column.name == name).map(|column| column.name.as_str());
        let navigation = name.strip_suffix("@odata.bind").unwrap_or(name);
        let behind = || self.navigations.iter().find(|(property, _)| property == navigation);
        column.or_else(|| behind().map(|(_, column)| column.as_str()))
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
