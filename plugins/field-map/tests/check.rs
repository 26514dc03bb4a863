//! What is found at load, in which words.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod common;

use common::json;
use field_map::check::check;
use field_map::manifest::SCHEMA;
use serde_json::Value as Json;

/// Findings as `place: words`.
fn findings(toml: &str) -> Vec<String> {
    let checked = check(&json(toml).to_string());
    checked.findings.into_iter().map(|finding| format!("{}: {}", finding.at, finding.message)).collect()
}

fn doubts(toml: &str) -> Vec<String> {
    let checked = check(&json(toml).to_string());
    assert!(checked.findings.is_empty(), "{:?}", checked.findings);
    checked.doubts.into_iter().map(|doubt| format!("{}: {}", doubt.at, doubt.message)).collect()
}

/// Settings that are right, each with a point.
const RIGHT: [(&str, &str); 12] = [
    ("nothing at all", ""),
    ("a label that the sample lacks", "title = '{{ alert.labels.nothing.at.all | upper }}'"),
    (
        "a method of what is missing",
        "title = '{{ alert.labels.nothing.split(\"-\") | join(\" \") }}{{ alert.payload.a.items() }}'",
    ),
    ("what only some actions have", "[resolve]\nnote = '{{ ticket.number }} {{ alert.resolved_at | date }}'"),
    (
        "names that the template sets",
        "note = '{% set a = alert.rule %}{% for f in facts if f.unit %}{{ loop.index }}{{ f.name }}{{ a }}{% endfor %}'",
    ),
    (
        "a macro",
        "note = '{% macro row(f, sep=\":\") %}{{ f.name }}{{ sep }}{{ f.value }}{% endmacro %}{% for f in facts %}{{ row(f) }}{% endfor %}'",
    ),
    (
        "globals",
        "note = '{% set ns = namespace(n=0) %}{% for i in range(3) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}{{ dict(a=1).a }}'",
    ),
    (
        "every form of a value",
        "[fields]\na = 'text'\nb = 1\nc = 2.5\nd = true\ne = '{{ kind }}'\nf = { by = 'severity', critical = 1, default = '{{ alert.rule }}' }",
    ),
    (
        "when and as what",
        "[fields]\na = { value = '{{ total }}', as = 'number', on = ['create', 'update'] }\nb = { value = { by = 'kind', event = 1 }, on = [] }",
    ),
    (
        "every layer",
        "title = 'a'\n[create]\ntitle = 'b'\n[event]\ntitle = 'c'\n[event.resolve]\nfields.x = 'd'\n[incident.annotate]\nnote = 'e'",
    ),
    (
        "reasons not to",
        "unwanted = ['alert.labels.env == \"dev\"', { when = 'not alert.resources', why = 'no resource in {{ alert.rule }}' }]",
    ),
    ("limits", "[limits]\ntitle = 40\ndefault = 8000\nu_text = 12"),
];

#[test]
fn what_is_right_is_let_through() {
    for (point, settings) in RIGHT {
        assert_eq!(findings(settings), Vec::<String>::new(), "{point}");
        assert_eq!(doubts(settings), Vec::<String>::new(), "{point}");
    }
}

#[test]
fn a_template_that_is_wrong_is_found_with_line_and_column() {
    for (settings, expected) in [
        (
            "title = '{{ alert.rule '",
            "/title: line 1, column 10: syntax error: unexpected end of input, expected end of variable block",
        ),
        ("title = '{{ alert.rule | uper }}'", "/title: line 1, column 17: unknown filter: filter uper is unknown"),
        (
            "[fields]\nu_a = \"\"\"\none\n  {{ alert.rule | date('%H') | uper }}\"\"\"",
            "/fields/u_a: line 2, column 32: unknown filter: filter uper is unknown",
        ),
        (
            "title = '{% if false %}{{ 1 is sooner }}{% endif %}'",
            "/title: line 1, column 23: unknown test: test sooner is unknown",
        ),
        ("title = '{{ lookup(\"env\") }}'", "/title: line 1, column 4: unknown function: lookup is unknown"),
        ("title = '{{ alert.rule | truncate_words }}'", "/title: line 1, column 17: missing argument"),
        ("title = '{{ alert.rule | upper(1) }}'", "/title: line 1, column 17: too many arguments"),
        (
            "title = '{{ alert.rule.uper() }}'",
            "/title: line 1, column 14: unknown method: string has no method named uper",
        ),
        (
            "note = '{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}'",
            "/note: line 1, column 1: engine ran out of fuel",
        ),
        ("title = '{% include \"x\" %}'", "/title: line 1, column 4: syntax error: unknown statement include"),
    ] {
        assert_eq!(findings(settings), [expected], "{settings}");
    }
}

