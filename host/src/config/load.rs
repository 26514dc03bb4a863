//! Files to a whole configuration, with names that fit together.

use super::{
    connection::ConnectionSection,
    document::{Located, Named, Reader, read_files},
    gateway::{AdminSection, GatewaySection, IngestSection, LedgerSection, PluginsSection},
    inside,
    maintenance::MaintenanceSection,
    mapping::MappingSection,
    problem::{Place, Problem, Problems},
    route::RouteSection,
    secret::MissingSecret,
    source::SourceSection,
    units::Span,
};
use crate::{
    converge::worker::Leases,
    domain::{ConnectionName, InvalidName, MappingName, RouteName, SourceName},
    ingest::authentication::{Credential, Senders},
    maintenance::Window,
    outbound::ConnectionSpec,
    plugin::Kind,
    route::Condition,
};
use secrecy::ExposeSecret as _;
use serde::de::DeserializeOwned;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    str::FromStr,
};

const TOP_LEVEL: &[&str] =
    &["gateway", "ingest", "admin", "ledger", "plugins", "sources", "connections", "mappings", "routes", "maintenance"];

/// A whole configuration.
#[derive(Debug)]
pub struct Config {
    /// Where relative paths begin: the folder of the file, or the folder of files.
    pub folder: PathBuf,
    /// `[gateway]`
    pub gateway: GatewaySection,
    /// `[ingest]`
    pub ingest: IngestSection,
    /// `[admin]`
    pub admin: AdminSection,
    /// `[ledger]`
    pub ledger: LedgerSection,
    /// `[plugins]`
    pub plugins: PluginsSection,
    /// `[sources]`
    pub sources: BTreeMap<SourceName, SourceConfig>,
    /// `[connections]`
    pub connections: BTreeMap<ConnectionName, ConnectionConfig>,
    /// `[mappings]`
    pub mappings: BTreeMap<MappingName, MappingConfig>,
    /// `[[routes]]`, in order.
    pub routes: Vec<RouteConfig>,
    /// `[[maintenance]]`, in order.
    pub maintenance: Vec<Window>,
}

/// A source with its senders' credentials.
pub struct SourceConfig {
    /// As written.
    pub section: SourceSection,
    /// Who may post.
    pub senders: Senders,
    /// The connection of its monitor.
    pub monitor: Option<ConnectionName>,
    /// Where it stands.
    pub place: Place,
}

/// A connection with its secrets read.
#[derive(Debug)]
pub struct ConnectionConfig {
    /// As written.
    pub section: ConnectionSection,
    /// What its plugin is: an adapter, a monitor or a sink.
    pub kind: Kind,
    /// Its plugin's name.
    pub plugin: String,
    /// What outbound needs; none for a connection that is retired: nothing is sent there any more.
    pub spec: Option<ConnectionSpec>,
    /// Where it stands.
    pub place: Place,
}

/// A mapping.
#[derive(Debug)]
pub struct MappingConfig {
    /// As written.
    pub section: MappingSection,
    /// Where it stands.
    pub place: Place,
}

/// A route with its condition compiled and its names looked up.
#[derive(Debug)]
pub struct RouteConfig {
    /// Its name.
    pub name: RouteName,
    /// Its condition.
    pub when: Condition,
    /// Its connection.
    pub connection: ConnectionName,
    /// Its mapping; none is the default transform without settings.
    pub mapping: Option<MappingName>,
    /// As written.
    pub section: RouteSection,
    /// Where it stands.
    pub place: Place,
}

/// Reads a configuration: one file, or a folder of them.
///
/// # Errors
/// Every mistake that is there.
pub fn load(path: &Path) -> Result<Config, Problems> {
    let files = read_files(path)?;
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or_else(|| Path::new("")) };
    let mut draft = Draft::default();
    for file in &files {
        let mut reader = Reader::new(file, &file.text);
        draft.read(&mut reader);
        draft.problems.extend(reader.finish(TOP_LEVEL));
    }
    draft.check(folder)
}

/// Where a gateway with this configuration has its admin listener, whatever else the configuration says.
///
/// # Errors
/// Where the files or the section can't be read.
pub fn admin_address(path: &Path) -> Result<SocketAddr, Problems> {
    let mut address = AdminSection::default().listen;
    for file in &read_files(path)? {
        let mut reader = Reader::new(file, &file.text);
        if let Some(section) = reader.section::<AdminSection>("admin") {
            address = section.value.listen;
        }
        // A section that can't be read must not lead to another gateway's address.
        let problems = reader.problems();
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
    }
    Ok(address)
}

