//! A sink that takes away less or more than it was given, on demand: a ticket event's name says what. Tests of the host run it.
//!
//! Records are refused with their own title and count, so that a test sees that they arrived whole.

use signalbox_sdk::sink::description::{self, Finding, Manifest};
use signalbox_sdk::sink::{self, Delivery, Item, Receipt, Refusal};
use signalbox_sdk::types::CallError;

/// What the host calls.
pub struct MisbehavingSink;

impl description::Guest for MisbehavingSink {
    fn describe() -> Manifest {
        Manifest {
            name: "misbehaving-sink".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "Takes away less or more than it was given, on demand".to_owned(),
            settings_schema: r#"{"type":"object"}"#.to_owned(),
            grants: Vec::new(),
            abilities: Vec::new(),
            extra: "{}".to_owned(),
        }
    }

    fn check() -> Vec<Finding> {
        Vec::new()
    }
}

impl sink::Guest for MisbehavingSink {
    fn deliver(batch: Vec<Delivery>) -> Result<Receipt, CallError> {
        let mut through = batch.last().map_or(0, |delivery| delivery.sequence);
        let mut refused = Vec::new();
        for delivery in &batch {
            let sequence = delivery.sequence;
            match &delivery.item {
                Item::PlatformRecord(platform) => {
                    let record = &platform.record;
                    let message = format!("{} {} {}", platform.connection, record.title, record.fields);
                    refused.push(Refusal { sequence, message });
                }
                Item::TicketEvent(event) if event.event == "claim more" => through += 1,
                Item::TicketEvent(event) if event.event == "refuse beyond" => {
                    refused.push(Refusal { sequence: through + 1, message: String::new() });
                }
                Item::TicketEvent(_) => {}
            }
        }
        Ok(Receipt { through, refused })
    }
}

// Only a component has the contract's exports: their names mean nothing to a native linker.
#[cfg(target_family = "wasm")]
signalbox_sdk::sink::export!(MisbehavingSink);
