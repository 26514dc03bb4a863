//! The suite: every behaviour against one platform, and what came of it.

use crate::{
    behaviours::{self, Behaviour},
    configuration::Configuration,
    platform::Platform,
    stand::Stand,
};
use anyhow::Context;
use futures::{StreamExt, stream};
use signalbox::{
    domain::ConnectionName,
    gateway::workshop,
    generation::{Workshop, build},
    plugin::Ability,
};
use std::{fmt, sync::Arc, time::Duration};

/// Behaviours at the same time: most of their time is waiting.
const SIDE_BY_SIDE: usize = 4;

/// The longest that one behaviour may take.
const LONGEST: Duration = Duration::from_secs(400);

/// What came of one behaviour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// It does that.
    Passes,
    /// It does that, as far as the platform has such a thing; what it has not.
    PassesBut(String),
    /// The adapter declares that its platform can't, and the declaration is true; the missing ability.
    Declares(String),
    /// There is no such thing on the platform; why.
    NotOffered(String),
    /// It does not do that.
    Fails(String),
}

/// One adapter's column.
#[derive(Clone, Debug)]
pub struct Report {
    /// The adapter.
    pub adapter: String,
    /// Each behaviour's name, and what came of it.
    pub cells: Vec<(&'static str, Cell)>,
}

/// Runs all behaviours against a platform.
///
/// # Errors
/// Where the adapter can't be loaded, or its settings are refused: nothing could be tried.
pub async fn run(platform: Arc<dyn Platform>) -> anyhow::Result<Report> {
    run_only(platform, |_| true).await
}

/// Runs the behaviours whose names are wanted.
///
/// # Errors
/// As [`run`].
pub async fn run_only(platform: Arc<dyn Platform>, wanted: impl Fn(&str) -> bool) -> anyhow::Result<Report> {
    signalbox_e2e::install_tls();
    let (workshop, abilities) = prepare(&platform).await?;
    let adapter = platform.adapter().to_owned();
    let runs = behaviours::all().into_iter().filter(|behaviour| wanted(behaviour.name)).map(|behaviour| {
        let (platform, workshop, abilities) = (platform.clone(), workshop.clone(), abilities.clone());
        async move {
            let cell = one(&behaviour, platform, workshop, abilities).await;
            println!("{}: {}: {cell}", adapter_of(&cell), behaviour.name);
            (behaviour.name, cell)
        }
    });
    let cells = stream::iter(runs).buffered(SIDE_BY_SIDE).collect().await;
    Ok(Report { adapter, cells })
}

fn adapter_of(cell: &Cell) -> &'static str {
    if matches!(cell, Cell::Fails(_)) { "fails" } else { "holds" }
}

async fn one(
    behaviour: &Behaviour,
    platform: Arc<dyn Platform>,
    workshop: Arc<Workshop>,
    abilities: Vec<Ability>,
) -> Cell {
    let missing = behaviour.needs.iter().find(|ability| !abilities.contains(ability)).copied();
    let tried = async {
        let mut stand = Stand::set(platform, workshop, abilities).await?;
        match missing {
            Some(ability) => behaviours::declared(&mut stand, ability).await,
            None => (behaviour.run)(&mut stand).await,
        }
    };
    match tokio::time::timeout(LONGEST, tried).await {
        Ok(Ok(cell)) => cell,
        Ok(Err(error)) => Cell::Fails(format!("{error:#}")),
        Err(_) => Cell::Fails(format!("not done within {} s", LONGEST.as_secs())),
    }
}

/// The runtime, and what the adapter says of itself.
async fn prepare(platform: &Arc<dyn Platform>) -> anyhow::Result<(Arc<Workshop>, Vec<Ability>)> {
    let folder = tempfile::tempdir()?;
    let configuration = Configuration::new("suite", &platform.address());
    let path = configuration.write(folder.path(), platform.as_ref())?;
    let workshop = workshop(&signalbox::config::load(&path)?)?;
    let generation = build(signalbox::config::load(&path)?, &workshop, 1).await?;
    let name: ConnectionName = "desk".parse()?;
    let desk = generation.connections.get(&name).context("the configuration has no connection")?;
    let abilities = desk.adapter.plugin().manifest().abilities.iter().collect();
    Ok((Arc::new(workshop), abilities))
}

// === impl Cell ===

impl Cell {
    /// Whether the adapter may be used: all but a failure.
    #[must_use]
    pub fn holds(&self) -> bool {
        !matches!(self, Self::Fails(_))
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passes => out.write_str("passes"),
            Self::PassesBut(what) => write!(out, "passes; not offered: {what}"),
            Self::Declares(ability) => write!(out, "declares no `{ability}`"),
            Self::NotOffered(why) => write!(out, "not offered: {why}"),
            Self::Fails(why) => write!(out, "**fails**: {why}"),
        }
    }
}

// === impl Report ===

impl Report {
    /// What does not hold, a line each.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        let failed = self.cells.iter().filter(|(_, cell)| !cell.holds());
        failed.map(|(name, cell)| format!("{}: {name}: {cell}", self.adapter)).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widest = self.cells.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        writeln!(out, "{:<widest$}  {}", "behaviour", self.adapter)?;
        self.cells.iter().try_for_each(|(name, cell)| writeln!(out, "{name:<widest$}  {cell}"))
    }
}
