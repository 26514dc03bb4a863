//! What is wrong with a configuration: which file, which line and column, what was expected, and the line itself.

use super::inside;
use miette::{Diagnostic, NamedSource, SourceSpan};
use std::{fmt, ops::Range, sync::Arc};

/// One file of the configuration.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// As the operator named it.
    pub name: String,
    /// Its text.
    pub text: Arc<str>,
}

/// Where something stands in the configuration.
#[derive(Clone, Debug)]
pub struct Place {
    /// In which file.
    pub file: Arc<SourceFile>,
    /// Bytes of its text.
    pub span: Range<usize>,
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What, and what was expected.
    pub message: String,
    /// Where; none for what no line is to blame for.
    pub place: Option<Place>,
}

/// Everything that is wrong: a configuration is taken whole, or not at all.
#[derive(Clone, Debug, Default)]
pub struct Problems(pub Vec<Problem>);

// === impl Place ===

impl Place {
    /// Line and column, counted from 1; columns are characters.
    #[must_use]
    pub fn line_and_column(&self) -> (usize, usize) {
        let before = self.file.text.get(..self.span.start).unwrap_or(&self.file.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

// === impl Problem ===

impl Problem {
    /// Something wrong at a place.
    pub fn at(place: &Place, message: impl Into<String>) -> Self {
        Self { message: message.into(), place: Some(place.clone()) }
    }

    /// Something wrong with a key of the section that stands at a place.
    pub fn in_section(section: &Place, key: &str, message: impl Into<String>) -> Self {
        Self::at(&inside::key(section, key), message)
    }

    /// Something wrong that no line is to blame for.
    pub fn anywhere(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            let (line, column) = place.line_and_column();
            write!(out, "{}:{line}:{column}: ", place.file.name)?;
        }
        out.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

// === impl Problems ===

impl Problems {
    /// For people: each problem with its line shown and marked. Each message is one line, however long: it is looked for.
    #[must_use]
    pub fn render(&self, colours: bool) -> String {
        let theme = if colours { miette::GraphicalTheme::unicode() } else { miette::GraphicalTheme::unicode_nocolor() };
        let handler = miette::GraphicalReportHandler::new_themed(theme).with_wrap_lines(false);
        let mut text = String::new();
        for problem in &self.0 {
            let shown = Shown::from(problem);
            if handler.render_report(&mut text, &shown).is_err() {
                text.push_str(&problem.to_string());
                text.push('\n');
            }
        }
        text
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, problem) in self.0.iter().enumerate() {
            if nth > 0 {
                out.write_str("\n")?;
            }
            problem.fmt(out)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// A problem as the report handler wants it.
#[derive(Debug)]
struct Shown {
    message: String,
    source: Option<NamedSource<String>>,
    span: SourceSpan,
}

impl From<&Problem> for Shown {
    fn from(problem: &Problem) -> Self {
        let source =
            problem.place.as_ref().map(|place| NamedSource::new(&place.file.name, place.file.text.to_string()));
        let span = problem.place.as_ref().map_or(0..0, |place| place.span.clone());
        Self { message: problem.to_string(), source, span: span.into() }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.source.as_ref().map(|source| source as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        self.source.as_ref()?;
        Some(Box::new(std::iter::once(miette::LabeledSpan::underline(self.span))))
    }
}
