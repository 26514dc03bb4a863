//! Request Tracker's adapter against a real server, where it is installed: the suite, and what only this platform does.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it found by panicking")]

use signalbox::{
    converge::desk::CallFailure,
    domain::{
        CallError, CallErrorKind, Change, PlatformTicket, RecordKind, Timestamp, WorkItem, WorkItemKind::Incident,
    },
    gateway::workshop,
};
use signalbox_conformance::{
    Platform,
    configuration::Configuration,
    conforms,
    platform::{Human, Seen},
    platforms::request_tracker::{RequestTracker, server::Tokens},
    verbs::{Verbs, failed_as},
};
use signalbox_simulators::{
    client_test::{self, ClientRun, Verdict},
    shared::authority::Authority,
};
use std::time::Duration;

type Tested = anyhow::Result<()>;

/// The adapter's verbs by one of the accounts, and the platform.
async fn stage(token: impl FnOnce(&Tokens) -> &str) -> anyhow::Result<Option<(Verbs, RequestTracker)>> {
    signalbox_e2e::install_tls();
    let Some(platform) = RequestTracker::start().await? else { return Ok(None) };
    let platform = platform.with_account(token);
    let folder = tempfile::tempdir()?;
    let path = Configuration::new("test", &platform.address()).write(folder.path(), &platform)?;
    let workshop = workshop(&signalbox::config::load(&path)?)?;
    Ok(Some((Verbs::load(&path, &workshop, "test").await?, platform)))
}

fn with_field(item: WorkItem, name: &str, value: &str) -> WorkItem {
    let mut item = item;
    item.content.fields.insert(name.to_owned(), value.into());
    item
}