/// What was read so far, not yet looked at as a whole.
#[derive(Default)]
struct Draft {
    gateway: Option<Located<GatewaySection>>,
    ingest: Option<Located<IngestSection>>,
    admin: Option<Located<AdminSection>>,
    ledger: Option<Located<LedgerSection>>,
    plugins: Option<Located<PluginsSection>>,
    sources: Vec<Named<SourceSection>>,
    connections: Vec<Named<ConnectionSection>>,
    mappings: Vec<Named<MappingSection>>,
    routes: Vec<Located<RouteSection>>,
    maintenance: Vec<Located<MaintenanceSection>>,
    problems: Vec<Problem>,
}

// === impl Draft ===

impl Draft {
    fn read(&mut self, reader: &mut Reader<'_>) {
        once(&mut self.gateway, reader, "gateway", &mut self.problems);
        once(&mut self.ingest, reader, "ingest", &mut self.problems);
        once(&mut self.admin, reader, "admin", &mut self.problems);
        once(&mut self.ledger, reader, "ledger", &mut self.problems);
        once(&mut self.plugins, reader, "plugins", &mut self.problems);
        self.sources.extend(reader.named("sources"));
        self.connections.extend(reader.named("connections"));
        self.mappings.extend(reader.named("mappings"));
        self.routes.extend(reader.list("routes"));
        self.maintenance.extend(reader.list("maintenance"));
    }

