//! Change tracking: all rows at first, with a delta link; then the changes since, deleted rows too.

use http::StatusCode;
use serde_json::json;

use super::{
    query::{link, shown},
    refusal::Refusal,
    render::Preferences,
    schema::Table,
    serve::Service,
};
use crate::shared::{Answer, Call, clock::signed};

/// A place in the changes: read those after `after`, up to `until`; `began` is when the round began.
struct Token {
    after: u64,
    until: u64,
    began: i64,
}

/// Answers a table's rows with a delta link, or the changes since one was given.
///
/// # Errors
/// What the platform refuses.
pub fn list(service: &Service<'_>, call: &Call, table: &Table, preferences: &Preferences) -> Result<Answer, Refusal> {
    for option in ["$filter", "$orderby", "$expand", "$top"] {
        if call.query.get(option).is_some() {
            return Err(Refusal::Tracked(option));
        }
    }
    if !table.is_tracked {
        return Err(Refusal::NotTracked(table.logical_name.clone()));
    }
    let store = &service.memory.store;
    let now = service.organisation.apparatus.clock.now();
    let given = call.query.get("$deltatoken").or_else(|| call.query.get("$skiptoken"));
    let token = match given {
        Some(text) => Token::read(text).ok_or(Refusal::Token)?,
        None => Token { after: 0, until: store.version(), began: now.as_second() },
    };
    let is_delta = call.query.get("$deltatoken").is_some();
    if is_delta {
        let life = signed(service.organisation.options.delta_life).as_secs();
        if now.as_second() - token.began > life {
            return Err(Refusal::Token);
        }
    }
    // A delta begins where the link was given, and goes up to now.
    let token = if is_delta { Token { until: store.version(), began: now.as_second(), ..token } } else { token };
    let mut rows = store.rows(&table.logical_name);
    rows.retain(|row| row.version > token.after);
    rows.sort_by_key(|row| row.version);
    let size = preferences.page_size.unwrap_or(5_000);
    let last = rows.get(size.saturating_sub(1)).filter(|_| rows.len() > size).map(|row| row.version);
    rows.truncate(size);
    let mut body = shown(service, call, table, preferences, &rows)?;
    if let Some(body) = body.as_object_mut() {
        if let (true, Some(value)) = (is_delta, body.get_mut("value").and_then(|value| value.as_array_mut())) {
            let context = service.context(&format!("{}/$deletedEntity", table.entity_set));
            let deleted = store.deleted_since(&table.logical_name, token.after);
            value.extend(
                deleted.into_iter().map(|id| json!({"@odata.context": context, "id": id, "reason": "deleted"})),
            );
        }
        let (name, place, token) = match last {
            Some(after) => ("@odata.nextLink", "$skiptoken", Token { after, ..token }),
            None => ("@odata.deltaLink", "$deltatoken", Token { after: token.until, ..token }),
        };
        body.insert(name.into(), link(call, place, &token.write()).into());
    }
    Ok(service.json(StatusCode::OK, &body, preferences))
}

impl Token {
    fn write(&self) -> String {
        format!("{}!{}!{}", self.after, self.until, self.began)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('!');
        let after = parts.next()?.parse().ok()?;
        let until = parts.next()?.parse().ok()?;
        let began = parts.next()?.parse().ok()?;
        Some(Self { after, until, began })
    }
}