#[test]
fn a_misspelt_variable_is_found_whether_its_branch_is_taken_or_not() {
    for (settings, expected) in [
        (
            "title = '{{ alrt.rule }}'",
            "/title: line 1, column 4: unknown variable: there is no variable alrt; there are alert, resource, ",
        ),
        (
            "[fields]\na = '{% if 1 == 2 %}{{ alert.resource.nmae }}{% endif %}'",
            "/fields/a: line 1, column 19: unknown variable: alert.resource has no field nmae; there are id, name, kind, scope, configuration_item",
        ),
        (
            "unwanted = 'alert.label.env'",
            "/unwanted: line 1, column 1: unknown variable: alert has no field label; there are id, ",
        ),
        (
            "unwanted = ['true', { when = 'true', why = '{{ x }}' }]",
            "/unwanted/1/why: line 1, column 4: unknown variable: there is no variable x; ",
        ),
        ("unwanted = 'alert.rule and ('", "/unwanted: line 1, column 16: syntax error: "),
        (
            "[incident.create.fields.a]\nby = 'severity'\nerror = '{{ x }}'",
            "/incident/create/fields/a/error: line 1, column 4: unknown variable: there is no variable x; ",
        ),
        (
            "[fields.a]\nvalue = { by = 'severity', default = '{{ x }}' }\non = ['create']",
            "/fields/a/value/default: line 1, column 4: unknown variable: there is no variable x; ",
        ),
    ] {
        let findings = findings(settings);
        assert!(
            matches!(findings.as_slice(), [one] if one.starts_with(expected)),
            "{settings}\n{findings:#?}\n{expected}"
        );
    }
}

#[test]
fn settings_that_make_no_sense_are_found_with_their_place() {
    for (settings, expected) in [
        ("titel = 'x'", "/titel: is no setting here"),
        ("[create]\nlimits = {}", "/create/limits: is no setting here"),
        ("[incident.create.update]\ntitle = 'x'", "/incident/create/update: is no setting here"),
        ("create = 'x'", "/create: expected a table"),
        ("title = ['x']", "/title: expected a text, a number, true or false"),
        (
            "title = { of = 'x' }",
            "/title: expected `by` with the name of a value to look up, or `value` with `on` or `as`",
        ),
        ("[fields]\na = { by = 'severity' }", "/fields/a: looks up a value and has nothing for any"),
        (
            "[fields]\na = { by = 'severity', crit = 1 }",
            "/fields/a/crit: `crit` never stands there: it is critical, error, warning, informational or verbose",
        ),
        (
            "[fields]\na = { by = 'alert.condition', open = 1 }",
            "/fields/a/open: `open` never stands there: it is fired or resolved",
        ),
        (
            "[fields]\na = { by = 'labels.env', prod = 1, PROD = 2 }",
            "/fields/a/prod: stands here twice: upper and lower case are the same",
        ),
        (
            "[fields]\na = { by = 'resource.nmae', x = 1 }",
            "/fields/a/by: `nmae` is no field of `resource`; it has id, name, kind, scope, configuration_item",
        ),
        (
            "[fields]\na = { by = 'alert.facts', x = 1 }",
            "/fields/a/by: `alert.facts` is a list; a lookup goes by a single value",
        ),
        ("[fields]\na = { by = 'labels.env', x = [1] }", "/fields/a/x: expected a text, a number, true or false"),
        ("severity = 'bad'", "/severity: expected critical, error, warning, informational or verbose"),
        (
            "severity = { by = 'labels.env', prod = 'high' }",
            "/severity/prod: expected critical, error, warning, informational or verbose",
        ),
        (
            "title = { value = 'x', on = ['close'] }",
            "/title/on/0: expected create, update, resolve, reopen or annotate",
        ),
        ("title = { value = 'x', on = 'create' }", "/title/on: expected a list of actions"),
        ("title = { value = 'x', when = 'create' }", "/title/when: is no setting here; there are value, on, as"),
        ("[fields]\na = { value = 'x', as = 'date' }", "/fields/a/as: expected text, number, boolean or json"),
        (
            "title = { value = 'x', as = 'json' }",
            "/title/as: this field is a text on every platform; `as` is for those in `fields`",
        ),
        (
            "[update]\ntitle = { value = 'x', on = ['create'] }",
            "/update/title/on: is said twice: `update` holds for that action alone",
        ),
        ("unwanted = 1", "/unwanted: expected a Jinja expression, or a table of `when` and `why`"),
        ("unwanted = { why = 'x' }", "/unwanted: expected `when` with a Jinja expression"),
        ("unwanted = [{ when = 'true', why = 1 }]", "/unwanted/0/why: expected a text"),
        ("[limits]\ntitle = 0", "/limits/title: expected a number of characters, at least 1"),
        ("[limits]\nu_x = 'long'", "/limits/u_x: expected a number of characters, at least 1"),
        ("limits = 4", "/limits: expected a table"),
        ("[fields]\n'a/b' = []", "/fields/a~1b: expected a text, a number, true or false"),
    ] {
        assert_eq!(findings(settings), [expected], "{settings}");
    }
}

#[test]
fn all_that_is_wrong_is_found_at_once() {
    assert_eq!(findings("titel = 'x'\nseverity = 'bad'\n[limits]\ntitle = 0").len(), 3);
    assert_eq!(findings("title = '{{ x | y }}'\nnote = '{{ z }}'").len(), 3);
}

