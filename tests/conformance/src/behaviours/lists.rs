//! Incidents and changes as people work on them, page by page, while they work on them.

use crate::{platform::Did, stand::Stand, suite::Cell, verbs::Verbs};
use anyhow::{bail, ensure};
use signalbox::{
    domain::{ItsmRecord, RecordKind, Timestamp},
    plugin::Ability,
};
use std::{collections::BTreeMap, time::Duration};

/// Records in a page.
const PAGE: u32 = 4;
/// Rows before the first page, and how many are written while pages are read.
const BEFORE: usize = 10;
const MEANWHILE: usize = 24;
/// More pages than any of this can take.
const PAGES: usize = 600;

/// Incidents.
pub async fn incidents(stand: &mut Stand) -> anyhow::Result<Cell> {
    let cell = no_row_is_lost(stand, RecordKind::Incident).await?;
    if cell.holds() && stand.can(Ability::Create(signalbox::domain::WorkItemKind::Incident)) {
        own_ticket_has_its_key(stand).await?;
    }
    Ok(cell)
}

/// Change requests.
pub async fn changes(stand: &mut Stand) -> anyhow::Result<Cell> {
    no_row_is_lost(stand, RecordKind::Change).await
}

/// Rows as people last left them: their titles by id.
type Rows = BTreeMap<String, Vec<String>>;

async fn no_row_is_lost(stand: &Stand, kind: RecordKind) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    let since = Timestamp::now().before(Duration::from_secs(60));
    let mut rows = Rows::new();
    for number in 0..BEFORE {
        match write(stand, kind, None, format!("before {number}"), &mut rows).await? {
            Did::Done(()) => {}
            Did::NotOffered(why) => return Ok(Cell::NotOffered(why)),
        }
    }
    let mut pull = Pull { verbs: &verbs, kind, since, cursor: None, held: BTreeMap::new() };
    let mut number = 0;
    // People write while each page is read, new rows and old ones.
    for page in 0.. {
        ensure!(page < PAGES, "it never comes to an end");
        if number < MEANWHILE {
            let ids: Vec<String> = rows.keys().cloned().collect();
            let edited = ids.get(number * 7 % ids.len().max(1)).map(String::as_str);
            let writing = async {
                write(stand, kind, None, format!("meanwhile {number}"), &mut rows).await?;
                write(stand, kind, edited, format!("edited {number}"), &mut rows).await
            };
            let (page, written) = tokio::join!(pull.page(), writing);
            page?;
            written?;
            number += 1;
        } else if !pull.page().await? {
            break;
        }
    }
    // The next pull, and one after it in which nothing has changed.
    for _ in 0..2 {
        for page in 0.. {
            ensure!(page < PAGES, "it never comes to an end");
            if !pull.page().await? {
                break;
            }
        }
    }
    pull.judge(&rows)?;
    Ok(Cell::Passes)
}

async fn write(
    stand: &Stand,
    kind: RecordKind,
    id: Option<&str>,
    title: String,
    rows: &mut Rows,
) -> anyhow::Result<Did> {
    Ok(match stand.platform.write_row(kind, id, &title).await? {
        Did::Done(id) => {
            rows.entry(id).or_default().push(title);
            Did::Done(())
        }
        Did::NotOffered(why) => Did::NotOffered(why),
    })
}

/// What a host keeps of a pull: the cursor, and each record as it last came.
struct Pull<'a> {
    verbs: &'a Verbs,
    kind: RecordKind,
    since: Timestamp,
    cursor: Option<String>,
    held: BTreeMap<String, Vec<ItsmRecord>>,
}

// === impl Pull ===

impl Pull<'_> {
    /// Reads a page; answers whether there is more.
    async fn page(&mut self) -> anyhow::Result<bool> {
        let page = self.verbs.list(self.kind, self.cursor.clone(), self.since, PAGE).await?;
        ensure!(page.records.len() <= PAGE.try_into()?, "{} records where {PAGE} were asked for", page.records.len());
        for record in page.records {
            ensure!(record.kind == self.kind, "{} is listed as {}", record.number, record.kind);
            let changes = self.kind == RecordKind::Change;
            ensure!(
                record.phase.is_some() == changes,
                "{} {} has the phase {:?}",
                record.kind,
                record.number,
                record.phase
            );
            ensure!(record.updated_at.is_some(), "{} has no time of its last change", record.number);
            self.held.entry(record.id.clone()).or_default().push(record);
        }
        self.cursor = Some(page.cursor);
        Ok(page.more)
    }

    /// Every row is there; it is what people last made of it, once a version; and nothing was made up.
    fn judge(&self, rows: &Rows) -> anyhow::Result<()> {
        for (id, titles) in rows {
            let Some(versions) = self.held.get(id) else { bail!("the row {titles:?} was never listed") };
            let came: Vec<&str> = versions.iter().map(|record| record.title.as_str()).collect();
            let is_last = came.last().copied() == titles.last().map(String::as_str);
            ensure!(is_last, "people left a row as {:?}, it was listed as {came:?}", titles.last());
            let invented = came.iter().find(|title| !titles.iter().any(|known| known == *title));
            ensure!(invented.is_none(), "nobody ever wrote {invented:?}");
            let mut versions: Vec<&str> = came.clone();
            versions.dedup();
            let mut once = versions.clone();
            once.sort_unstable();
            once.dedup();
            ensure!(once.len() == versions.len(), "an older version came after a newer one: {came:?}");
        }
        Ok(())
    }
}

/// A ticket that the gateway made is listed with its key, so that it is known again.
async fn own_ticket_has_its_key(stand: &Stand) -> anyhow::Result<()> {
    let verbs = stand.verbs().await?;
    let item = verbs.item("Listed with its key");
    let since = Timestamp::now().before(Duration::from_secs(60));
    let made = verbs.create(&item).await?;
    let mut pull = Pull { verbs: &verbs, kind: RecordKind::Incident, since, cursor: None, held: BTreeMap::new() };
    for page in 0.. {
        ensure!(page < PAGES, "it never comes to an end");
        if !pull.page().await? {
            break;
        }
    }
    let Some(listed) = pull.held.get(&made.id).and_then(|versions| versions.last()) else {
        bail!("the gateway's own ticket is not listed")
    };
    ensure!(listed.key.as_deref() == Some(item.key.as_str()), "it is listed with the key {:?}", listed.key);
    ensure!(listed.number == made.number, "it is listed as {} and not {}", listed.number, made.number);
    Ok(())
}
