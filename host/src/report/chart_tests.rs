use super::*;
use crate::report::{Asked, Cell, Question};

fn answer(report: Report, by: By, columns: &[(&str, Unit)], rows: Vec<Vec<Cell>>) -> Answer {
    let asked = Asked { by: Some(by.as_str().to_owned()), until: Some("2026-02-01".to_owned()), ..Asked::default() };
    Answer::new(&Question::try_new(report, &asked, "2026-02-01T00:00:00Z".parse().unwrap()).unwrap(), columns, rows)
}

fn noisiest(rows: Vec<(&str, u64)>) -> Answer {
    let rows = rows.into_iter().map(|(rule, tickets)| vec![Cell::text(rule), tickets.into()]).collect();
    answer(Report::Noisiest, By::Rule, &[("rule", Unit::Text), ("tickets", Unit::Count)], rows)
}

#[test]
fn a_strangers_text_is_no_element() {
    let hostile = ["</text><script>alert(1)</script>", "\" onload=\"x", "&amp;'", "a\u{0}\u{1b}[2J\u{202e}", ""];
    let svg = svg(&noisiest(hostile.into_iter().map(|rule| (rule, 1)).collect())).unwrap();
    assert!(!svg.contains("<script") && !svg.contains("\" onload"), "{svg}");
    assert!(svg.contains("&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;"), "{svg}");
    assert!(svg.contains("&amp;amp;&#39;") && svg.contains("&quot; onload=&quot;x") && svg.contains("(none)"), "{svg}");
    let obeyed = |each: char| each != '\n' && (each.is_control() || each == '\u{202e}');
    assert!(!svg.contains(obeyed), "{svg:?}");
}

#[test]
fn the_greatest_value_has_the_longest_bar() {
    let svg = svg(&noisiest(vec![("loud", 10), ("quiet", 5)])).unwrap();
    assert!(svg.contains("width=\"450.0\"") && svg.contains("width=\"225.0\""), "{svg}");
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" ") && svg.ends_with("</svg>\n"));
    assert!(svg.contains("<title>noisiest by rule</title>"));
}

#[test]
fn there_is_a_bar_for_each_row_up_to_a_bound() {
    let svg = svg(&noisiest(vec![("rule", 1); BARS + 5])).unwrap();
    assert_eq!(svg.matches("height=\"12\" fill=").count(), BARS + 1, "with the one of the legend");
}

#[test]
fn months_make_lines() {
    let columns = [("month", Unit::Text), ("p50", Unit::Seconds), ("p90", Unit::Seconds)];
    let row = |month: &str, p50: u64, p90: u64| vec![Cell::text(month), p50.into(), p90.into()];
    let rows = vec![row("2026-01", 60, 7200), row("2026-02", 120, 3600)];
    let svg = svg(&answer(Report::TimeToResolve, By::Month, &columns, rows)).unwrap();
    assert_eq!((svg.matches("<polyline").count(), svg.matches("<circle").count()), (2, 4), "{svg}");
    assert!(svg.contains("2.0 h") && svg.contains("2026-02") && svg.contains("p90"), "{svg}");
}

#[test]
fn of_nothing_there_is_no_picture() {
    assert_eq!(svg(&noisiest(Vec::new())), None);
    assert_eq!(svg(&noisiest(vec![("silent", 0)])), None);
}
