//! The page of tables, from the schema: `SIGNALBOX_BLESS=1` writes it.

use crate::{path, read};
use log_analytics::schema;
use std::fmt::Write;
use std::fs;

#[test]
fn the_page_of_tables_is_as_the_schema_has_them() {
    let mut page = "# Tables of the sink log-analytics\n\nGenerated from the sink's own schema: do not edit. How to make them, and what to ask them: [Log Analytics](README.md).\n".to_owned();
    for shape in schema::tables() {
        write!(page, "\n## {}\n\n{}\n\n| column | type | meaning |\n|---|---|---|\n", shape.name, shape.description)
            .unwrap();
        for (name, kind, description) in &shape.columns {
            writeln!(page, "| `{name}` | {kind} | {description} |").unwrap();
        }
    }
    if std::env::var_os("SIGNALBOX_BLESS").is_some() {
        fs::write(path("tables.md"), &page).unwrap();
    }
    assert_eq!(read("tables.md"), page, "run it with SIGNALBOX_BLESS=1");
}
