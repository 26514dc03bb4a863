//! The command line: its reference from `--help`, and every command that a page names.

use crate::pages;
use signalbox_e2e::gateway::program;
use std::{fmt::Write, process::Command};

const PREFACE: &str = "\
# Command line

Generated from `signalbox --help`: do not edit. What the commands are for is told in [operating.md](../operating.md).

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | it was tried and failed |
| 2 | the command line is wrong |
| 3 | the configuration is refused |
| 4 | no gateway answers at the admin address |
";

#[test]
fn the_reference_is_what_help_says() {
    let mut page = PREFACE.to_owned();
    for command in commands() {
        let mut arguments: Vec<_> = command.iter().map(String::as_str).collect();
        arguments.push("--help");
        let help: Vec<_> = signalbox(&arguments).lines().map(|line| line.trim_end().to_owned()).collect();
        let name = std::iter::once("signalbox").chain(command.iter().map(String::as_str)).collect::<Vec<_>>().join(" ");
        let _written = write!(page, "\n## {name}\n\n```text\n{}\n```\n", help.join("\n").trim_end());
    }
    pages::check("cli.md", &page);
}

#[test]
fn pages_name_only_commands_that_there_are() {
    let commands = commands();
    let known =
        |words: &[&str]| commands.iter().any(|command| command.iter().map(String::as_str).eq(words.iter().copied()));
    let mut unknown = Vec::new();
    for page in pages::all() {
        for (at, _) in page.text.match_indices("signalbox ") {
            let before = page.text[..at].chars().next_back();
            if !before.is_none_or(|before| matches!(before, '`' | '\n' | ' ')) || !in_code(&page.text, at) {
                continue;
            }
            let line = page.text[at..].lines().next().unwrap_or_default();
            let line = line.split('`').next().unwrap_or_default();
            let words: Vec<_> = line.split_whitespace().skip(1).take_while(|word| is_command(word)).take(2).collect();
            let is_known = words.is_empty() || known(&words) || known(&words[..1]) && !known_group(&commands, words[0]);
            if !is_known {
                unknown.push(format!("{}: {line}", page.path.display()));
            }
        }
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

/// Runs the gateway's program, as every machine would print it.
pub fn signalbox(arguments: &[&str]) -> String {
    let mut command = Command::new(program().unwrap());
    command.args(arguments).env("COLUMNS", "100");
    for variable in ["SIGNALBOX_CONFIG", "SIGNALBOX_ADMIN", "SIGNALBOX_LOG"] {
        command.env_remove(variable);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Every command, the program itself first, each group before what is in it.
fn commands() -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    for name in named_in(&signalbox(&["--help"])) {
        commands.push(vec![name.clone()]);
        for inner in named_in(&signalbox(&[&name, "--help"])) {
            commands.push(vec![name.clone(), inner]);
        }
    }
    commands
}

/// The names under `Commands:`.
fn named_in(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let named = list.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    named.filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect()
}

/// Whether a command only holds others.
fn known_group(commands: &[Vec<String>], name: &str) -> bool {
    commands.iter().any(|command| command.len() == 2 && command[0] == name)
}

fn is_command(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|each| each.is_ascii_lowercase())
}

/// Within a fenced block, or between backticks of its line.
fn in_code(text: &str, at: usize) -> bool {
    let before = &text[..at];
    let fences = before.lines().filter(|line| line.starts_with("```")).count();
    let line = before.rsplit('\n').next().unwrap_or_default();
    fences % 2 == 1 || line.matches('`').count() % 2 == 1
}
