//! Objects in memory: work items, the users and items that they relate to, and identities that templates have given away.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp, Unit};
use rand::Rng;
use serde_json::Value;

use super::{ids, schema::Class};

/// A work item.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Its class.
    pub class: Class,
    /// Its identity.
    pub base_id: String,
    /// Its properties that are set: texts, numbers, flags; a moment is RFC 3339, an entry is its identity.
    pub values: BTreeMap<String, Value>,
    /// Identities of users, by relation.
    pub people: BTreeMap<String, String>,
    /// Identities of related configuration items.
    pub items: Vec<String>,
    /// Identities of related work items.
    pub work_items: Vec<String>,
    /// Comments, in the order in which they were added.
    pub log: Vec<Comment>,
    /// When it was stored.
    pub added: Timestamp,
    /// When its properties or relations last changed; a comment is an object of its own.
    pub modified: Timestamp,
}

/// An entry of an action log.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// Its identity.
    pub base_id: String,
    /// Whether an analyst wrote it, and not the affected user.
    pub by_analyst: bool,
    /// What it says.
    pub text: String,
    /// Who is said to have entered it.
    pub entered_by: String,
    /// When it is said to have been entered.
    pub entered: Timestamp,
    /// Whether only analysts see it.
    pub private: bool,
}

/// Somebody, or something: what can be related to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its identity.
    pub base_id: String,
    /// What people see.
    pub name: String,
    /// A user's name to sign in with; empty for items.
    pub user_name: String,
    /// A user's address; empty for items.
    pub email: String,
}

/// All there is.
#[derive(Debug, Default)]
pub struct Store {
    /// Work items by identity, which is no order that anyone could mean.
    pub objects: BTreeMap<String, Object>,
    /// Users.
    pub users: Vec<Known>,
    /// Configuration items.
    pub items: Vec<Known>,
    /// What templates have given away and nobody has committed yet: number, and who asked.
    pub reserved: HashMap<String, (Class, String, Option<String>)>,
    numbers: BTreeMap<Class, u64>,
}

// === impl Object ===

impl Object {
    /// An empty one.
    #[must_use]
    pub fn new(class: Class, base_id: String, now: Timestamp) -> Self {
        Self {
            class,
            base_id,
            values: BTreeMap::new(),
            people: BTreeMap::new(),
            items: Vec::new(),
            work_items: Vec::new(),
            log: Vec::new(),
            added: now,
            modified: now,
        }
    }

    /// A property's text, or an entry's identity; empty where it is not set.
    #[must_use]
    pub fn text(&self, property: &str) -> &str {
        self.values.get(property).and_then(Value::as_str).unwrap_or_default()
    }

    /// Sets a property; null takes it out.
    pub fn set(&mut self, property: &str, value: Value) {
        if value.is_null() {
            self.values.remove(property);
        } else {
            self.values.insert(property.to_owned(), value);
        }
    }

    /// What its number is: `IR77`.
    #[must_use]
    pub fn number(&self) -> &str {
        self.text("Id")
    }

    /// Notes that it has changed now; later than ever before, by a millisecond at least.
    pub fn touch(&mut self, now: Timestamp) {
        let next = self.modified.saturating_add(SignedDuration::from_millis(1)).unwrap_or(now);
        self.modified = now.max(next);
    }
}

// === impl Store ===

impl Store {
    /// An object by its identity, in any spelling.
    #[must_use]
    pub fn object(&self, base_id: &str) -> Option<&Object> {
        self.objects.get(&plain(base_id))
    }

    /// A user by identity.
    #[must_use]
    pub fn user(&self, base_id: &str) -> Option<&Known> {
        let base_id = plain(base_id);
        self.users.iter().find(|user| user.base_id == base_id)
    }

    /// A configuration item by identity.
    #[must_use]
    pub fn item(&self, base_id: &str) -> Option<&Known> {
        let base_id = plain(base_id);
        self.items.iter().find(|item| item.base_id == base_id)
    }

    /// The next number of a class.
    pub fn next_number(&mut self, class: Class) -> String {
        let number = self.numbers.entry(class).or_insert(0);
        *number += 1;
        format!("{}{number}", class.prefix())
    }
}

// === impl Known ===

impl Known {
    /// A user.
    #[must_use]
    pub fn user(user_name: &str, name: &str) -> Self {
        let email = format!("{user_name}@example.com");
        Self { base_id: new_id(), name: name.to_owned(), user_name: user_name.to_owned(), email }
    }

    /// A configuration item.
    #[must_use]
    pub fn item(name: &str) -> Self {
        Self { base_id: new_id(), name: name.to_owned(), user_name: String::new(), email: String::new() }
    }

    /// The class that it is of.
    #[must_use]
    pub fn class(&self) -> &'static str {
        if self.user_name.is_empty() { ids::CONFIG_ITEM } else { ids::USER_CLASS }
    }
}

/// A fresh identity.
#[must_use]
pub fn new_id() -> String {
    let bits: u128 = rand::rng().random();
    let text = format!("{bits:032x}");
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

/// An identity as it is stored: lower case, without braces.
#[must_use]
pub fn plain(id: &str) -> String {
    id.trim().trim_start_matches('{').trim_end_matches('}').to_ascii_lowercase()
}

/// A moment as the database keeps it.
#[must_use]
pub fn to_millisecond(time: Timestamp) -> Timestamp {
    time.round(Unit::Millisecond).unwrap_or(time)
}

/// A moment as the portal spells it: UTC, without saying so.
#[must_use]
pub fn spelled(time: Timestamp) -> String {
    let text = format!("{:.3}", to_millisecond(time));
    let text = text.trim_end_matches('Z').trim_end_matches('0').trim_end_matches('.');
    text.to_owned()
}
