//! Searches: conditions on fields, answered by records.
//!
//! Conditions on different fields must all hold, those on one field are alternatives. Texts are compared without case, and a
//! condition that is misread answers other records: so whoever asks checks each one that comes. Only ever the first page is asked
//! for: the second of a list that changes meanwhile is not what follows the first.

use crate::catalog::Object;
use crate::client::{Answer, Client};
use crate::row::Row;
use crate::settings::{Operator, Search};
use serde_json::{Value, json};
use signalbox_sdk::fault::{fault, unanswered};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// One question.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Of which object.
    pub object: &'a Object,
    /// Field ids, comparisons, values.
    pub conditions: Vec<(&'a str, Operator, String)>,
    /// The id of the field that orders the answer, least first.
    pub order: Option<&'a str>,
    /// The most records.
    pub size: u32,
    /// Which page; the first by the settings where there is none.
    pub page: Option<u8>,
}

/// A part of the records that a question has.
#[derive(Clone, Debug)]
pub struct Listing {
    /// In the question's order.
    pub rows: Vec<Row>,
    /// Whether the system has more.
    pub more: bool,
    /// The system's clock.
    pub date: Option<Stamp>,
}

// === impl Client ===

impl<H: Http + Log> Client<'_, H> {
    /// The records that answer a question.
    ///
    /// # Errors
    /// `protocol` where records are announced and none come; else what the system answers.
    pub fn search(&self, question: &Question<'_>) -> Result<Listing, CallError> {
        let only = self.search_all(std::slice::from_ref(question)).into_iter().next();
        only.unwrap_or_else(|| Err(unanswered()))
    }

    /// Several questions side by side, answered in their order.
    pub fn search_all(&self, questions: &[Question<'_>]) -> Vec<Result<Listing, CallError>> {
        let bodies: Vec<_> = questions.iter().map(|question| question.body(self.settings.search)).collect();
        let answers = self.ask_all("getsearchresults", &bodies);
        questions.iter().zip(answers).map(|(question, answer)| listing(&answer?, question.size)).collect()
    }
}

// === impl Question ===

impl<'a> Question<'a> {
    /// The first page of what these conditions leave.
    #[must_use]
    pub fn new(object: &'a Object, conditions: Vec<(&'a str, Operator, String)>, size: u32) -> Self {
        Self { object, conditions, order: None, size, page: None }
    }

    /// In the order of this field.
    #[must_use]
    pub fn ordered_by(mut self, field: &'a str) -> Self {
        self.order = Some(field);
        self
    }

    fn body(&self, search: Search) -> Value {
        let filters: Vec<_> = self
            .conditions
            .iter()
            .map(|(field, operator, value)| json!({"fieldId": field, "operator": operator.as_str(), "value": value}))
            .collect();
        let sorting: Vec<_> =
            self.order.iter().map(|field| json!({"fieldId": field, "sortDirection": search.ascending})).collect();
        json!({
            "busObId": self.object.id,
            "includeAllFields": true,
            "filters": filters,
            "sorting": sorting,
            "pageNumber": self.page.unwrap_or(search.first_page),
            "pageSize": self.size,
        })
    }
}

fn listing(answer: &Answer, size: u32) -> Result<Listing, CallError> {
    let unreadable = || fault(CallErrorKind::Protocol, "the system answered no list of records");
    let records = answer.body.get("businessObjects").and_then(Value::as_array).ok_or_else(unreadable)?;
    let rows: Option<Vec<Row>> = records.iter().map(Row::parse).collect();
    let rows = rows.ok_or_else(unreadable)?;
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let total = answer.body.get("totalRows").and_then(Value::as_u64).unwrap_or(0);
    if rows.is_empty() && total > 0 {
        let words =
            format!("the system has {total} records and its first page is empty: is `search.first_page` right?");
        return Err(fault(CallErrorKind::Protocol, words));
    }
    let says_more = answer.body.get("hasMoreRecords") == Some(&Value::Bool(true));
    let more = says_more || total > count || count >= u64::from(size);
    Ok(Listing { more: more && !rows.is_empty(), rows, date: answer.date })
}

#[cfg(test)]
mod tests;
