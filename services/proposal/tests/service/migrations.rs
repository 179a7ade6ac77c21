//! The schema goes up, down and up again, also by the binary.

use pullwright_pg::{Settings, migrate::Changes};
use pullwright_proposal::migrations;
use pullwright_testkit::stores::fresh_database;

#[tokio::test]
async fn the_schema_goes_up_down_and_up_again() {
    let database = fresh_database("migrations").await.unwrap();
    let settings = Settings::new(database.url, "test");
    let all = versions();
    let applied = Changes { applied: all.clone(), reverted: vec![] };
    assert_eq!(migrations::up(&settings).await.unwrap(), applied);
    let back = all.iter().rev().copied().collect();
    assert_eq!(
        migrations::to(&settings, 0).await.unwrap(),
        Changes { applied: vec![], reverted: back }
    );
    assert_eq!(migrations::to(&settings, *all.last().unwrap()).await.unwrap(), applied);
    assert_eq!(migrations::up(&settings).await.unwrap(), Changes::default());
}

/// The versions that there are, by their files.
fn versions() -> Vec<i32> {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap();
    let version = |name: String| name.strip_prefix('V')?.split_once("__")?.0.parse().ok();
    let mut versions: Vec<_> = files
        .filter_map(|file| version(file.unwrap().file_name().into_string().unwrap()))
        .collect();
    versions.sort_unstable();
    versions
}

#[tokio::test]
async fn the_binary_migrates_to_a_version_and_names_a_missing_variable() {
    let database = fresh_database("binary").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().join("url");
    std::fs::write(&url, &database.url).unwrap();
    for (version, change) in [("1", r#""applied":"[1]""#), ("0", r#""reverted":"[1]""#)] {
        let ran = binary(&["migrate", "--to", version])
            .env("PROPOSAL_DATABASE_URL_FILE", &url)
            .output()
            .await
            .unwrap();
        let told = String::from_utf8_lossy(&ran.stdout);
        assert!(
            ran.status.success() && told.contains(change),
            "{told}{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    }
    let ran = binary(&[]).output().await.unwrap();
    assert!(!ran.status.success());
    assert!(String::from_utf8_lossy(&ran.stderr).contains("PROPOSAL_DATABASE_URL is not set"));
}

#[expect(
    clippy::disallowed_methods,
    reason = "our own binary, with an environment built from empty"
)]
fn binary(arguments: &[&str]) -> tokio::process::Command {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_pullwright-proposal"));
    command.args(arguments).env_clear().kill_on_drop(true);
    command
}
