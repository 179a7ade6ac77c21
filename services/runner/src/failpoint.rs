//! Places where a test ends or stops this process: before and after every step of a job.
//!
//! Compiled in by the feature `failpoints` only, which no release has. A file tells which place is struck, so that it can be
//! armed while the runner runs; it is removed when it strikes, so that the next runner gets past.

/// Which side of a step.
#[derive(Debug, Clone, Copy)]
pub enum Moment {
    /// Before its effect.
    Before,
    /// After its effect, before anybody was told.
    After,
}

/// Does what the armed file says when it names this place. Its one line is `{step} before|after kill|stop`:
/// `kill` ends the process as SIGKILL does, `stop` suspends it as SIGSTOP does.
#[cfg(feature = "failpoints")]
pub fn reach(step: &str, moment: Moment) {
    use std::{path::PathBuf, sync::LazyLock};

    use rustix::process::{Signal, getpid, kill_process};

    #[expect(clippy::disallowed_methods, reason = "for tests only, so it is no setting")]
    static ARMED: LazyLock<Option<PathBuf>> =
        LazyLock::new(|| std::env::var("RUNNER_FAILPOINT_FILE").ok().map(PathBuf::from));

    let Some(path) = ARMED.as_ref() else { return };
    let Ok(armed) = std::fs::read_to_string(path) else { return };
    let moment = match moment {
        Moment::Before => "before",
        Moment::After => "after",
    };
    let signal = match armed.split_whitespace().collect::<Vec<_>>()[..] {
        [name, side, "kill"] if name == step && side == moment => Signal::KILL,
        [name, side, "stop"] if name == step && side == moment => Signal::STOP,
        _ => return,
    };
    if std::fs::remove_file(path).is_ok() {
        // A signal that cannot be sent to oneself leaves the test waiting for it, which then fails.
        let _ = kill_process(getpid(), signal);
        // The signal is the whole process's: this thread could run on into the step before it is stopped.
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

/// Nothing: this build has no failpoints.
#[cfg(not(feature = "failpoints"))]
pub fn reach(_step: &str, _moment: Moment) {}
