use super::{Config, Problems, Span, load};
use std::{path::Path, time::Duration};

const WHOLE: &str = r#"
[gateway]
name = "test"

[sources.monitor]
plugin = "a-source"

[connections.desk]
adapter = "an-adapter"
url = "https://desk.example"

[mappings.standard]
transform = "field-map"

[[routes]]
name = "all"
connection = "desk"
mapping = "standard"
work_item = "incident"
"#;

fn loaded(text: &str) -> Result<Config, Problems> {
    let folder = tempfile::tempdir().unwrap();
    loaded_in(folder.path(), text)
}

fn loaded_in(folder: &Path, text: &str) -> Result<Config, Problems> {
    std::fs::write(folder.join("config.toml"), text).unwrap();
    load(&folder.join("config.toml"))
}

/// The errors of a text, each without its folder.
fn errors(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let problems = loaded_in(folder.path(), text).unwrap_err();
    let prefix = format!("{}/", folder.path().display());
    problems.0.iter().map(|problem| problem.to_string().replace(&prefix, "")).collect()
}

fn with(addition: &str) -> String {
    format!("{WHOLE}{addition}")
}

#[test]
fn a_whole_configuration_is_taken() {
    let config = loaded(WHOLE).unwrap();
    assert_eq!(config.gateway.name, "test");
    assert_eq!(config.routes.len(), 1);
    assert_eq!(config.ingest.max_body.0, 1_000_000);
}

