//! Transforms: an alert in its context in, content out.

use super::bindings::transform::MappingPre;
use super::bindings::transform::exports::signalbox::plugin::transform as contract;
use super::call::CallState;
use super::convert;
use super::error::Failure;
use super::grant::Grants;
use super::loaded::Plugin;
use super::mapping::MappingError;
use super::usage::{Usage, UseError, UseOptions, guest};
use super::words;
use crate::domain::{Content, FieldFault, MappingInput};
use std::sync::Arc;

/// Why a mapping gives no content.
pub type TransformFailure = Failure<MappingError>;

/// A mapping of the configuration.
#[derive(Debug)]
pub struct TransformUse(Usage<MappingPre<CallState>>);

// === impl TransformUse ===

impl TransformUse {
    /// A mapping by this plugin, with these settings.
    ///
    /// # Errors
    /// Another kind of plugin, limits that cannot be kept, settings that do not fit.
    pub async fn new(plugin: Arc<Plugin>, options: UseOptions) -> Result<Self, UseError> {
        Usage::new(plugin, &Grants::default(), options).await.map(Self)
    }

    /// The plugin behind it.
    #[must_use]
    pub fn plugin(&self) -> &Arc<Plugin> {
        &self.0.plugin
    }

    /// The content of the work item that an alert in its context asks for.
    ///
    /// # Errors
    /// The mapping does not fit this alert or wants no ticket for it, or the plugin could not answer.
    pub async fn apply(&self, input: MappingInput) -> Result<Content, TransformFailure> {
        let at = input.now;
        let input = convert::input_in(input);
        self.0
            .pure(at, guest!(self.0.pre, signalbox_plugin_transform.call_apply(&input)), |answer| match answer {
                Ok(content) => convert::content_out(content).map(Ok),
                Err(error) => Ok(Err(error_out(error))),
            })
            .await
    }
}

fn error_out(error: contract::MappingError) -> MappingError {
    match error {
        contract::MappingError::Field(fault) => MappingError::Field(FieldFault {
            field: words::escaped(&fault.field, 400),
            message: words::escaped(&fault.message, 1_000),
        }),
        contract::MappingError::Unwanted(why) => MappingError::Unwanted(words::escaped(&why, 1_000)),
    }
}
