//! The dictionary: which tables there are, what they extend, and what kind each field is.
//!
//! A plain instance with the stock values; what an administrator would add (fields of one's own, other close codes) is
//! added through [`Schema::add_field`] and the options. A field that is not here does not exist: written, it is ignored;
//! asked for, it is left out; queried, its condition is dropped.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::columns;

/// A table's or a field's name.
pub type Name = Arc<str>;

/// What a field holds. Values are texts, whatever the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Free text of at most so many characters: what is longer is cut without a word.
    Text(usize),
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// `2026-11-22 10:00:00` in UTC.
    Time,
    /// The sys_id of a row of this table.
    Reference(&'static str),
    /// Written as text, kept as rows of `sys_journal_field`, read back empty.
    Journal,
}

/// One field of the dictionary.
#[derive(Debug, Clone)]
pub struct Field {
    /// What people see.
    pub label: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether the platform alone writes it.
    pub computed: bool,
    /// What a new row has where nothing is written.
    pub default: &'static str,
    /// Values with the labels that people see; empty where the field takes anything.
    pub choices: Vec<(String, String)>,
}

/// One table of the dictionary.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// What people call one row of it.
    pub label: &'static str,
    /// The table whose fields and rules it has, too.
    pub extends: Option<Name>,
    /// Its fields, inherited ones included.
    pub fields: BTreeMap<Name, Field>,
    /// The field that stands for a row where another table refers to it.
    pub display: &'static str,
    /// How its rows are numbered: prefix and first number.
    pub number: Option<(&'static str, u64)>,
    /// Roles of which a user must have one to read it; anyone where empty.
    pub read: &'static [&'static str],
    /// Roles of which a user must have one to write it.
    pub write: &'static [&'static str],
}

/// All tables.
#[derive(Debug, Clone)]
pub struct Schema {
    tables: HashMap<Name, Table>,
}

impl Schema {
    /// The stock tables, with these close codes on incidents.
    #[must_use]
    pub fn stock(close_codes: &[String]) -> Self {
        let mut schema = Self { tables: HashMap::new() };
        for stock in columns::TABLES {
            let mut fields = match stock.extends.and_then(|parent| schema.tables.get(parent)) {
                Some(parent) => parent.fields.clone(),
                None => fields(columns::SYSTEM),
            };
            fields.extend(self::fields(stock.columns));
            let name: Name = stock.name.into();
            let table = Table {
                name: name.clone(),
                label: stock.label,
                extends: stock.extends.map(Name::from),
                fields,
                display: stock.display,
                number: stock.number,
                read: stock.read,
                write: stock.write,
            };
            schema.tables.insert(name, table);
        }
        if let Some(field) = schema.field_mut("incident", "close_code") {
            field.choices = close_codes.iter().map(|code| (code.clone(), code.clone())).collect();
        }
        schema
    }

    /// A table by its name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// All tables.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values()
    }

    /// Whether a table is another, or extends it.
    #[must_use]
    pub fn is_a(&self, table: &str, ancestor: &str) -> bool {
        let mut next = self.tables.get(table);
        while let Some(table) = next {
            if &*table.name == ancestor {
                return true;
            }
            next = table.extends.as_ref().and_then(|parent| self.tables.get(parent));
        }
        false
    }

    /// Adds a text field of one's own, as administrators do (`u_gateway_key`); false where there is no such table.
    pub fn add_field(&mut self, table: &str, name: &str) -> bool {
        let Some(table) = self.tables.get_mut(table) else { return false };
        let field =
            Field { label: "Custom field", kind: Kind::Text(255), computed: false, default: "", choices: Vec::new() };
        table.fields.insert(name.into(), field);
        true
    }

    /// Adds an import staging table, which holds what is sent and nothing else; false where its name is taken.
    pub fn add_staging(&mut self, name: &str, target: &str) -> bool {
        if self.tables.contains_key(name) {
            return false;
        }
        let Some(mut table) = self.tables.get(target).cloned() else { return false };
        table.name = name.into();
        table.label = "Import row";
        table.extends = None;
        table.number = None;
        for field in table.fields.values_mut() {
            field.choices.clear();
            field.default = "";
        }
        table.display = "sys_id";
        table.read = &["import_transformer", "admin"];
        table.write = &["import_transformer", "admin"];
        self.tables.insert(name.into(), table);
        true
    }

    fn field_mut(&mut self, table: &str, field: &str) -> Option<&mut Field> {
        self.tables.get_mut(table)?.fields.get_mut(field)
    }
}

impl Field {
    /// What people see for a value; the value itself where the dictionary has no word for it.
    #[must_use]
    pub fn label_of<'a>(&'a self, value: &'a str) -> &'a str {
        self.choices.iter().find(|(known, _)| known == value).map_or(value, |(_, label)| label)
    }

    /// The value that people mean by a label.
    #[must_use]
    pub fn value_of<'a>(&'a self, label: &'a str) -> Option<&'a str> {
        self.choices.iter().find(|(value, known)| known == label || value == label).map(|(value, _)| value.as_str())
    }
}

fn fields(columns: &[columns::Column]) -> BTreeMap<Name, Field> {
    columns.iter().map(|column| (Name::from(column.name), column.field())).collect()
}
