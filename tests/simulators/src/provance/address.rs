//! What a path under `/api/data/vX.Y/` names.

use super::refusal::Refusal;

/// One segment of a path: a name, perhaps with something in brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// `incidents`.
    pub name: String,
    /// What stands in its brackets; none where it has none.
    pub key: Option<Key>,
}

/// What stands in brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// An identity.
    Id(String),
    /// A column with a text.
    Column(String, String),
    /// Nothing: a function's call.
    Empty,
}

/// The segments after the Web API's own path, and that path.
///
/// # Errors
/// [`Refusal::NoSegment`] where the path is another.
pub fn parse(path: &str) -> Result<(String, Vec<Segment>), Refusal> {
    let decoded = decode(path);
    let none = || Refusal::NoSegment(decoded.trim_start_matches('/').to_owned());
    let rest = decoded.strip_prefix("/api/data/v").ok_or_else(none)?;
    let (version, rest) = rest.split_once('/').ok_or_else(none)?;
    let supported = version.split_once('.').is_some_and(|(major, minor)| major == "9" && minor.parse::<u8>().is_ok());
    if !supported {
        return Err(none());
    }
    let segments = split(rest).into_iter().map(|segment| read(&segment).ok_or(segment)).collect::<Result<Vec<_>, _>>();
    let segments = segments.map_err(Refusal::NoSegment)?;
    if segments.is_empty() {
        return Err(none());
    }
    Ok((format!("/api/data/v{version}"), segments))
}

/// Percent-decoded; what is no UTF-8 then names nothing.
fn decode(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        if byte == b'%' {
            let digits = rest.next().and_then(hex).zip(rest.next().and_then(hex));
            bytes.extend(digits.map(|(high, low)| high * 16 + low));
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Split at slashes outside of quotes.
fn split(path: &str) -> Vec<String> {
    let (mut segments, mut current, mut quoted) = (Vec::new(), String::new(), false);
    for character in path.chars() {
        quoted ^= character == '\'';
        if character == '/' && !quoted {
            segments.push(std::mem::take(&mut current));
        } else {
            current.push(character);
        }
    }
    segments.push(current);
    segments.retain(|segment| !segment.is_empty());
    segments
}

fn read(segment: &str) -> Option<Segment> {
    let Some((name, rest)) = segment.split_once('(') else {
        return Some(Segment { name: segment.to_owned(), key: None });
    };
    let inner = rest.strip_suffix(')')?;
    let key = match inner.split_once('=') {
        None if inner.is_empty() => Key::Empty,
        None => Key::Id(inner.to_ascii_lowercase()),
        Some((column, literal)) => {
            let text = literal.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'");
            Key::Column(column.to_owned(), text)
        }
    };
    Some(Segment { name: name.to_owned(), key: Some(key) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(name: &str, key: Option<Key>) -> Segment {
        Segment { name: name.into(), key }
    }

    #[test]
    fn segments_have_names_and_keys() {
        let by_key = Key::Column("new_key".into(), "a/b'c".into());
        for (path, segments) in [
            ("incidents", vec![segment("incidents", None)]),
            ("incidents(0A-B)", vec![segment("incidents", Some(Key::Id("0a-b".into())))]),
            ("incidents(new_key=%27a%2Fb%27%27c%27)", vec![segment("incidents", Some(by_key))]),
            ("WhoAmI()", vec![segment("WhoAmI", Some(Key::Empty))]),
            (
                "EntityDefinitions(LogicalName='x')/Attributes",
                vec![
                    segment("EntityDefinitions", Some(Key::Column("LogicalName".into(), "x".into()))),
                    segment("Attributes", None),
                ],
            ),
        ] {
            let (api, found) = parse(&format!("/api/data/v9.2/{path}")).unwrap();
            assert_eq!((api.as_str(), found), ("/api/data/v9.2", segments), "{path}");
        }
    }

    #[test]
    fn another_path_is_refused() {
        for path in [
            "/",
            "/api/data/v8.2/incidents",
            "/api/data/v9.2",
            "/api/data/v9.2/",
            "/api/data/v9.2/incidents(x",
            "/other",
        ] {
            assert!(parse(path).is_err(), "{path}");
        }
    }
}
