//! The configuration's keys, from the schema that `signalbox check --schema` prints.

use crate::{
    command_line::signalbox,
    pages,
    schema::{Schema, description},
};
use serde_json::Value;
use std::fmt::Write;

const PREFACE: &str = "\
# Configuration

Generated from `signalbox check --schema`: do not edit. The schema itself is [config.schema.json](config.schema.json), for \
editors. What the keys are for is told in [operating.md](../operating.md).

The configuration is one TOML file, or a folder of `*.toml` files that are read as one; a section stands in one of them. \
Unknown keys are errors.

| type | how it is written |
|---|---|
| text, whole number, boolean | as in TOML |
| duration | a text: a whole number and `ms`, `s`, `m`, `h` or `d`: `\"30s\"` |
| size | bytes: a whole number, or a text with `B`, `KB`, `MB`, `GB`, `KiB`, `MiB` or `GiB`: `\"64MiB\"` |
| <a id=\"secret\"></a>secret | where a secret is: `{ env = \"NAME\" }`, an environment variable, or `{ file = \"PATH\" }`, a file whose last line break \
does not count. Relative paths begin at the configuration's folder. A secret that is missing or empty is an error |
| <a id=\"credentials\"></a>credentials | a table with one of the keys of [Credentials](#credentials-of-connections) |
";

const SECTIONS: &[(&str, &str)] = &[
    ("[gateway]", "GatewaySection"),
    ("[ingest]", "IngestSection"),
    ("[admin]", "AdminSection"),
    ("[ledger]", "LedgerSection"),
    ("[plugins]", "PluginsSection"),
    ("[sources.NAME]", "SourceSection"),
    ("[connections.NAME]", "ConnectionSection"),
    ("[mappings.NAME]", "MappingSection"),
    ("[[routes]]", "RouteSection"),
    ("[[maintenance]]", "MaintenanceSection"),
];

#[test]
fn the_schema_and_the_keys_are_as_the_program_has_them() {
    let schema: Value = serde_json::from_str(&signalbox(&["check", "--schema"])).unwrap();
    pages::check("config.schema.json", &format!("{}\n", serde_json::to_string_pretty(&schema).unwrap()));
    pages::check("config.md", &page(&Schema::new(schema, words)));
}

#[test]
fn every_section_of_the_file_has_its_place() {
    let schema: Value = serde_json::from_str(&signalbox(&["check", "--schema"])).unwrap();
    let top = schema["properties"].as_object().unwrap();
    let shown = |name: &str| {
        SECTIONS.iter().any(|(heading, _)| heading.trim_matches(['[', ']']).split('.').next() == Some(name))
    };
    assert_eq!(top.keys().filter(|name| !shown(name)).collect::<Vec<_>>(), Vec::<&String>::new());
}

fn page(schema: &Schema) -> String {
    let mut page = PREFACE.to_owned();
    for (heading, definition) in SECTIONS {
        let section = schema.definition(definition);
        let _written = write!(page, "\n## {heading}\n\n{}", schema.table(section));
    }
    page.push_str(
        "\n## Credentials of connections\n\n`auth` of a connection, or of one of its origins, has one of these keys.\n",
    );
    for kind in schema.definition("AuthSection")["oneOf"].as_array().unwrap() {
        let (name, value) = kind["properties"].as_object().unwrap().iter().next().unwrap();
        let _written = write!(page, "\n### {name}\n\n{} A {}.\n", description(kind), schema.kind(value));
        let table = if schema.kind(value) == "table" { schema.table(value) } else { String::new() };
        if !table.is_empty() {
            let _written = write!(page, "\n{table}");
        }
    }
    page
}

fn words(definition: &str) -> Option<String> {
    Some(match definition {
        "Duration" => "duration".to_owned(),
        "ByteSize" => "size".to_owned(),
        "SecretRef" => "[secret](#secret)".to_owned(),
        "AuthSection" => "[credentials](#credentials)".to_owned(),
        "Patience" => "`\"never\"` or duration".to_owned(),
        "MaxNew" => "`\"none\"` or text".to_owned(),
        "GroupBy" => "`correlation_key`, `rule`, `signal`, `severity`, `title`, `resource` or `labels.NAME`".to_owned(),
        _ => return None,
    })
}