    fn check(mut self, folder: &Path) -> Result<Config, Problems> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let broken = !self.problems.is_empty();
        if self.gateway.is_none() && !broken {
            let message = "`[gateway]` is missing: it needs a `name`, such as \"acme-prod\"";
            self.problems.push(Problem::anywhere(message));
        }
        if let Some(admin) = &self.admin
            && !admin.value.listen.ip().is_loopback()
        {
            let message =
                "the admin listener has no authentication: its address must be loopback, such as 127.0.0.1:8081";
            self.problems.push(Problem::in_section(&admin.place, "listen", message));
        }
        if let Some(gateway) = &self.gateway
            && gateway.value.name.trim().is_empty()
        {
            self.problems.push(Problem::in_section(&gateway.place, "name", "the gateway's `name` is empty"));
        }
        if let Some(Located { value, place }) = &self.ingest {
            let unusable = value.unusable().into_iter();
            self.problems.extend(unusable.map(|(key, message)| Problem::in_section(place, key, message)));
        }
        let ingest = self.ingest.take().map(|located| located.value).unwrap_or_default();
        let admin = self.admin.take().map(|located| located.value).unwrap_or_default();
        if ingest.listen == admin.listen && admin.listen.port() != 0 {
            let words = format!("`[ingest] listen` and `[admin] listen` are both {}: each needs its own", admin.listen);
            self.problems.push(Problem::anywhere(words));
        }
        if let Some(Located { value, place }) = &self.ledger {
            let unusable = value.unusable().into_iter();
            self.problems.extend(unusable.map(|(key, message)| Problem::in_section(place, key, message)));
        }
        let plugins = self.plugins.take().map(|located| located.value).unwrap_or_default();
        let declared = self.connections.len();
        let connections = self.check_connections(folder, &plugins);
        let broken = broken || connections.len() < declared;
        let sources = self.check_sources(folder, &ingest, broken, &connections);
        self.check_lease(&connections);
        let mappings = self.check_mappings();
        let routes = self.check_routes(broken, &connections, &mappings);
        let maintenance = self.check_maintenance();
        let Some(gateway) = self.gateway else { return Err(Problems(self.problems)) };
        if !self.problems.is_empty() {
            return Err(Problems(self.problems));
        }
        Ok(Config {
            folder: folder.to_owned(),
            gateway: gateway.value,
            ingest,
            admin,
            ledger: self.ledger.map(|located| located.value).unwrap_or_default(),
            plugins,
            sources,
            connections,
            mappings,
            routes,
            maintenance,
        })
    }

    fn check_sources(
        &mut self,
        folder: &Path,
        ingest: &IngestSection,
        broken: bool,
        connections: &BTreeMap<ConnectionName, ConnectionConfig>,
    ) -> BTreeMap<SourceName, SourceConfig> {
        let mut sources = BTreeMap::new();
        for Named { name, section, place } in std::mem::take(&mut self.sources) {
            let senders = match senders(&section, folder) {
                Ok(senders) => senders,
                Err(message) => {
                    self.problems.push(Problem::in_section(&place, "auth", message));
                    continue;
                }
            };
            if !senders.are_known() && !ingest.listen.ip().is_loopback() {
                let message = format!(
                    "the source `{name}` needs `auth`: ingest listens on {}, where anyone could post to it",
                    ingest.listen
                );
                self.problems.push(Problem::at(&place, message));
            }
            let monitor = section.monitor.as_ref().and_then(|monitor| self.name::<ConnectionName>(monitor, &place));
            if let Some(monitor) = &monitor {
                let user = format!("source `{name}`");
                self.check_use(&user, Kind::Monitor, monitor, &inside::key(&place, "monitor"), broken, connections);
            }
            self.keep(&mut sources, &name, &place.clone(), SourceConfig { section, senders, monitor, place });
        }
        sources
    }

    fn check_connections(
        &mut self,
        folder: &Path,
        plugins: &PluginsSection,
    ) -> BTreeMap<ConnectionName, ConnectionConfig> {
        let mut connections = BTreeMap::new();
        for Named { name, section, place } in std::mem::take(&mut self.connections) {
            let Some(typed) = self.name::<ConnectionName>(&name, &place) else { continue };
            let read = section.plugin().map(|(kind, plugin)| (kind, plugin.to_owned())).and_then(|plugin| {
                let at_work = !section.retired;
                Ok((plugin, at_work.then(|| section.spec(&typed, folder, &plugins.limits)).transpose()?))
            });
            match read {
                Ok(((kind, plugin), spec)) => {
                    let config = ConnectionConfig { section, kind, plugin, spec, place: place.clone() };
                    self.keep(&mut connections, &name, &place, config);
                }
                Err(error) => self.problems.push(Problem::in_section(&place, error.key(), error.to_string())),
            }
        }
        connections
    }

    /// The last third of a lease is for answers alone (see [`Leases`]): each must have arrived before the lease ends.
    fn check_lease(&mut self, connections: &BTreeMap<ConnectionName, ConnectionConfig>) {
        let Some(Located { value: GatewaySection { lease, .. }, place }) = &self.gateway else { return };
        let margin = Leases::of(lease.0).margin;
        let timeouts =
            connections.iter().filter_map(|(name, each)| Some((name, each.spec.as_ref()?.limits.request_timeout)));
        if let Some((name, timeout)) = timeouts.max_by_key(|(_, timeout)| *timeout)
            && timeout > margin
        {
            let message = format!(
                "`lease` is {lease}, and must be at least three times the longest `request_timeout`, which is {} on the connection `{name}`",
                Span(timeout)
            );
            self.problems.push(Problem::in_section(place, "lease", message));
        }
    }

    fn check_mappings(&mut self) -> BTreeMap<MappingName, MappingConfig> {
        let mut mappings = BTreeMap::new();
        for Named { name, section, place } in std::mem::take(&mut self.mappings) {
            self.keep(&mut mappings, &name, &place.clone(), MappingConfig { section, place });
        }
        mappings
    }

    fn check_maintenance(&mut self) -> Vec<Window> {
        let mut windows: Vec<Window> = Vec::new();
        for Located { value: section, place } in std::mem::take(&mut self.maintenance) {
            match section.window() {
                Ok(window) if windows.iter().any(|other| other.name == window.name) => {
                    let message = format!("there are two maintenance windows `{}`", window.name);
                    self.problems.push(Problem::at(&place, message));
                }
                Ok(window) => windows.push(window),
                Err(error) => {
                    let message = format!("maintenance `{}`: {error}", section.name);
                    self.problems.push(Problem::at(&place, message));
                }
            }
        }
        windows
    }

    /// `broken` is true where sections could not be read or used: then a name that is not found says nothing.
    fn check_routes(
        &mut self,
        broken: bool,
        connections: &BTreeMap<ConnectionName, ConnectionConfig>,
        mappings: &BTreeMap<MappingName, MappingConfig>,
    ) -> Vec<RouteConfig> {
        let mut routes: Vec<RouteConfig> = Vec::new();
        for Located { value: section, place } in std::mem::take(&mut self.routes) {
            let when = Condition::compile(&section.when);
            if let Err(error) = &when {
                let message = format!("route `{}`: {error}", section.name);
                self.problems.push(Problem::in_section(&place, "when", message));
            }
            let name = self.name::<RouteName>(&section.name, &place);
            let connection = self.name::<ConnectionName>(&section.connection, &place);
            let mapping = section.mapping.as_ref().map(|mapping| self.name::<MappingName>(mapping, &place));
            let (Ok(when), Some(name), Some(connection)) = (when, name, connection) else { continue };
            if routes.iter().any(|other| other.name == name) {
                self.problems.push(Problem::in_section(&place, "name", format!("there are two routes `{name}`")));
            }
            let user = format!("route `{name}`");
            let named = inside::key(&place, "connection");
            self.check_use(&user, Kind::Adapter, &connection, &named, broken, connections);
            if let Some(Some(mapping)) = &mapping
                && !broken
                && !mappings.contains_key(mapping)
            {
                self.unknown("mapping", mapping.as_str(), &user, &inside::key(&place, "mapping"), mappings.keys());
            }
            routes.push(RouteConfig { name, when, connection, mapping: mapping.flatten(), section, place });
        }
        routes
    }

    /// Whether the connection that `user` names is there, at work, and of this kind.
    fn check_use(
        &mut self,
        user: &str,
        kind: Kind,
        connection: &ConnectionName,
        place: &Place,
        broken: bool,
        connections: &BTreeMap<ConnectionName, ConnectionConfig>,
    ) {
        let message = match connections.get(connection) {
            None if broken => return,
            None => return self.unknown("connection", connection.as_str(), user, place, connections.keys()),
            Some(found) if found.kind != kind => {
                format!("{user} names `{connection}`, which has no `{kind}` but a `{}`", found.kind)
            }
            Some(found) if found.section.retired => format!("{user} names `{connection}`, which is retired"),
            Some(_) => return,
        };
        self.problems.push(Problem::at(place, message));
    }

    fn unknown<'a, N: AsRef<str> + 'a>(
        &mut self,
        what: &str,
        name: &str,
        user: &str,
        place: &Place,
        known: impl Iterator<Item = &'a N>,
    ) {
        let known: Vec<_> = known.map(AsRef::as_ref).collect();
        let known = if known.is_empty() { "there is none".to_owned() } else { format!("known: {}", known.join(", ")) };
        self.problems
            .push(Problem::at(place, format!("{user} names the {what} `{name}`, which is not there; {known}")));
    }

    fn name<N: FromStr<Err = InvalidName>>(&mut self, name: &str, place: &Place) -> Option<N> {
        name.parse().map_err(|error: InvalidName| self.problems.push(Problem::at(place, error.to_string()))).ok()
    }

    fn keep<N, T>(&mut self, into: &mut BTreeMap<N, T>, name: &str, place: &Place, value: T)
    where
        N: FromStr<Err = InvalidName> + Ord,
    {
        if let Some(typed) = self.name::<N>(name, place)
            && into.insert(typed, value).is_some()
        {
            self.problems.push(Problem::at(place, format!("`{name}` is there twice, in two files")));
        }
    }
}

