//! A configuration with its plugins: compiled, linked, described, their settings checked; or every reason why not.

use super::{Enrich, Generation, Handling, Monitor, Peer, Platform, Pull, Recheck, Sink, Source};
use crate::{
    config::{
        Config, ConnectionConfig, Place, PluginLimits, Problem, Problems, RouteConfig, SourceConfig, Span, Split,
        place_of_setting,
    },
    converge::desk::Abilities,
    domain::{ConnectionName, MappingName, RouteName, SourceName, Timestamp, WorkItemKind, with_causes},
    outbound::{Connection, Connections},
    plugin::{
        Ability, AdapterUse, GrantedOrigin, Grants, Kind, Limits, MonitorUse, Plugin, Runtime, SinkUse, SourceUse,
        TransformUse, UseError, UseOptions,
    },
    route::Route,
};
use futures::future::join_all;
use serde_json::{Map, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

/// What outlives generations: compiled plugins, open connections.
pub struct Workshop {
    /// Compiles and runs plugins.
    pub runtime: Runtime,
    /// Keeps pace, breakers and tokens across generations.
    pub connections: Connections,
}

/// Builds generation `number` of a configuration.
///
/// # Errors
/// Every plugin that can't be loaded, every setting that it refuses, every route that its adapter can't serve.
pub async fn build(config: Config, workshop: &Workshop, number: u64) -> Result<Generation, Problems> {
    let mut site = Site { config: &config, problems: Vec::new(), plugins: BTreeMap::new() };
    site.load_plugins(&workshop.runtime).await;
    let sources = site.sources().await;
    let Open { platforms, monitors, sinks } = site.connections(&workshop.connections).await;
    let mappings = site.mappings().await;
    let handling = site.handling(&mappings, &platforms);
    if !site.problems.is_empty() {
        return Err(Problems(site.problems));
    }
    let mut config = config;
    let mut senders: BTreeMap<_, _> = std::mem::take(&mut config.sources);
    let sources = sources.into_iter().filter_map(|(name, plugin)| {
        let SourceConfig { senders, monitor, .. } = senders.remove(&name)?;
        Some((name, Source { senders, monitor, media_types: media_types(&plugin), plugin }))
    });
    let routes = std::mem::take(&mut config.routes).into_iter().map(route).collect();
    Ok(Generation {
        number,
        since: Timestamp::now(),
        gateway: config.gateway.name.clone(),
        sources: sources.collect(),
        platforms,
        monitors,
        sinks,
        routes,
        handling,
        config,
    })
}

/// The connections that are at work, by what their plugins are.
#[derive(Default)]
struct Open {
    platforms: BTreeMap<ConnectionName, Platform>,
    monitors: BTreeMap<ConnectionName, Monitor>,
    sinks: BTreeMap<ConnectionName, Sink>,
}

/// What a connection's plugin is given.
struct Way {
    plugin: Arc<Plugin>,
    options: UseOptions,
    granted: Grants,
    connection: Arc<Connection>,
    limits: Limits,
}

/// A generation under construction.
struct Site<'a> {
    config: &'a Config,
    problems: Vec<Problem>,
    plugins: BTreeMap<String, Arc<Plugin>>,
}

// === impl Site ===

