//! Pieces of OData addresses: literals, conditions, the place of a row.
//!
//! A value is quoted, its quotes doubled, and the whole percent-encoded by whoever sends it: no value can begin another condition.

use signalbox_sdk::percent;

/// A text as a literal: `'O''Brien'`.
#[must_use]
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A condition: the column is this text.
#[must_use]
pub fn is(column: &str, text: &str) -> String {
    format!("{column} eq {}", literal(text))
}

/// Conditions, any of which must hold.
#[must_use]
pub fn any(conditions: impl IntoIterator<Item = String>) -> String {
    conditions.into_iter().collect::<Vec<_>>().join(" or ")
}

/// A row by its primary key, under the Web API's path: `incidents(…)`.
#[must_use]
pub fn row(entity_set: &str, id: &str) -> String {
    format!("{}({})", percent::encode(entity_set), percent::encode(id))
}

/// A row by an alternate key: `incidents(new_signalboxkey='…')`.
#[must_use]
pub fn row_by(entity_set: &str, column: &str, text: &str) -> String {
    format!("{}({}={})", percent::encode(entity_set), percent::encode(column), percent::encode(&literal(text)))
}

/// Whether this is an identity and not a name.
#[must_use]
pub fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The identity in `…/incidents(00aa6ac7-…)`.
#[must_use]
pub fn id_in(address: &str) -> Option<&str> {
    let (_, rest) = address.rsplit_once('(')?;
    rest.strip_suffix(')').filter(|id| is_guid(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00aa6ac7-6a3c-4d8e-9d52-6f3f7a1b2c3d";

    #[test]
    fn a_text_cannot_end_its_literal() {
        assert_eq!(is("name", "O'Brien' or 1 eq 1"), "name eq 'O''Brien'' or 1 eq 1'");
        assert_eq!(any(["a".to_owned(), "b".to_owned()]), "a or b");
    }

    #[test]
    fn rows_have_an_address() {
        assert_eq!(row("incidents", ID), format!("incidents({ID})"));
        assert_eq!(row_by("incidents", "new_key", "a'b/c"), "incidents(new_key=%27a%27%27b%2Fc%27)");
        assert_eq!(id_in(&format!("https://acme.crm.dynamics.com/api/data/v9.2/incidents({ID})")), Some(ID));
        assert_eq!(id_in("https://acme.crm.dynamics.com/api/data/v9.2/incidents"), None);
    }

    #[test]
    fn an_identity_is_known_by_its_shape() {
        assert!(is_guid(ID) && is_guid(&ID.to_uppercase()));
        for other in ["", "Contoso", &ID.replace('-', ""), &ID.replace('a', "g"), &format!("{ID}0")] {
            assert!(!is_guid(other), "{other}");
        }
    }
}
