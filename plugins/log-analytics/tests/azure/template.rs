//! The template: its tables and streams have the schema's columns, all of them, in their order, and no other.

use crate::read;
use log_analytics::schema::{self, Shape};
use log_analytics::settings::Settings;
use serde_json::{Value, json};

fn template() -> Value {
    serde_json::from_str(&read("template.json")).unwrap()
}

fn resources(template: &Value, kind: &str) -> Vec<Value> {
    let all = template["resources"].as_array().unwrap();
    all.iter().filter(|resource| resource["type"] == kind).cloned().collect()
}

fn columns(shape: &Shape, with_description: bool) -> Value {
    let column = |(name, kind, description): &(&str, &str, &str)| {
        let mut column = json!({"name": name, "type": kind});
        if with_description {
            column["description"] = (*description).into();
        }
        column
    };
    shape.columns.iter().map(column).collect()
}

#[test]
fn the_tables_are_the_schema_s() {
    let tables = resources(&template(), "Microsoft.OperationalInsights/workspaces/tables");
    assert_eq!(tables.len(), 2);
    for (table, shape) in tables.iter().zip(schema::tables()) {
        assert_eq!(table["name"], format!("[concat(parameters('workspaceName'), '/{}')]", shape.name));
        let expected = json!({"name": shape.name, "description": shape.description, "columns": columns(&shape, true)});
        assert_eq!(table["properties"]["schema"], expected);
    }
}

#[test]
fn the_streams_are_the_settings_defaults_and_lead_to_the_tables() {
    let rules = resources(&template(), "Microsoft.Insights/dataCollectionRules");
    let rule = &rules[0]["properties"];
    let settings = Settings::parse(&json!({"dcr": "dcr-0123456789abcdef0123456789abcdef"}).to_string()).unwrap();
    let streams = [settings.stream_work_items, settings.stream_ticket_events];
    assert_eq!(rule["streamDeclarations"].as_object().unwrap().len(), 2);
    for (index, (stream, shape)) in streams.iter().zip(schema::tables()).enumerate() {
        assert_eq!(rule["streamDeclarations"][stream]["columns"], columns(&shape, false), "{stream}");
        let flow = &rule["dataFlows"][index];
        assert_eq!((&flow["streams"], &flow["transformKql"]), (&json!([stream]), &json!("source")));
        assert_eq!(flow["outputStream"], format!("Custom-{}", shape.name));
    }
}

#[test]
fn what_an_expression_names_is_declared() {
    let template = template();
    let text = template.to_string();
    for (function, section) in [("parameters('", "parameters"), ("variables('", "variables")] {
        let used: Vec<_> = text.split(function).skip(1).filter_map(|rest| rest.split('\'').next()).collect();
        assert!(!used.is_empty(), "{section}");
        for name in &used {
            assert!(template[section].get(*name).is_some(), "{section}: {name}");
        }
        for name in template[section].as_object().unwrap().keys() {
            assert!(used.contains(&name.as_str()), "{section}: {name} is not used");
        }
    }
}

#[test]
fn the_rule_waits_for_its_tables_and_the_role_for_the_rule() {
    let template = template();
    let rule = &resources(&template, "Microsoft.Insights/dataCollectionRules")[0];
    for shape in schema::tables() {
        assert!(rule["dependsOn"].to_string().contains(shape.name), "{}", shape.name);
    }
    assert_eq!(rule["kind"], "Direct");
    let role = &resources(&template, "Microsoft.Authorization/roleAssignments")[0];
    assert!(role["dependsOn"].to_string().contains("Microsoft.Insights/dataCollectionRules"));
}
