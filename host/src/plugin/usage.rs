//! A plugin with settings and limits: what every kind's use is made of.

use super::call::{CallState, Place, Terms};
use super::convert;
use super::error::{Blame, Failed, Failure, InvalidAnswer};
use super::export::Export;
use super::grant::Grants;
use super::kind::Kind;
use super::limits::{InvalidLimits, Limits};
use super::loaded::Plugin;
use super::log::Voice;
use super::schema::Finding;
use super::words;
use crate::domain::Timestamp;
use futures::future::BoxFuture;
use serde_json::Value;
use std::sync::Arc;
use wasmtime::Store;

/// What the configuration says of one use of a plugin.
#[derive(Clone, Debug)]
pub struct UseOptions {
    /// The source's, mapping's or connection's name, for the log.
    pub name: String,
    /// An object that fits the plugin's schema.
    pub settings: Value,
    /// What a call may take.
    pub limits: Limits,
}

/// A use that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum UseError {
    /// The plugin is for something else.
    #[error("plugin `{plugin}` is of the kind {is}, and {wanted} is wanted")]
    Kind {
        /// Which.
        plugin: String,
        /// What it is.
        is: Kind,
        /// What it should be.
        wanted: Kind,
    },
    /// A limit that cannot be kept.
    #[error(transparent)]
    Limits(#[from] InvalidLimits),
    /// The plugin needs what the operator did not grant.
    #[error("plugin `{plugin}` imports `signalbox:plugin/http`, and `{missing}` is not granted")]
    NotGranted {
        /// Which.
        plugin: String,
        /// The grant.
        missing: String,
    },
    /// The settings do not fit.
    #[error("the settings do not fit plugin `{plugin}`: {}", .findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Settings {
        /// Which.
        plugin: String,
        /// All that is wrong with them.
        findings: Vec<Finding>,
    },
    /// The plugin could not check them.
    #[error("plugin `{plugin}` cannot check its settings")]
    Check {
        /// Which.
        plugin: String,
        /// Why.
        #[source]
        failed: Failed,
    },
}

/// One use, whatever its kind: `P` is the kind's export, looked up.
pub(super) struct Usage<P> {
    pub(super) plugin: Arc<Plugin>,
    pub(super) pre: P,
    pub(super) place: Place,
}

/// A function that instantiates a plugin in a store and calls one of its exports, as `Usage` wants it.
macro_rules! guest {
    ($pre:expr, $interface:ident.$function:ident($($argument:expr),*)) => {{
        let pre = $pre.clone();
        $crate::plugin::usage::as_guest(move |store| {
            Box::pin(async move {
                let plugin = pre.instantiate_async(&mut *store).await?;
                plugin.$interface().$function(&mut *store, $($argument),*).await
            })
        })
    }};
}
pub(super) use guest;

/// Tells the compiler what a closure is, which it can't find out where the closure is bound to a name.
pub(super) fn as_guest<R, F>(guest: F) -> F
where
    F: for<'a> FnOnce(&'a mut Store<CallState>) -> BoxFuture<'a, wasmtime::Result<R>> + Send,
{
    guest
}

// === impl UseError ===

impl UseError {
    /// Who has to do something about it.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::Check { failed, .. } => failed.blame(),
            _ => Blame::Operator,
        }
    }
}

// === impl Usage ===

impl<P: Export> Usage<P> {
    /// Checks limits, grants and settings, the last by schema and then by the plugin itself.
    pub(super) async fn new(plugin: Arc<Plugin>, granted: &Grants, options: UseOptions) -> Result<Self, UseError> {
        let name = plugin.name().to_owned();
        let Some(pre) = P::of(&plugin.exports).cloned() else {
            return Err(UseError::Kind { plugin: name, is: plugin.kind(), wanted: P::KIND });
        };
        options.limits.check(plugin.shared.ceiling)?;
        if plugin.needs_http && !granted.http {
            return Err(UseError::NotGranted { plugin: name, missing: "http".to_owned() });
        }
        let mut findings = plugin.manifest().schema.findings(&options.settings);
        if !options.settings.is_object() && findings.is_empty() {
            findings.push(Finding { at: String::new(), message: "settings are an object".to_owned() });
        }
        if !findings.is_empty() {
            return Err(UseError::Settings { plugin: name, findings });
        }
        let place = Place::new(
            &plugin.shared,
            plugin.shared.breaker,
            Voice::new(plugin.name(), &options.name),
            options.settings.to_string().into(),
            options.limits,
        );
        let usage = Self { plugin, pre, place };
        match usage.check().await {
            Ok(findings) if findings.is_empty() => Ok(usage),
            Ok(findings) => Err(UseError::Settings { plugin: name, findings }),
            Err(failed) => Err(UseError::Check { plugin: name, failed }),
        }
    }

    /// What the plugin itself has to say of its settings. It may send nothing meanwhile.
    async fn check(&self) -> Result<Vec<Finding>, Failed> {
        let answered = self
            .place
            .call(
                Terms::frozen(Timestamp::now()),
                guest!(self.plugin.described, signalbox_plugin_description.call_check()),
                |findings| {
                    convert::list("findings", findings, |finding| {
                        let at = words::escaped(&finding.at, 400);
                        Ok(Finding { at, message: words::escaped(&finding.message, 1_000) })
                    })
                },
            )
            .await?;
        Ok(answered.value)
    }

    /// A call that reaches nothing, at this moment of a frozen clock.
    pub(super) async fn pure<R: Send, T, E>(
        &self,
        at: Timestamp,
        guest: impl for<'a> FnOnce(&'a mut Store<CallState>) -> BoxFuture<'a, wasmtime::Result<R>> + Send,
        convert: impl FnOnce(R) -> Result<Result<T, E>, InvalidAnswer> + Send,
    ) -> Result<T, Failure<E>> {
        let answered = self.place.call(Terms::frozen(at), guest, convert).await?;
        answered.value.map_err(Failure::Guest)
    }
}

impl<P> std::fmt::Debug for Usage<P> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Usage").field("plugin", &self.plugin).field("place", &self.place).finish()
    }
}

impl Default for UseOptions {
    fn default() -> Self {
        Self { name: String::new(), settings: Value::Object(serde_json::Map::new()), limits: Limits::pure() }
    }
}
