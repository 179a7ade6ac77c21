//! The folder of secrets, with everything in it that must not be read.

use std::{fs, os::unix::fs::symlink, path::Path};

use rstest::rstest;
use rustix::fs::{CWD, FileType, Mode, mknodat};

use pullwright_settings::ExposeSecret;

use super::*;

fn secrets(folder: &Path) -> Secrets {
    Secrets::new(folder.to_owned(), Redactor::new())
}

async fn read(folder: &Path, name: &str) -> String {
    match secrets(folder).read(name).await {
        Ok(secret) => format!("ok {}", secret.expose_secret()),
        Err(problem) => problem.to_string(),
    }
}

#[tokio::test]
async fn a_secret_is_read_without_white_space_around_it_and_redacted_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pat"), " the-secret-value \r\n").unwrap();
    let redactor = Redactor::new();
    let secret =
        Secrets::new(folder.path().to_owned(), redactor.clone()).read("pat").await.unwrap();
    assert_eq!(secret.expose_secret(), "the-secret-value");
    assert!(!redactor.redact("x the-secret-value x").contains("the-secret-value"));
}

#[rstest]
#[case(b"", "is empty")]
#[case(b" \n\t", "is empty")]
#[case(b"short", "is shorter than 8 bytes")]
#[case(b"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8", "is not UTF-8 text")]
#[case(&[b'a'; 65_537], "is larger than 64 KiB")]
#[tokio::test]
async fn content_that_is_no_secret_is_refused(#[case] content: &[u8], #[case] problem: &str) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x"), content).unwrap();
    assert_eq!(read(folder.path(), "x").await, problem);
}

#[tokio::test]
async fn the_largest_file_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x"), [b'a'; 65_536]).unwrap();
    assert!(read(folder.path(), "x").await.starts_with("ok "));
}

#[tokio::test]
async fn nothing_but_a_regular_file_inside_the_folder_is_read() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("pat"), "outside-secret").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("folder")).unwrap();
    symlink(outside.path().join("pat"), at("absolute_link")).unwrap();
    symlink(
        Path::new("..").join(outside.path().file_name().unwrap()).join("pat"),
        at("relative_link"),
    )
    .unwrap();
    symlink("nowhere", at("dangling")).unwrap();
    symlink("loop", at("loop")).unwrap();
    symlink("/dev/zero", at("device")).unwrap();
    mknodat(CWD, at("pipe"), FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    let up = format!("../{}/pat", outside.path().file_name().unwrap().to_str().unwrap());
    let absolute = outside.path().join("pat").to_str().unwrap().to_owned();
    for (name, problem) in [
        ("missing", "does not exist in the secrets folder"),
        ("folder", "is not a regular file"),
        ("pipe", "is not a regular file"),
        ("absolute_link", "leads out of the secrets folder"),
        ("relative_link", "leads out of the secrets folder"),
        ("device", "leads out of the secrets folder"),
        ("dangling", "does not exist in the secrets folder"),
        ("loop", "cannot be read (too many symbolic links or filesystem loop)"),
        (&up, "leads out of the secrets folder"),
        (&absolute, "leads out of the secrets folder"),
    ] {
        let read = read(folder.path(), name).await;
        assert!(
            read == problem || name == "loop" && read.starts_with("cannot be read"),
            "{name}: {read}"
        );
        assert!(secrets(folder.path()).exists(name).await.is_err(), "{name}");
    }
}

#[tokio::test]
async fn a_link_that_stays_inside_is_followed_as_mounted_secrets_are_links() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("..2026_01")).unwrap();
    fs::write(folder.path().join("..2026_01/pat"), "mounted-secret").unwrap();
    symlink("..2026_01", folder.path().join("..data")).unwrap();
    symlink("..data/pat", folder.path().join("pat")).unwrap();
    assert_eq!(read(folder.path(), "pat").await, "ok mounted-secret");
}

#[tokio::test]
async fn a_credential_is_one_word_of_ascii() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in
        [("two_lines", "one-line\nanother"), ("accent", "crédential"), ("space", "one two three")]
    {
        fs::write(folder.path().join(name), content).unwrap();
        let problem = secrets(folder.path()).read_credential(name).await.unwrap_err();
        assert!(matches!(problem, Problem::NotACredential), "{name}");
        assert!(!problem.to_string().contains(content), "{name}");
    }
}