fn once<T: DeserializeOwned>(
    kept: &mut Option<Located<T>>,
    reader: &mut Reader<'_>,
    name: &str,
    problems: &mut Vec<Problem>,
) {
    let Some(section) = reader.section(name) else { return };
    if kept.is_some() {
        problems.push(Problem::at(&section.place, format!("`[{name}]` is there twice, in two files")));
    }
    *kept = Some(section);
}

fn senders(section: &SourceSection, folder: &Path) -> Result<Senders, String> {
    let Some(auth) = &section.auth else { return Ok(Senders::Anyone) };
    let mut credentials = Vec::new();
    let unread = |error: MissingSecret| error.to_string();
    for token in &auth.bearer {
        let token = token.read(folder).map_err(unread)?;
        if !token.expose_secret().bytes().all(|byte| byte.is_ascii_graphic()) {
            let which = "a bearer token of `auth` has a blank, a control character or a letter beyond ASCII";
            return Err(format!("{which}, which no header can carry"));
        }
        credentials.push(Credential::bearer(&token));
    }
    for basic in &auth.basic {
        if basic.username.contains(':') {
            return Err(format!("the user name `{}` has a colon, which basic credentials can't carry", basic.username));
        }
        credentials.push(Credential::basic(&basic.username, &basic.password.read(folder).map_err(unread)?));
    }
    if credentials.is_empty() {
        return Err("`auth` names no credentials: nobody could post".to_owned());
    }
    Ok(Senders::AnyOf(credentials))
}

// === impl SourceConfig ===

impl std::fmt::Debug for SourceConfig {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("SourceConfig").field("section", &self.section).finish_non_exhaustive()
    }
}
