//! The suite: every behaviour against one platform, and what came of it.

use crate::{
    behaviours::{self, Behaviour},
    platform::Platform,
    stand::{Ground, PATIENCE, Stand},
};
use futures::{StreamExt, stream};
use signalbox::plugin::Ability;
use std::{fmt, sync::Arc, time::Duration};

/// Behaviours at the same time: most of their time is waiting.
const SIDE_BY_SIDE: usize = 6;

/// The longest that one behaviour may take.
const LONGEST: Duration = Duration::from_secs(400);

/// What came of one behaviour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// It does that.
    Passes,
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
    /// What it says it can do.
    pub abilities: Vec<Ability>,
    /// Each behaviour's name, and what came of it.
    pub cells: Vec<(&'static str, Cell)>,
}

/// A run of the suite against one platform.
pub struct Suite {
    platform: Arc<dyn Platform>,
    patience: Duration,
    wanted: Box<dyn Fn(&str) -> bool + Send + Sync>,
}

// === impl Suite ===

impl Suite {
    /// All behaviours.
    #[must_use]
    pub fn new(platform: Arc<dyn Platform>) -> Self {
        Self { platform, patience: PATIENCE, wanted: Box::new(|_| true) }
    }

    /// Only the behaviours whose names are wanted.
    #[must_use]
    pub fn only(mut self, wanted: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.wanted = Box::new(wanted);
        self
    }

    /// How long anything may take that is sure to come.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Runs them, several at a time and then those that must be alone, and prints each as it ends.
    ///
    /// # Errors
    /// Where the adapter can't be loaded, or its settings are refused: nothing could be tried.
    pub async fn run(self) -> anyhow::Result<Report> {
        signalbox_e2e::install_tls();
        let adapter = self.platform.adapter().to_owned();
        let ground = Ground::prepare(self.platform, self.patience).await?;
        let abilities = ground.abilities.clone();
        let ground = &ground;
        let wanted = behaviours::all().into_iter().filter(|behaviour| (self.wanted)(behaviour.name));
        let (alone, together): (Vec<_>, Vec<_>) = wanted.enumerate().partition(|(_, behaviour)| behaviour.alone);
        let run = |(row, behaviour): (usize, Behaviour)| {
            let adapter = adapter.clone();
            async move {
                let cell = one(&behaviour, ground).await;
                println!("{adapter}: {}: {cell}", behaviour.name);
                (row, (behaviour.name, cell))
            }
        };
        let mut rows: Vec<_> = stream::iter(together).map(run).buffer_unordered(SIDE_BY_SIDE).collect().await;
        for each in alone {
            rows.push(run(each).await);
        }
        rows.sort_by_key(|(row, _)| *row);
        Ok(Report { adapter, abilities, cells: rows.into_iter().map(|(_, cell)| cell).collect() })
    }
}

async fn one(behaviour: &Behaviour, ground: &Ground) -> Cell {
    let missing = behaviour.needs.iter().find(|ability| !ground.abilities.contains(ability)).copied();
    let tried = async {
        let mut stand = Stand::set(ground).await?;
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