impl Site<'_> {
    /// Loads each plugin that the configuration names, once, side by side.
    async fn load_plugins(&mut self, runtime: &Runtime) {
        let config = self.config;
        let mut named: Vec<(&str, Option<&Place>)> = Vec::new();
        named.extend(config.sources.values().map(|each| (each.section.plugin.as_str(), Some(&each.place))));
        let at_work = config.connections.values().filter(|each| each.spec.is_some());
        named.extend(at_work.map(|each| (each.plugin.as_str(), Some(&each.place))));
        named.extend(config.mappings.values().map(|each| (each.section.transform.as_str(), Some(&each.place))));
        if config.routes.iter().any(|route| route.mapping.is_none()) {
            named.push((&config.plugins.default_transform, None));
        }
        let mut seen = BTreeSet::new();
        named.retain(|(name, _)| seen.insert(*name));
        let folder = config.folder.join(&config.plugins.folder);
        let loads = named.into_iter().map(|(name, place)| {
            let file = folder.join(format!("{name}.wasm"));
            async move {
                if !is_file_name(name) {
                    let message = "is not the name of a file: letters, digits, `.`, `_` and `-`";
                    return Err((place, format!("plugin `{name}` {message}")));
                }
                let loaded = runtime.load_file(name, &file).await;
                loaded.map(|plugin| (name, plugin)).map_err(|error| (place, with_causes(&error)))
            }
        });
        for loaded in join_all(loads).await {
            match loaded {
                Ok((name, plugin)) => drop(self.plugins.insert(name.to_owned(), plugin)),
                Err((place, message)) => self.problems.push(Problem { message, place: place.cloned() }),
            }
        }
    }

    async fn sources(&mut self) -> BTreeMap<SourceName, SourceUse> {
        let mut sources = BTreeMap::new();
        for (name, source) in &self.config.sources {
            let section = &source.section;
            let Some(plugin) = self.plugins.get(&section.plugin).cloned() else { continue };
            let limits = limits(Limits::pure(), section.limits.or(self.config.plugins.limits));
            if limits.deadline > LONGEST_DECODE {
                let message = format!(
                    "source `{name}`: a deadline of {:?} is too long: a sender waits 8 s for its answer, so that a body which \
                     takes the plugin longer would never be kept. At most {LONGEST_DECODE:?}, in `[sources.{name}] limits`",
                    limits.deadline
                );
                self.problems.push(Problem::at(&source.place, message));
                continue;
            }
            match SourceUse::new(plugin, options(name.as_str(), &section.settings, limits)).await {
                Ok(used) => drop(sources.insert(name.clone(), used)),
                Err(error) => self.refuse(&format!("source `{name}`"), &error, Some(&source.place)),
            }
        }
        sources
    }

    async fn connections(&mut self, connections: &Connections) -> Open {
        let mut open = Open::default();
        let config = self.config;
        for (name, connection) in &config.connections {
            let Some(way) = self.way(name, connection, connections) else { continue };
            let (plugin, options, outbound) = (way.plugin.clone(), way.options.clone(), way.connection.clone());
            match connection.kind {
                Kind::Monitor => {
                    let used = MonitorUse::new(plugin, options, &way.granted, outbound).await;
                    let peer = self.peer(name, connection, way, used);
                    let monitor = peer.map(|peer| self.monitor(name, connection, peer));
                    open.monitors.extend(monitor.map(|monitor| (name.clone(), monitor)));
                }
                Kind::Sink => {
                    let used = SinkUse::new(plugin, options, &way.granted, outbound).await;
                    open.sinks.extend(self.peer(name, connection, way, used).map(|peer| (name.clone(), peer)));
                }
                _ => {
                    let used = AdapterUse::new(plugin, options, &way.granted, outbound).await;
                    let peer = self.peer(name, connection, way, used);
                    let platform = peer.map(|peer| self.platform(name, connection, peer));
                    open.platforms.extend(platform.map(|platform| (name.clone(), platform)));
                }
            }
        }
        open
    }

    fn platform(&mut self, name: &ConnectionName, connection: &ConnectionConfig, peer: Peer<AdapterUse>) -> Platform {
        let manifest = peer.plugin.plugin().manifest();
        let settle = connection.section.settle.map_or_else(|| manifest.settle(), |Span(settle)| settle);
        let pull = connection.section.pull.as_ref().map(Pull::from);
        for kind in pull.iter().flat_map(|pull| &pull.records) {
            if !manifest.abilities.has(Ability::List(*kind)) {
                let message = format!("connection `{name}`: the adapter `{}` lists no {kind}s", connection.plugin);
                self.problems.push(Problem::at(&connection.place, message));
            }
        }
        Platform { settle, pull, peer }
    }

    fn monitor(&mut self, name: &ConnectionName, connection: &ConnectionConfig, peer: Peer<MonitorUse>) -> Monitor {
        let abilities = &peer.plugin.plugin().manifest().abilities;
        let section = &connection.section;
        let asked =
            [(Ability::Enrich, section.enrich.is_some()), (Ability::Recheck, section.recheck.is_some())].into_iter();
        for (ability, _) in asked.filter(|(ability, is_set)| *is_set && !abilities.has(*ability)) {
            let message = format!("connection `{name}`: the monitor `{}` can't {ability}", connection.plugin);
            self.problems.push(Problem::at(&connection.place, message));
        }
        let (enrich, recheck) = (section.enrich.unwrap_or_default(), section.recheck.unwrap_or_default());
        let sources = self.config.sources.iter().filter(|(_, source)| source.monitor.as_ref() == Some(name));
        Monitor {
            enrich: abilities.has(Ability::Enrich).then_some(Enrich { wait: enrich.wait.0, budget: enrich.budget.0 }),
            reports: abilities.has(Ability::Report),
            recheck: abilities
                .has(Ability::Recheck)
                .then_some(Recheck { after: recheck.after.0, every: recheck.every.0 }),
            sources: sources.map(|(name, _)| name.clone()).collect(),
            peer,
        }
    }

    /// What a connection's plugin is given.
    fn way(&mut self, name: &ConnectionName, connection: &ConnectionConfig, connections: &Connections) -> Option<Way> {
        let section = &connection.section;
        let plugin = self.plugins.get(&connection.plugin).cloned()?;
        let mut spec = connection.spec.clone()?;
        // A manifest asks, the configuration grants, the effect is the intersection.
        let asked = plugin.manifest().asks.origins.clone();
        spec.origins
            .retain(|each| GrantedOrigin::parse(each.origin.as_str()).is_some_and(|origin| asked.contains(&origin)));
        let limits = limits(Limits::connected(), section.plugin_limits().or(self.config.plugins.limits));
        match connections.open(spec) {
            Ok(opened) => Some(Way {
                plugin,
                options: options(name.as_str(), &section.settings, limits),
                granted: Grants { http: true, origins: asked },
                connection: opened,
                limits,
            }),
            Err(error) => {
                let message = format!("connection `{name}`: {}", with_causes(&error));
                self.problems.push(Problem::at(&connection.place, message));
                None
            }
        }
    }

    /// The connection with its plugin, if that takes its settings.
    fn peer<U>(
        &mut self,
        name: &ConnectionName,
        connection: &ConnectionConfig,
        way: Way,
        used: Result<U, UseError>,
    ) -> Option<Peer<U>> {
        match used {
            Ok(plugin) => Some(Peer {
                plugin,
                connection: way.connection,
                deadline: way.limits.deadline,
                places: usize::try_from(way.limits.concurrency).unwrap_or(1),
                paused: connection.section.paused,
            }),
            Err(error) => {
                self.refuse(&format!("connection `{name}`"), &error, Some(&connection.place));
                None
            }
        }
    }

    /// By name; the default mapping, if a route needs it, is under no name.
    async fn mappings(&mut self) -> BTreeMap<Option<MappingName>, Arc<TransformUse>> {
        let mut mappings = BTreeMap::new();
        for (name, mapping) in &self.config.mappings {
            let section = &mapping.section;
            let Some(plugin) = self.plugins.get(&section.transform).cloned() else { continue };
            let limits = limits(Limits::pure(), section.limits.or(self.config.plugins.limits));
            match TransformUse::new(plugin, options(name.as_str(), &section.settings, limits)).await {
                Ok(used) => drop(mappings.insert(Some(name.clone()), Arc::new(used))),
                Err(error) => self.refuse(&format!("mapping `{name}`"), &error, Some(&mapping.place)),
            }
        }
        let needed = self.config.routes.iter().any(|route| route.mapping.is_none());
        if let Some(plugin) = self.plugins.get(&self.config.plugins.default_transform).filter(|_| needed).cloned() {
            let limits = limits(Limits::pure(), self.config.plugins.limits);
            match TransformUse::new(plugin, options(DEFAULT_MAPPING, &Map::new(), limits)).await {
                Ok(used) => drop(mappings.insert(None, Arc::new(used))),
                Err(error) => self.refuse("the default mapping", &error, None),
            }
        }
        mappings
    }

    fn handling(
        &mut self,
        mappings: &BTreeMap<Option<MappingName>, Arc<TransformUse>>,
        platforms: &BTreeMap<ConnectionName, Platform>,
    ) -> BTreeMap<RouteName, Handling> {
        let mut handling = BTreeMap::new();
        for route in &self.config.routes {
            if let Some(platform) = platforms.get(&route.connection)
                && let Some(message) = unable(route, platform)
            {
                self.problems.push(Problem::at(&route.place, message));
            }
            let Some(transform) = mappings.get(&route.mapping).cloned() else { continue };
            let default = || DEFAULT_MAPPING.parse().ok();
            let Some(mapping) = route.mapping.clone().or_else(default) else { continue };
            let policies = route.section.policies();
            handling.insert(route.name.clone(), Handling { mapping, transform, policies });
        }
        handling
    }

    /// One problem for each finding, so that none hides another.
    fn refuse(&mut self, user: &str, error: &UseError, place: Option<&Place>) {
        match error {
            UseError::Settings { findings, .. } => self.problems.extend(findings.iter().map(|finding| Problem {
                message: format!("{user}: settings{}: {}", finding.at, finding.message),
                place: place.map(|place| place_of_setting(place, &finding.at)),
            })),
            other => self
                .problems
                .push(Problem { message: format!("{user}: {}", with_causes(other)), place: place.cloned() }),
        }
    }
}

