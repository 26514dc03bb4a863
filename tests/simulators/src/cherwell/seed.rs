//! What a fresh system has in it: a few customers and configuration items.

use super::{save, server::Server};

/// The person that people's acts are done by.
pub const PERSON: &str = "Ivy Hall";

const CUSTOMERS: [(&str, &str); 4] = [
    ("Signalbox", "signalbox@example.com"),
    (PERSON, "ivy.hall@example.com"),
    ("Jun Sato", "jun.sato@example.com"),
    ("Omar Reyes", "omar.reyes@example.com"),
];
const ITEMS: [(&str, &str); 3] =
    [("web-01", "web-01.example.com"), ("db-01", "db-01.example.com"), ("vm-orders-01", "vm-orders-01.example.com")];

/// Fills an empty system.
pub fn fill(server: &Server) {
    let customers = CUSTOMERS.map(|(name, mail)| ("CustomerInternal", [("FullName", name), ("Email", mail)]));
    let items = ITEMS.map(|(name, host)| ("ConfigurationItem", [("FriendlyName", name), ("HostName", host)]));
    for (object, fields) in customers.into_iter().chain(items) {
        let Some(object) = server.objects.named(object) else { continue };
        let written = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        // What is seeded has all that is required.
        let _made = save::write(server, &mut server.memory(), object, None, written, "system");
    }
}
