//! Request Tracker's own fields as a mapping may name them; every other name is a custom field's.
//!
//! A custom field that is called like one of these is named `CF.{Subject}`.

/// What a field of Request Tracker's own holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// One line.
    Line,
    /// A name that is the same in capitals: a status, a queue, a user.
    Name,
    /// A whole number.
    Number,
    /// A time, to the second.
    Date,
    /// Users, by name or mail address.
    People,
}

/// Where a name leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// A field that every ticket has.
    Own(Sort),
    /// A custom field, by its name.
    Custom(&'a str),
}

/// The fields that every ticket has and a mapping may set.
pub const OWN: [(&str, Sort); 15] = [
    ("Subject", Sort::Line),
    ("Status", Sort::Name),
    ("Queue", Sort::Name),
    ("Owner", Sort::Name),
    ("Priority", Sort::Number),
    ("InitialPriority", Sort::Number),
    ("FinalPriority", Sort::Number),
    ("TimeEstimated", Sort::Number),
    ("TimeLeft", Sort::Number),
    ("Starts", Sort::Date),
    ("Started", Sort::Date),
    ("Due", Sort::Date),
    ("Requestor", Sort::People),
    ("Cc", Sort::People),
    ("AdminCc", Sort::People),
];

/// Where a name leads.
#[must_use]
pub fn place(name: &str) -> Place<'_> {
    match OWN.iter().find(|(own, _)| *own == name) {
        Some((_, sort)) => Place::Own(*sort),
        None => Place::Custom(custom_name(name)),
    }
}

/// How a custom field is named so that it is not taken for one of Request Tracker's own.
#[must_use]
pub fn name_of_custom(name: &str) -> String {
    if OWN.iter().any(|(own, _)| *own == name) { format!("CF.{{{name}}}") } else { name.to_owned() }
}

/// A custom field's own name, `Site` for `CF.{Site}`.
fn custom_name(name: &str) -> &str {
    name.strip_prefix("CF.{").and_then(|rest| rest.strip_suffix('}')).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_ticket_s_own_is_a_custom_field() {
        assert_eq!(place("Due"), Place::Own(Sort::Date));
        assert_eq!(place("Site"), Place::Custom("Site"));
        assert_eq!(place("CF.{Site}"), Place::Custom("Site"));
        assert_eq!(place("CF.{Due}"), Place::Custom("Due"));
        assert_eq!(place("MergeInto"), Place::Custom("MergeInto"));
    }

    #[test]
    fn a_name_leads_back_to_its_custom_field() {
        for name in ["Site", "Due", "CF.{x}y"] {
            assert_eq!(place(&name_of_custom(name)), Place::Custom(name));
        }
    }
}
