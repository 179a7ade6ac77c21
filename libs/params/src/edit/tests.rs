//! That the work of an edit is linear; what an edit does is held by the integration tests.

use super::*;
use crate::json::steps;

fn steps_of(file: &str, changes: &[Change<'_>]) -> usize {
    steps::of(|| edit(file.as_bytes(), changes).expect("edited"))
}

fn doubling(build: impl Fn(usize) -> (String, Vec<(String, String)>)) {
    let cost = |size: usize| {
        let (file, pairs) = build(size);
        let changes: Vec<_> =
            pairs.iter().map(|(key, to)| Change { key, from_json: "0", to_json: to }).collect();
        steps_of(&file, &changes)
    };
    let (small, large) = (cost(1_000), cost(2_000));
    assert!(large <= 2 * small + 1_000, "{small} steps became {large}");
}

fn key(index: usize) -> String {
    format!("k{index:06}")
}

#[test]
fn many_exchanges_in_a_large_object_take_steps_in_proportion() {
    doubling(|size| {
        let members: Vec<_> = (0..size).map(|n| format!("\n  \"k{n:06}\": 1")).collect();
        let file = format!("{{{}\n}}", members.join(","));
        (file, (0..size).map(|n| (key(n), "2".to_owned())).collect())
    });
}

#[test]
fn many_insertions_take_steps_in_proportion() {
    doubling(|size| {
        let file = format!("{{\"a\": [{}1],\n  \"z\": 1\n}}", "1,".repeat(size));
        (file, (0..size).map(|n| (format!("p.q{n:06}.r"), "2".to_owned())).collect())
    });
}

#[test]
fn many_empty_objects_after_a_long_line_take_steps_in_proportion() {
    doubling(|size| {
        let members: Vec<_> = (0..size).map(|n| format!("\n  \"k{n:06}\": {{}}")).collect();
        let long = "1,".repeat(size);
        let file = format!("{{\"a\": [{long}1], \"p\": {{{}}}}}", members.join(","));
        (file, (0..size).map(|n| (format!("p.k{n:06}.x"), "2".to_owned())).collect())
    });
}

#[test]
fn a_gap_of_any_width_is_not_multiplied() {
    let wide = " ".repeat(100_000);
    for gap in [wide.clone(), format!("\n{wide}"), format!("{wide}\n")] {
        let file = format!("{{{gap}\"a\":{gap}1,{gap}\"b\":{gap}{{{gap}}}}}");
        let keys: Vec<_> = (0..100).flat_map(|n| [format!("b.x{n}.y"), key(n)]).collect();
        let changes: Vec<_> =
            keys.iter().map(|key| Change { key, from_json: "", to_json: "1" }).collect();
        let edited = edit(file.as_bytes(), &changes).expect("edited");
        assert!(edited.bytes.len() < file.len() + 200 * 600, "{} bytes", edited.bytes.len());
        assert!(serde_json::from_slice::<serde_json::Value>(&edited.bytes).is_ok());
    }
}

#[test]
fn deep_keys_stop_before_they_fill_the_memory() {
    let unit = " ".repeat(500);
    let file = format!("{{\n{unit}\"a\": 1\n}}");
    let keys: Vec<_> = (0..100).map(|n| format!("r{n}{}", ".x".repeat(126))).collect();
    let changes: Vec<_> =
        keys.iter().map(|key| Change { key, from_json: "", to_json: "1" }).collect();
    let steps = steps::of(|| {
        let error = edit(file.as_bytes(), &changes).expect_err("too large");
        assert_eq!(error, Conflict::ResultTooLarge { limit: MAX_FILE_BYTES }.into());
    });
    assert!(steps < MAX_FILE_BYTES + 200_000, "{steps} steps");
}
