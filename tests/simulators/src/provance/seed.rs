//! What is in an organisation from the beginning.

use serde_json::Value;

use super::{
    options::{CUSTOMER, TEAM},
    organisation::Organisation,
    store::{Row, new_id},
};

/// The person who acts in tests.
pub const PERSON: &str = "Robin Vega";

/// Fills an organisation.
pub fn fill(organisation: &Organisation) {
    let users: Vec<_> = organisation.options.accounts.0.iter().map(|application| application.user.clone()).collect();
    let rows =
        [("account", "name", CUSTOMER), ("account", "name", "Contoso Retail"), ("contact", "fullname", "Jun Sato")]
            .into_iter()
            .chain([("team", "name", TEAM), ("team", "name", "Network"), ("systemuser", "fullname", PERSON)])
            .chain([("systemuser", "fullname", "Omar Reyes"), ("acme_asset", "acme_name", "web-01")]);
    let now = organisation.apparatus.clock.now();
    let mut memory = organisation.memory();
    for (table, column, name) in rows.chain(users.iter().map(|user| ("systemuser", "fullname", user.as_str()))) {
        let mut row = Row::new(table, new_id());
        row.set(column, Value::from(name));
        if table == "contact" {
            row.set("emailaddress1", "jun.sato@contoso.example".into());
        }
        memory.store.put(row, now);
    }
}
