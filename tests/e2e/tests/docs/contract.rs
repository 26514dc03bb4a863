//! Every item of the contract says what it is: it is the page that plugin authors read most.

use signalbox_e2e::workspace;
use std::fs;

const BEGINS: &[&str] = &["interface ", "world ", "record ", "enum ", "variant ", "type ", "import ", "export "];

#[test]
fn every_item_of_the_contract_is_documented() {
    let mut silent = Vec::new();
    for file in ["worlds.wit", "host.wit", "types.wit", "plugins.wit"] {
        let text = fs::read_to_string(workspace().join("wit").join(file)).unwrap();
        let mut documented = false;
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.starts_with("///") {
                documented = true;
            } else if !line.is_empty() {
                if is_item(line) && !documented {
                    silent.push(format!("wit/{file}:{}: {line}", number + 1));
                }
                documented = false;
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

/// A definition, a function, a field or a case. `use` and closing braces are none.
fn is_item(line: &str) -> bool {
    let is_name = |text: &str| {
        !text.is_empty() && text.chars().all(|each| each.is_ascii_lowercase() || each.is_ascii_digit() || each == '-')
    };
    let name = line.trim_start_matches('%').split([':', ',', '(']).next().unwrap_or_default();
    BEGINS.iter().any(|begin| line.starts_with(begin))
        || (is_name(name) && !line.starts_with("use ") && !line.starts_with("package "))
}

#[test]
fn what_counts_as_an_item() {
    for line in ["record alert {", "get: func() -> json;", "critical,", "malformed(fault),", "%resource: option<x>,"] {
        assert!(is_item(line), "{line}");
    }
    for line in ["}", "use types.{json};", "package signalbox:plugin@1.0.0;"] {
        assert!(!is_item(line), "{line}");
    }
}
