//! The plan's table, a case a row.

use super::*;
use crate::config::Span;
use crate::converge::life::{Confirmed, Departure, Duplicate, Known, Late, Pending, Seen};
use crate::converge::policies::Reopen;
use crate::converge::testing::{at, claimed, member, note, platform_ticket, whole_abilities};
use crate::domain::{Content, Member, Severity};
use crate::ledger::Unlisted;

const SETTLE: Duration = Duration::from_secs(60);

/// A situation, told step by step.
#[derive(Clone)]
struct Case {
    claimed: Claimed,
    life: Life,
    policies: Policies,
    abilities: Abilities,
    maintenance: Option<Timestamp>,
    looked: bool,
    now: Timestamp,
}

/// Nothing was created, and one member fires since second 0; it is second 100.
fn new() -> Case {
    Case {
        claimed: claimed(vec![member("a", Condition::Fired, 0)]),
        life: Life::default(),
        policies: Policies::default(),
        abilities: whole_abilities(),
        maintenance: None,
        looked: true,
        now: at(100),
    }
}

/// The same, created and confirmed, and seen just now in this state.
fn in_state(state: TicketState) -> Case {
    let case = new().told();
    let ticket = PlatformTicket { state, version: "1".into(), ..platform_ticket(&case.claimed.lease.key) };
    let life = Life {
        written: Some(PlatformTicket { state: TicketState::Open, ..ticket.clone() }),
        seen: Some(Seen { ticket, at: at(95), stale: false }),
        done_since: is_done(state).then(|| at(50)),
        ..case.life
    };
    Case { life, ..case }
}

impl Case {
    fn step(&self) -> Step {
        plan(&Situation {
            claimed: &self.claimed,
            life: &self.life,
            policies: &self.policies,
            abilities: self.abilities,
            settle: SETTLE,
            maintenance: self.maintenance,
            looked: self.looked,
            now: self.now,
        })
    }

