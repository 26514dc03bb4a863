//! Lists of rows: `$filter`, `$orderby`, `$top`, `$count`, and pages by a cookie that names the last row.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    filter::{Filter, compare},
    refusal::Refusal,
    render::{self, Appearance, Preferences, by_name},
    schema::Table,
    serve::Service,
    store::Row,
    tracking,
};
use crate::shared::{Answer, Call};

/// The most rows that one answer has.
const MOST: usize = 5_000;
/// The options that are known.
const OPTIONS: [&str; 8] = ["$select", "$filter", "$orderby", "$top", "$count", "$expand", "$skiptoken", "$deltatoken"];

/// One order.
type Order = (String, bool);

/// Answers a table's rows.
///
/// # Errors
/// What the platform refuses.
pub fn list(service: &Service<'_>, call: &Call, table: &Table) -> Result<Answer, Refusal> {
    service.caller.may_read(&table.schema_name)?;
    if let Some((name, _)) =
        call.query.0.iter().find(|(name, _)| name.starts_with('$') && !OPTIONS.contains(&name.as_str()))
    {
        return Err(Refusal::Option(name.clone()));
    }
    let preferences = Preferences::of(call);
    if preferences.track || call.query.get("$deltatoken").is_some() {
        return tracking::list(service, call, table, &preferences);
    }
    let filter = filter(call, table)?;
    let order = order(call, table)?;
    let memory = &*service.memory;
    let mut rows = memory.store.rows(&table.logical_name);
    rows.retain(|row| filter.as_ref().is_none_or(|filter| filter.holds(&|name| by_name(table, row, name))));
    rows.sort_by(|a, b| sorting(table, &order, a).cmp_by_order(&sorting(table, &order, b), &order));
    let total = rows.len();
    if let Some(token) = call.query.get("$skiptoken") {
        let last = Place::read(token)?;
        rows.retain(|row| sorting(table, &order, row).cmp_by_order(&last, &order).is_gt());
    }
    // With a page size, `$top` is ignored.
    let top = call
        .query
        .get("$top")
        .map(|top| top.parse::<usize>().map_err(|_| Refusal::Query("Invalid value for $top.".into())));
    let top = top.transpose()?.filter(|_| preferences.page_size.is_none());
    let size = preferences.page_size.unwrap_or(MOST).min(MOST);
    rows.truncate(top.unwrap_or(usize::MAX));
    let next = rows.get(size - 1).filter(|_| rows.len() > size).map(|row| sorting(table, &order, row).write());
    rows.truncate(size);
    let mut body = shown(service, call, table, &preferences, &rows)?;
    if let Some(body) = body.as_object_mut() {
        if call.query.is_true("$count") {
            body.insert("@odata.count".into(), total.into());
        }
        if let Some(token) = next {
            body.insert("@odata.nextLink".into(), link(call, "$skiptoken", &token).into());
        }
    }
    Ok(service.json(http::StatusCode::OK, &body, &preferences))
}

/// Rows in their envelope.
///
/// # Errors
/// Where `$select` names what is not there.
pub fn shown(
    service: &Service<'_>,
    call: &Call,
    table: &Table,
    preferences: &Preferences,
    rows: &[&Row],
) -> Result<Value, Refusal> {
    let appearance = Appearance {
        schema: &service.organisation.schema,
        store: &service.memory.store,
        select: render::select(call, table)?,
        annotations: &preferences.annotations,
    };
    let rows = rows.iter().map(|row| appearance.row(table, row)).collect();
    Ok(render::listed(&service.context(&table.entity_set), rows))
}

/// The address of a call with a token in the place of the one that it had.
#[must_use]
pub fn link(call: &Call, name: &str, token: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let kept = call.query.0.iter().filter(|(known, _)| known != "$skiptoken" && known != "$deltatoken");
    query.extend_pairs(kept.map(|(name, value)| (name.as_str(), value.as_str())));
    query.append_pair(name, token);
    // The platform writes `$` and blanks as they are written by hand.
    format!("{}{}?{}", call.base, call.path, query.finish().replace('+', "%20").replace("%24", "$"))
}

fn filter(call: &Call, table: &Table) -> Result<Option<Filter>, Refusal> {
    let Some(text) = call.query.get("$filter") else { return Ok(None) };
    let filter = Filter::parse(text);
    let filter = filter.ok_or_else(|| Refusal::Query(format!("Syntax error in '{text}'.")))?;
    for column in filter.columns() {
        render::known(table, column)?;
    }
    Ok(Some(filter))
}

fn order(call: &Call, table: &Table) -> Result<Vec<Order>, Refusal> {
    let parts =
        call.query.get("$orderby").unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty());
    let parts = parts.map(|part| {
        let (name, way) = part.split_once(' ').unwrap_or((part, "asc"));
        render::known(table, name)?;
        match way.trim() {
            "asc" => Ok((name.to_owned(), true)),
            "desc" => Ok((name.to_owned(), false)),
            _ => Err(Refusal::Query(format!("Syntax error in '{part}'."))),
        }
    });
    parts.collect()
}

/// A row's place in an order; rows that are alike stand by their identity.
#[derive(Debug, Clone, PartialEq)]
struct Place {
    values: Vec<Value>,
    id: String,
}

fn sorting(table: &Table, order: &[Order], row: &Row) -> Place {
    let values = order.iter().map(|(column, _)| by_name(table, row, column)).collect();
    Place { values, id: row.id.clone() }
}

impl Place {
    fn cmp_by_order(&self, other: &Self, order: &[Order]) -> std::cmp::Ordering {
        let values = self.values.iter().zip(&other.values).zip(order);
        let mut orders = values.map(|((a, b), (_, up))| if *up { compare(a, b) } else { compare(b, a) });
        orders.find(|order| order.is_ne()).unwrap_or_else(|| self.id.cmp(&other.id))
    }

    fn write(&self) -> String {
        let last = BASE64_URL_SAFE_NO_PAD.encode(json!([self.values, self.id]).to_string());
        format!("<cookie pagenumber=\"2\" pagingcookie=\"{last}\" istracking=\"False\" />")
    }

    fn read(token: &str) -> Result<Self, Refusal> {
        let last = token.split("pagingcookie=\"").nth(1).and_then(|rest| rest.split('"').next());
        let last = last.and_then(|last| BASE64_URL_SAFE_NO_PAD.decode(last).ok());
        let (values, id) = last.and_then(|last| serde_json::from_slice(&last).ok()).ok_or(Refusal::Token)?;
        Ok(Self { values, id })
    }
}
