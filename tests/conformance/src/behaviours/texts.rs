//! Texts of any kind reach the platform as they are, and break nothing on the way.

use crate::{
    stand::Stand,
    suite::Cell,
    verbs::{Called, note},
};
use anyhow::{bail, ensure};
use signalbox::{
    converge::desk::CallFailure,
    domain::{CallErrorKind, Change, PlatformTicket, ProblemId, TicketKey, WorkItem, WorkItemKind::Incident},
    plugin::Ability,
};

/// What queries, markup, templates and JSON are made of, in no alphabet alone.
const NASTY: &str =
    "Ünï 日本語 🔥 \"two\" 'one' `back` \\ / & <b>bold</b> %41 ^OR1=1 ' OR '1'='1 -- ; ${x} {{ y }} [z] *?#+=@,";

/// Characters that no platform shows, and that some can't store.
const CONTROL: &str =
    "bell \u{7} null \u{0} escape \u{1b}[31m red \u{9d} line \u{2028} right \u{202e} left \u{feff}end";

/// Unicode, quotes and query metacharacters, in title, description and note.
pub async fn unicode(stand: &mut Stand) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    let mut item = verbs.item(NASTY);
    let description = format!("{NASTY}\n\n  indented\n{NASTY}");
    item.content.description = Some(description.clone());
    let made = verbs.create(&item).await?;
    let more = WorkItem { notes: vec![note(&item.key, 1, NASTY)], ..verbs.more(&item) };
    if stand.can(Ability::Annotate(Incident)) {
        verbs.amend(&made, Change::Annotate, &more).await?;
        verbs.amend(&made, Change::Annotate, &WorkItem { again: true, ..more }).await?;
    }
    let seen = stand.ticket(item.key.as_str()).await?;
    ensure!(visible(&seen.title) == visible(NASTY), "the title is {:?}", seen.title);
    ensure!(visible(&seen.description).contains(&visible(&description)), "the description is {:?}", seen.description);
    if stand.can(Ability::Annotate(Incident)) {
        let told = seen.notes.iter().filter(|text| visible(text).contains(&visible(NASTY))).count();
        ensure!(told == 1, "the note stands {told} times: {:?}", seen.notes);
    }
    Ok(Cell::Passes)
}

/// Control characters in title, description and note are left out or kept; what stands between them is there.
pub async fn control(stand: &mut Stand) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    let mut item = verbs.item(CONTROL);
    item.content.description = Some(format!("first\r\nsecond\tthird {CONTROL}"));
    let made = verbs.create(&item).await?;
    if stand.can(Ability::Annotate(Incident)) {
        let more = WorkItem { notes: vec![note(&item.key, 1, CONTROL)], ..verbs.more(&item) };
        verbs.amend(&made, Change::Annotate, &more).await?;
    }
    let seen = stand.ticket(item.key.as_str()).await?;
    ensure!(visible(&seen.title) == visible(CONTROL), "the title is {:?}", seen.title);
    ensure!(!seen.title.contains(['\n', '\r']), "the title has more than one line: {:?}", seen.title);
    ensure!(visible(&seen.description).contains(&visible(CONTROL)), "the description is {:?}", seen.description);
    ensure!(visible(&seen.description).contains("firstsecondthird"), "the description is {:?}", seen.description);
    Ok(Cell::Passes)
}

/// A title of 1,000 characters and a description of 100 KB are kept as far as the platform can, with a mark where they are cut.
pub async fn long(stand: &mut Stand) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    let mut item = verbs.item(&words("title", 1_000));
    let description = words("überlang", 100_000);
    item.content.description = Some(description.clone());
    verbs.create(&item).await?;
    let seen = stand.ticket(item.key.as_str()).await?;
    let lengths = stand.platform.lengths();
    cut_well("title", item.content.title.as_deref().unwrap_or_default(), &seen.title, lengths.title)?;
    cut_well("description", &description, &seen.description, lengths.description)?;
    Ok(Cell::Passes)
}

/// So many characters of words that can be told apart.
fn words(word: &str, length: usize) -> String {
    let many = (0..length).map(|number| format!("{word}-{number} "));
    let mut text = String::new();
    for each in many {
        if text.chars().count() + each.chars().count() > length {
            break;
        }
        text.push_str(&each);
    }
    text.trim_end().to_owned()
}

