//! The Table API: list, read, insert and patch rows, with every answer checked to be one.
//!
//! Reads ask for `sysparm_display_value=all`, so that one answer has values and what people see. A page with status 200 is
//! `protocol` (a sleeping instance writes nothing); any other unreadable answer to a write is `outcome-unknown`.

use crate::errors::{self, Place};
use crate::query::Query;
use crate::row::Row;
use crate::settings::Settings;
use serde_json::Value;
use signalbox_sdk::fault::{self, fault, unless_it_wrote};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Effect, Failure, Request, Response};
use signalbox_sdk::percent;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// What the adapter itself needs of a ticket or record; a table without one of these columns leaves it out.
const NEEDED: &str = "sys_id,number,active,state,short_description,description,priority,urgency,impact,severity,escalation,category,\
    contact_type,correlation_id,correlation_display,message_key,assignment_group,assigned_to,caller_id,opened_by,requested_by,\
    resolved_by,closed_by,close_code,close_notes,caused_by,cmdb_ci,business_service,type,risk,conflict_status,opened_at,\
    resolved_at,closed_at,requested_by_date,start_date,end_date,work_start,work_end,\
    sys_created_on,sys_created_by,sys_updated_on,sys_mod_count";

/// Speaks to one instance.
#[derive(Debug)]
pub struct Client<'a, H> {
    /// What sends.
    pub host: &'a H,
    /// The operator's.
    pub settings: &'a Settings,
}

/// A part of the rows that a query has.
#[derive(Debug)]
pub struct Listing {
    /// In the query's order.
    pub rows: Vec<Row>,
    /// Whether the instance has more; it may count rows that this account cannot see.
    pub more: bool,
    /// The instance's clock.
    pub date: Option<Stamp>,
}

/// Which columns a list answers.
#[derive(Clone, Copy, Debug)]
pub enum Columns<'a> {
    /// What the settings say.
    AsSet,
    /// These alone, joined by commas.
    Only(&'a str),
}

/// One question for a list of rows.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Where.
    pub table: &'a str,
    /// Which.
    pub query: Query,
    /// What of them.
    pub columns: Columns<'a>,
    /// How many at most.
    pub limit: u32,
}

// === impl Client ===

impl<H: Http + Log> Client<'_, H> {
    /// The rows that answer a question. The instance drops parts of a query that it does not know: the caller checks each row.
    ///
    /// # Errors
    /// As [`errors::classify`] tells.
    pub fn list(&self, question: &Question<'_>) -> Result<Listing, CallError> {
        listing(self.host.send(self.list_request(question)), question.limit)
    }

    /// Several questions side by side, answered in their order.
    pub fn list_all(&self, questions: &[Question<'_>]) -> Vec<Result<Listing, CallError>> {
        let requests = questions.iter().map(|question| self.list_request(question)).collect();
        let answers = self.host.send_all(requests);
        questions.iter().zip(answers).map(|(question, answer)| listing(answer, question.limit)).collect()
    }

    /// One row by its sys_id.
    ///
    /// # Errors
    /// `gone` where there is none, or none that this account may see; else as [`errors::classify`] tells.
    pub fn row(&self, table: &str, id: &str) -> Result<Row, CallError> {
        let request = Request::get(&record_path(table, id), &self.query_of(Columns::AsSet).pairs());
        row(self.host.send(request), Effect::Reads, Place::Record)
    }

    /// Makes a row and answers it as it then stands.
    ///
    /// # Errors
    /// As [`errors::classify`] tells; `outcome-unknown` where the answer cannot be read.
    pub fn insert(&self, table: &str, columns: &Value) -> Result<Row, CallError> {
        let request = Request::send_json("POST", &table_path(table), &self.query_of(Columns::AsSet).pairs(), columns);
        row(self.host.send(request), Effect::Writes, Place::Collection)
    }

    /// Changes a row and answers it as it then stands.
    ///
    /// # Errors
    /// As [`errors::classify`] tells; `outcome-unknown` where the answer cannot be read.
    pub fn patch(&self, table: &str, id: &str, columns: &Value) -> Result<Row, CallError> {
        let path = record_path(table, id);
        let request = Request::send_json("PATCH", &path, &self.query_of(Columns::AsSet).pairs(), columns);
        row(self.host.send(request), Effect::Writes, Place::Record)
    }

    /// Posts to an endpoint that is no table.
    ///
    /// # Errors
    /// As [`errors::classify`] tells; `outcome-unknown` where the answer cannot be read.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value, CallError> {
        let request = Request::send_json("POST", path, &[], body);
        result(self.host.send(request), Effect::Writes, Place::Collection).map(|(result, _)| result)
    }

    fn list_request(&self, question: &Question<'_>) -> Request {
        let mut parameters = self.query_of(question.columns);
        parameters.query = question.query.as_str().to_owned();
        parameters.limit = question.limit.to_string();
        Request::get(&table_path(question.table), &parameters.pairs())
    }

    fn query_of(&self, columns: Columns<'_>) -> Parameters {
        let set = &self.settings.columns;
        let columns = match columns {
            Columns::Only(columns) => columns.to_owned(),
            Columns::AsSet if set.is_empty() => String::new(),
            Columns::AsSet => format!("{NEEDED},{}", set.join(",")),
        };
        // Links tell where people open the instance; without that need they only make answers longer.
        let without_links = !self.settings.instance_url.is_empty();
        Parameters { query: String::new(), columns, without_links, limit: String::new() }
    }
}

