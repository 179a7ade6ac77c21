//! The patch of what was committed, held against what git itself prints.

use pullwright_runner::git::{Engine, GitError, Oid};

use super::world::{PARAMS, World, edit};

/// What `git diff` prints at the other side, to the last byte.
fn printed(world: &World, from: &Oid, to: &Oid, path: &str) -> String {
    let range = [from.as_str(), to.as_str()];
    world.git.bare_exact(&[&["diff", "--no-color"], &range[..], &["--", path]].concat())
}

/// Contents before and after: plain, all on one line, much alike, without a last line break, with CRLF, with a heading.
fn edits() -> Vec<(String, String)> {
    let fields = |boosts: [&str; 4]| {
        let field = |(name, boost): (&str, &str)| {
            format!("  \"{name}\": {{\n    \"boost\": {boost},\n    \"tie\": {{}}\n  }}")
        };
        let names = ["title", "body", "tags", "brand"];
        let all: Vec<String> = names.into_iter().zip(boosts).map(field).collect();
        format!("{{\n{}\n}}\n", all.join(",\n"))
    };
    let inserted = fields(["1.0"; 4]).replace(
        "\n}\n",
        ",\n  \"sku\": {\n    \"boost\": 1.0,\n    \"tie\": {}\n  },\n  \"a\": {\n    \"tie\": {}\n  }\n}\n",
    );
    let headed = format!("{{\"a\":\n1,\n{}\"z\":\ntrue}}\n", "\"b\": 2,\n".repeat(9));
    let pair = |before: &str, after: &str| (before.to_owned(), after.to_owned());
    vec![
        pair("{\"boost\": 1.0}\n", "{\"boost\": 2.5}\n"),
        pair("{\"boost\": 1.0}", "{\"boost\": 2.5}"),
        pair("{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}\r\n", "{\r\n  \"a\": 3,\r\n  \"b\": 2\r\n}\r\n"),
        pair("", "{\"boost\": 2.5}\n"),
        (fields(["1.0"; 4]), fields(["1.0", "2.5", "1.0", "0.5"])),
        (fields(["1.0"; 4]), inserted),
        (headed.clone(), headed.replace("true", "null")),
        pair("{\n \"é\": \"ü\"\n}\n", "{\n \"é\": \"ß\"\n}\n"),
    ]
}

#[tokio::test]
async fn the_patch_is_what_git_prints() {
    let world = World::start().await;
    for (at, (before, after)) in edits().into_iter().enumerate() {
        world.git.write(PARAMS, before);
        world.git.commit_to("main");
        let base = world.open().await;
        let commits =
            world.engine.commit(&world.remote, &base, &[edit(&base, &after)]).await.unwrap();
        let patch = world.engine.diff(&base, &commits).await.unwrap();
        world.engine.push_new(&world.remote, &format!("b{at}"), &commits).await.unwrap();
        assert_eq!(patch, printed(&world, &base.oid, &commits.head, PARAMS));
        let tree = world.git.bare(&["rev-parse", &format!("{}^{{tree}}", commits.head)]);
        assert_eq!(commits.tree.as_str(), tree);
    }
}

#[tokio::test]
async fn the_patch_of_an_unusual_path_and_mode_is_what_git_prints() {
    let world = World::start().await;
    let path = "configs/dé pôt/a \"b\".params.json";
    world.git.write(path, "{\"boost\": 1.0}\n");
    world.git.make_executable(path);
    world.git.commit_to("main");
    let base = world.engine.open_base(&world.remote, "main", path, &[]).await.unwrap();
    let commit = edit(&base, "{\"boost\": 2.5}\n");
    let commits = world.engine.commit(&world.remote, &base, &[commit]).await.unwrap();
    let patch = world.engine.diff(&base, &commits).await.unwrap();
    world.engine.push_new(&world.remote, "b", &commits).await.unwrap();
    assert_eq!(patch, printed(&world, &base.oid, &commits.head, path));
    assert!(patch.contains(" 100755\n"), "{patch}");
}

#[tokio::test]
async fn a_patch_between_commits_of_the_remote_is_the_same_as_when_it_was_built() {
    let world = World::start().await;
    let base = world.open().await;
    let commits = world
        .engine
        .commit(&world.remote, &base, &[edit(&base, "{\"boost\": 2}\n")])
        .await
        .unwrap();
    let built = world.engine.diff(&base, &commits).await.unwrap();
    world.engine.push_new(&world.remote, "b", &commits).await.unwrap();
    let other = world.another_engine().await;
    let compare = |path| other.compare(&world.remote, &base.oid, &commits.head, path);
    let compared = compare(PARAMS).await.unwrap();
    assert_eq!((compared.patch, &compared.tree), (built, &commits.tree));
    let error = compare("configs/nowhere.json").await.unwrap_err();
    assert!(matches!(error, GitError::FileNotFound { .. }), "{error}");
}
