//! A server under its guard: a shell that ends the server and removes its folder when this process is gone.
//!
//! It knows no server; orders and answers are single lines (see `guard.sh`). All calls block for at most some seconds.

use std::{
    ffi::{OsStr, OsString},
    fs,
    io::{self, BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{StoreError, folder::Folder};

const SCRIPT: &str = include_str!("guard.sh");

/// Longer than the guard's own patience with a server, which is 7 s.
const GUARD_ENDS_WITHIN: Duration = Duration::from_secs(10);

/// What a guard is told about its server.
pub(super) struct Plan {
    pub(super) server: &'static str,
    /// The signal that ends the server politely, without `SIG`.
    pub(super) polite: &'static str,
    /// A shell command that fills the folder first; may be empty.
    pub(super) prepare: String,
    pub(super) command: Vec<OsString>,
}

/// The guard of one server, which may be running or not.
#[derive(Debug)]
pub(super) struct Guard {
    server: &'static str,
    dir: PathBuf,
    shell: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Guard {
    /// Prepares the folder; no server runs yet.
    pub(super) fn post(folder: Folder, plan: Plan) -> Result<Self, StoreError> {
        let path = std::env::var_os("PATH").unwrap_or_else(|| OsString::from("/usr/bin:/bin"));
        #[expect(clippy::disallowed_methods, reason = "the one place that starts a store")]
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", SCRIPT, "store-guard"]).arg(folder.path()).arg(plan.polite);
        shell.arg(plan.prepare).args(plan.command);
        shell.env_clear().env("PATH", path).env("LC_ALL", "C").env("HOME", folder.path());
        shell.current_dir(folder.path()).process_group(0);
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        if let Some(account) = folder.account {
            shell.uid(account.uid).gid(account.gid);
        }
        let mut shell = shell.spawn().map_err(StoreError::io("start the guard of a store"))?;
        let orders = shell.stdin.take();
        let answers = shell.stdout.take().expect("standard output was asked for as a pipe");
        let dir = folder.hand_over();
        let mut guard =
            Self { server: plan.server, dir, shell, orders, answers: BufReader::new(answers) };
        match guard.answer()?.as_str() {
            "ready" => Ok(guard),
            _ => Err(guard.ended()),
        }
    }

    /// Starts the server and answers its process id; it may not be listening yet.
    pub(super) fn start(&mut self) -> Result<u32, StoreError> {
        let answer = self.order("start")?;
        let pid = answer.strip_prefix("started ").and_then(|pid| pid.parse().ok());
        pid.ok_or_else(|| self.ended())
    }

    /// Ends the server politely, by force when that takes more than some seconds.
    pub(super) fn stop(&mut self) -> Result<(), StoreError> {
        self.order("stop").map(drop)
    }

    /// Kills the server as a crash would.
    pub(super) fn kill(&mut self) -> Result<(), StoreError> {
        self.order("kill").map(drop)
    }

    /// Sends the server a signal, named without `SIG`.
    pub(super) fn signal(&mut self, name: &str) -> Result<(), StoreError> {
        self.order(&format!("signal {name}")).map(drop)
    }

    /// Whether the server's process is there.
    pub(super) fn alive(&mut self) -> Result<bool, StoreError> {
        Ok(self.order("check")? == "alive")
    }

    /// The end of the server's log, or what stands in the way of reading it.
    pub(super) fn log(&self) -> String {
        match fs::read(self.dir.join("server.log")) {
            Ok(log) => {
                let log = String::from_utf8_lossy(&log).into_owned();
                let skip = log.lines().count().saturating_sub(20);
                log.lines().skip(skip).collect::<Vec<_>>().join("\n")
            }
            Err(error) => format!("(no log: {error})"),
        }
    }

    pub(super) fn ended(&self) -> StoreError {
        StoreError::Ended { server: self.server, log: self.log() }
    }

    pub(super) fn silent(&self, within: Duration) -> StoreError {
        StoreError::Silent { server: self.server, within, log: self.log() }
    }

    fn order(&mut self, order: &str) -> Result<String, StoreError> {
        let orders = self.orders.as_mut().expect("the pipe is only closed when dropped");
        writeln!(orders, "{order}").map_err(StoreError::io("speak to the guard of a store"))?;
        self.answer()
    }

    fn answer(&mut self) -> Result<String, StoreError> {
        let mut line = String::new();
        let length = self
            .answers
            .read_line(&mut line)
            .and_then(|n| if n == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(n) });
        length.map_err(StoreError::io("hear from the guard of a store"))?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.orders = None;
        let deadline = Instant::now() + GUARD_ENDS_WITHIN;
        while matches!(self.shell.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                eprintln!("the guard of {} in {} does not end", self.server, self.dir.display());
                return;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Quotes one word for the shell.
pub(super) fn quoted(word: impl AsRef<OsStr>) -> String {
    format!("'{}'", word.as_ref().to_string_lossy().replace('\'', r"'\''"))
}
