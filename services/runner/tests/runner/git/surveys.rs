//! Looking into folders, and asking whether a push would be let in.

use pullwright_runner::git::{Engine, GitError};

use super::world::World;

#[tokio::test]
async fn folders_are_looked_into_each_for_itself() {
    let world = World::start().await;
    let git = &world.git;
    git.write("configs/products/zoom.params.json", "{}");
    git.write("configs/products/notes.md", "not looked at");
    git.write("configs/products/.params.json", "has no name");
    git.write(
        "lfs/big.params.json",
        "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n",
    );
    git.write("filtered/.gitattributes", "*.params.json filter=crypt\n");
    git.write("filtered/a.params.json", "{}");
    git.write("empty/README.md", "nothing here");
    std::os::unix::fs::symlink("products", git.work().join("configs/link")).unwrap();
    std::os::unix::fs::symlink(
        "zoom.params.json",
        git.work().join("configs/products/link.params.json"),
    )
    .unwrap();
    let tip = git.commit_to("main");

    let folders = [
        "configs/products",
        "configs/link",
        "nowhere/at/all",
        "lfs",
        "filtered",
        "empty",
        "README.md",
    ];
    let folders = folders.map(str::to_owned);
    let seen = world.engine.survey(&world.remote, "main", &folders, ".params.json").await.unwrap();
    assert_eq!(seen.oid.as_str(), tip);
    let told = seen.folders.iter().map(|folder| {
        let files = match &folder.files {
            Err(error) => error.code().to_owned(),
            Ok(files) => {
                let file = |file: &pullwright_runner::git::FolderFile| {
                    let name = file.path.rsplit('/').next().unwrap_or_default().to_owned();
                    let end = match &file.blob {
                        Ok(blob) => blob.bytes.len().to_string(),
                        Err(error) => error.code().to_owned(),
                    };
                    format!("{name}={end}")
                };
                files.iter().map(file).collect::<Vec<_>>().join(" ")
            }
        };
        (folder.path.as_str(), files)
    });
    let told: Vec<(&str, String)> = told.collect();
    let expected = [
        (
            "configs/products",
            "link.params.json=PATH_REFUSED search.params.json=15 zoom.params.json=2",
        ),
        ("configs/link", "PATH_REFUSED"),
        ("nowhere/at/all", "PARAMS_FILE_NOT_FOUND"),
        ("lfs", "big.params.json=PATH_REFUSED"),
        ("filtered", "a.params.json=PATH_REFUSED"),
        ("empty", ""),
        ("README.md", "PATH_REFUSED"),
    ];
    let expected: Vec<(&str, String)> =
        expected.into_iter().map(|(path, files)| (path, files.to_owned())).collect();
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_branch_that_is_not_there_is_said() {
    let world = World::start().await;
    let error = world.engine.survey(&world.remote, "nowhere", &[], ".json").await.unwrap_err();
    assert!(matches!(error, GitError::BaseBranchNotFound { .. }), "{error}");
}

#[tokio::test]
async fn asking_whether_a_push_is_let_in_pushes_nothing() {
    let world = World::start().await;
    world.server.seen();
    world.engine.may_push(&world.remote).await.unwrap();
    let seen = world.server.seen();
    assert!(seen.iter().all(|asked| asked.target.starts_with("GET ")), "{seen:?}");
    assert_eq!(world.git.bare(&["for-each-ref", "--format=%(refname)"]), "refs/heads/main");
}
