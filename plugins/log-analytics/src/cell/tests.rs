use super::*;
use proptest::prelude::*;
use serde_json::json;

#[test]
fn a_long_text_is_cut_at_a_character_with_a_mark() {
    assert_eq!(text("abcdefgh", 8), Some("abcdefgh".into()));
    assert_eq!(text("abcdefghi", 8), Some("abcde…".into()));
    assert_eq!(text("äöüäöü", 8), Some("äö…".into()));
    let long = text(&"ü".repeat(70_000), LONG).unwrap();
    assert_eq!(long.as_str().map(|text| (text.len() <= LONG, text.ends_with("ü…"))), Some((true, true)));
}

#[test]
fn what_is_empty_is_no_value() {
    assert_eq!(
        [text("", SHORT), text("\0\u{1b}", SHORT), texts(&[]), labels(&[]), object("{}"), object("[1]")],
        [const { None }; 6]
    );
}

#[test]
fn a_moment_is_told_to_the_millisecond() {
    assert_eq!(time("2026-03-01T01:00:05.123456789+01:00"), Some("2026-03-01T00:00:05.123Z".into()));
    assert_eq!(time("yesterday"), None);
}

#[test]
fn an_object_loses_whole_members_and_says_how_many() {
    let fields = json!({"a": 1, "b": "x".repeat(5_000), "c": vec!["y"; 4_000], "d": {"e": null}});
    let kept = object(&fields.to_string()).unwrap();
    assert_eq!((&kept["a"], &kept["d"], &kept["signalbox_omitted"]), (&json!(1), &json!({"e": null}), &json!(1)));
    assert_eq!(kept["b"].as_str().map(str::len), Some(SHORT));
    assert!(kept.get("c").is_none());
}

#[test]
fn a_list_loses_its_tail_and_says_how_many() {
    let list: Vec<_> = (0..10_000).map(|index| format!("server-{index}")).collect();
    let kept = texts(&list).unwrap();
    let kept = kept.as_array().unwrap();
    assert_eq!(kept.last(), Some(&json!(format!("… and {} more", 10_000 - (kept.len() - 1)))));
    assert_eq!(kept.first(), Some(&json!("server-0")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_value_is_over_its_bound(part in "(\\PC|\"|\\\\|\n){1,40}", times in 1..3_000_usize) {
        let long = part.repeat(times);
        let as_text = text(&long, LONG).unwrap_or_default();
        prop_assert!(as_text.as_str().unwrap_or_default().len() <= LONG);
        let list = vec![long.clone(); 20];
        prop_assert!(texts(&list).unwrap_or_default().to_string().len() <= LONG);
        let pairs: Vec<_> = (0..20).map(|index| (format!("{part}{index}"), long.clone())).collect();
        prop_assert!(labels(&pairs).unwrap_or_default().to_string().len() <= LONG);
    }
}
