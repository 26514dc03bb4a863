//! Answers as pictures: SVG, for a page, a mail or a wiki.
//!
//! Months make lines, anything else makes bars. A picture shows one or two columns of the same unit, and at most [`BARS`] bars.
//! Its texts come from strangers: they are cut, and escaped as XML wants them, and characters that XML knows none of are
//! taken out, so that no text can become an element, an attribute or a script. It loads nothing from elsewhere.

use super::{Answer, By, Report, Row, Unit};
use std::fmt::Write as _;

/// The most bars of a picture; what is beyond stands in the table.
pub const BARS: usize = 20;

const WIDTH: f64 = 760.0;
const TOP: f64 = 56.0;
const BOTTOM: f64 = 44.0;
const COLOURS: [&str; 2] = ["#2f6f9f", "#c9732b"];

/// An answer's picture; none where it has no row that a picture could show.
#[must_use]
pub fn svg(answer: &Answer) -> Option<String> {
    let shown = shown(answer)?;
    let label = answer.columns.first()?;
    let unit = answer.columns.iter().find(|column| Some(&column.name.as_str()) == shown.first())?.unit;
    let rows: Vec<_> = answer.rows.iter().take(BARS.max(usize::from(is_in_time(answer)) * 120)).collect();
    let series: Vec<Vec<f64>> = shown
        .iter()
        .map(|column| rows.iter().map(|row| answer.cell(row, column).number().unwrap_or(0.0)).collect())
        .collect();
    let greatest = series.iter().flatten().copied().fold(0.0, f64::max);
    if rows.is_empty() || greatest <= 0.0 {
        return None;
    }
    let labels: Vec<_> = rows.iter().map(|row| label_of(answer, row, &label.name)).collect();
    let picture = Picture { series, labels, greatest, unit };
    let (height, drawn) = if is_in_time(answer) { picture.lines() } else { picture.bars() };
    let title = format!("{} by {}", answer.report, answer.by);
    let under = format!("{} to {} (UTC)", answer.span.since, answer.span.until);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"12\" y=\"22\" font-size=\"15\">{title}</text>\n<text x=\"12\" y=\"40\" fill=\"#666666\">{under}</text>\n",
        title = escaped(&title),
        under = escaped(&under),
    );
    svg.push_str(&drawn);
    svg.push_str(&legend(&shown, height));
    svg.push_str("</svg>\n");
    Some(svg)
}

/// The columns that a picture of this answer shows.
fn shown(answer: &Answer) -> Option<Vec<&'static str>> {
    Some(match answer.report.parse().ok()? {
        Report::IncidentsAfterChanges if answer.by == By::Change.as_str() => vec!["incidents"],
        Report::IncidentsAfterChanges => vec!["changes", "failures"],
        Report::TimeToResolve => vec!["p50", "p90"],
        Report::Noisiest => vec!["tickets"],
        Report::MetricsBeforeIncidents => vec!["incidents"],
        Report::FlappingRules => vec!["returns"],
        Report::AlertsWithoutTickets => vec!["alerts", "without_ticket"],
        Report::TicketsWithoutAlerts => vec!["incidents", "without_alert"],
    })
}

fn is_in_time(answer: &Answer) -> bool {
    answer.by == By::Month.as_str()
}

fn label_of(answer: &Answer, row: &Row, column: &str) -> String {
    match answer.cell(row, column) {
        super::Cell::Text(text) => cut(text),
        _ => "(none)".to_owned(),
    }
}

