//! Telemetry of a whole process, in a process of its own: this test binary, started again.

use pullwright_redact::{Redactor, SecretString};
use pullwright_settings::Environment;
use pullwright_telemetry::{Settings, init};
use serde_json::Value;
use tracing::{info, info_span};

use crate::capture::parse;

const CHILD: &str = "PULLWRIGHT_TELEMETRY_TEST_CHILD";
const SECRET: &str = "a-secret-of-the-panicking-kind";

/// Does nothing unless [`output`] started it.
#[test]
fn child() {
    let env = Environment::process();
    if env.text(CHILD).unwrap().is_none() {
        return;
    }
    let redactor = Redactor::new();
    redactor.register(&SecretString::from(SECRET)).unwrap();
    let settings = Settings::read(&env).unwrap();
    let telemetry = init("runner", settings.clone(), redactor.clone()).unwrap();
    assert!(init("runner", settings, redactor).is_err(), "a second one is refused");
    info!("started");
    let panicked = std::thread::spawn(|| {
        let _span = info_span!("jobs.open", request.id = "req-9", token = SECRET).entered();
        panic!("cannot use {SECRET}\n{{}}");
    });
    assert!(panicked.join().is_err());
    drop(telemetry);
}

#[expect(clippy::disallowed_methods, reason = "it starts this test binary again")]
fn output(log: &str) -> Vec<Value> {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "process::child", "--nocapture", "--test-threads=1"])
        .env_clear()
        .envs([(CHILD, "1"), ("LOG", log), ("RUST_BACKTRACE", "full")])
        .output()
        .unwrap();
    let (out, err) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{out}{err}");
    assert!(!out.contains(SECRET) && !err.contains(SECRET), "{out}{err}");
    let lines: Vec<&str> =
        out.lines().filter_map(|line| line.find('{').map(|at| &line[at..])).collect();
    parse(&lines.join("\n"))
}

#[test]
fn events_and_panics_of_a_process_are_lines_on_standard_output() {
    let lines = output("info");
    assert_eq!(lines[0]["message"], "started");
    let panic = &lines[1];
    assert_eq!(panic["level"], "ERROR");
    assert_eq!(panic["target"], "panic");
    assert_eq!(panic["message"], "panicked: cannot use [REDACTED]\n{}");
    assert_eq!(panic["span"], "jobs.open");
    assert_eq!(panic["request_id"], "req-9");
    assert_eq!(panic["token"], "[REDACTED]");
    assert_eq!(panic["trace_id"].as_str().unwrap().len(), 32);
    assert!(panic["panic.location"].as_str().unwrap().contains("process.rs:"));
    assert!(panic["panic.backtrace"].is_string());
    assert_eq!(lines.len(), 2);
}

#[test]
fn a_panic_is_logged_even_when_the_log_is_off() {
    let lines = output("off");
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["target"], "panic");
}
