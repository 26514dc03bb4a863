//! What a fresh instance has in it: a few people, groups and configuration items, its properties, and the choices of all fields.

use jiff::Timestamp;

use super::{
    instance::{Instance, Memory},
    query::format_time,
    schema::Name,
    store::Row,
    write::new_sys_id,
};

/// The person that people's acts are done by.
pub const PERSON: &str = "ivy.hall";

const PEOPLE: &[(&str, &str)] =
    &[(PERSON, "Ivy Hall"), ("omar.reyes", "Omar Reyes"), ("jun.sato", "Jun Sato"), ("monitoring", "Monitoring")];
const GROUPS: &[&str] = &["Service Desk", "Network", "Database", "Cloud Operations", "Hardware"];
const ITEMS: &[(&str, &str)] = &[
    ("cmdb_ci_server", "web-01"),
    ("cmdb_ci_server", "web-02"),
    ("cmdb_ci_server", "db-01"),
    ("cmdb_ci_vm_instance", "vm-orders-01"),
    ("cmdb_ci_service", "Order Entry"),
];

/// Fills an empty instance.
pub fn fill(instance: &Instance) {
    let mut memory = instance.memory();
    let accounts = instance.options.accounts.users.iter().map(|account| (account.user.as_str(), account.user.as_str()));
    for (user, name) in PEOPLE.iter().copied().chain(accounts) {
        let email = format!("{user}@example.com");
        let (first, last) = name.split_once(' ').unwrap_or(("", name));
        let named = [("user_name", user), ("name", name), ("first_name", first), ("last_name", last)];
        add(instance, &mut memory, "sys_user", &[&named[..], &[("email", &email)]].concat());
    }
    for group in GROUPS {
        add(instance, &mut memory, "sys_user_group", &[("name", group)]);
    }
    for (class, name) in ITEMS {
        let fqdn = format!("{name}.example.com");
        add(instance, &mut memory, class, &[("name", name), ("fqdn", &fqdn)]);
    }
    let days = (instance.options.auto_close.as_secs() / 86_400).to_string();
    let no_rows = instance.options.invalid_query_returns_no_rows.to_string();
    let properties = [
        ("glide.buildname", "Yokohama"),
        ("glide.ui.autoclose.time", days.as_str()),
        ("glide.invalid_query.returns_no_rows", no_rows.as_str()),
    ];
    for (name, value) in properties {
        add(instance, &mut memory, "sys_properties", &[("name", name), ("value", value)]);
    }
    let choices: Vec<_> = instance
        .schema
        .tables()
        .flat_map(|table| table.fields.iter().map(move |(element, field)| (table.name.clone(), element.clone(), field)))
        .filter(|(_, _, field)| !field.choices.is_empty())
        .collect();
    for (table, element, field) in choices {
        for (at, (value, label)) in field.choices.iter().enumerate() {
            let sequence = at.to_string();
            let values = [
                ("name", &*table),
                ("element", &*element),
                ("value", value),
                ("label", label),
                ("sequence", &sequence),
            ];
            add(instance, &mut memory, "sys_choice", &values);
        }
    }
}

/// Adds a row that no rule is asked about.
fn add(instance: &Instance, memory: &mut Memory, table: &str, values: &[(&str, &str)]) {
    let Some(table) = instance.schema.table(table) else { return };
    let now = instance.apparatus.clock.now();
    let name: Name = table.name.clone();
    // As old as can be: a lagging index has long caught up with it.
    let mut row = Row::new(new_sys_id(), name, Timestamp::UNIX_EPOCH);
    for (field, definition) in &table.fields {
        row.set(field, definition.default);
    }
    for (field, value) in values {
        row.set(field, *value);
    }
    for field in ["sys_created_on", "sys_updated_on"] {
        row.set(field, format_time(now));
    }
    for field in ["sys_created_by", "sys_updated_by"] {
        row.set(field, "system");
    }
    row.set("sys_mod_count", "0");
    row.set("sys_class_name", &*table.name);
    memory.store.put(row);
}
