//! Help texts: every command and option says what it is for.

use super::{Desk, Tested};

const COMMANDS: &[&[&str]] = &[
    &[],
    &["serve"],
    &["check"],
    &["explain"],
    &["probe"],
    &["tickets"],
    &["tickets", "list"],
    &["tickets", "show"],
    &["tickets", "retry"],
    &["tickets", "drop"],
    &["alerts"],
    &["alerts", "list"],
    &["alerts", "show"],
    &["alerts", "again"],
    &["alerts", "drop"],
    &["report"],
    &["maintenance"],
    &["maintenance", "list"],
    &["maintenance", "begin"],
    &["maintenance", "end"],
];

#[tokio::test]
async fn every_command_and_option_is_explained() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    for command in COMMANDS {
        let said = desk.run(&[*command, &["--help"]].concat()).await?;
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{command:?}");
        let first = said.out.lines().next().unwrap();
        assert!(first.split(' ').count() >= 3, "{command:?} begins with {first:?}");
        let usage = [&["Usage: signalbox"][..], command].concat().join(" ");
        assert!(said.out.contains(&usage), "{command:?}: {}", said.out);
        for option in ["--config", "--output", "--admin", "--help"] {
            assert!(said.out.contains(option), "{command:?} takes {option}: {}", said.out);
        }
        assert!(undescribed(&said.out).is_empty(), "{command:?}: {:?}", undescribed(&said.out));
        assert!(said.out.lines().all(|line| line.chars().count() <= 120), "{command:?}: {}", said.out);
        let short = desk.run(&[*command, &["-h"]].concat()).await?;
        assert_eq!(short.code, 0, "{command:?}");
    }
    Ok(())
}

/// Options, arguments and commands with nothing said of them.
fn undescribed(help: &str) -> Vec<String> {
    let lines: Vec<&str> = help.lines().collect();
    let depth = |line: &str| line.len() - line.trim_start().len();
    let names = |line: &str| depth(line) >= 2 && depth(line) <= 6 && line.trim_start().starts_with(['-', '<', '[']);
    let silent = |at: usize| {
        let described_beside = lines[at].trim().split("  ").count() > 1;
        let described_below = lines.get(at + 1).is_some_and(|next| depth(next) > depth(lines[at]) && !names(next));
        !described_beside && !described_below
    };
    (0..lines.len()).filter(|at| names(lines[*at]) && silent(*at)).map(|at| lines[at].trim().to_owned()).collect()
}

#[tokio::test]
async fn all_commands_are_listed_and_others_are_refused() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    let said = desk.run(&["--help"]).await?;
    for command in COMMANDS.iter().filter_map(|command| command.first()) {
        assert!(
            said.out.lines().any(|line| line.trim_start().starts_with(&format!("{command} "))),
            "{command}: {}",
            said.out
        );
    }
    for (arguments, says) in [
        (&["chek"][..], "'check'"),
        (&["tickets", "remove", "x"], "remove"),
        (&["check", "--outptu", "json"], "'--output'"),
        (&["tickets", "list", "--output", "yaml"], "table, json"),
        (&["tickets", "show"], "<KEY>"),
        (&["tickets", "list", "--limit", "many"], "invalid digit"),
    ] {
        let said = desk.run(arguments).await?;
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{arguments:?}: {said:?}");
        assert!(said.err.contains(says), "{arguments:?}: {}", said.err);
    }
    assert_eq!(desk.run(&[]).await?.code, 2, "a command is needed");
    let said = desk.run(&["--version"]).await?;
    assert!(said.code == 0 && said.out.starts_with("signalbox "), "{said:?}");
    Ok(())
}
