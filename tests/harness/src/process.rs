//! A program of ours as a child that never outlives us: a shell holds a pipe to us and ends the program when the pipe closes.

use std::{
    ffi::OsString,
    fs::File,
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

/// `$1` is the patience in tenths of a second between TERM and KILL, the rest is the program. Its output goes where the shell's
/// descriptor 3 goes. The first line on standard output is the program's process id.
const GUARD: &str = r#"
patience=$1; shift
trap '' INT TERM HUP
(trap - INT TERM HUP; exec "$@") </dev/null >&3 2>&3 &
child=$!
echo "$child"
exec >/dev/null
read -r _
kill -s TERM "$child" 2>/dev/null; kill -s CONT "$child" 2>/dev/null
while [ "$patience" -gt 0 ] && kill -0 "$child" 2>/dev/null; do sleep 0.1; patience=$((patience - 1)); jobs >/dev/null; done
kill -s KILL "$child" 2>/dev/null
wait "$child"
"#;

/// How long a program may take to end after SIGTERM: longer than the services' own grace periods.
const PATIENCE: Duration = Duration::from_secs(25);

/// What to start.
#[derive(Debug, Clone)]
pub struct Program {
    /// Its name, for messages and the log file.
    pub name: String,
    /// Its binary.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its whole environment.
    pub environment: Vec<(String, OsString)>,
    /// Where its output goes.
    pub log: PathBuf,
}

/// A running program; ended when dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    pid: Pid,
    guard: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a program; its output is appended to its log.
    pub fn start(program: &Program) -> anyhow::Result<Self> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(&program.log)
            .with_context(|| format!("open {}", program.log.display()))?;
        #[expect(clippy::disallowed_methods, reason = "the one place that starts our own programs")]
        let mut command = Command::new("/bin/sh");
        // Descriptor 3 has to exist in the shell: it is made from standard error there.
        command.args(["-c", &format!("exec 3>&2 2>/dev/null\n{GUARD}"), "guard"]);
        command
            .arg((PATIENCE.as_millis() / 100).to_string())
            .arg(&program.path)
            .args(&program.arguments);
        command.env_clear().envs(program.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).process_group(0);
        let mut guard = command.spawn().with_context(|| format!("start {}", program.name))?;
        let answers = guard.stdout.take().context("standard output was asked for as a pipe")?;
        let mut line = String::new();
        BufReader::new(answers).read_line(&mut line).context("hear the process id")?;
        let raw: i32 =
            line.trim().parse().with_context(|| format!("{} did not start", program.name))?;
        let pid = Pid::from_raw(raw).context("process ids are positive")?;
        Ok(Self { name: program.name.clone(), pid, guard, log: program.log.clone() })
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Its log file.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Whether it is there; one that ended and was not waited for counts as gone.
    #[must_use]
    pub fn is_running(&self) -> bool {
        match self.state() {
            Some(state) => !matches!(state, 'Z' | 'X'),
            None => test_kill_process(self.pid).is_ok() && !Path::new("/proc/self").exists(),
        }
    }

    /// Whether it is stopped, as by SIGSTOP.
    #[must_use]
    pub fn is_suspended(&self) -> bool {
        self.state() == Some('T')
    }

    /// Lets it go on after it was stopped.
    pub fn resume(&self) -> anyhow::Result<()> {
        self.signal(Signal::CONT)
    }

    /// Its state as Linux tells it; none when it is gone, or where Linux is not.
    fn state(&self) -> Option<char> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).ok()?;
        stat.rsplit(')').next()?.trim_start().chars().next()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        kill_process(self.pid, signal).with_context(|| format!("signal {}", self.name))
    }

    /// Kills it as a crash would, and waits until it is gone.
    pub fn kill9(&self) -> anyhow::Result<()> {
        self.signal(Signal::KILL)?;
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.is_running() {
            if Instant::now() > deadline {
                bail!("{} does not die", self.name);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// Ends it politely, and says whether it ended by itself within the time that services have.
    pub fn stop(&mut self) -> anyhow::Result<bool> {
        let asked = Instant::now();
        drop(self.guard.stdin.take());
        self.guard.wait().with_context(|| format!("wait for {}", self.name))?;
        Ok(asked.elapsed() < PATIENCE)
    }

    /// The end of its log.
    #[must_use]
    pub fn tail(&self, lines: usize) -> String {
        let text =
            std::fs::read_to_string(&self.log).unwrap_or_else(|error| format!("(no log: {error})"));
        let all: Vec<&str> = text.lines().collect();
        all[all.len().saturating_sub(lines)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.guard.stdin.is_some()
            && let Err(error) = self.stop()
        {
            eprintln!("{error:#}");
        }
    }
}
