//! The architecture shows the plan's table as it stands in the code.

use crate::pages;
use signalbox_e2e::workspace;
use std::fs;

#[test]
fn the_architecture_shows_the_plan_s_table() {
    let code = fs::read_to_string(workspace().join("host/src/converge/plan.rs")).unwrap();
    let table: Vec<_> =
        code.lines().filter_map(|line| line.strip_prefix("//! ")).filter(|line| line.starts_with('|')).collect();
    assert!(table.len() > 10, "the plan has lost its table");
    let page = pages::read("architecture.md");
    let (before, rest) = page.split_once(table[0]).expect("docs/architecture.md shows no plan");
    let after: Vec<_> = rest.lines().skip(1).skip_while(|line| line.starts_with('|')).collect();
    let fresh = format!("{before}{}\n{}\n", table.join("\n"), after.join("\n"));
    pages::check("../architecture.md", &fresh);
}
