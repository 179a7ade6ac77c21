//! `docs/SECURITY.md` names tests that exist, and every role.

use std::path::PathBuf;

fn text(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_test_that_the_page_names_exists() {
    let page = text("docs/SECURITY.md");
    let codes = page.split('`').skip(1).step_by(2);
    let tests: Vec<_> = codes.filter_map(|code| code.split_once(".rs::")).collect();
    for (file, name) in &tests {
        let source = text(&format!("{file}.rs"));
        assert!(source.contains(&format!("fn {name}(")), "{file}.rs has no test `{name}`");
    }
    assert!(tests.len() >= 30, "only {} tests are named", tests.len());
}

#[test]
fn the_page_names_every_role() {
    let page = text("docs/SECURITY.md");
    for role in ["ingress", "proposal", "runner", "client", "operator"] {
        assert!(text("libs/rpc/src/role.rs").contains(&format!("\"{role}\"")), "{role}");
        assert!(page.contains(&format!("\n| `{role}` | ")), "{role}");
    }
}
