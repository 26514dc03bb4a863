//! Tables: their columns, lookups, choices and keys, as metadata tells them.

/// One table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name in metadata.
    pub logical_name: String,
    /// Its name as its maker spelled it.
    pub schema_name: String,
    /// Its name in addresses.
    pub entity_set: String,
    /// Its primary key's column.
    pub primary_key: String,
    /// The column that people know a row by.
    pub primary_name: String,
    /// Whether somebody made it.
    pub is_custom: bool,
    /// Whether notes can be attached.
    pub has_notes: bool,
    /// Whether its changes are tracked.
    pub is_tracked: bool,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Columns that are each an alternate key.
    pub keys: Vec<String>,
}

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its logical name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether people must give a value: the platform asks it of forms, not of callers.
    pub required: bool,
    /// Who writes it.
    pub written: Written,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Text of at most so many characters.
    Text(usize),
    /// A whole number.
    Whole,
    /// Yes or no.
    Flag,
    /// A time.
    Time,
    /// One of several numbers with labels.
    Choice(Vec<(i64, String)>),
    /// The state: a number with a label.
    State(Vec<(i64, String)>),
    /// The status reason: a number, its state and its label. The first of a state is its default.
    Status(Vec<(i64, i64, String)>),
    /// Another row: navigation properties and the tables that they point into.
    Lookup(Vec<(String, String)>),
    /// The row's identity.
    Identity,
}

/// Who writes a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Callers.
    Always,
    /// Callers, once the row is there; on create it is ignored.
    Later,
    /// The platform.
    Never,
}

/// All tables.
#[derive(Debug, Clone, Default)]
pub struct Schema(pub Vec<Table>);

// === impl Schema ===

impl Schema {
    /// By its logical name.
    #[must_use]
    pub fn table(&self, logical_name: &str) -> Option<&Table> {
        self.0.iter().find(|table| table.logical_name == logical_name)
    }

    /// By its entity set.
    #[must_use]
    pub fn by_set(&self, entity_set: &str) -> Option<&Table> {
        self.0.iter().find(|table| table.entity_set == entity_set)
    }
}

// === impl Table ===

impl Table {
    /// A table with what every table has that users and teams own.
    #[must_use]
    pub fn owned(schema_name: &str, entity_set: &str, name: &str) -> Self {
        let logical_name = schema_name.to_ascii_lowercase();
        let primary_key = format!("{logical_name}id");
        let person = |name: &str| {
            let lookup = Kind::Lookup(vec![(name.to_owned(), "systemuser".to_owned())]);
            Column::new(name, lookup).by_platform()
        };
        let owner = ["team", "systemuser"].map(|table| ("ownerid".to_owned(), table.to_owned())).to_vec();
        let states = vec![(0, "Active".to_owned()), (1, "Inactive".to_owned())];
        let reasons = vec![(1, 0, "Active".to_owned()), (2, 1, "Inactive".to_owned())];
        Self {
            columns: vec![
                Column::new(&primary_key, Kind::Identity).by_platform(),
                Column::new(name, Kind::Text(100)).required(),
                Column::new("statecode", Kind::State(states)).later(),
                Column::new("statuscode", Kind::Status(reasons)),
                Column::new("ownerid", Kind::Lookup(owner)),
                person("createdby"),
                person("modifiedby"),
                Column::new("createdon", Kind::Time).by_platform(),
                Column::new("modifiedon", Kind::Time).by_platform(),
            ],
            logical_name,
            schema_name: schema_name.to_owned(),
            entity_set: entity_set.to_owned(),
            primary_key,
            primary_name: name.to_owned(),
            is_custom: true,
            has_notes: true,
            is_tracked: false,
            keys: Vec::new(),
        }
    }

    /// With more columns; one of a known name takes its place.
    #[must_use]
    pub fn with(mut self, columns: impl IntoIterator<Item = Column>) -> Self {
        for column in columns {
            match self.columns.iter_mut().find(|known| known.name == column.name) {
                Some(known) => *known = column,
                None => self.columns.push(column),
            }
        }
        self
    }

    /// A column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The lookup behind a navigation property, and the tables that it may point into.
    #[must_use]
    pub fn navigation(&self, property: &str) -> Option<(&Column, Vec<&str>)> {
        self.columns.iter().find_map(|column| {
            let Kind::Lookup(targets) = &column.kind else { return None };
            let tables: Vec<_> =
                targets.iter().filter(|(name, _)| name == property).map(|(_, table)| table.as_str()).collect();
            (!tables.is_empty()).then_some((column, tables))
        })
    }
}

// === impl Column ===

impl Column {
    /// A column that callers write.
    #[must_use]
    pub fn new(name: &str, kind: Kind) -> Self {
        Self { name: name.to_owned(), kind, required: false, written: Written::Always }
    }

    /// A column with choices.
    #[must_use]
    pub fn choice(name: &str, choices: &[(i64, &str)]) -> Self {
        Self::new(name, Kind::Choice(choices.iter().map(|(value, label)| (*value, (*label).to_owned())).collect()))
    }

    /// A column that points to another row by one navigation property.
    #[must_use]
    pub fn lookup(property: &str, table: &str) -> Self {
        let lookup = Kind::Lookup(vec![(property.to_owned(), table.to_owned())]);
        Self::new(&property.to_ascii_lowercase(), lookup)
    }

    /// The same, asked of people.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same, written by the platform.
    #[must_use]
    pub fn by_platform(mut self) -> Self {
        self.written = Written::Never;
        self
    }

    /// The same, ignored on create.
    #[must_use]
    pub fn later(mut self) -> Self {
        self.written = Written::Later;
        self
    }

    /// Its name in an answer.
    #[must_use]
    pub fn wire_name(&self) -> String {
        match self.kind {
            Kind::Lookup(_) => format!("_{}_value", self.name),
            _ => self.name.clone(),
        }
    }
}