fn cut(text: &str) -> String {
    const LONGEST: usize = 32;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// What is drawn, without its frame.
struct Picture {
    series: Vec<Vec<f64>>,
    labels: Vec<String>,
    greatest: f64,
    unit: Unit,
}

// === impl Picture ===

impl Picture {
    /// A row a label, a bar a column; answers its height, too.
    fn bars(&self) -> (f64, String) {
        const LEFT: f64 = 230.0;
        const RIGHT: f64 = 80.0;
        let thick = 14.0;
        let each = thick * places(self.series.len()) + 8.0;
        let mut drawn = String::new();
        for (place, label) in self.labels.iter().enumerate() {
            let top = TOP + each * places(place);
            let middle = top + each / 2.0;
            let _ = writeln!(
                drawn,
                "<text x=\"{x}\" y=\"{middle:.1}\" text-anchor=\"end\">{label}</text>",
                x = LEFT - 8.0,
                label = escaped(label)
            );
            for (number, (series, colour)) in self.series.iter().zip(COLOURS).enumerate() {
                let value = series.get(place).copied().unwrap_or_default();
                let width = (WIDTH - LEFT - RIGHT) * value / self.greatest;
                let y = top + thick * places(number);
                let _ = writeln!(
                    drawn,
                    "<rect x=\"{LEFT}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\" fill=\"{colour}\"/>\
                     <text x=\"{x:.1}\" y=\"{under:.1}\">{said}</text>",
                    height = thick - 2.0,
                    x = LEFT + width + 6.0,
                    under = y + thick - 4.0,
                    said = self.said(value)
                );
            }
        }
        (TOP + each * places(self.labels.len()) + BOTTOM, drawn)
    }

    /// A point a label from left to right, a line a column.
    fn lines(&self) -> (f64, String) {
        const LEFT: f64 = 90.0;
        const HEIGHT: f64 = 240.0;
        let step = (WIDTH - LEFT - 40.0) / places(self.labels.len().saturating_sub(1).max(1));
        let x = |place: usize| LEFT + step * places(place);
        let y = |value: f64| TOP + HEIGHT * (1.0 - value / self.greatest);
        let mut drawn = String::new();
        for part in [0.0, 0.5, 1.0] {
            let value = self.greatest * part;
            let _ = writeln!(
                drawn,
                "<line x1=\"{LEFT}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#dddddd\"/>\
                 <text x=\"{beside}\" y=\"{under:.1}\" text-anchor=\"end\">{said}</text>",
                right = WIDTH - 40.0,
                at = y(value),
                beside = LEFT - 8.0,
                under = y(value) + 4.0,
                said = self.said(value)
            );
        }
        let seldom = self.labels.len().div_ceil(12).max(1);
        for (place, label) in self.labels.iter().enumerate().step_by(seldom) {
            let (at, under) = (x(place), TOP + HEIGHT + 18.0);
            let label = escaped(label);
            let _ = writeln!(drawn, "<text x=\"{at:.1}\" y=\"{under}\" text-anchor=\"middle\">{label}</text>");
        }
        for (series, colour) in self.series.iter().zip(COLOURS) {
            let points = series.iter().enumerate().map(|(place, value)| format!("{:.1},{:.1}", x(place), y(*value)));
            let points = points.collect::<Vec<_>>().join(" ");
            let _ =
                writeln!(drawn, "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
            for (place, value) in series.iter().enumerate() {
                let (across, down) = (x(place), y(*value));
                let _ = writeln!(drawn, "<circle cx=\"{across:.1}\" cy=\"{down:.1}\" r=\"3\" fill=\"{colour}\"/>");
            }
        }
        (TOP + HEIGHT + 24.0 + BOTTOM, drawn)
    }

    /// A value in a word.
    fn said(&self, value: f64) -> String {
        match self.unit {
            Unit::Seconds if value >= 86_400.0 => format!("{:.1} d", value / 86_400.0),
            Unit::Seconds if value >= 3_600.0 => format!("{:.1} h", value / 3_600.0),
            Unit::Seconds if value >= 60.0 => format!("{:.1} min", value / 60.0),
            Unit::Seconds => format!("{value:.0} s"),
            Unit::Share => format!("{:.1} %", value * 100.0),
            _ => format!("{value:.0}"),
        }
    }
}

fn legend(shown: &[&str], height: f64) -> String {
    let mut legend = String::new();
    for (place, (column, colour)) in shown.iter().zip(COLOURS).enumerate() {
        let (x, y) = (12.0 + 160.0 * places(place), height - 14.0);
        let _ = writeln!(
            legend,
            "<rect x=\"{x}\" y=\"{top}\" width=\"12\" height=\"12\" fill=\"{colour}\"/><text x=\"{beside}\" y=\"{y}\">{column}</text>",
            top = y - 10.0,
            beside = x + 18.0,
            column = escaped(&column.replace('_', " "))
        );
    }
    legend
}

/// A small number of things, to reckon with.
fn places(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}

/// A text as XML wants it: <https://www.w3.org/TR/xml/#charsets>.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for each in text.chars() {
        match each {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                escaped.push('\u{fffd}');
            }
            each if each.is_control() => escaped.push('\u{fffd}'),
            each => escaped.push(each),
        }
    }
    escaped
}

#[cfg(test)]
#[path = "chart_tests.rs"]
mod tests;
