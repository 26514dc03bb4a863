//! Every behaviour can fail: with a platform that lies about itself in one thing, the behaviours that look at that thing say so.

use async_trait::async_trait;
use serde_json::Value;
use signalbox::{
    domain::{RecordKind, TicketState, WorkItemKind},
    plugin::Ability,
};
use signalbox_conformance::{
    Cell, Platform, Suite, behaviours,
    platform::{Canned, Did, Human, Lengths, Refused, Seen},
    platforms::servicenow::ServiceNow,
    stand::{Ground, Stand},
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// One thing that is not as it should be: what an adapter, or a platform, would have to get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lie {
    /// What was written is not found for an hour.
    NotFound,
    /// There is each ticket twice.
    Twice,
    /// Nothing ever ends.
    NeverOver,
    /// All tickets are as urgent.
    AsUrgent,
    /// No note stays.
    NoNotes,
    /// Each note stands twice.
    NotesTwice,
    /// Each look shows another ticket.
    Restless,
    /// People click, and nothing happens.
    NothingDone,
    /// Letters get lost.
    Garbled,
    /// What is refused is taken.
    TakesAll,
    /// Texts may be longer than they are.
    Longer,
    /// Tokens live on.
    Immortal,
    /// The password stays right.
    RightPassword,
    /// Who is too fast is not told how long to wait.
    Silent,
    /// Rows have other titles than people gave them.
    OtherTitles,
    /// The resolution code is none of the platform's.
    WrongCode,
}

use Lie::{
    AsUrgent, Garbled, Immortal, Longer, NeverOver, NoNotes, NotFound, NotesTwice, NothingDone, OtherTitles, Restless,
    RightPassword, Silent, TakesAll, Twice, WrongCode,
};

/// Which behaviours must see through which lie.
const TABLE: &[(Lie, &[&str])] = &[
    (
        NotFound,
        &[
            "creates once though the answer was lost",
            "creates once though the server failed or the answer was cut",
            "finds by the whole key",
            "tells people once though the answer was lost",
        ],
    ),
    (Twice, &["odd values in every field and id get no other ticket", "what is sent twice is there once"]),
    (
        NeverOver,
        &[
            "resolves with what the platform demands",
            "reopens, or renews",
            "reopens or renews what people resolved",
            "an alert of the platform's own",
            "an event that the platform correlates",
        ],
    ),
    (AsUrgent, &["changes severity"]),
    (NoNotes, &["leaves to people what they edited"]),
    (NotesTwice, &["posts notes in order, none twice"]),
    (Restless, &["a page with status 200 is `protocol`", "reads by id"]),
    (
        NothingDone,
        &[
            "leaves closed what people closed, and renews",
            "says `conflict` of what was closed a moment ago",
            "renews what people deleted",
            "says `gone` of what was deleted a moment ago",
            "renews what people merged",
            "renews what people took the key out of",
        ],
    ),
    (
        Garbled,
        &[
            "what the monitor says stands in the ticket",
            "unicode, quotes and metacharacters arrive",
            "control characters break nothing",
        ],
    ),
    (TakesAll, &["a refused field is `rejected`, in the platform's words"]),
    (Longer, &["100 KB are kept, or cut with a mark"]),
    (Immortal, &["renews an expired token once"]),
    (RightPassword, &["a wrong password stops, alarms, and goes on when mended"]),
    (Silent, &["waits as long as the platform says"]),
    (OtherTitles, &["lists incidents under concurrent writes", "lists changes under concurrent writes"]),
    (WrongCode, &["`probe` says that all is ready"]),
];

/// ServiceNow's simulator, but for one thing.
struct Liar {
    honest: Arc<dyn Platform>,
    lie: Lie,
    looks: AtomicU32,
}

impl Liar {
    fn shown(&self, mut ticket: Seen) -> Seen {
        match self.lie {
            NeverOver => ticket.state = TicketState::Open,
            AsUrgent => ticket.severity = "3".to_owned(),
            NoNotes => ticket.notes.clear(),
            NotesTwice => ticket.notes.extend(ticket.notes.clone()),
            Restless => ticket.number = self.looks.fetch_add(1, Ordering::Relaxed).to_string(),
            Garbled => ticket.title = ticket.title.replace(['e', '🔥'], ""),
            _ => {}
        }
        ticket
    }
}

#[async_trait]
impl Platform for Liar {
    fn adapter(&self) -> &str {
        self.honest.adapter()
    }

    fn address(&self) -> String {
        self.honest.address()
    }

