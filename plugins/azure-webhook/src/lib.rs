//! The source plugin `azure-webhook`: what an Azure Monitor action group posts becomes alerts.
//!
//! A body is read in three steps that know nothing of each other. `schema` unwraps it: the common alert schema, the five older
//! ones, or JSON of the operator's own. `kind` reads what is particular to a monitoring service. `alert` puts both together.
//! Unknown fields and unknown services never refuse an alert; what can't be told apart from another monitor's body does, with
//! a JSON Pointer and what was expected there.
//!
//! All of it is a pure function, [`decode()`]; this file alone speaks to the host.

mod alert;
mod arm;
mod body;
mod decode;
mod envelope;
mod html;
mod key;
mod kind;
mod link;
mod once;
mod resources;
mod schema;
mod settings;
mod severity;
mod time;
mod value;
mod words;

pub use decode::decode;
pub use settings::Settings;

use signalbox_sdk::source::description::{self, Finding, Manifest};
use signalbox_sdk::source::{self, DecodeError, Decoded, Request};

/// What the host calls.
pub struct AzureWebhook;

impl description::Guest for AzureWebhook {
    fn describe() -> Manifest {
        Manifest {
            name: "azure-webhook".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "Takes the alerts that Azure Monitor action groups post".to_owned(),
            settings_schema: settings::SCHEMA.to_owned(),
            grants: Vec::new(),
            abilities: Vec::new(),
            extra: "{}".to_owned(),
        }
    }

    fn check() -> Vec<Finding> {
        match Settings::parse(&source::settings::get()) {
            Ok(settings) => settings.findings(),
            Err(message) => vec![Finding { at: String::new(), message }],
        }
    }
}

impl source::Guest for AzureWebhook {
    fn decode(request: Request) -> Result<Decoded, DecodeError> {
        // `check` has refused settings that do not parse; what is left is a host that skipped it.
        let settings = Settings::parse(&source::settings::get()).map_err(DecodeError::Unsupported)?;
        let alerts = decode(&request, &settings)?;
        for alert in alerts.iter().filter(|alert| decode::is_of_unknown_kind(alert)) {
            let fields = [("rule".to_owned(), alert.rule.clone()), ("signal".to_owned(), alert.signal.clone())];
            source::log::write(
                source::log::Level::Info,
                "no reader for this monitoring service: kept generically",
                &fields,
            );
        }
        Ok(Decoded { alerts, reply: None })
    }
}

// Only a component has the contract's exports: their names mean nothing to a native linker, and tests need none.
#[cfg(target_family = "wasm")]
source::export!(AzureWebhook);