#[test]
fn what_asks_nothing_of_the_alert_fails_for_each() {
    for (settings, found) in [
        ("fields.u_n = { value = 'abc', as = 'number' }", "/fields/u_n/value: \"abc\" is no number"),
        (
            "fields.u_n = { value = { by = 'severity', error = '', default = '1' }, as = 'number' }",
            "/fields/u_n/value/error: \"\" is no number",
        ),
        ("title = '{{ 1 / 0 }}'", "/title: line 1, column 4: invalid operation: unable to calculate 1 / 0"),
        (
            "note = '{% for a in range(100000000) %}x{% endfor %}'",
            "/note: line 1, column 13: invalid operation: range has too many elements",
        ),
    ] {
        assert_eq!(findings(settings), [found]);
    }
}

#[test]
fn what_fails_on_the_sample_alone_is_a_doubt_and_no_finding() {
    assert_eq!(
        doubts("[fields]\na = '{{ alert.rule.split(\"-\")[1] | int }}'"),
        ["/fields/a: line 1, column 31: invalid operation: invalid float literal"]
    );
}

#[test]
fn what_an_alert_lacks_is_never_a_finding() {
    for expression in [
        "x",
        "x.y.z",
        "x[0]",
        "x ~ '!'",
        "x + 1",
        "x + '!'",
        "x > 5",
        "x in 'abc'",
        "'a' in x",
        "x | int",
        "x | int + 1",
        "x | float | round(1)",
        "x | replace('a', 'b')",
        "x | default('none')",
        "x | length",
        "x | first",
        "x | join(',')",
        "x | lower | title",
        "x | date('%H')",
        "x | duration",
        "x | truncate(5)",
        "x | tojson",
        "x | urlencode",
        "x.split(',')[0].strip()",
        "x.items() | list",
        "x if x is defined else 'y'",
        "x | selectattr('a') | list",
    ] {
        let template = format!(
            "note = {}",
            toml::Value::from(format!("{{{{ {} }}}}", expression.replace('x', "alert.labels.nothing")))
        );
        assert_eq!(findings(&template), Vec::<String>::new(), "{expression}");
    }
}

fn schema() -> Json {
    serde_json::from_str(SCHEMA).unwrap()
}

#[test]
fn the_schema_takes_what_is_right() {
    let schema = jsonschema::draft202012::new(&schema()).unwrap();
    for (point, settings) in RIGHT {
        let errors: Vec<String> = schema.iter_errors(&json(settings)).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{point}");
    }
}

#[test]
fn the_schema_refuses_what_has_the_wrong_shape() {
    let schema = jsonschema::draft202012::new(&schema()).unwrap();
    for settings in [
        "titel = 'x'",
        "title = ['x']",
        "title = { of = 'x' }",
        "title = { value = 'x', when = 'create' }",
        "title = { value = 'x', on = ['close'] }",
        "title = { value = { value = 'x' } }",
        "[fields]\na = { by = 'labels.env', x = [1] }",
        "[fields]\na = { by = 1 }",
        "[create]\nlimits = {}",
        "[incident.create.update]\ntitle = 'x'",
        "unwanted = 1",
        "unwanted = [{ why = 'x' }]",
        "[limits]\ntitle = 0",
    ] {
        assert!(!schema.is_valid(&json(settings)), "{settings}");
        assert!(!findings(settings).is_empty(), "{settings}");
    }
}

/// The settings of each mapping in the TOML blocks of the README.
fn documented() -> Vec<String> {
    let readme = include_str!("../README.md");
    let blocks = readme.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mappings = blocks.flat_map(|block| json(block)["mappings"].as_object().unwrap().clone());
    mappings.map(|(_, mapping)| toml::to_string(&mapping["settings"]).unwrap()).collect()
}

#[test]
fn what_the_readme_shows_is_right() {
    let schema = jsonschema::draft202012::new(&schema()).unwrap();
    assert!(documented().len() > 3);
    for settings in documented() {
        assert_eq!(findings(&settings), Vec::<String>::new(), "{settings}");
        assert!(schema.is_valid(&json(&settings)), "{settings}");
    }
}

#[test]
fn the_readme_names_all_that_templates_see() {
    let readme = include_str!("../README.md");
    for (name, _) in field_map::context::ROOT {
        assert!(readme.contains(&format!("`{name}")), "{name}");
    }
}

#[test]
fn every_property_of_the_schema_is_described() {
    fn walk(at: &str, json: &Json, found: &mut usize) {
        let Json::Object(object) = json else { return };
        if let Some(Json::Object(properties)) = object.get("properties") {
            for (name, property) in properties {
                let described = property.get("description").and_then(Json::as_str);
                assert!(described.is_some_and(|words| words.ends_with('.')), "{at}/{name}");
                *found += 1;
            }
            assert!(object.contains_key("additionalProperties"), "{at}");
        }
        object.iter().for_each(|(name, json)| walk(&format!("{at}/{name}"), json, found));
    }
    let mut found = 0;
    walk("", &schema(), &mut found);
    assert!(found > 40, "{found}");
}
