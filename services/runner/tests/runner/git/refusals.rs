//! What is not edited: links, submodules, filtered files, pointers, paths that lead astray.

use pullwright_runner::git::{Engine, GitError, Retry};

use super::world::{PARAMS, World};

async fn refusal(world: &World, path: &str, writes: &[String]) -> GitError {
    let error = world.engine.open_base(&world.remote, "main", path, writes).await.unwrap_err();
    assert_eq!(error.code(), "PATH_REFUSED", "{path}: {error}");
    assert_eq!(error.retry(), Retry::Never);
    error
}

#[tokio::test]
async fn links_submodules_and_folders_are_not_edited() {
    let world = World::start().await;
    let work = world.git.work().to_owned();
    std::os::unix::fs::symlink("/etc/passwd", work.join("link.params.json")).unwrap();
    std::os::unix::fs::symlink("configs", work.join("linked")).unwrap();
    world.git.worktree(&["add", "-A"]);
    let commit = world.git.worktree(&["rev-parse", "HEAD"]);
    world.git.worktree(&["update-index", "--add", "--cacheinfo", &format!("160000,{commit},sub")]);
    world.git.worktree(&["commit", "-q", "-m", "traps"]);
    world.git.worktree(&["push", "-q", "origin", "main"]);
    for (path, rule) in [
        ("link.params.json", "symbolic link"),
        ("linked/products/search.params.json", "symbolic link"),
        ("sub", "submodule"),
        ("sub/x.params.json", "submodule"),
        ("configs/products", "a folder"),
        ("README.md/x.params.json", "not a folder"),
        ("../x.params.json", "plain path"),
        (".git/config", "git keeps"),
    ] {
        let error = refusal(&world, path, &[]).await.to_string();
        assert!(error.contains(rule), "{path}: {error}");
    }
}

#[tokio::test]
async fn a_file_that_a_filter_rewrites_is_refused_and_its_neighbour_is_not() {
    let world = World::start().await;
    world.git.write(
        "configs/.gitattributes",
        "*.params.json filter=lfs diff=lfs\nkept.params.json -filter\n",
    );
    world.git.write("configs/products/kept.params.json", "{}\n");
    // The filter itself is not installed here, so the file goes in as it is.
    world.git.commit_to("main");
    refusal(&world, PARAMS, &[]).await;
    let kept = "configs/products/kept.params.json";
    let base = world.engine.open_base(&world.remote, "main", kept, &[]).await.unwrap();
    assert_eq!(base.blob.bytes, b"{}\n");
}

#[tokio::test]
async fn a_further_file_is_held_to_the_same_rules() {
    let world = World::start().await;
    world.git.write(".gitattributes", "*.png filter=lfs\n");
    std::os::unix::fs::symlink("/tmp", world.git.work().join("charts")).unwrap();
    world.git.commit_to("main");
    refusal(&world, PARAMS, &[".pullwright/1.png".to_owned()]).await;
    refusal(&world, PARAMS, &["charts/1.svg".to_owned()]).await;
    let free = [".pullwright/charts/1.svg".to_owned()];
    world.engine.open_base(&world.remote, "main", PARAMS, &free).await.unwrap();
}

#[tokio::test]
async fn a_pointer_to_large_content_is_refused() {
    let world = World::start().await;
    world.git.write(PARAMS, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n");
    world.git.commit_to("main");
    let error = refusal(&world, PARAMS, &[]).await;
    assert!(error.to_string().contains("LFS"), "{error}");
}

#[tokio::test]
async fn a_file_larger_than_the_cap_is_refused() {
    let world = World::start_with(|settings| settings.largest_blob = 100).await;
    world.git.write(PARAMS, " ".repeat(101));
    world.git.commit_to("main");
    let error = refusal(&world, PARAMS, &[]).await;
    assert!(error.to_string().contains("larger"), "{error}");
}
