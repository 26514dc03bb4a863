//! Smart detection, failure anomalies among it. Azure closes these by itself without a word, so they count as never resolved,
//! unless a body says otherwise.

use serde_json::Value;

use super::Kind;
use crate::envelope::Details;
use crate::html;
use crate::link;
use crate::time::Time;
use crate::value::Lenient as _;

const FACTS: &[(&str, &str)] = &[
    ("SmartDetectorName", "Detector"),
    ("DetectedValue", "Detected value"),
    ("NormalValue", "Normal value"),
    ("DetectedFailureRate", "Detected failure rate"),
    ("NormalFailureRate", "Normal failure rate"),
    ("FormattedOccurrenceTime", "Occurred"),
    ("FormattedOccurenceTime", "Occurred"),
    ("AnalysisTimestamp", "Analysed"),
];

pub fn read(context: &Value) -> Details {
    let mut details = Details::new(Kind::SmartDetector);
    let detected = context.any_text(&["DetectedValue", "DetectedFailureRate"]);
    let normal = context.any_text(&["NormalValue", "NormalFailureRate"]);
    let measured = match (detected, normal) {
        (Some(detected), Some(normal)) => format!("{detected}, normally {normal}"),
        (detected, normal) => detected.or(normal).unwrap_or_default(),
    };
    let summary = [context.text("DetectionSummary").unwrap_or_default(), measured];
    details.summary = summary.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
    details.facts_of("detection", context, FACTS);
    details.seen = Time::of(context, &["AnalysisTimestamp", "FormattedOccurrenceTime", "FormattedOccurenceTime"]);
    details.rule = context.text("SmartDetectorName");
    if let Some(detector) = context.text("SmartDetectorId") {
        details.identity.push(("detector", detector.to_lowercase()));
        details.label("detector", Some(detector));
    }
    let addresses = context.list("LinksTable").into_iter().filter_map(|row| row.text("Link"));
    details.links =
        addresses.flat_map(|markup| html::links(&markup)).filter_map(|url| link::https("Detection", &url)).collect();
    details
}
