//! The table names tests that exist.

use std::path::PathBuf;

/// `folder/file.rs::name` in backticks.
fn named(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('`').skip(1).step_by(2).filter_map(|code| code.split_once(".rs::"))
}

#[test]
fn every_test_that_the_table_names_exists() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let table = std::fs::read_to_string(root.join("docs/RELIABILITY.md")).unwrap();
    let mut seen = 0;
    for (file, name) in named(&table) {
        let text = std::fs::read_to_string(root.join(format!("{file}.rs")))
            .unwrap_or_else(|error| panic!("{file}.rs: {error}"));
        assert!(text.contains(&format!("fn {name}(")), "{file}.rs has no test `{name}`");
        seen += 1;
    }
    assert!(seen >= 50, "only {seen} tests are named");
}