const DEFAULT_MAPPING: &str = "default";
/// How long a source's plugin may take: waiting for a place as long again, and for the ledger, ends before senders give up.
const LONGEST_DECODE: Duration = Duration::from_secs(3);

/// What the route's adapter can't do for it.
fn unable(route: &RouteConfig, platform: &Platform) -> Option<String> {
    let kind = route.section.work_item;
    let able = abilities(platform, kind);
    let (name, adapter) = (&route.name, platform.peer.plugin.plugin().name());
    (!able.create).then(|| format!("route `{name}`: the adapter `{adapter}` can't create {}s", kind.as_str()))
}

/// What a connection's adapter can do with a kind of work item.
pub(super) fn abilities(platform: &Platform, kind: WorkItemKind) -> Abilities {
    let names: Vec<_> =
        platform.peer.plugin.plugin().manifest().abilities.iter().map(|ability| ability.to_string()).collect();
    Abilities::of(names.iter().map(String::as_str), kind)
}

fn media_types(source: &SourceUse) -> Vec<String> {
    let named = source.plugin().manifest().extra.get("media-types").and_then(|types| types.as_array());
    let named: Vec<_> = named.into_iter().flatten().filter_map(|each| each.as_str().map(str::to_owned)).collect();
    if named.is_empty() { vec!["application/json".to_owned()] } else { named }
}

fn route(config: RouteConfig) -> Route {
    let RouteConfig { name, when, connection, section, .. } = config;
    let Span(hold) = section.hold;
    Route {
        name,
        when,
        connection,
        kind: section.work_item,
        split: section.split == Split::Resource,
        group_by: section.group_by,
        stop: section.stop,
        hold,
        max_new: section.max_new,
    }
}

fn options(name: &str, settings: &Map<String, Value>, limits: Limits) -> UseOptions {
    UseOptions { name: name.to_owned(), settings: Value::Object(settings.clone()), limits }
}

fn limits(defaults: Limits, set: PluginLimits) -> Limits {
    Limits {
        deadline: set.deadline.map_or(defaults.deadline, |Span(deadline)| deadline),
        memory: set.memory.map_or(defaults.memory, crate::config::ByteSize::as_usize),
        concurrency: set.concurrency.unwrap_or(defaults.concurrency),
        log_bytes: set.log_bytes.map_or(defaults.log_bytes, crate::config::ByteSize::as_usize),
        response_bytes: set.response_bytes.map_or(defaults.response_bytes, |bytes| bytes.0),
    }
}

fn is_file_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.chars().all(|each| each.is_ascii_alphanumeric() || matches!(each, '.' | '_' | '-'))
}