/// The parameters of a request, in their order.
struct Parameters {
    query: String,
    columns: String,
    without_links: bool,
    limit: String,
}

impl Parameters {
    fn pairs(&self) -> Vec<(&str, &str)> {
        let mut pairs = Vec::new();
        if !self.query.is_empty() {
            pairs.push(("sysparm_query", self.query.as_str()));
        }
        pairs.push(("sysparm_display_value", "all"));
        if self.without_links {
            pairs.push(("sysparm_exclude_reference_link", "true"));
        }
        if !self.columns.is_empty() {
            pairs.push(("sysparm_fields", &self.columns));
        }
        if !self.limit.is_empty() {
            pairs.push(("sysparm_limit", &self.limit));
        }
        pairs
    }
}

fn table_path(table: &str) -> String {
    format!("/api/now/table/{}", percent::encode(table))
}

fn record_path(table: &str, id: &str) -> String {
    format!("{}/{}", table_path(table), percent::encode(id))
}

fn listing(answer: Result<Response, Failure>, limit: u32) -> Result<Listing, CallError> {
    let (result, response) = result(answer, Effect::Reads, Place::Collection)?;
    let rows = result.as_array().ok_or_else(|| unreadable(Effect::Reads, "a list of rows"))?;
    let rows: Option<Vec<Row>> = rows.iter().map(Row::parse).collect();
    let rows = rows.ok_or_else(|| unreadable(Effect::Reads, "a list of rows"))?;
    let next = response.header("link").is_some_and(|links| links.contains("rel=\"next\""));
    let full = u32::try_from(rows.len()).map_or(true, |count| count >= limit);
    let date = response.header("date").and_then(Stamp::from_http);
    Ok(Listing { rows, more: next || full, date })
}

fn row(answer: Result<Response, Failure>, effect: Effect, place: Place) -> Result<Row, CallError> {
    let (result, _) = result(answer, effect, place)?;
    let row = Row::parse(&result).filter(|row| !row.value("sys_id").is_empty());
    row.ok_or_else(|| unreadable(effect, "a row with its sys_id"))
}

/// The `result` of an answer.
fn result(answer: Result<Response, Failure>, effect: Effect, place: Place) -> Result<(Value, Response), CallError> {
    let response = answer.map_err(|failure| fault::by_failure(failure, effect))?;
    if !response.is_success() {
        return Err(errors::classify(&response, effect, place));
    }
    if response.is_page() {
        return Err(errors::page(&response));
    }
    let result = response.json().and_then(|mut body| body.get_mut("result").map(Value::take));
    let result = result.ok_or_else(|| unreadable(effect, "JSON with a result"))?;
    Ok((result, response))
}

fn unreadable(effect: Effect, wanted: &str) -> CallError {
    let message = format!("the instance said yes and answered no {wanted}");
    fault(unless_it_wrote(effect, CallErrorKind::Protocol), message)
}

#[cfg(test)]
mod tests;
