//! Notes: how they are posted, and which stand in a ticket's history already.
//!
//! A note is a comment: nobody outside the desk is told, and a resolved ticket stays resolved (a reply would open it again). The ids
//! of the notes that a comment holds are its subject, since a history answers the subjects of comments and not their texts; so a call
//! that may have reached the server before does not tell people twice.

use crate::client::Client;
use jiff::Timestamp;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::text::printable;
use signalbox_sdk::types::CallError;
use signalbox_sdk::work::Note;

/// What begins the subject of a comment of ours.
const SUBJECT: &str = "Signalbox";
/// What a history keeps of a subject; the databases' limit is 255.
const SUBJECT_LENGTH: usize = 200;
/// So many pages of a history are read at most.
const PAGES: u32 = 50;
/// How far the server's clock may be behind the gateway's.
const SKEW_SECONDS: u32 = 86_400;

/// Something to post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Stands in the comment's subject.
    pub id: String,
    /// What it says.
    pub text: String,
    /// Plain text or HTML.
    pub content_type: &'static str,
}

// === impl Post ===

impl Post {
    /// A note.
    #[must_use]
    pub fn note(note: &Note) -> Self {
        Self { id: note.id.clone(), text: printable(&note.text), content_type: "text/plain" }
    }

    /// A description that takes the place of an earlier one: what was once said in a ticket stays. Its id is the text's, so that the
    /// same one is not posted twice by a call that is repeated.
    #[must_use]
    pub fn description(text: &str, content_type: &'static str) -> Self {
        let text = printable(text);
        // FNV-1a: the same in every version of this plugin.
        let hash = text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self { id: format!("description-{hash:016x}"), text, content_type }
    }
}

/// Posts all of them in as few comments as can be.
///
/// # Errors
/// What the server answers to the first comment that it does not take.
pub fn post<H: Http + Log>(client: &Client<'_, H>, ticket_id: &str, posts: &[Post]) -> Result<(), CallError> {
    for comment in comments(posts) {
        let ids: Vec<_> = comment.iter().map(|post| post.id.as_str()).collect();
        let texts: Vec<_> = comment.iter().map(|post| post.text.as_str()).collect();
        let content_type = comment.first().map_or("text/plain", |post| post.content_type);
        client.comment(ticket_id, &format!("{SUBJECT} {}", ids.join(" ")), content_type, &texts.join("\n\n"))?;
    }
    Ok(())
}

/// The posts that are not in the ticket's history yet. `oldest` is when the first of them was made.
///
/// # Errors
/// What the server answers.
pub fn missing<H: Http + Log>(
    client: &Client<'_, H>,
    ticket_id: &str,
    posts: Vec<Post>,
    oldest: Option<Timestamp>,
) -> Result<Vec<Post>, CallError> {
    let mut missing = posts;
    for page in 1..=PAGES {
        if missing.is_empty() {
            break;
        }
        let entries = client.history(ticket_id, page)?;
        for entry in entries.iter().filter(|entry| entry.kind == "Comment") {
            missing.retain(|post| !entry.data.split_whitespace().any(|id| id == post.id));
        }
        let reached = entries.last().and_then(|entry| entry.created);
        let is_older = |oldest: Timestamp| {
            reached.is_some_and(|reached| reached.unix() + i64::from(SKEW_SECONDS) < oldest.as_second())
        };
        // A page may be short, since transactions that the account may not see are left out: only an empty one ends a history.
        if entries.is_empty() || oldest.is_some_and(is_older) {
            break;
        }
    }
    Ok(missing)
}

/// When the oldest of these notes was made.
#[must_use]
pub fn oldest(notes: &[Note]) -> Option<Timestamp> {
    notes.iter().filter_map(|note| note.at.parse::<Timestamp>().ok()).min()
}

