//! The client as a process, without any service.

use std::process::{Command, Stdio};

#[test]
#[expect(clippy::disallowed_methods, reason = "the client is what is tested")]
fn a_reader_that_has_seen_enough_of_the_completions_is_no_fault() {
    let mut client = Command::new(env!("CARGO_BIN_EXE_pullwright"))
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the client runs");
    drop(client.stdout.take());
    let ended = client.wait_with_output().expect("the client ends");
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success() && told.is_empty(), "{told}");
}