async fn seen(platform: &RequestTracker, ticket: &PlatformTicket) -> anyhow::Result<Seen> {
    platform.ticket(Incident, &ticket.id).await?.ok_or_else(|| anyhow::anyhow!("{} is gone", ticket.number))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn request_tracker_conforms() -> Tested {
    // Where it is not installed the reason was told.
    let Some(_server) = RequestTracker::start().await? else { return Ok(()) };
    conforms("request-tracker").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_value_that_is_dropped_from_a_new_ticket_is_told_to_people_in_the_server_s_words() -> Tested {
    let Some((verbs, platform)) = stage(|tokens| &tokens.gateway).await? else { return Ok(()) };
    for (name, value, words) in
        [("Cost Centre", "abc", "Four digits"), ("Site", "West", "Invalid value"), ("Requestor", "no such user", "")]
    {
        let made = verbs.create(&with_field(verbs.item("A value is dropped"), name, value)).await.unwrap();
        let notes = seen(&platform, &made).await?.notes;
        let told = |note: &String| note.contains("did not keep") && note.contains(value) && note.contains(words);
        assert!(notes.len() == 1 && notes.iter().all(told), "{name}: {notes:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_is_refused_with_200_is_rejected_in_the_server_s_words() -> Tested {
    let Some((verbs, platform)) = stage(|tokens| &tokens.gateway).await? else { return Ok(()) };
    for (name, value, words) in [
        ("Cost Centre", "abc", "Four digits"),
        ("Site", "West", "Invalid value"),
        ("Nope", "x", "is there such a field"),
        ("Status", "bogus", "isn't a valid status"),
        ("Owner", "sam", "does not exist"),
    ] {
        let item = verbs.item("A change is refused");
        let made = verbs.create(&item).await.unwrap();
        let before = seen(&platform, &made).await?;
        let changed = verbs.amend(&made, Change::Update, &with_field(verbs.more(&item), name, value)).await;
        let error: CallError = failed_as(name, changed, CallErrorKind::Rejected)?;
        assert!(error.field == name && error.message.contains(words), "{error:?}");
        assert_eq!(seen(&platform, &made).await?, before);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_of_every_sort_are_kept_and_read_back() -> Tested {
    let Some((verbs, _platform)) = stage(|tokens| &tokens.gateway).await? else { return Ok(()) };
    let fields = [
        ("Due", "2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z"),
        ("Starts", "2026-12-01T11:00:00.5+02:00", "2026-12-01T09:00:00Z"),
        ("Owner", "robin", "robin"),
        ("Requestor", "kim@example.com", "kim@example.com"),
        ("FinalPriority", "90", "90"),
        ("Site", "North", "North"),
        ("CF.{Cost Centre}", "4711", "4711"),
        ("Notes for Auditors", "two\nlines", "two\nlines"),
    ];
    let read_back = |ticket: &PlatformTicket| {
        for (name, _, expected) in fields {
            let name = name.trim_start_matches("CF.{").trim_end_matches('}');
            assert_eq!(ticket.fields.get(name).and_then(|value| value.as_str()), Some(expected), "{name}");
        }
    };
    let filled = |item: WorkItem| fields.iter().fold(item, |item, (name, value, _)| with_field(item, name, value));
    read_back(&verbs.create(&filled(verbs.item("Filled at once"))).await.unwrap());
    let item = verbs.item("Filled later");
    let made = verbs.create(&item).await.unwrap();
    read_back(&verbs.amend(&made, Change::Update, &filled(verbs.more(&item))).await.unwrap());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_that_comes_out_without_its_key_is_withdrawn() -> Tested {
    let Some((verbs, platform)) = stage(|tokens| &tokens.forgotten).await? else { return Ok(()) };
    let item = verbs.item("Without its key");
    let error = failed_as("`create`", verbs.create(&item).await, CallErrorKind::Rejected)?;
    assert_eq!(error.field, "Signalbox Key");
    let (_, number) = error.message.rsplit_once('#').unwrap();
    let id: String = number.chars().take_while(char::is_ascii_digit).collect();
    let left = platform.ticket(Incident, &id).await?.unwrap();
    assert_eq!((left.title.as_str(), left.state), ("Without its key", signalbox::domain::TicketState::Canceled));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_in_another_time_zone_is_found_out_before_it_hides_a_ticket() -> Tested {
    let Some((verbs, platform)) = stage(|tokens| &tokens.abroad).await? else { return Ok(()) };
    platform.write_row(RecordKind::Incident, None, "Hidden from who is abroad").await?;
    let findings = verbs.probe().await.unwrap().findings;
    assert!(findings.iter().any(|finding| finding.contains("must be UTC")), "{findings:?}");
    let since = Timestamp::now().before(Duration::from_secs(60));
    let listed = verbs.list(RecordKind::Incident, None, since, 100).await;
    let error = failed_as("`list-records`", listed, CallErrorKind::Protocol)?;
    assert!(error.message.contains("must be UTC"), "{}", error.message);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merged_ticket_is_read_as_the_one_that_is_left_and_never_written_to() -> Tested {
    let Some((verbs, platform)) = stage(|tokens| &tokens.gateway).await? else { return Ok(()) };
    let item = verbs.item("Merged");
    let made = verbs.create(&item).await.unwrap();
    platform.act(Incident, &made.id, &Human::Merge).await?;
    let now = verbs.read(Incident, &made.id).await.unwrap();
    assert_ne!(now.id, made.id);
    let before = seen(&platform, &now).await?;
    let changes = [
        (Change::Resolve, verbs.more(&item)),
        (Change::Annotate, {
            let note = signalbox_conformance::verbs::note(&item.key, 1, "Not for the other one.");
            WorkItem { notes: vec![note], ..verbs.more(&item) }
        }),
    ];
    for (change, more) in changes {
        match verbs.amend(&made, change, &more).await {
            Err(CallFailure::Call(error)) => assert_eq!(error.kind, CallErrorKind::Conflict),
            other => panic!("{change:?}: {other:?}"),
        }
    }
    assert_eq!(seen(&platform, &now).await?, before);
    assert!(verbs.find(Incident, &item.key).await.unwrap().is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_third_party_s_client_and_the_adapter_see_the_same_ticket() -> Tested {
    let Some((verbs, platform)) = stage(|tokens| &tokens.gateway).await? else { return Ok(()) };
    let item = verbs.item("Seen by another client");
    let made = verbs.create(&item).await.unwrap();
    let note = |number, text| signalbox_conformance::verbs::note(&item.key, number, text);
    let told = WorkItem { notes: vec![note(1, "Still 97 %.")], ..verbs.more(&item) };
    verbs.amend(&made, Change::Annotate, &told).await.unwrap();
    let (url, person) = (platform.address(), platform.server.tokens.person.clone());
    let arguments = [url.as_str(), &person, item.key.as_str(), "Seen by another client", "Still 97 %."];
    // Nothing here is encrypted, but the client wants to trust somebody.
    let authority = Authority::throw_away(&["localhost".to_owned()])?;
    let client = ClientRun {
        script: "request_tracker_rt.py",
        arguments: arguments.map(str::to_owned).to_vec(),
        ca_pem: &authority.ca_pem,
    };
    if let Verdict::Passed(printed) = client_test::run(client).await? {
        assert!(printed.starts_with("rt: ") && printed.trim_end().ends_with(" checks passed"), "{printed}");
        let now = verbs.read(Incident, &made.id).await.unwrap();
        assert_eq!(now.platform_state, "resolved");
        // A note leaves it so.
        let more = WorkItem { notes: vec![note(2, "Over since 13:06.")], ..verbs.more(&item) };
        assert_eq!(verbs.amend(&now, Change::Annotate, &more).await.unwrap().platform_state, "resolved");
    }
    Ok(())
}