#[tokio::test]
async fn a_previous_secret_is_optional() {
    let folder = tempfile::tempdir().unwrap();
    assert!(secrets(folder.path()).read_previous("hook").await.unwrap().is_none());
    fs::write(folder.path().join("hook.previous"), "the-old-secret").unwrap();
    let previous = secrets(folder.path()).read_previous("hook").await.unwrap();
    assert_eq!(previous.as_ref().map(ExposeSecret::expose_secret), Some("the-old-secret"));
}

#[tokio::test]
async fn a_list_that_cannot_be_used_admits_nobody() {
    let url =
        RepositoryUrl::parse("https://github.com/acme/x", &pullwright_types::Hosts::default())
            .unwrap();
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(secrets(folder.path()).lists("pat", &url).await.unwrap(), None);
    let list = folder.path().join("pat.repositories");
    fs::write(&list, "github.com/acme/*\n").unwrap();
    assert_eq!(secrets(folder.path()).lists("pat", &url).await.unwrap(), Some(true));
    fs::write(&list, "").unwrap();
    assert_eq!(secrets(folder.path()).lists("pat", &url).await.unwrap(), Some(false));
    fs::write(&list, "acme\n").unwrap();
    assert_eq!(
        secrets(folder.path()).lists("pat", &url).await.unwrap_err().to_string(),
        "has a list of repositories whose line 1 is neither `host/owner/name` nor `host/owner/*`"
    );
    fs::remove_file(&list).unwrap();
    fs::create_dir(&list).unwrap();
    assert!(secrets(folder.path()).lists("pat", &url).await.is_err());
}

#[tokio::test]
async fn a_secret_that_is_made_is_not_in_force_before_it_is_turned_to() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hook"), "the-first-secret").unwrap();
    let secrets = secrets(folder.path());
    let version = secrets.make_next("hook").await.unwrap();
    assert_eq!(read(folder.path(), "hook").await, "ok the-first-secret");
    assert!(!secrets.has_previous("hook").await);
    assert!(!secrets.turn("hook", "hook@1.000000000").await.unwrap(), "another version");

    assert!(secrets.turn("hook", &version).await.unwrap());
    let now = secrets.read_version("hook").await.unwrap();
    assert_eq!(now.version, version, "known before it was in force");
    assert_eq!(now.secret.expose_secret().len(), 64);
    let previous = secrets.read_previous("hook").await.unwrap();
    assert_eq!(previous.as_ref().map(ExposeSecret::expose_secret), Some("the-first-secret"));
    assert!(!secrets.turn("hook", &version).await.unwrap(), "there is nothing to do any more");
    for _ in 0..2 {
        secrets.remove_previous("hook").await.unwrap();
        assert!(!secrets.has_previous("hook").await);
    }
}

#[tokio::test]
async fn every_secret_that_is_made_is_another_one_of_another_version() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("hook");
    fs::write(&at, "the-first-secret").unwrap();
    // As if it had been written on a clock that was set back since.
    let later = std::time::Duration::from_secs(86_400);
    let file = fs::File::options().append(true).open(&at).unwrap();
    file.set_modified(file.metadata().unwrap().modified().unwrap() + later).unwrap();
    let secrets = secrets(folder.path());
    let mut seen = vec![(secrets.version("hook").await.unwrap(), "the-first-secret".to_owned())];
    for _ in 0..5 {
        let version = secrets.make_next("hook").await.unwrap();
        secrets.turn("hook", &version).await.unwrap();
        let now = secrets.read_version("hook").await.unwrap();
        let now = (now.version, now.secret.expose_secret().to_owned());
        assert!(seen.iter().all(|(version, secret)| *version != now.0 && *secret != now.1));
        seen.push(now);
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_cannot_be_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let secrets = secrets(&folder.path().join("gone"));
    let error = secrets.make_next("hook").await.unwrap_err();
    assert_eq!(error.to_string(), "cannot be written to (entity not found)");
}
