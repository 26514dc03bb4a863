//! Files to sections. Each section is read by itself, so that one report names every mistake and not the first alone.

use super::problem::{Place, Problem, Problems, SourceFile};
use super::written::in_words_of_toml;
use serde::de::DeserializeOwned;
use std::{path::Path, sync::Arc};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A value with its place.
#[derive(Clone, Debug)]
pub struct Located<T> {
    /// Read and typed.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

/// A named section: `[sources.NAME]`.
#[derive(Clone, Debug)]
pub struct Named<T> {
    /// As written.
    pub name: String,
    /// The section.
    pub section: T,
    /// Where its name stands.
    pub place: Place,
}

/// Reads the file, or every `*.toml` of the folder in the order of their names.
///
/// # Errors
/// Where nothing can be read.
pub fn read_files(path: &Path) -> Result<Vec<Arc<SourceFile>>, Problems> {
    let unreadable = |path: &Path, cause: &std::io::Error| {
        Problems(vec![Problem::anywhere(format!("{} can't be read: {cause}", path.display()))])
    };
    let paths = if path.is_dir() {
        let entries = std::fs::read_dir(path).map_err(|cause| unreadable(path, &cause))?;
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        // Editors keep locks and copies beside a file, under a name that begins with a point.
        let is_hidden = |path: &Path| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        paths.retain(|each| each.extension().is_some_and(|extension| extension == "toml") && !is_hidden(each));
        paths.sort();
        if paths.is_empty() {
            return Err(Problems(vec![Problem::anywhere(format!("the folder {} has no *.toml", path.display()))]));
        }
        paths
    } else {
        vec![path.to_owned()]
    };
    paths
        .iter()
        .map(|path| match std::fs::read_to_string(path) {
            Ok(text) => Ok(Arc::new(SourceFile { name: path.display().to_string(), text: text.into() })),
            Err(cause) => Err(unreadable(path, &cause)),
        })
        .collect()
}

/// One file's top-level keys, and what was wrong so far.
pub struct Reader<'text> {
    file: Arc<SourceFile>,
    table: Vec<(Spanned<String>, Spanned<DeValue<'text>>)>,
    problems: Vec<Problem>,
}

// === impl Reader ===

impl<'text> Reader<'text> {
    /// Parses the file; what is not TOML is a problem, and the rest of the file is read as far as it goes.
    #[must_use]
    pub fn new(file: &Arc<SourceFile>, text: &'text str) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut reader = Self { file: file.clone(), table: Vec::new(), problems: Vec::new() };
        for error in &errors {
            reader.refuse(error, 0..text.len().min(1));
        }
        reader.table = entries(table.into_inner());
        reader
    }

    /// The section of this name, such as `[gateway]`.
    pub fn section<T: DeserializeOwned>(&mut self, name: &str) -> Option<Located<T>> {
        let (key, value) = self.take(name)?;
        let place = self.place(key.span());
        self.read(value).map(|value| Located { value, place })
    }

    /// The sections under this name, such as `[sources.NAME]`.
    pub fn named<T: DeserializeOwned>(&mut self, name: &str) -> Vec<Named<T>> {
        let Some((_, value)) = self.take(name) else { return Vec::new() };
        let span = value.span();
        let DeValue::Table(table) = value.into_inner() else {
            self.problems.push(Problem::at(&self.place(span), format!("`{name}` holds sections: write [{name}.NAME]")));
            return Vec::new();
        };
        let mut sections = Vec::new();
        for (key, value) in entries(table) {
            let place = self.place(key.span());
            if let Some(section) = self.read(value) {
                sections.push(Named { name: key.into_inner(), section, place });
            }
        }
        sections
    }

    /// The list under this name, such as `[[routes]]`.
    pub fn list<T: DeserializeOwned>(&mut self, name: &str) -> Vec<Located<T>> {
        let Some((_, value)) = self.take(name) else { return Vec::new() };
        let span = value.span();
        let DeValue::Array(array) = value.into_inner() else {
            self.problems.push(Problem::at(&self.place(span), format!("`{name}` is a list: write [[{name}]]")));
            return Vec::new();
        };
        let mut items = Vec::new();
        for value in array {
            let place = self.place(value.span());
            if let Some(value) = self.read(value) {
                items.push(Located { value, place });
            }
        }
        items
    }

    /// Ends the file: what nobody asked for is unknown.
    #[must_use]
    pub fn finish(mut self, known: &[&str]) -> Vec<Problem> {
        for (key, _) in std::mem::take(&mut self.table) {
            let message = format!("unknown key `{}`, expected one of: {}", key.get_ref(), known.join(", "));
            self.problems.push(Problem::at(&self.place(key.span()), message));
        }
        self.problems
    }

    /// What was wrong so far.
    #[must_use]
    pub fn problems(self) -> Vec<Problem> {
        self.problems
    }

    fn take(&mut self, name: &str) -> Option<(Spanned<String>, Spanned<DeValue<'text>>)> {
        let position = self.table.iter().position(|(key, _)| key.get_ref() == name)?;
        Some(self.table.remove(position))
    }

    fn read<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'text>>) -> Option<T> {
        let span = value.span();
        match T::deserialize(toml::de::ValueDeserializer::from(value)) {
            Ok(read) => Some(read),
            Err(error) => {
                self.refuse(&error, span);
                None
            }
        }
    }

    fn refuse(&mut self, error: &toml::de::Error, otherwise: std::ops::Range<usize>) {
        let place = self.place(error.span().unwrap_or(otherwise));
        self.problems.push(Problem::at(&place, in_words_of_toml(error.message())));
    }

    fn place(&self, span: std::ops::Range<usize>) -> Place {
        Place { file: self.file.clone(), span }
    }
}

fn entries(table: DeTable<'_>) -> Vec<(Spanned<String>, Spanned<DeValue<'_>>)> {
    table.into_iter().map(|(key, value)| (Spanned::new(key.span(), key.into_inner().into_owned()), value)).collect()
}
