//! Cost alerts of budgets, in the common schema and in the older one. Nearly all essentials are null; amounts are text with a
//! currency sign. A budget's thresholds are problems of their own, and none is ever resolved.

use serde_json::Value;
use signalbox_sdk::types::Severity;

use super::Kind;
use crate::arm::{ArmId, canonical};
use crate::envelope::Details;
use crate::value::Lenient as _;
use crate::words::{number, parse_amount, squeeze};

const FACTS: &[(&str, &str)] = &[
    ("BudgetName", "Budget"),
    ("ThresholdType", "Threshold type"),
    ("BudgetType", "Budget type"),
    ("BudgetStartDate", "Budget start"),
    ("BudgetCreator", "Budget creator"),
    ("SubscriptionName", "Subscription"),
    ("ResourceGroup", "Resource group"),
];

pub fn read(context: &Value) -> Details {
    let mut details = Details::new(Kind::Budget);
    let data = context.field("AlertData").unwrap_or(context);
    let name = data.text("BudgetName");
    let forecast = data.text("ThresholdType").is_some_and(|text| squeeze(&text).starts_with("forecast"));
    let spent = data.any_text(&["SpentAmount", "SpendingAmount"]);
    let expected = data.any_text(&["ForecastedTotalForPeriod", "ForecastedAmount"]);
    let sent_threshold = data.text("NotificationThresholdAmount");
    let threshold = sent_threshold.clone().map(|threshold| share(&threshold, data).unwrap_or(threshold));
    let budget = data.any_text(&["BudgetThreshold", "Budget"]);
    let unit = data.text("Unit").unwrap_or_default();
    let cost = if forecast { "forecast cost" } else { "actual cost" };
    let measured = if forecast { expected.clone().or_else(|| spent.clone()) } else { spent.clone() };

    details.severity = Some(Severity::Warning);
    details.summary = [
        Some(cost.to_owned()),
        measured.clone(),
        threshold.as_ref().map(|threshold| format!("> {threshold}")),
        name.as_ref().map(|name| format!("of budget {name}")),
        budget.as_ref().map(|budget| format!("({budget})")),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" ");
    details.title = name.as_ref().map(|name| {
        threshold
            .as_ref()
            .map_or_else(|| format!("Budget {name}: {cost}"), |amount| format!("Budget {name}: {cost} over {amount}"))
    });
    details.rule = name.clone();
    details.facts_of("budget", data, FACTS);
    for (name, amount) in [
        ("Measured value", measured),
        ("Spent", spent.filter(|_| forecast)),
        ("Threshold", threshold.clone()),
        ("Budget amount", budget),
    ] {
        details.unit_fact("cost", name, amount.unwrap_or_default(), &unit);
    }
    let scope = data.text("Scope").or_else(|| older_scope(data));
    let id = data.text("BudgetId");
    details.resources.extend(scope.as_deref().and_then(ArmId::parse).map(|scope| scope.to_resource()));
    if let Some(id) = id.as_deref().and_then(ArmId::parse) {
        details.resources.insert(0, id.to_resource());
    }
    // The older schema names no id: scope and name are what an id is made of.
    match (id, name) {
        (Some(id), _) => details.identity.push(("budget", canonical(&id))),
        (None, Some(name)) => {
            details.identity.push((
                "budget",
                format!("{}/{}", canonical(scope.as_deref().unwrap_or_default()), name.to_lowercase()),
            ));
        }
        (None, None) => {}
    }
    details.stands_alone = !details.identity.is_empty();
    if !details.stands_alone {
        details.identity.extend(scope.map(|scope| ("scope", canonical(&scope))));
    }
    details.identity.push(("threshold-type", if forecast { "forecasted" } else { "actual" }.to_owned()));
    if let Some(threshold) = sent_threshold {
        details.identity.push(("threshold", parse_amount(&threshold).map_or(threshold, number)));
    }
    details.label("alert-category", context.text("AlertCategory"));
    details.label("threshold-type", data.text("ThresholdType").map(|text| text.to_lowercase()));
    details
}

/// The older schema gives the threshold as a share of the budget, 0.8 for 80 %.
fn share(threshold: &str, data: &Value) -> Option<String> {
    data.field("SpendingAmount")?;
    let share = parse_amount(threshold).filter(|share| *share <= 10.0)?;
    Some(format!("{} %", number(share * 100.0)))
}

/// The older schema gives a subscription and perhaps a group.
fn older_scope(data: &Value) -> Option<String> {
    let subscription = format!("/subscriptions/{}", data.text("SubscriptionId")?);
    let group = data.text("ResourceGroup").map(|group| format!("/resourceGroups/{group}"));
    Some(subscription + &group.unwrap_or_default())
}
