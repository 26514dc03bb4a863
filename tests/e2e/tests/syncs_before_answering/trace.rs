//! What a system call trace says about acceptances: whether each was on disk before it was answered.
//!
//! The trace is strace's, of all threads in one file (`-f -yy -o FILE`). Its lines stand in the order of events: a call that
//! another thread's interrupts in the trace is told in two, `<unfinished ...>` where it begins and `<... resumed>` where it
//! ends; a call in one line begins and ends there.

use std::{collections::HashMap, net::SocketAddr, path::Path};

/// What must be traced for [`judge`] to see everything.
pub const CALLS: &str = "fsync,fdatasync,pwrite64,pwritev,write,writev,sendto,sendmsg,read,readv,recvfrom,recvmsg";

/// An acceptance that was told before it was durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooEarly {
    /// The trace's line, counted from 1, where the answer begins.
    pub line: usize,
    /// The connection, as the trace names it.
    pub connection: String,
    /// What is missing before it.
    pub lacks: &'static str,
}

/// A system call with where it begins and ends.
struct Call<'a> {
    name: &'a str,
    /// Its arguments, and what it answered.
    text: String,
    began: usize,
    ended: usize,
}

/// A moment in the trace at which something begins, and one at which it has ended.
#[derive(Clone, Copy)]
struct Span {
    began: usize,
    ended: usize,
}

/// What happened to the ledger and to the senders' connections.
#[derive(Default)]
struct Seen {
    received: HashMap<String, Vec<Span>>,
    written: Vec<Span>,
    synced: Vec<Span>,
    answers: Vec<(String, Span)>,
}

/// How many requests were answered with 202 at `ingest`, each after a sync of the ledger's file or its log that began after
/// something was written to them, after the whole request was there.
///
/// # Errors
/// Those that were answered without.
pub fn judge(trace: &str, ledger: &Path, ingest: SocketAddr) -> Result<usize, Vec<TooEarly>> {
    let seen = Seen::in_trace(trace, ledger, ingest);
    let too_early = |(connection, answer): &(String, Span)| {
        let lacks = seen.lacks(connection, *answer)?;
        Some(TooEarly { line: answer.began, connection: connection.clone(), lacks })
    };
    let too_early: Vec<_> = seen.answers.iter().filter_map(too_early).collect();
    if too_early.is_empty() { Ok(seen.answers.len()) } else { Err(too_early) }
}

// === impl Seen ===

impl Seen {
    fn in_trace(trace: &str, ledger: &Path, ingest: SocketAddr) -> Self {
        let files = [ledger.display().to_string(), format!("{}-wal", ledger.display())];
        let socket = format!("TCP:[{ingest}->");
        let mut seen = Self::default();
        for call in calls(trace) {
            let Some(target) = call.target() else { continue };
            let span = Span { began: call.began, ended: call.ended };
            let (is_ledger, is_sender) = (files.iter().any(|file| file == target), target.starts_with(&socket));
            match (call.name, call.answer()) {
                ("fsync" | "fdatasync", Some(0)) if is_ledger => seen.synced.push(span),
                ("pwrite64" | "pwritev" | "write" | "writev", Some(1..)) if is_ledger => seen.written.push(span),
                ("read" | "readv" | "recvfrom" | "recvmsg", Some(1..)) if is_sender => {
                    seen.received.entry(target.to_owned()).or_default().push(span);
                }
                ("write" | "writev" | "sendto" | "sendmsg", _) if is_sender && call.is_acceptance() => {
                    seen.answers.push((target.to_owned(), span));
                }
                _ => {}
            }
        }
        seen
    }

