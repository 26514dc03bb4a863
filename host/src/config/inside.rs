//! Where a value inside a section stands: what is wrong with it is shown where it is written.

use super::problem::Place;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// The place of a key of `section`, such as `url` or `keep.alerts`, as far as it leads to something that is written; the
/// section's place where nothing is.
#[must_use]
pub fn key(section: &Place, dotted: &str) -> Place {
    follow(section, dotted.split('.').map(str::to_owned))
}

/// The same for what a JSON Pointer leads to in `settings` of a section.
#[must_use]
pub fn settings(section: &Place, pointer: &str) -> Place {
    follow(section, std::iter::once("settings").map(str::to_owned).chain(pointer.split('/').skip(1).map(unescaped)))
}

fn follow(section: &Place, names: impl Iterator<Item = String>) -> Place {
    let (table, _) = DeTable::parse_recoverable(&section.file.text);
    let mut place = section.clone();
    let mut here = standing_at(table.get_ref(), &section.span);
    for name in names {
        let Some((span, value)) = here.and_then(|here| child(here, &name)) else { break };
        place.span = span;
        here = Some(value);
    }
    place
}

/// The section whose name stands there, or that stands there itself, as an element of a list does.
fn standing_at<'t>(table: &'t DeTable<'_>, span: &Range<usize>) -> Option<&'t DeValue<'t>> {
    table.iter().find_map(|(key, value)| match value.get_ref() {
        value if key.span() == *span => Some(value),
        DeValue::Table(inner) => standing_at(inner, span),
        DeValue::Array(list) => list.iter().find(|each| each.span() == *span).map(|each| each.get_ref()),
        _ => None,
    })
}

fn child<'t>(value: &'t DeValue<'t>, name: &str) -> Option<(Range<usize>, &'t DeValue<'t>)> {
    match value {
        DeValue::Table(table) => {
            let (key, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
            Some((key.span(), value.get_ref()))
        }
        DeValue::Array(array) => {
            let value = array.get(name.parse::<usize>().ok()?)?;
            Some((value.span(), value.get_ref()))
        }
        _ => None,
    }
}

/// A name out of a JSON Pointer (RFC 6901).
fn unescaped(name: &str) -> String {
    name.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::problem::SourceFile;
    use std::sync::Arc;

    const TEXT: &str = r#"
[mappings.standard]
transform = "field-map"
settings.title = "x"
settings.unwanted = ["a", { when = "b" }]
[mappings.standard.settings.create]
note = { value = 1, on = ["never"] }
[mappings.bare]
transform = "field-map"
[[routes]]
name = "first"
[[routes]]
name = "second"
hold = "1s"
"#;

    fn place(name: &str) -> Place {
        let start = TEXT.find(name).unwrap();
        let file = Arc::new(SourceFile { name: "config.toml".to_owned(), text: TEXT.into() });
        Place { file, span: start..start + name.len() }
    }

    #[test]
    fn a_finding_stands_where_its_value_is_written() {
        for (pointer, written) in [
            ("/title", "title"),
            ("/unwanted/1/when", "when"),
            ("/unwanted/0", "\"a\""),
            ("/create/note/on/0", "\"never\""),
            ("/create/note/as", "note"),
            ("/absent", "settings"),
            ("", "settings"),
        ] {
            let found = settings(&place("standard"), pointer);
            assert_eq!(&TEXT[found.span], written, "{pointer}");
        }
        assert_eq!(settings(&place("bare"), "/title").span, place("bare").span);
    }
    #[test]
    fn a_key_of_a_list_s_element_stands_in_that_element() {
        let second =
            Place { span: TEXT.rfind("[[routes]]").map(|start| start..start + 10).unwrap(), ..place("standard") };
        for (key, written) in [("hold", "hold"), ("when", "[[routes]]")] {
            let found = super::key(&second, key);
            assert_eq!(&TEXT[found.span], written);
        }
        assert_eq!(super::key(&second, "name").span.start, TEXT.rfind("name").unwrap());
    }
}