#[test]
fn every_error_names_file_line_and_column_and_what_was_expected() {
    for (text, expected) in [
        (String::new(), "`[gateway]` is missing: it needs a `name`, such as \"acme-prod\""),
        (
            with("[connections.other]\nadapter = \"an-adapter\"\nurl = \"https://other.example\"\nenrich = {}\n"),
            "config.toml:23:1: `enrich` is for connections with a `monitor`",
        ),
        (
            with(
                "[connections.watch]\nmonitor = \"a-monitor\"\nurl = \"https://watch.example\"\nenrich = { wait = \"30s\" }\n",
            ),
            "config.toml:20:14: `enrich.wait` is 30s, and may be at most `enrich.budget`, which is 20s",
        ),
        (
            with(
                "[connections.watch]\nmonitor = \"a-monitor\"\nurl = \"https://watch.example\"\nenrich = { wait = \"0s\", budget = \"99ms\" }\n",
            ),
            "config.toml:20:14: `enrich.budget` is 99ms, and must be at least 100ms",
        ),
        (
            with(
                "[connections.watch]\nmonitor = \"a-monitor\"\nurl = \"https://watch.example\"\nrecheck = { every = \"999ms\" }\n",
            ),
            "config.toml:20:14: `recheck.every` is 999ms, and must be at least 1s",
        ),
        (
            with("[colours]\nred = 1\n"),
            "config.toml:20:2: unknown key `colours`, expected one of: gateway, ingest, admin, ledger, plugins, sources, connections, mappings, routes, maintenance",
        ),
        (
            with("[ingest]\nmax_boddy = 1\n"),
            "config.toml:21:1: unknown field `max_boddy`, expected one of `listen`, `max_body`, `max_inflated`, `max_connections`, `max_requests`, `header_timeout`, `body_timeout`, `drain_timeout`, `quarantine`, `tls`",
        ),
        (
            with("[ingest]\nbody_timeout = \"fast\"\n"),
            "config.toml:21:16: `fast` is not a duration: write a whole number and ms, s, m, h or d, such as \"30s\"",
        ),
        (
            with("[ingest]\nbody_timeout = \"30ms\"\n"),
            "config.toml:21:1: `[ingest] body_timeout` is 30ms, and must be at least 100ms",
        ),
        (
            with("[ingest]\nbody_timeout = 30\n"),
            "config.toml:21:16: invalid type: integer `30`, expected a duration, such as \"30s\"",
        ),
        (
            with("[ingest]\nlisten = \"localhost:8080\"\n"),
            "config.toml:21:10: `localhost:8080` is not an address to listen on: write an IP address and a port, such as \"127.0.0.1:8080\"",
        ),
        (
            with("[ingest]\nmax_body = -1\n"),
            "config.toml:21:12: this is not a size: write a whole number of bytes, or a text such as \"64MiB\"",
        ),
        (
            with("[ingest]\nquarantine = -1\n"),
            "config.toml:21:14: invalid value: integer `-1`, expected a whole number that is not negative or too large",
        ),
        (
            WHOLE.replace("https://desk.example\"", "https://desk.example\"\nnetworks = [\"::1/128\", \"10.0.0.0\"]"),
            "config.toml:11:24: `10.0.0.0` is not a network: write an IP address and the length of its prefix, such as \"10.0.0.0/8\"",
        ),
        (
            WHOLE.replace("https://desk.example\"", "https://desk.example\"\npull = true"),
            "config.toml:11:8: invalid type: boolean `true`, expected a table",
        ),
        (with("group_by = \"rule\"\n"), "config.toml:20:12: invalid type: string \"rule\", expected a list"),
        (
            with("max_new = 5\n"),
            "config.toml:20:11: invalid type: integer `5`, expected a limit on new tickets, such as \"20 per 10m\"",
        ),
        (
            with("[ingest]\nmax_requests = 0\n"),
            "config.toml:21:1: `[ingest] max_requests` is 0, and must be at least 1",
        ),
        (
            with("[admin]\nlisten = \"0.0.0.0:1\"\n"),
            "config.toml:21:1: the admin listener has no authentication: its address must be loopback, such as 127.0.0.1:8081",
        ),
        (
            with("[ingest]\nlisten = \"0.0.0.0:80\"\n"),
            "config.toml:5:10: the source `monitor` needs `auth`: ingest listens on 0.0.0.0:80, where anyone could post to it",
        ),
        (
            WHOLE.replace("\"desk\"", "\"disk\""),
            "config.toml:17:1: route `all` names the connection `disk`, which is not there; known: desk",
        ),
        (
            WHOLE.replace("\"standard\"\n", "\"custom\"\n"),
            "config.toml:18:1: route `all` names the mapping `custom`, which is not there; known: standard",
        ),
        (
            with("[[routes]]\nname = \"all\"\nconnection = \"desk\"\nwork_item = \"event\"\n"),
            "config.toml:21:1: there are two routes `all`",
        ),
        (
            with("when = \"alrt.id == ''\"\n"),
            "config.toml:20:1: route `all`: the condition does not compile: `alrt` is unknown here, conditions speak of `alert`",
        ),
        (
            with("group_by = [\"colour\"]\n"),
            "config.toml:20:12: alerts can't be grouped by `colour`, expected one of: correlation_key, rule, signal, severity, title, resource, labels.NAME",
        ),
        (
            with("[ledger]\nkeep = { alerts = \"23h\" }\n"),
            "config.toml:21:10: `[ledger] keep.alerts` is 82800s, and must be at least 1d",
        ),
        (
            with("[ledger]\nmax_size = \"16MiB\"\n"),
            "config.toml:21:1: `[ledger] max_size` is 16777216 bytes, and must be at least 32MiB",
        ),
        (
            with("[ledger]\nredact = [\"data/caller\"]\n"),
            "config.toml:21:10: `data/caller` is not a JSON pointer: write a path from the body's top, such as \"/data/caller\", `*` for every member or element, ~1 for a / in a name and ~0 for a ~",
        ),
        (
            WHOLE.replace("https://desk.example", "ftp://desk.example"),
            "config.toml:10:1: `url` is not an address: write http:// or https:// and a host, without user name, query or fragment",
        ),
        (
            WHOLE.replace("name = \"test\"", "name = \"test\"\nlease = \"59s\""),
            "config.toml:4:1: `lease` is 59s, and must be at least three times the longest `request_timeout`, which is 20s on the connection `desk`",
        ),
        (
            WHOLE.replace("https://desk.example\"", "https://desk.example\"\nlimits = { request_timeout = \"31s\" }"),
            "config.toml:2:2: `lease` is 90s, and must be at least three times the longest `request_timeout`, which is 31s on the connection `desk`",
        ),
        (
            WHOLE.replace("a-source\"", "a-source\"\nauth = { bearer = [{ env = \"SIGNALBOX_TEST_UNSET\" }] }"),
            "config.toml:7:1: the environment variable `SIGNALBOX_TEST_UNSET` is not set, or empty",
        ),
        (
            WHOLE.replace("a-source\"", "a-source\"\nauth = {}"),
            "config.toml:7:1: `auth` names no credentials: nobody could post",
        ),
        (
            WHOLE.replace("url = \"https://desk.example\"", "url = \"https://desk.example\"\nretired = true"),
            "config.toml:18:1: route `all` names `desk`, which is retired",
        ),
    ] {
        assert!(errors(&text).iter().any(|error| error == expected), "{expected}\n  {:#?}", errors(&text));
    }
}

