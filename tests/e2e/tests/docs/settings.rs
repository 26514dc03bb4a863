//! The settings of each plugin, from the schema that it gives with its description.

use crate::{
    pages,
    schema::{Schema, description},
};
use serde_json::Value;
use signalbox_e2e::workspace;
use std::{fmt::Write, fs, path::PathBuf};

/// What a plugin sets, and where its users read more.
const PLUGINS: &[(&str, &str, &str)] = &[
    ("azure-webhook", "sources.azure", "[Azure Monitor](../../sources/azure.md)"),
    ("azure-monitor", "connections.azure", "[Azure Monitor's alerts](../../monitors/azure-monitor.md)"),
    ("field-map", "mappings.standard", "[Mapping](../../mapping.md)"),
    ("cherwell", "connections.cherwell", "[Cherwell](../../platforms/cherwell.md)"),
    ("provance", "connections.provance", "[Provance](../../platforms/provance.md)"),
    ("request-tracker", "connections.desk", "[Request Tracker](../../platforms/request-tracker.md)"),
    ("servicenow", "connections.snow", "[ServiceNow](../../platforms/servicenow.md)"),
    ("log-analytics", "connections.workspace", "[Log Analytics](../../azure/README.md)"),
    ("scsm", "connections.scsm", "[System Center Service Manager](../../platforms/scsm.md)"),
];

#[test]
fn settings_are_as_each_plugin_s_schema_has_them() {
    for (plugin, section, more) in PLUGINS {
        let text = fs::read_to_string(schema_of(plugin)).unwrap();
        let schema = Schema::new(serde_json::from_str(&text).unwrap(), shape);
        pages::check(&format!("plugins/{plugin}.md"), &page(plugin, section, more, &schema));
    }
}

#[test]
fn every_plugin_with_settings_has_its_page() {
    for entry in fs::read_dir(workspace().join("plugins")).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if schema_of(&name).exists() {
            assert!(PLUGINS.iter().any(|(plugin, ..)| *plugin == name), "{name} has no page");
        }
    }
}

/// The file that the plugin's `describe` answers.
fn schema_of(plugin: &str) -> PathBuf {
    let folder = workspace().join("plugins").join(plugin);
    let beside = folder.join("settings.schema.json");
    if beside.exists() { beside } else { folder.join("src/settings.schema.json") }
}

fn page(plugin: &str, section: &str, more: &str, schema: &Schema) -> String {
    let mut page = format!(
        "# Settings of {plugin}\n\nGenerated from the plugin's own schema: do not edit. They stand in the configuration under \
         `settings`, of `[{section}]`, say. More: {more}.\n"
    );
    let words = description(schema.root());
    if !words.is_empty() {
        let _written = write!(page, "\n{words}\n");
    }
    let _written = write!(page, "\n{}", schema.table(schema.root()));
    for (name, shape) in schema.root()["$defs"].as_object().into_iter().flatten() {
        let _written = write!(page, "\n## {name}\n\n{}", description(shape));
        let (kind, table) = (schema.kind(shape), schema.table(shape));
        if table.is_empty() {
            let _written = write!(page, " A {kind}.");
        }
        page.push('\n');
        if !table.is_empty() {
            let _written = write!(page, "\n{table}");
        }
        if let Some(each) = shape.get("additionalProperties").filter(|each| each.is_object() && !table.is_empty()) {
            let _written = write!(page, "\nAny other key: {}.\n", schema.kind(each));
        }
    }
    page
}

/// Shapes are told under headings of their own.
fn shape(definition: &str) -> Option<String> {
    Some(format!("[{definition}](#{definition})"))
}

#[test]
fn schemas_describe_every_property() {
    for (plugin, ..) in PLUGINS {
        let text = fs::read_to_string(schema_of(plugin)).unwrap();
        let schema: Value = serde_json::from_str(&text).unwrap();
        let mut silent = Vec::new();
        undescribed("", &schema, &mut silent);
        assert!(silent.is_empty(), "{plugin}: {silent:?}");
    }
}

fn undescribed(at: &str, schema: &Value, silent: &mut Vec<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at}/{name}");
        if description(property).is_empty() {
            silent.push(at.clone());
        }
        undescribed(&at, property, silent);
    }
    for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
        undescribed(&format!("{at}/{name}"), definition, silent);
    }
}
