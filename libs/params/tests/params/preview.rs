//! The diff of an edit: as small as the change, and one that Git can apply.

use std::fs;
use std::process::Command;

use anyhow::Context;
use pullwright_params::{Change, diff, edit};

use crate::to;

/// The lines of a diff that begin with a sign, its headers left out.
fn changed(text: &str) -> Vec<&str> {
    text.lines().skip(3).filter(|line| line.starts_with(['+', '-'])).collect()
}

fn preview(file: &[u8], changes: &[Change<'_>]) -> String {
    diff::unified("configs/p.params.json", file, &edit(file, changes).expect("edited").bytes)
}

#[test]
fn one_value_in_a_crlf_file_with_odd_indentation_is_a_diff_of_one_line() {
    let file = b"{\r\n     \"z\" :1.00,\r\n\t \"boost\":  1.0 ,\r\n \"tie_breaker\": 1e-05\r\n   }";
    let text = preview(file, &[to("boost", "2.5")]);
    assert_eq!(changed(&text), ["-\t \"boost\":  1.0 ,", "+\t \"boost\":  2.5 ,"]);
    assert!(text.contains("+\t \"boost\":  2.5 ,\r\n"), "the carriage return is kept: {text:?}");
}

#[test]
fn a_new_last_member_is_a_diff_of_its_line_and_a_comma() {
    let text = preview(b"{\n  \"a\": 1\n}\n", &[to("b", "2")]);
    assert_eq!(changed(&text), ["-  \"a\": 1", "+  \"a\": 1,", "+  \"b\": 2"]);
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the judge of a diff is git itself; its environment is built from empty"
)]
fn git_applies_the_diff_and_gets_the_edited_file() -> anyhow::Result<()> {
    let lines: String = (0..40).map(|n| format!("  \"k{n}\": {n},\r\n")).collect();
    let large = format!("{{\n{lines}  \"o\": {{}}}}");
    let changes = [to("k3", "0"), to("k9", "0"), to("k30", "{\"a\":\n1}"), to("o.x", "\"é\"")];
    let cases: [(&[u8], &[Change<'_>]); 4] = [
        (large.as_bytes(), &changes),
        (b"", &changes[..1]),
        (b"\xef\xbb\xbf{}\n\n", &changes),
        (b"{\"k3\":1}", &changes[..1]),
    ];
    for (file, changes) in cases {
        let edited = edit(file, changes)?.bytes;
        for path in ["p.json", "a b/\u{e9}\"\\.json"] {
            let folder = tempfile::tempdir()?;
            let target = folder.path().join(path);
            fs::create_dir_all(target.parent().context("a parent")?)?;
            fs::write(&target, file)?;
            fs::write(folder.path().join("patch"), diff::unified(path, file, &edited))?;
            let output = Command::new("git")
                .env_clear()
                .env("PATH", "/usr/local/bin:/usr/bin:/bin")
                .env("HOME", folder.path())
                .env("GIT_CEILING_DIRECTORIES", folder.path())
                .args(["-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "patch"])
                .current_dir(folder.path())
                .output()?;
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(fs::read(&target)?, edited);
        }
    }
    Ok(())
}
