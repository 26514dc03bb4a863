//! What a fresh installation has in it: people, configuration items, a change request.

use serde_json::json;

use super::{
    portal::Portal,
    projections::opened,
    schema::Class,
    store::{Known, new_id},
};

/// The person that people's acts are done by.
pub const PERSON: &str = "ivy.hall";

const PEOPLE: &[(&str, &str)] = &[(PERSON, "Ivy Hall"), ("omar.reyes", "Omar Reyes"), ("jun.sato", "Jun Sato")];
const ITEMS: &[&str] = &["web-01", "web-02", "db-01", "vm-orders-01", "Order Entry"];

/// Fills an empty installation.
pub fn fill(portal: &Portal) {
    let mut store = portal.store();
    let accounts = portal.options.accounts.iter().map(|account| (account.user.as_str(), account.user.as_str()));
    store.users = PEOPLE.iter().copied().chain(accounts).map(|(user, name)| Known::user(user, name)).collect();
    store.items = ITEMS.iter().map(|name| Known::item(name)).collect();
    let number = store.next_number(Class::Change);
    let mut change = opened(Class::Change, new_id(), number.clone(), portal);
    change.set("Title", "Replace the disks of db-01".into());
    change.set("DisplayName", format!("{number} - Replace the disks of db-01").into());
    change.set("Risk", json!("69a4e4d0-687a-314e-b57c-31564ae68a97"));
    change.set("Status", json!("6d6c64dd-07ac-aaf5-f812-6a7cceb5154d"));
    change.items = store.items.iter().filter(|item| item.name == "db-01").map(|item| item.base_id.clone()).collect();
    store.objects.insert(change.base_id.clone(), change);
}