/// Posts that fit together: of one kind, with room for their ids in a subject.
fn comments(posts: &[Post]) -> Vec<Vec<&Post>> {
    let mut comments: Vec<Vec<&Post>> = Vec::new();
    for post in posts {
        let fits = |comment: &&mut Vec<&Post>| {
            let length: usize = comment.iter().map(|post| post.id.len() + 1).sum();
            let alike = comment.first().is_some_and(|first| first.content_type == post.content_type);
            alike && SUBJECT.len() + length + 1 + post.id.len() <= SUBJECT_LENGTH
        };
        match comments.last_mut().filter(fits) {
            Some(comment) => comment.push(post),
            None => comments.push(vec![post]),
        }
    }
    comments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{history, note, play, settings};
    use serde_json::{Value, json};
    use signalbox_sdk::scripted::Step;

    fn posts(ids: &[&str]) -> Vec<Post> {
        ids.iter().map(|id| Post::note(&note(id, "13:06:00", "still full"))).collect()
    }

    fn looked_for(ids: &[&str], steps: impl IntoIterator<Item = Step>) -> Vec<String> {
        let oldest = oldest(&[note("x", "13:06:00", "")]);
        let (missing, _) =
            play(&settings(json!({})), steps, |client| missing(client, "7", posts(ids), oldest).unwrap());
        missing.into_iter().map(|post| post.id).collect()
    }

    fn comment(data: &str, created: &str) -> Value {
        json!({"id": "90", "type": "transaction", "Type": "Comment", "Data": data, "Created": created})
    }

    #[test]
    fn notes_are_one_comment_whose_subject_has_their_ids() {
        let body = json!({
            "Subject": "Signalbox n-1 n-2", "ContentType": "text/plain", "Content": "still full\n[n-1]\n\nstill full\n[n-2]"
        });
        let step = Step::on("POST", "/REST/2.0/ticket/7/comment").body(body).answer(201, &json!(["Comments added"]));
        let (posted, _) = play(&settings(json!({})), [step], |client| post(client, "7", &posts(&["n-1", "n-2"])));
        assert_eq!(posted, Ok(()));
    }

    #[test]
    fn a_subject_never_loses_an_id() {
        let ids: Vec<String> = (0..30).map(|n| format!("0e54ab7c-1.{n}")).collect();
        let posts: Vec<Post> = ids.iter().map(|id| Post::note(&note(id, "13:06:00", "x"))).collect();
        let comments = comments(&posts);
        assert!(comments.len() > 1);
        assert_eq!(comments.iter().map(Vec::len).sum::<usize>(), 30);
        for comment in comments {
            let ids: Vec<_> = comment.iter().map(|post| post.id.as_str()).collect();
            assert!(format!("{SUBJECT} {}", ids.join(" ")).len() <= SUBJECT_LENGTH);
        }
    }

    #[test]
    fn html_stands_in_a_comment_of_its_own() {
        let mut posts = posts(&["n-1"]);
        posts.push(Post::description("<b>full</b>", "text/html"));
        assert_eq!(comments(&posts).len(), 2);
    }

    #[test]
    fn a_note_that_stands_is_not_missing() {
        let entries = json!([
            comment("Signalbox n-10 n-2\n", "2026-11-22T13:10:00Z"),
            {"Type": "Status", "Data": "n-3", "Created": "2026-11-22T13:09:00Z"}
        ]);
        assert_eq!(looked_for(&["n-2"], [history(1, entries.clone())]), [""; 0]);
        let steps = [history(1, entries), history(2, json!([]))];
        assert_eq!(looked_for(&["n-1", "n-2", "n-3"], steps), ["n-1", "n-3"]);
    }

    #[test]
    fn a_history_is_read_no_further_than_the_notes_are_old() {
        let old = json!([comment("Signalbox n-0", "2026-11-20T13:00:00Z")]);
        assert_eq!(looked_for(&["n-1"], [history(1, old)]), ["n-1"]);
        assert_eq!(looked_for(&[], []), [""; 0]);
    }

    #[test]
    fn a_description_is_known_by_its_text() {
        let id = |text| Post::description(text, "text/plain").id;
        assert_eq!(id("full"), id("full\0"));
        assert_ne!(id("full"), id("fuller"));
        assert!(id("full").len() <= 30);
    }
}