    /// Everything observed so far is confirmed.
    fn told(mut self) -> Self {
        let condition = if self.claimed.firing > 0 { Condition::Fired } else { Condition::Resolved };
        self.life.confirmed = Some(Confirmed {
            revision: self.claimed.wanted,
            condition,
            severity: Severity::Error,
            content: Content::default(),
            known: Known::of(&self.claimed.members, self.claimed.firing),
            at: at(10),
        });
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// One more observation.
    fn observed(mut self, member: Member) -> Self {
        self.claimed.wanted += 1;
        self.claimed.members.retain(|other| other.correlation_key != member.correlation_key);
        self.claimed.members.insert(0, member);
        self.claimed.total = u32::try_from(self.claimed.members.len()).unwrap();
        let firing = self.claimed.members.iter().filter(|each| each.condition == Condition::Fired).count();
        self.claimed.firing = u32::try_from(firing).unwrap();
        self
    }

    fn fires_again(self) -> Self {
        self.observed(member("a", Condition::Fired, 90))
    }

    fn resolves(self) -> Self {
        self.observed(member("a", Condition::Resolved, 90))
    }

    fn seen_at(mut self, second: i64) -> Self {
        self.looked = false;
        if let Some(seen) = &mut self.life.seen {
            seen.at = at(second);
        }
        self
    }

    fn unknown_create(mut self, none_at: Option<Timestamp>) -> Self {
        let attempt = self.life.begin(
            &self.claimed.lease.key,
            Action::Create,
            new().told().life.confirmed.unwrap(),
            std::collections::BTreeSet::new(),
            vec![],
        );
        let attempt = attempt.clone();
        self.life.open = None;
        self.life.unknown_create = Some(UnknownCreate { attempt, ended_at: at(80), none_at });
        self
    }

    fn late(mut self, action: Action, looked: bool) -> Self {
        self.life.late = Some(Late {
            actions: [action].into(),
            carried: std::collections::BTreeSet::new(),
            ended_at: at(80),
            looked,
            covered: None,
        });
        self
    }
}

fn renewed() -> Step {
    Step::Renew(TicketKey::of(&claimed(vec![]).problem, 2))
}

fn parked(step: Step) -> String {
    match step {
        Step::Park(parked) => parked.reason,
        step => panic!("{step:?}"),
    }
}

fn returns(resolved: Return, closed: Return, canceled: Return) -> Policies {
    Policies { reopen: Reopen { resolved, closed, canceled, ..Reopen::default() }, ..Policies::default() }
}

#[test]
fn before_it_is_created() {
    let skip = Policies { resolved_first: ResolvedFirst::Skip, ..Policies::default() };
    let hold = Policies { maintenance: Maintenance::Hold, ..Policies::default() };
    let cases = [
        ("what fires is created", new(), Step::Create),
        ("what is over by then is created, to be resolved next", new().resolves(), Step::Create),
        ("or skipped", new().resolves().with(|case| case.policies = skip.clone()), Step::End(EndReason::Resolved)),
        ("a maintenance window changes nothing", new().with(|case| case.maintenance = Some(at(200))), Step::Create),
        (
            "unless it holds",
            new().with(|case| (case.maintenance, case.policies) = (Some(at(200)), hold.clone())),
            Step::Wait(at(200)),
        ),
        (
            "what is over before it ends makes none",
            new().resolves().with(|case| (case.maintenance, case.policies) = (Some(at(200)), hold.clone())),
            Step::End(EndReason::Resolved),
        ),
        (
            "nor does what is seen to be over when it has ended",
            new().resolves().with(|case| case.life.held = Some("a window".to_owned())),
            Step::End(EndReason::Resolved),
        ),
        (
            "what still fires when the window ends is not forgotten",
            new().with(|case| (case.maintenance, case.policies) = (Some(at(99)), hold.clone())),
            Step::Create,
        ),
    ];
    for (name, case, step) in cases {
        assert_eq!(case.step(), step, "{name}");
    }
}

#[test]
fn a_create_whose_outcome_nobody_knows() {
    let searchless = Abilities { find: false, ..whole_abilities() };
    let again = Policies { when_unknown: WhenUnknown::CreateAgain, ..Policies::default() };
    let skip = Policies { resolved_first: ResolvedFirst::Skip, ..Policies::default() };
    let cases = [
        ("is looked for at once", new().unknown_create(None), Step::Find),
        (
            "a none does not count before a settle after the call's end",
            new().unknown_create(Some(at(99))),
            Step::Wait(at(140)),
        ),
        (
            "then it is looked for again",
            new().unknown_create(Some(at(139))).with(|case| case.now = at(141)),
            Step::Find,
        ),
        ("and a none counts", new().unknown_create(Some(at(140))).with(|case| case.now = at(141)), Step::Create),
        (
            "unless it is not wanted any more",
            new()
                .unknown_create(Some(at(140)))
                .resolves()
                .with(|case| (case.now, case.policies) = (at(141), skip.clone())),
            Step::End(EndReason::Resolved),
        ),
        (
            "it is sent again where the same key twice is one",
            new().unknown_create(None).with(|case| case.abilities.idempotent = true),
            Step::Create,
        ),
        (
            "it is created again where the platform cannot be searched and the route says so",
            new().unknown_create(None).with(|case| (case.abilities, case.policies) = (searchless, again.clone())),
            Step::Create,
        ),
    ];
    for (name, case, step) in cases {
        assert_eq!(case.step(), step, "{name}");
    }
    let without_search = new().unknown_create(None).with(|case| case.abilities = searchless);
    assert_eq!(parked(without_search.step()), OUTCOME_UNKNOWN);
}

#[test]
fn an_open_ticket() {
    use TicketState::{Open, Pending};
    let policy = |resolve| Policies { resolve, ..Policies::default() };
    let touched = |case: &mut Case| {
        if let Some(seen) = &mut case.life.seen {
            seen.ticket.version = "2".into();
        }
    };
    let cases = [
        ("rests as long as nothing is new", in_state(Open), Step::Rest(None)),
        ("is updated when it fires anew", in_state(Open).fires_again(), Step::Amend(Change::Update)),
        ("pending too", in_state(Pending).fires_again(), Step::Amend(Change::Update)),
        ("is read first when it was not seen lately", in_state(Open).fires_again().seen_at(90), Step::Read),
        (
            "and acted on when it was seen in this turn, however long its answer took",
            in_state(Open).fires_again().seen_at(20).with(|case| case.looked = true),
            Step::Amend(Change::Update),
        ),
        ("is resolved when all is over", in_state(Open).resolves(), Step::Amend(Change::Resolve)),
        (
            "but not while another member fires",
            in_state(Open).observed(member("b", Condition::Fired, 80)).told().resolves(),
            Step::Amend(Change::Update),
        ),
        (
            "people are only told where the policy is never",
            in_state(Open).resolves().with(|case| case.policies = policy(Resolve::Never)),
            Step::Amend(Change::Annotate),
        ),
        (
            "an untouched one is resolved",
            in_state(Open).resolves().with(|case| case.policies = policy(Resolve::Untouched)),
            Step::Amend(Change::Resolve),
        ),
        (
            "a touched one is not",
            in_state(Open).resolves().with(touched).with(|case| case.policies = policy(Resolve::Untouched)),
            Step::Amend(Change::Annotate),
        ),
        (
            "a platform that cannot resolve is told",
            in_state(Open).resolves().with(|case| case.abilities.resolve = false),
            Step::Amend(Change::Annotate),
        ),
        ("that people reopened stays open", in_state(Open).resolves().told(), Step::Rest(None)),
        (
            "also when the end is told once more as it was",
            in_state(Open).resolves().told().with(|case| case.claimed.wanted += 1),
            Step::Confirm,
        ),
        (
            "but a newer end resolves it",
            in_state(Open).resolves().told().observed(member("a", Condition::Resolved, 95)),
            Step::Amend(Change::Resolve),
        ),
    ];
    for (name, case, step) in cases {
        assert_eq!(case.step(), step, "{name}");
    }
}

#[test]
fn a_problem_that_comes_back() {
    use Return::{Renew, Reopen, Update};
    use TicketState::{Canceled, Closed, Resolved};
    let old = |case: Case| {
        case.with(|case| case.now = at(50 + 8 * 86_400)).seen_at(50 + 8 * 86_400).with(|c| c.looked = true)
    };
    let cases = [
        (
            "reopens a resolved ticket",
            in_state(Resolved).fires_again(),
            returns(Reopen, Renew, Renew),
            Step::Amend(Change::Reopen),
        ),
        ("renews a closed one", in_state(Closed).fires_again(), returns(Reopen, Renew, Renew), renewed()),
        ("renews a canceled one", in_state(Canceled).fires_again(), returns(Reopen, Renew, Renew), renewed()),
        ("or reopens it", in_state(Closed).fires_again(), returns(Reopen, Reopen, Renew), Step::Amend(Change::Reopen)),
        (
            "or tells people in it",
            in_state(Canceled).fires_again(),
            returns(Reopen, Renew, Update),
            Step::Amend(Change::Update),
        ),
        ("renews where the policy says so", in_state(Resolved).fires_again(), returns(Renew, Renew, Renew), renewed()),
        (
            "renews where the platform cannot reopen",
            in_state(Resolved).fires_again().with(|case| case.abilities.reopen = false),
            returns(Reopen, Renew, Renew),
            renewed(),
        ),
        (
            "renews what was done for longer than `within`",
            old(in_state(Resolved).fires_again()),
            returns(Reopen, Renew, Renew),
            renewed(),
        ),
        ("is looked at first", in_state(Closed).fires_again().seen_at(95), returns(Reopen, Renew, Renew), Step::Read),
        (
            "another member counts as well",
            in_state(Closed).observed(member("b", Condition::Fired, 20)),
            returns(Reopen, Renew, Renew),
            renewed(),
        ),
        (
            "the end of one of several members is no firing",
            in_state(Resolved).observed(member("b", Condition::Fired, 80)).told().resolves(),
            returns(Reopen, Renew, Renew),
            Step::Confirm,
        ),
    ];
    for (name, case, policies, step) in cases {
        assert_eq!(case.with(|case| case.policies = policies).step(), step, "{name}");
    }
}

#[test]
fn what_people_ended_is_respected() {
    use TicketState::{Canceled, Closed, Resolved};
    let within = at(50).after(Duration::from_secs(7 * 86_400));
    let update = returns(Return::Reopen, Return::Update, Return::Renew);
    let cases = [
        ("resolved, while it fires: it stays for a week", in_state(Resolved), Step::Rest(Some(within))),
        ("closed: it ends", in_state(Closed), Step::End(EndReason::Closed)),
        ("canceled: it ends", in_state(Canceled), Step::End(EndReason::Canceled)),
        ("closed when the problem ends: it ends", in_state(Closed).resolves(), Step::End(EndReason::Closed)),
        ("resolved when the problem ends: nothing is written", in_state(Resolved).resolves(), Step::Confirm),
        (
            "closed, where a new firing would be told in it: it stays for a week",
            in_state(Closed).with(|case| case.policies = update.clone()),
            Step::Rest(Some(within)),
        ),
        (
            "resolved for a week: it is looked at",
            in_state(Resolved).with(|case| case.now = within).seen_at(60),
            Step::Read,
        ),
        (
            "and ends if it still is",
            in_state(Resolved).with(|case| case.now = within).seen_at(7 * 86_400).with(|case| case.looked = true),
            Step::End(EndReason::Resolved),
        ),
    ];
    for (name, case, step) in cases {
        assert_eq!(case.step(), step, "{name}");
    }
}

#[test]
fn a_ticket_that_left_ends_and_the_next_firing_renews() {
    for (departure, reason) in [
        (Departure::Gone, EndReason::Gone),
        (Departure::Merged, EndReason::Merged),
        (Departure::KeyRemoved, EndReason::KeyRemoved),
    ] {
        let left = in_state(TicketState::Open).with(|case| case.life.departed = Some(departure));
        assert_eq!(left.step(), Step::End(reason));
        assert_eq!(left.clone().resolves().step(), Step::End(reason));
        assert_eq!(left.fires_again().step(), renewed());
    }
}

#[test]
fn of_a_key_that_is_two_members_nothing_is_new_twice() {
    let of = |resource: &str, second| Member {
        resource: Some(crate::domain::Resource { id: resource.to_owned(), ..Default::default() }),
        ..member("a", Condition::Fired, second)
    };
    let both = in_state(TicketState::Open).with(|case| {
        case.claimed.members = vec![of("/2", 90), of("/1", 10)];
        (case.claimed.total, case.claimed.firing) = (2, 2);
    });
    let left = both.told().with(|case| case.life.departed = Some(Departure::Gone));
    assert_eq!(left.step(), Step::End(EndReason::Gone));
}

#[test]
fn an_amend_whose_outcome_nobody_knows() {
    let open = || in_state(TicketState::Open);
    let cases = [
        ("is read at once", open().resolves().late(Action::Resolve, false), Step::Read),
        ("and planned anew", open().resolves().late(Action::Resolve, true), Step::Amend(Change::Resolve)),
        ("it rests until a settle has passed", open().late(Action::Update, true), Step::Rest(Some(at(140)))),
        (
            "and is read once more",
            open().late(Action::Update, true).with(|case| case.now = at(140)).seen_at(139),
            Step::Read,
        ),
        (
            "a resolve that landed is made sure of",
            in_state(TicketState::Resolved).resolves().late(Action::Resolve, true),
            Step::Amend(Change::Resolve),
        ),
        (
            "a reopen that landed is made sure of",
            open().resolves().told().observed(member("a", Condition::Fired, 95)).late(Action::Reopen, true),
            Step::Amend(Change::Reopen),
        ),
        (
            "a late resolve of our own is turned back",
            in_state(TicketState::Resolved).with(|case| case.life.astray = true),
            Step::Amend(Change::Reopen),
        ),
        (
            "what can't be read is sent again",
            open().resolves().late(Action::Resolve, false).with(|case| case.abilities.read = false),
            Step::Amend(Change::Resolve),
        ),
    ];
    for (name, case, step) in cases {
        assert_eq!(case.step(), step, "{name}");
    }
}

#[test]
fn second_tickets_come_before_everything_else() {
    let fires = || in_state(TicketState::Open).fires_again();
    let duplicate = Duplicate { ticket: platform_ticket(&new().claimed.lease.key), note: note("n"), again: false };
    let cases = [
        (
            "nothing is written before it is searched again",
            fires().with(|c| c.life.find_again = Some(at(130))),
            Step::Wait(at(130)),
        ),
        ("it is searched again", fires().with(|case| case.life.find_again = Some(at(100))), Step::Find),
        (
            "a second ticket is closed",
            fires().with(|case| case.life.duplicates = vec![duplicate]),
            Step::CloseDuplicate,
        ),
    ];
    for (name, case, step) in cases {
        assert_eq!(case.step(), step, "{name}");
    }
}

#[test]
fn notes_in_doubt_are_posted_when_they_can_be_looked_for() {
    let pending = |until| Pending { note: note("n"), revision: 1, in_doubt_until: Some(at(until)) };
    let open = |until| in_state(TicketState::Open).with(|case| case.life.notes = vec![pending(until)]);
    assert_eq!(open(130).step(), Step::Rest(Some(at(130))));
    assert_eq!(open(100).step(), Step::PostNotes);
    assert_eq!(open(100).with(|case| case.abilities.annotate = false).step(), Step::Rest(None));
    let closed = in_state(TicketState::Closed).with(|case| case.life.notes = vec![pending(100)]);
    assert_eq!(closed.step(), Step::End(EndReason::Closed), "nobody reads them any more");
}

#[test]
fn a_monitor_that_never_says_resolved() {
    let never_resolves = |second| Member { resolves: false, ..member("a", Condition::Fired, second) };
    let open = in_state(TicketState::Open).observed(never_resolves(40)).told();
    assert_eq!(open.step(), Step::Rest(None), "stays open");
    let patient = |seconds: u64| {
        let patience = Patience::For(Duration::from_secs(seconds));
        open.clone().with(|case| case.policies.resolve_after = patience)
    };
    assert_eq!(patient(70).step(), Step::Rest(Some(at(110))), "is looked at when its time has come");
    assert_eq!(patient(60).step(), Step::Amend(Change::Resolve), "is resolved then");
    let many = |resolves, second| {
        patient(60).with(|case| {
            case.claimed.firing = 500;
            case.claimed.unlisted = Some(Unlisted { observed_at: at(second), resolves });
        })
    };
    assert_eq!(many(false, 40).step(), Step::Amend(Change::Resolve), "however many fire");
    assert_eq!(many(false, 50).step(), Step::Rest(Some(at(110))), "the last of those that are not listed counts");
    assert_eq!(many(true, 40).step(), Step::Rest(None), "and one of them that will be resolved");
    let another = patient(60).observed(member("b", Condition::Fired, 95)).told();
    assert_eq!(another.step(), Step::Rest(None), "but not while another member fires that will be resolved");
}

#[test]
fn a_kind_that_is_only_ever_sent() {
    let sent = |case: Case| {
        case.with(|case| case.abilities = Abilities { find: false, read: false, reopen: false, ..whole_abilities() })
            .seen_at(0)
    };
    let open = TicketState::Open;
    let mut resolved = sent(in_state(TicketState::Resolved).resolves().told());
    assert_eq!(sent(in_state(open).fires_again()).step(), Step::Amend(Change::Update), "is never read");
    assert_eq!(sent(in_state(open).resolves()).step(), Step::Amend(Change::Resolve));
    assert_eq!(sent(in_state(open).late(Action::Update, false)).step(), Step::Rest(None), "nor looked after");
    resolved = resolved.observed(member("a", Condition::Fired, 95));
    assert_eq!(resolved.step(), Step::Create, "what fires again is a create");
    let without_update = sent(in_state(open).fires_again()).with(|case| case.abilities.update = false);
    assert_eq!(without_update.step(), Step::Create);
    assert_eq!(parked(sent(new().unknown_create(None)).step()), OUTCOME_UNKNOWN, "it can't be searched either");
}

#[test]
fn policies_hold_for_what_comes_and_not_for_what_was_told() {
    let never = Policies { resolve: Resolve::Never, ..Policies::default() };
    let told = in_state(TicketState::Open).resolves().told();
    assert_eq!(told.clone().with(|case| case.policies = never).step(), Step::Rest(None));
    let swapped = Policies {
        reopen: Reopen { within: Span(Duration::from_secs(1)), ..Reopen::default() },
        ..Policies::default()
    };
    assert_eq!(told.with(|case| case.policies = swapped).step(), Step::Rest(None));
}
