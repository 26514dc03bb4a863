//! How a row looks in an answer.

use serde_json::{Map, Value, json};

use super::{
    query::{View, Zone, parse_time, walk},
    schema::{Field, Kind, Name, Table},
    store::Row,
};
use crate::shared::Parameters;

/// `sysparm_display_value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Display {
    /// What is stored.
    Value,
    /// What people see.
    Shown,
    /// Both.
    All,
}

/// What the caller wants to see of rows.
#[derive(Debug, Clone)]
pub struct Appearance<'a> {
    display: Display,
    links: bool,
    fields: Option<Vec<&'a str>>,
    base: &'a str,
    zone: Zone,
}

impl<'a> Appearance<'a> {
    /// Reads `sysparm_display_value`, `sysparm_exclude_reference_link` and `sysparm_fields`.
    #[must_use]
    pub fn of(parameters: &'a Parameters, base: &'a str, zone: Zone) -> Self {
        let display = match parameters.get("sysparm_display_value") {
            Some("true") => Display::Shown,
            Some("all") => Display::All,
            _ => Display::Value,
        };
        let fields = parameters.get("sysparm_fields").filter(|fields| !fields.is_empty());
        Self {
            display,
            links: !parameters.is_true("sysparm_exclude_reference_link"),
            fields: fields.map(|fields| fields.split(',').map(str::trim).collect()),
            base,
            zone,
        }
    }

    /// One row. A field that was asked for and isn't there is left out.
    #[must_use]
    pub fn row(&self, view: View<'_>, row: &Row) -> Value {
        let Some(table) = view.schema.table(&row.table) else { return Value::Null };
        let Some(fields) = &self.fields else {
            let all = table.fields.iter();
            return all.map(|(name, field)| (name.to_string(), self.field(view, name, field, row))).collect();
        };
        let mut shown = Map::new();
        for path in fields {
            if let Some((names, field)) = self.walk_to(view, table, path) {
                let value = match names.split_last() {
                    Some((name, references)) => self.far_field(view, references, name, field, row),
                    None => continue,
                };
                shown.insert((*path).to_owned(), value);
            }
        }
        Value::Object(shown)
    }

    fn walk_to<'s>(&self, view: View<'s>, table: &'s Table, path: &str) -> Option<(Vec<Name>, &'s Field)> {
        let mut table = table;
        let mut names = Vec::new();
        let mut steps = path.split('.').peekable();
        while let Some(step) = steps.next() {
            let (name, field) = table.fields.get_key_value(step)?;
            names.push(name.clone());
            if steps.peek().is_none() {
                return Some((names, field));
            }
            let Kind::Reference(to) = field.kind else { return None };
            table = view.schema.table(to)?;
        }
        None
    }

    fn far_field(&self, view: View<'_>, references: &[Name], name: &str, field: &Field, row: &Row) -> Value {
        if references.is_empty() {
            return self.field(view, name, field, row);
        }
        match view.store.row(walk(view, row, references)) {
            Some(far) => self.field(view, name, field, far),
            None => self.scalar("", ""),
        }
    }

    fn field(&self, view: View<'_>, name: &str, field: &Field, row: &Row) -> Value {
        let value = row.get(name);
        match field.kind {
            Kind::Reference(to) => self.reference(view, to, value),
            Kind::Journal if self.display == Display::Value => Value::from(""),
            Kind::Journal => self.scalar("", &journal(view, name, field, row)),
            Kind::Time => self.scalar(value, &parse_time(value).map_or_else(String::new, |at| self.zone.show(at))),
            _ if name == "sys_class_name" => self.scalar(value, view.schema.table(value).map_or(value, |t| t.label)),
            _ => self.scalar(value, field.label_of(value)),
        }
    }

    fn scalar(&self, value: &str, shown: &str) -> Value {
        match self.display {
            Display::Value => Value::from(value),
            Display::Shown => Value::from(shown),
            Display::All => json!({ "display_value": shown, "value": value }),
        }
    }

    fn reference(&self, view: View<'_>, to: &str, value: &str) -> Value {
        if value.is_empty() || !self.links {
            return self.scalar(value, view.display_of(value));
        }
        let link = format!("{}/api/now/table/{to}/{value}", self.base);
        match self.display {
            Display::Value => json!({ "link": link, "value": value }),
            Display::Shown => json!({ "display_value": view.display_of(value), "link": link }),
            Display::All => json!({ "display_value": view.display_of(value), "link": link, "value": value }),
        }
    }
}

/// All entries of a journal field as people see them, newest first.
fn journal(view: View<'_>, name: &str, field: &Field, row: &Row) -> String {
    let mut entries: Vec<_> = view.store.find("element_id", &row.sys_id).unwrap_or_default();
    entries.retain(|entry| entry.get("element") == name);
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.born));
    let texts = entries.iter().map(|entry| {
        let (at, by) = (entry.get("sys_created_on"), entry.get("sys_created_by"));
        format!("{at} - {by} ({})\n{}\n\n", field.label, entry.get("value"))
    });
    texts.collect()
}

/// The `Link` header of a page of a list.
#[must_use]
pub fn links(base: &str, path: &str, parameters: &Parameters, limit: usize, offset: usize, total: usize) -> String {
    let address = |offset: usize| {
        let others = parameters.0.iter().filter(|(name, _)| name != "sysparm_offset" && name != "sysparm_limit");
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(others);
        query.append_pair("sysparm_limit", &limit.to_string());
        query.append_pair("sysparm_offset", &offset.to_string());
        format!("<{base}{path}?{}>", query.finish())
    };
    let step = limit.max(1);
    let last = total.saturating_sub(1) / step * step;
    let mut links = vec![format!("{};rel=\"first\"", address(0))];
    if offset > 0 {
        links.push(format!("{};rel=\"prev\"", address(offset.saturating_sub(step))));
    }
    if offset.saturating_add(limit) < total {
        links.push(format!("{};rel=\"next\"", address(offset.saturating_add(step))));
    }
    links.push(format!("{};rel=\"last\"", address(last)));
    links.join(",")
}
