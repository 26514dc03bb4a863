//! Budgets of before the common schema: `AIP Budget Notification`. Neither id, time nor state; the amounts are bare numbers.

use serde_json::Value;
use signalbox_sdk::source::DecodeError;
use signalbox_sdk::types::Condition;

use crate::body::malformed;
use crate::envelope::{Details, Envelope};
use crate::kind::Kind;
use crate::value::Lenient as _;

/// Members that tell such a body from another's that has a budget's name.
const SIGNS: &[&str] = &["NotificationThresholdAmount", "SpendingAmount", "Budget"];

/// Whether the data of a body without `schemaId` is of this schema.
pub fn is_one(data: &Value) -> bool {
    data.text("BudgetName").is_some() && data.any_field(SIGNS).is_some()
}

/// # Errors
/// `malformed` where the budget has no name.
pub fn read(data: &Value) -> Result<(Envelope, Details), DecodeError> {
    if data.text("BudgetName").is_none() {
        return Err(malformed("/data/BudgetName", "expected the name of the budget, found nothing"));
    }
    let mut envelope = Envelope::new(Condition::Fired);
    envelope.service = Some("CostAlerts".to_owned());
    envelope.subscription = data.text("SubscriptionId");
    let details = Kind::Budget.read(data, &envelope);
    Ok((envelope, details))
}