fn cut_well(what: &str, sent: &str, seen: &str, most: usize) -> anyhow::Result<()> {
    let (long, short) = (sent.chars().count(), seen.chars().count());
    ensure!(short <= most.max(long), "the {what} has {short} characters where {most} are kept");
    if long <= most {
        ensure!(visible(seen) == visible(sent), "the {what} fits, and {short} of {long} characters stand");
        return Ok(());
    }
    ensure!(short <= most, "the {what} has {short} characters where {most} are kept");
    ensure!(short * 4 >= most * 3, "{short} of the {most} characters that a {what} may have are used");
    let end: String = seen.chars().skip(short.saturating_sub(120)).collect();
    let marked = ["…", "...", "[cut"].iter().filter_map(|mark| end.rfind(mark)).max();
    let Some(mark) = marked else { bail!("the {what} is cut without a mark: it ends with {end:?}") };
    let kept = seen.get(..seen.len() - end.len() + mark).unwrap_or_default().trim_end_matches(['[', ' ', '(', '\n']);
    ensure!(sent.starts_with(kept), "the {what} that is kept is not how it began: {:?}", kept.get(..200));
    let next = sent.get(kept.len()..).and_then(|rest| rest.chars().next());
    ensure!(next.is_none_or(char::is_whitespace), "the {what} is cut within a word: {end:?}");
    Ok(())
}

/// Quotes and metacharacters in every other field: taken as a value, or refused as one; never as a part of a query.
pub async fn every_field(stand: &mut Stand) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    for field in ["assignment", "caller", "configuration_item", "service", "category"] {
        let mut item = verbs.item(&format!("Odd {field}"));
        let value = Some(NASTY.to_owned());
        let content = &mut item.content;
        match field {
            "assignment" => content.assignment = value,
            "caller" => content.caller = value,
            "configuration_item" => content.configuration_item = value,
            "service" => content.service = value,
            _ => content.category = value,
        }
        let made = verbs.create(&item).await;
        let tickets = stand.tickets(item.key.as_str()).await?.len();
        match made {
            Ok(_) => ensure!(tickets == 1, "{field}: {tickets} tickets"),
            Err(CallFailure::Call(error)) if error.kind == CallErrorKind::Rejected => {
                ensure!(tickets == 0, "{field}: rejected, and {tickets} tickets are there");
            }
            Err(other) => bail!("{field}: {other:?}"),
        }
    }
    let mut item = verbs.item("Odd labels");
    for (_, value) in &mut item.labels {
        NASTY.clone_into(value);
    }
    verbs.create(&item).await?;
    ensure!(stand.tickets(item.key.as_str()).await?.len() == 1, "labels: there is no ticket");
    strangers(stand, &item).await
}

/// Ids and keys that say more than a name get no ticket.
async fn strangers(stand: &Stand, item: &WorkItem) -> anyhow::Result<Cell> {
    let verbs = stand.verbs().await?;
    let no_ticket = |what: &str, called: Called<Option<PlatformTicket>>| match called {
        Ok(Some(ticket)) => bail!("{what} answers {}", ticket.number),
        // The host itself lets nothing through that would leave the connection's path.
        Err(CallFailure::Plugin(fault)) if fault.reason != "denied" => bail!("{what}: the plugin failed: {fault}"),
        Ok(None) | Err(_) => Ok(()),
    };
    let all = ["x' or '1'='1", "x\" OR \"1\"=\"1", "x^ORsys_idISNOTEMPTY", "*", "%", "x) or (1 eq 1"];
    for text in all {
        if stand.can(Ability::Find(Incident)) {
            let key = TicketKey::of(&ProblemId::from(text), 1);
            let found = verbs.find(Incident, &key).await.map(|tickets| tickets.into_iter().next());
            no_ticket(&format!("`find` of {text:?}"), found)?;
        }
        if stand.can(Ability::Read(Incident)) {
            no_ticket(&format!("`read` of {text:?}"), verbs.read(Incident, text).await.map(Some))?;
        }
    }
    let read = verbs.read(Incident, "..").await.map(Some);
    no_ticket("`read` of \"..\"", read)?;
    ensure!(stand.tickets(item.key.as_str()).await?.len() == 1, "the ticket did not outlive the question");
    Ok(Cell::Passes)
}

/// What people can see of a text, and every platform can keep: no spaces, no control or format characters.
fn visible(text: &str) -> String {
    let unseen = |each: &char| {
        each.is_whitespace()
            || each.is_control()
            || matches!(each, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffd}')
    };
    text.chars().filter(|each| !unseen(each)).collect()
}
