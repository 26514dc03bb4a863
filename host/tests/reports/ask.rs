//! Asking a book, and answers as tables that a test can write down.

use super::book::{Book, at};
use signalbox::report::{Answer, Asked, Cell, Question, Report};

/// A year from its first moment to the last.
pub fn the_year() -> Asked {
    Asked {
        since: Some("2026-01-01".to_owned()),
        until: Some("2027-01-01".to_owned()),
        limit: Some(1_000),
        ..Asked::default()
    }
}

pub fn by(what: &str) -> Asked {
    Asked { by: Some(what.to_owned()), ..the_year() }
}

impl Book {
    pub async fn ask(&self, report: Report, asked: &Asked) -> Answer {
        let question = Question::try_new(report, asked, at(0)).unwrap();
        self.store.reports.answer(question).await.unwrap()
    }
}

/// Rows as lines: cells in their columns' order, with ` | ` between them.
pub fn lines(answer: &Answer) -> Vec<String> {
    let line = |row| {
        let cells = answer.columns.iter().map(|column| word(answer.cell(row, &column.name)));
        cells.collect::<Vec<_>>().join(" | ")
    };
    answer.rows.iter().map(line).collect()
}

/// Figures as `name value`.
pub fn figures(answer: &Answer) -> Vec<String> {
    answer.figures.iter().map(|figure| format!("{} {}", figure.name, word(&figure.value))).collect()
}

fn word(cell: &Cell) -> String {
    match cell {
        Cell::None => "-".to_owned(),
        Cell::Count(count) => count.to_string(),
        Cell::Number(number) => format!("{number}"),
        Cell::Text(text) => text.clone(),
    }
}