#[test]
fn a_lease_may_be_just_long_enough() {
    let limits = "limits = { request_timeout = \"2s\" }";
    let text = WHOLE.replace("https://desk.example\"", &format!("https://desk.example\"\n{limits}"));
    let config = loaded(&text.replace("name = \"test\"", "name = \"test\"\nlease = \"6s\"")).unwrap();
    assert_eq!(config.gateway.lease, Span(Duration::from_secs(6)));
}

#[test]
fn all_errors_are_told_and_not_the_first_alone() {
    let text = WHOLE.replace("a-source\"", "a-source\"\ncolour = 1").replace("field-map\"", "field-map\"\ncolour = 2");
    assert_eq!(errors(&format!("{text}\ncolour = 3\n")).len(), 3);
}

#[test]
fn a_connection_that_can_t_be_used_is_there_all_the_same() {
    let text = WHOLE.replace("https://desk.example", "ftp://desk.example");
    assert_eq!(errors(&text).len(), 1, "{:#?}", errors(&text));
}

#[test]
fn a_report_shows_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let problems = loaded_in(folder.path(), &with("[ingest]\nmax_boddy = 1\n")).unwrap_err();
    let report = problems.render(false);
    assert!(report.contains("max_boddy = 1"), "{report}");
}

#[test]
fn a_folder_of_files_is_one_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = WHOLE.split_at(WHOLE.find("[mappings").unwrap());
    std::fs::write(folder.path().join("10-gateway.toml"), first).unwrap();
    std::fs::write(folder.path().join("20-routes.toml"), second).unwrap();
    assert!(load(folder.path()).is_ok());
    std::fs::write(folder.path().join("30-more.toml"), "[gateway]\nname = \"other\"\n").unwrap();
    assert!(load(folder.path()).unwrap_err().to_string().contains("`[gateway]` is there twice"));
}

#[test]
fn secrets_come_from_files_beside_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let text = WHOLE.replace("a-source\"", "a-source\"\nauth = { bearer = [{ file = \"token\" }] }");
    assert!(loaded_in(folder.path(), &text).unwrap_err().to_string().contains("can't be read"));
    std::fs::write(folder.path().join("token"), "\n").unwrap();
    assert!(loaded_in(folder.path(), &text).unwrap_err().to_string().contains("is empty"));
    for unsendable in ["two words", "tab\there", "line\nbreak", "schlüssel"] {
        std::fs::write(folder.path().join("token"), unsendable).unwrap();
        assert!(
            loaded_in(folder.path(), &text).unwrap_err().to_string().contains("no header can carry"),
            "{unsendable}"
        );
    }
    std::fs::write(folder.path().join("token"), "secret\n").unwrap();
    assert!(loaded_in(folder.path(), &text).is_ok());
}

#[test]
fn an_api_key_may_stand_behind_a_word_of_the_platform_s() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("key"), "k-1\n").unwrap();
    for (prefix, value) in [("", "k-1"), ("prefix = \"token \"\n", "token k-1")] {
        let text = format!("[api_key]\nheader = \"Authorization\"\n{prefix}value = {{ file = \"key\" }}\n");
        let auth: super::auth::AuthSection = toml::from_str(&text).unwrap();
        let expected = crate::outbound::Auth::ApiKey { header: "Authorization".into(), value: value.into() };
        assert_eq!(auth.resolve(folder.path()).unwrap(), expected);
    }
}
