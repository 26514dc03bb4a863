//! The condition of alerts now: processing rules swallow the Resolved of an alert that is suppressed, so the gateway asks.
//!
//! One request for each alert, side by side: Azure takes 1,000 a minute for each subscription. None is answered for an alert that
//! Azure has forgotten or never had, and, with a word to the operator, for one that it refuses to show: one odd alert must not
//! hide the others. What concerns all (credentials, pace, an outage) is the call's error.

use crate::alert::{AlertId, NoAlert};
use crate::client::Client;
use serde_json::Value;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::Effect;
use signalbox_sdk::types::{Alert, CallError, CallErrorKind, Condition};

/// The condition of each alert, in the order asked.
///
/// # Errors
/// As [`crate::errors::classify`] tells, for what concerns all alerts.
pub fn recheck<H: Http + Log>(client: &Client<'_, H>, alerts: &[Alert]) -> Result<Vec<Option<Condition>>, CallError> {
    let ids: Vec<_> = alerts.iter().map(|alert| askable(client, alert)).collect();
    let requests = ids.iter().flatten().map(AlertId::get).collect();
    let mut answers = client.send_all(requests).into_iter();
    let mut conditions = Vec::with_capacity(ids.len());
    for id in ids {
        let answer = id.and_then(|id| answers.next().map(|answer| (id, answer)));
        conditions.push(answer.map_or(Ok(None), |(id, answer)| condition(client, &id, answer))?);
    }
    Ok(conditions)
}

/// The alert's id, where Azure may be asked for it.
fn askable<H: Http + Log>(client: &Client<'_, H>, alert: &Alert) -> Option<AlertId> {
    match AlertId::within(&alert.id, &client.settings.subscriptions) {
        Ok(id) => Some(id),
        Err(NoAlert::Unmanaged) => None,
        Err(NoAlert::Refused(why)) => {
            let why = format!("its id {why}");
            client.host.warn("an alert's condition is not asked for", &[("rule", &alert.rule), ("why", &why)]);
            None
        }
    }
}

fn condition<H: Http + Log>(
    client: &Client<'_, H>,
    id: &AlertId,
    answer: Result<Value, CallError>,
) -> Result<Option<Condition>, CallError> {
    match answer.and_then(|answer| id.standing(&answer, Effect::Reads)) {
        Ok(standing) => Ok(Some(standing.condition)),
        Err(error) => match error.kind {
            CallErrorKind::Gone => Ok(None),
            CallErrorKind::Rejected | CallErrorKind::Conflict if error.code != "denied" => {
                let fields = [("alert", id.to_string()), ("why", error.message)];
                let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
                client.host.warn("Azure does not tell an alert's condition", &fields);
                Ok(None)
            }
            _ => Err(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, ALERT, SUBSCRIPTION, alert, play, standing};
    use serde_json::json;
    use signalbox_sdk::http::Failure;
    use signalbox_sdk::scripted::Step;

    fn nth(number: u32) -> String {
        format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alerts/a-{number}")
    }

    fn on(number: u32) -> Step {
        Step::on("GET", format!("{}?api-version=2019-03-01", nth(number)))
    }

    fn says(number: u32, condition: &str) -> Step {
        let mut body = standing("New", condition);
        body["id"] = json!(nth(number));
        on(number).answer(200, &body)
    }

    fn recheck_all(ids: &[String], steps: Vec<Step>) -> (Result<Vec<Option<Condition>>, CallError>, Vec<String>) {
        let alerts: Vec<_> = ids.iter().map(|id| alert(id)).collect();
        play(&testing::settings(json!({})), steps, |client| recheck(client, &alerts))
    }

    #[test]
    fn each_alert_has_its_condition_in_the_order_asked() {
        let ids = [nth(1), "no-alert".into(), nth(2), nth(3)];
        let gone = on(2).answer(404, &json!({"error": {"code": "NotFound", "message": "gone"}}));
        let (conditions, warnings) = recheck_all(&ids, vec![says(1, "Fired"), gone, says(3, "Resolved")]);
        assert_eq!(conditions.unwrap(), [Some(Condition::Fired), None, None, Some(Condition::Resolved)]);
        assert!(warnings.is_empty(), "{warnings:?}");
        assert_eq!(recheck_all(&[], vec![]).0.unwrap(), []);
    }

    #[test]
    fn one_alert_that_is_refused_does_not_hide_the_others() {
        let ids = [nth(1), ALERT.replace("5c0b", "5c0c"), nth(2)];
        let refused = on(1).answer(403, &json!({"error": {"code": "AuthorizationFailed", "message": "no role"}}));
        let (conditions, warnings) = recheck_all(&ids, vec![refused, says(2, "Resolved")]);
        assert_eq!(conditions.unwrap(), [None, None, Some(Condition::Resolved)]);
        assert_eq!(warnings, ["an alert's condition is not asked for", "Azure does not tell an alert's condition"]);
    }

    #[test]
    fn what_concerns_all_is_the_call_s_error() {
        for (step, kind) in [
            (on(1).answer(401, &json!({})), CallErrorKind::Unauthorized),
            (on(1).answer(429, &json!({})).header("retry-after", "9"), CallErrorKind::Throttled),
            (on(1).answer_text(200, "text/html", "<html>"), CallErrorKind::Protocol),
            (on(1).fail(Failure::OutcomeUnknown("reset".into())), CallErrorKind::Unavailable),
        ] {
            let (conditions, _) = recheck_all(&[nth(1)], vec![step]);
            let error = conditions.unwrap_err();
            assert_eq!(error.kind, kind);
            assert_eq!(error.retry_after.is_some(), kind == CallErrorKind::Throttled);
        }
    }

    #[test]
    fn a_refusal_by_the_operator_s_policy_is_told() {
        let (conditions, _) = recheck_all(&[nth(1)], vec![on(1).fail(Failure::Denied("no grant".into()))]);
        let error = conditions.unwrap_err();
        assert_eq!((error.kind, error.code.as_str()), (CallErrorKind::Rejected, "denied"));
    }
}