    /// What is missing before an answer.
    fn lacks(&self, connection: &str, answer: Span) -> Option<&'static str> {
        let before = |span: &&Span| span.ended < answer.began;
        let Some(request) = self.received.get(connection).and_then(|spans| spans.iter().rfind(before)) else {
            return Some("a request");
        };
        let Some(write) = self.written.iter().filter(before).find(|write| write.began > request.ended) else {
            return Some("something written to the ledger");
        };
        let is_durable = self.synced.iter().filter(before).any(|sync| sync.began > write.ended);
        (!is_durable).then_some("a sync of the ledger")
    }
}

/// The calls of a trace, in the order in which they end; those that never end, last.
fn calls(trace: &str) -> Vec<Call<'_>> {
    let mut calls = Vec::new();
    let mut unfinished: HashMap<&str, Call<'_>> = HashMap::new();
    for (line, text) in (1..).zip(trace.lines()) {
        let Some((thread, text)) = text.split_once(' ') else { continue };
        let text = text.trim_start();
        if let Some(resumed) = text.strip_prefix("<... ") {
            let Some(mut call) = unfinished.remove(thread) else { continue };
            call.text.push_str(resumed.split_once("resumed>").map_or("", |(_, rest)| rest));
            call.ended = line;
            calls.push(call);
        } else if let Some((name, text)) = text.split_once('(') {
            let begun = text.strip_suffix("<unfinished ...>");
            let call = Call { name, text: begun.unwrap_or(text).to_owned(), began: line, ended: line };
            match begun {
                Some(_) => drop(unfinished.insert(thread, Call { ended: usize::MAX, ..call })),
                None => calls.push(call),
            }
        }
    }
    calls.extend(unfinished.into_values());
    calls
}

// === impl Call ===

