//! What tests look at: work items as they are stored, and how many there are of each key.
//!
//! Looking is not calling: no access control, nothing in the journal.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    ids,
    portal::Portal,
    render,
    schema::{Class, Kind},
    store::{Object, Store, plain},
};

/// A work item's properties that are set, as people see them; an entry is its path.
pub type Fields = BTreeMap<String, String>;

impl Portal {
    /// All work items of a class that have these values; all for none.
    #[must_use]
    pub fn rows(&self, class: Class, having: &[(&str, &str)]) -> Vec<Fields> {
        let store = self.store();
        let rows =
            store.objects.values().filter(|object| object.class == class).map(|object| self.fields(&store, object));
        let matches =
            |row: &Fields| having.iter().all(|(name, value)| row.get(*name).map_or("", String::as_str) == *value);
        let mut rows: Vec<Fields> = rows.filter(matches).collect();
        rows.sort_by_key(|row| row.get("Id").and_then(|id| id.get(2..)?.parse::<u64>().ok()));
        rows
    }

    /// How many incidents there are of each key; those without one are left out.
    #[must_use]
    pub fn keys(&self) -> BTreeMap<String, usize> {
        let mut keys = BTreeMap::new();
        for row in self.rows(Class::Incident, &[]) {
            if let Some(key) = row.get(&self.options.key) {
                *keys.entry(key.clone()).or_default() += 1;
            }
        }
        keys
    }

    /// The comments of a work item, oldest first.
    #[must_use]
    pub fn comments(&self, base_id: &str) -> Vec<String> {
        let store = self.store();
        let object = store.object(base_id);
        object.map(|object| object.log.iter().map(|comment| comment.text.clone()).collect()).unwrap_or_default()
    }

    /// The identity of a user by name; none where there is nobody of this name.
    #[must_use]
    pub fn user(&self, user_name: &str) -> Option<String> {
        self.store().users.iter().find(|user| user.user_name == user_name).map(|user| user.base_id.clone())
    }

    /// A work item as the API shows it; none where there is none.
    #[must_use]
    pub fn projection(&self, base_id: &str) -> Option<Value> {
        let store = self.store();
        store.object(&plain(base_id)).map(|object| render::work_item(&self.schema, &store, object))
    }

    fn fields(&self, store: &Store, object: &Object) -> Fields {
        let mut fields = Fields::new();
        fields.insert("BaseId".into(), object.base_id.clone());
        for property in self.schema.of(object.class) {
            let shown = match (object.values.get(&property.name), &property.kind) {
                (Some(Value::String(id)), Kind::Entry(list)) => {
                    let entries = ids::list(list).map(|(_, _, entries)| *entries).unwrap_or_default();
                    entries.iter().find(|(known, _)| known == id).map_or(id.clone(), |(_, path)| (*path).to_owned())
                }
                (Some(Value::String(text)), _) => text.clone(),
                (Some(value), _) => value.to_string(),
                (None, _) => continue,
            };
            fields.insert(property.name.clone(), shown);
        }
        let people =
            object.people.iter().filter_map(|(relation, id)| Some((relation.clone(), store.user(id)?.name.clone())));
        fields.extend(people);
        let items: Vec<_> = object.items.iter().filter_map(|id| Some(store.item(id)?.name.clone())).collect();
        if !items.is_empty() {
            fields.insert("RelatesToConfigItem".into(), items.join(", "));
        }
        fields
    }
}
