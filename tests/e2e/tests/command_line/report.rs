//! `signalbox report`: every report through the command line and the admin listener of a running gateway.

use super::{Desk, Tested};
use jiff::Timestamp;
use serde_json::{Value, json};
use signalbox_e2e::{
    Scene,
    alerts::Metric,
    command::{self, Said},
    scene::PATIENCE,
};

const REPORTS: [&str; 7] = [
    "incidents-after-changes",
    "time-to-resolve",
    "noisiest",
    "metrics-before-incidents",
    "flapping-rules",
    "alerts-without-tickets",
    "tickets-without-alerts",
];

async fn run(scene: &Scene, arguments: &[&str]) -> anyhow::Result<Said> {
    let admin = scene.gateway.admin.trim_start_matches("http://").to_owned();
    command::run(scene.folder(), &[arguments, &["--admin", &admin]].concat()).await
}

#[tokio::test]
async fn all_reports_are_listed_without_a_gateway() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    for arguments in [&["report"][..], &["report", "--list"]] {
        let said = desk.run(arguments).await?;
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{arguments:?}");
        for report in REPORTS {
            assert!(said.out.contains(report), "{report}: {}", said.out);
        }
    }
    let listed = desk.run(&["report", "-o", "json"]).await?.json()?;
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|row| row["report"].as_str().unwrap()).collect();
    assert_eq!(names, REPORTS);
    Ok(())
}

#[tokio::test]
async fn a_question_that_has_no_answer_is_refused_before_anyone_is_asked() -> Tested {
    let desk = Desk::new(|_| {}).await?;
    for (arguments, says) in [
        (&["report", "nonsense"][..], "there is no report `nonsense`: there are `incidents-after-changes`"),
        (&["report", "noisiest", "--by", "colour"], "`by` is one of `rule`, `resource`"),
        (&["report", "noisiest", "--within", "1h"], "has no window"),
        (&["report", "noisiest", "--since", "yesterday"], "`yesterday` is not a time in RFC 3339"),
        (&["report", "noisiest", "--days", "0"], "`days` must be from 1 to 3660"),
        (&["report", "flapping-rules", "--connection", "desk"], "`connection` means nothing to it"),
        (&["report", "flapping-rules", "--within", "soon"], "`soon` is not a duration"),
        (&["report", "noisiest", "--colour", "red"], "--colour"),
        (&["report", "--days", "3"], "<NAME>"),
        (&["report", "noisiest", "--days", "3", "--since", "2026-01-01"], "cannot be used with"),
        (&["report", "noisiest", "--csv", "--output", "json"], "cannot be used with"),
    ] {
        let said = desk.run(arguments).await?;
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{arguments:?}: {said:?}");
        assert!(said.err.contains(says), "{arguments:?}: {}", said.err);
    }
    Ok(())
}

#[tokio::test]
async fn a_report_is_a_table_json_csv_and_a_picture() -> Tested {
    let scene = Scene::start().await?;
    let formula = "=cmd|' /C calc'!A0";
    for (rule, machine) in [(formula, "web-01"), (formula, "web-02"), ("<script>\u{1b}[2J", "web-01")] {
        scene.gateway.accept(&Metric::new(rule, machine, 1, "Sev2", Timestamp::now()).fired()).await?;
    }
    scene.gateway.at_rest(PATIENCE).await?;

    let said = run(&scene, &["report", "noisiest", "--svg", "noise.svg"]).await?;
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.contains("66.7 %") && said.out.contains("2 rows, from "), "{}", said.out);
    assert!(said.out.contains("tickets: 3") && !said.out.contains('\u{1b}'), "{}", said.out);
    let picture = std::fs::read_to_string(scene.folder().join("noise.svg"))?;
    assert!(picture.contains("&lt;script&gt;") && !picture.contains("<script"), "{picture}");

    let answer = run(&scene, &["report", "noisiest", "--limit", "1", "--output", "json"]).await?.json()?;
    assert_eq!((&answer["rows"][0]["tickets"], &answer["more"]), (&json!(2), &json!(1)), "{answer}");
    assert_eq!(answer["columns"][2], json!({ "name": "share", "unit": "share" }));

    let said = run(&scene, &["report", "noisiest", "--csv"]).await?;
    let lines: Vec<_> = said.out.split("\r\n").collect();
    assert_eq!(lines[0], "rule,tickets,share,resources,latest");
    assert!(lines[1].starts_with("'=cmd|' /C calc'!A0,2,0.66"), "{lines:?}");

    let said = run(&scene, &["report", "time-to-resolve", "--svg", "none.svg"]).await?;
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
    assert!(said.err.contains("nothing that a chart could show"), "{said:?}");
    Ok(())
}

#[tokio::test]
async fn the_admin_listener_answers_and_refuses() -> Tested {
    let scene = Scene::start().await?;
    let listed = scene.gateway.get("/v1/reports").await?;
    for (report, row) in REPORTS.iter().zip(listed.as_array().unwrap()) {
        assert_eq!(row["report"], json!(report));
        let answer = scene.gateway.get(&format!("/v1/reports/{report}")).await?;
        assert_eq!((&answer["report"], &answer["rows"]), (&json!(report), &json!([])), "{answer}");
        assert_eq!(answer["by"], row["by"][0], "the first is the default");
    }
    let http = reqwest::Client::new();
    for (path, status, code, says) in [
        ("nonsense", 404, "not-found", "there is no report `nonsense`"),
        ("noisiest?colour=red", 400, "parameter", "unknown field `colour`"),
        ("noisiest?limit=many", 400, "parameter", "invalid digit"),
        ("noisiest?limit=0", 400, "parameter", "`limit` must be at least 1"),
        ("noisiest?by=priority", 400, "parameter", "has no rows by `priority`"),
        ("noisiest?since=2026-02-01&until=2026-01-01", 400, "parameter", "must be later than"),
    ] {
        let answer = http.get(format!("{}/v1/reports/{path}", scene.gateway.admin)).send().await?;
        assert_eq!(answer.status().as_u16(), status, "{path}");
        let told: Value = serde_json::from_str(&answer.text().await?)?;
        assert_eq!(told["error"]["code"], json!(code), "{path}");
        assert!(told["error"]["message"].as_str().unwrap().contains(says), "{path}: {told}");
    }
    Ok(())
}