    fn connection(&self) -> String {
        let code = if self.lie == WrongCode { "\nsettings = { close_code = \"Made up\" }" } else { "" };
        format!("{}{code}", self.honest.connection())
    }

    fn secrets(&self) -> Vec<(&str, String)> {
        let mut secrets = self.honest.secrets();
        if self.lie == RightPassword {
            // Read from a file the line break falls away: the proxy looks for what nobody sends.
            secrets.iter_mut().for_each(|(_, value)| value.push('\n'));
        }
        secrets
    }

    async fn tickets(&self, kind: WorkItemKind, key: &str) -> anyhow::Result<Vec<Seen>> {
        let mut tickets: Vec<Seen> =
            self.honest.tickets(kind, key).await?.into_iter().map(|ticket| self.shown(ticket)).collect();
        if self.lie == Twice {
            tickets.extend(tickets.clone());
        }
        Ok(tickets)
    }

    async fn ticket(&self, kind: WorkItemKind, id: &str) -> anyhow::Result<Option<Seen>> {
        Ok(self.honest.ticket(kind, id).await?.map(|ticket| self.shown(ticket)))
    }

    async fn act(&self, kind: WorkItemKind, id: &str, act: &Human) -> anyhow::Result<Did> {
        if self.lie == NothingDone { Ok(Did::Done(())) } else { self.honest.act(kind, id, act).await }
    }

    async fn write_row(&self, kind: RecordKind, id: Option<&str>, title: &str) -> anyhow::Result<Did<String>> {
        let title = if self.lie == OtherTitles && id.is_some() { "made up" } else { title };
        self.honest.write_row(kind, id, title).await
    }

    fn refused(&self) -> Refused {
        let mut refused = self.honest.refused();
        if self.lie == TakesAll {
            refused.fields = [("category".to_owned(), Value::from("network"))].into_iter().collect();
        }
        refused
    }

    fn throttled(&self, seconds: u32) -> Canned {
        match self.lie {
            Silent => Canned { status: 503, headers: Vec::new(), body: String::new() },
            _ => self.honest.throttled(seconds),
        }
    }

    async fn expire_tokens(&self) -> anyhow::Result<Did> {
        if self.lie == Immortal { Ok(Did::Done(())) } else { self.honest.expire_tokens().await }
    }

    fn lengths(&self) -> Lengths {
        let lengths = self.honest.lengths();
        match self.lie {
            Longer => Lengths { title: lengths.title * 2, description: lengths.description * 2 },
            _ => lengths,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_behaviour_sees_through_a_platform_that_is_not_as_it_should_be() -> anyhow::Result<()> {
    for (lie, names) in TABLE {
        let honest = ServiceNow::start().await?;
        if *lie == NotFound {
            honest.instance.instance.set_search_lag(Duration::from_secs(3600));
        }
        let liar = Liar { honest: Arc::new(honest), lie: *lie, looks: AtomicU32::default() };
        let suite = Suite::new(Arc::new(liar)).patience(Duration::from_secs(8)).only(|name| names.contains(&name));
        let report = suite.run().await?;
        assert_eq!(report.cells.len(), names.len(), "{lie:?}: {:?}", report.cells);
        for (name, cell) in report.cells {
            assert!(!cell.holds(), "{name} does not see {lie:?}: {cell}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ability_that_is_there_is_not_taken_for_one_that_is_not() -> anyhow::Result<()> {
    let ground = Ground::prepare(Arc::new(ServiceNow::start().await?), Duration::from_secs(8)).await?;
    let of_incidents =
        [Ability::Create, Ability::Find, Ability::Read, Ability::Update, Ability::Resolve, Ability::Annotate];
    let there = of_incidents.map(|ability| ability(WorkItemKind::Incident));
    for ability in there.into_iter().chain([Ability::List(RecordKind::Incident), Ability::List(RecordKind::Change)]) {
        let said = behaviours::declared(&mut Stand::set(&ground).await?, ability).await;
        assert!(said.is_err(), "{ability}: {said:?}");
    }
    for ability in [Ability::Find, Ability::Read].map(|ability| ability(WorkItemKind::Event)) {
        let said = behaviours::declared(&mut Stand::set(&ground).await?, ability).await?;
        assert_eq!(said, Cell::Declares(ability.to_string()));
    }
    Ok(())
}

#[test]
fn every_behaviour_is_lied_to() {
    let lied_to: BTreeSet<&str> = TABLE.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    let all: BTreeSet<&str> = behaviours::all().iter().map(|behaviour| behaviour.name).collect();
    assert_eq!(lied_to, all);
}