impl Call<'_> {
    /// The file or connection behind its first argument.
    fn target(&self) -> Option<&str> {
        let (_, named) = self.text.split_once('<')?;
        let end = named.find(">,").or_else(|| named.find(">)")).or_else(|| named.rfind('>'))?;
        named.get(..end)
    }

    fn is_acceptance(&self) -> bool {
        self.text.contains("\"HTTP/1.1 202 ")
    }

    /// What it answered; none where it did not end, or ended otherwise.
    fn answer(&self) -> Option<i64> {
        let (_, answer) = self.text.rsplit_once(" = ")?;
        answer.split(' ').next()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{TooEarly, judge};
    use std::path::Path;

    const REQUEST: &str = r#"11 recvfrom(9<TCP:[127.0.0.1:80->127.0.0.1:5]>, "POST /v1/alerts/azure HTTP/1.1\r\n"..., 8192, 0, NULL, NULL) = 634"#;
    const WRITE: &str = r#"12 pwrite64(7</data/signalbox.db-wal>, "\0\0"..., 4096, 32) = 4096"#;
    const WRITE_BESIDE: &str = r#"13 pwrite64(7</data/signalbox.db-wal>, "\0\0"..., 4096, 32) = 4096"#;
    const SYNC: &str = "12 fdatasync(7</data/signalbox.db-wal>) = 0";
    const ANSWER: &str = r#"11 writev(9<TCP:[127.0.0.1:80->127.0.0.1:5]>, [{iov_base="HTTP/1.1 202 Accepted\r\n"..., iov_len=115}], 1) = 115"#;

    fn judged(lines: &[&str]) -> Result<usize, Vec<TooEarly>> {
        judge(&lines.join("\n"), Path::new("/data/signalbox.db"), ([127, 0, 0, 1], 80).into())
    }

    fn lacks(lines: &[&str]) -> Vec<&'static str> {
        judged(lines).err().unwrap_or_default().into_iter().map(|early| early.lacks).collect()
    }

    #[test]
    fn a_sync_between_request_and_answer_is_what_it_takes() {
        assert_eq!(judged(&[REQUEST, WRITE, SYNC, ANSWER]), Ok(1));
        assert_eq!(judged(&[REQUEST, WRITE, SYNC, ANSWER, REQUEST, WRITE, SYNC, ANSWER]), Ok(2));
        assert_eq!(judged(&[REQUEST, WRITE, "12 fsync(6</data/signalbox.db>) = 0", ANSWER]), Ok(1));
    }

    #[test]
    fn calls_that_are_told_in_two_lines_begin_and_end_there() {
        let lines = [
            "11 recvfrom(9<TCP:[127.0.0.1:80->127.0.0.1:5]>,  <unfinished ...>",
            "12 +++ exited with 0 +++",
            r#"11 <... recvfrom resumed>"POST"..., 8192, 0, NULL, NULL) = 634"#,
            r#"12 pwrite64(7</data/signalbox.db-wal>, "\0\0"..., 4096, 32 <unfinished ...>"#,
            "12 <... pwrite64 resumed>)              = 4096",
            "12 fsync(7</data/signalbox.db-wal> <unfinished ...>",
            "12 <... fsync resumed>)                 = 0",
            r#"11 sendto(9<TCP:[127.0.0.1:80->127.0.0.1:5]>, "HTTP/1.1 202 Accepted\r\n"..., 200, MSG_NOSIGNAL, NULL, 0 <unfinished ...>"#,
        ];
        assert_eq!(judged(&lines), Ok(1));
    }

    #[test]
    fn an_answer_without_its_sync_is_too_early() {
        let begun = "12 fsync(7</data/signalbox.db-wal> <unfinished ...>";
        let ended = "12 <... fsync resumed>) = 0";
        for (name, lines) in [
            ("missing", vec![REQUEST, WRITE, ANSWER]),
            ("after the answer", vec![REQUEST, WRITE, ANSWER, SYNC]),
            ("not over at the answer", vec![REQUEST, WRITE, begun, ANSWER, ended]),
            ("never over", vec![REQUEST, WRITE, begun, ANSWER]),
            ("begun before the write", vec![REQUEST, begun, WRITE_BESIDE, ended, ANSWER]),
            (
                "refused",
                vec![REQUEST, WRITE, "12 fsync(7</data/signalbox.db-wal>) = -1 EIO (Input/output error)", ANSWER],
            ),
            ("another file's", vec![REQUEST, WRITE, "12 fsync(7</data/signalbox.log>) = 0", ANSWER]),
            ("another folder's", vec![REQUEST, WRITE, "12 fsync(7</other/signalbox.db-wal>) = 0", ANSWER]),
        ] {
            assert_eq!(lacks(&lines), ["a sync of the ledger"], "{name}");
        }
        assert_eq!(
            lacks(&[REQUEST, WRITE, SYNC, ANSWER, REQUEST, WRITE, ANSWER]),
            ["a sync of the ledger"],
            "the second's"
        );
    }

    #[test]
    fn what_was_synced_before_the_request_came_is_not_the_request() {
        assert_eq!(lacks(&[WRITE, SYNC, REQUEST, ANSWER]), ["something written to the ledger"]);
        assert_eq!(lacks(&[WRITE, REQUEST, SYNC, ANSWER]), ["something written to the ledger"]);
        assert_eq!(lacks(&[WRITE, SYNC, ANSWER]), ["a request"]);
    }

    #[test]
    fn the_end_of_a_body_that_comes_in_parts_is_what_counts() {
        assert_eq!(lacks(&[REQUEST, WRITE, SYNC, REQUEST, ANSWER]), ["something written to the ledger"]);
        let nothing = "11 recvfrom(9<TCP:[127.0.0.1:80->127.0.0.1:5]>, 0x7f, 8192, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)";
        assert_eq!(judged(&[REQUEST, WRITE, SYNC, nothing, ANSWER]), Ok(1));
    }

    #[test]
    fn other_listeners_and_other_answers_are_not_judged() {
        let elsewhere = ANSWER.replace("127.0.0.1:80-", "127.0.0.1:81-");
        let refused = ANSWER.replace("202 Accepted", "503 Service");
        assert_eq!(judged(&[REQUEST, &elsewhere, &refused]), Ok(0));
    }
}
