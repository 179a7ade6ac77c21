//! Everything that runs on this machine, looked at again and again by a thread of its own: arguments and environments.

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{JoinHandle, sleep, spawn},
    time::{Duration, Instant},
};

/// A program as it ran in a process.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) parent: u32,
    /// NUL between arguments.
    pub(super) arguments: Vec<u8>,
    /// The variables as they were handed over; empty where they may not be read.
    pub(super) variables: Vec<(String, Vec<u8>)>,
}

impl Program {
    /// The arguments, the program's path first.
    pub(super) fn words(&self) -> Vec<String> {
        let words = self.arguments.split(|byte| *byte == 0);
        words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }

    pub(super) fn variable(&self, name: &str) -> Option<&[u8]> {
        self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_slice())
    }

    /// `git fetch`, `git-remote-http`: the program without its folder, and git's command.
    pub(super) fn title(&self) -> String {
        let words = self.words();
        let name = words[0].rsplit('/').next().unwrap_or_default().to_owned();
        if name != "git" {
            return name;
        }
        let mut rest = words.iter().skip(1);
        while let Some(word) = rest.next() {
            match word.as_str() {
                "-c" | "--shallow-file" => drop(rest.next()),
                option if option.starts_with('-') => {}
                command => return format!("git {command}"),
            }
        }
        name
    }
}

/// Looks until it is asked what it saw.
pub(super) struct Sampler {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Program>>,
}

impl Sampler {
    pub(super) fn start() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let thread = spawn(move || {
            let mut seen = Seen::default();
            loop {
                let last = told.load(Ordering::Relaxed);
                seen.look();
                if last {
                    return seen.programs;
                }
                sleep(PAUSE);
            }
        });
        Self { stop, thread }
    }

    /// Every program that was seen, each once per process; the last look begins after this call.
    pub(super) fn stop(self) -> Vec<Program> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("the sampler reads files only")
    }
}

/// Short beside the children of git that wait for an answer, and long beside a look.
const PAUSE: Duration = Duration::from_millis(8);
/// A process becomes another program soon after it was made, or never.
const YOUNG: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Seen {
    /// The processes of the last look, since when they are known, and the arguments they had.
    known: HashMap<u32, (Instant, Vec<u8>)>,
    programs: Vec<Program>,
}

impl Seen {
    fn look(&mut self) {
        let now = Instant::now();
        let mut present = HashMap::with_capacity(self.known.len());
        for entry in std::fs::read_dir("/proc").expect("Linux").flatten() {
            let name = entry.file_name();
            let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
                continue;
            };
            let (since, mut arguments) =
                self.known.remove(&pid).unwrap_or_else(|| (now, Vec::new()));
            if now - since < YOUNG {
                arguments = self.read(&entry.path(), arguments);
            }
            present.insert(pid, (since, arguments));
        }
        self.known = present;
    }

    /// Takes a process' program down if it is a new one; gives its arguments.
    fn read(&mut self, process: &Path, known: Vec<u8>) -> Vec<u8> {
        loop {
            // A process that ends meanwhile is no error, and neither are its ashes, which have no arguments.
            let Ok(arguments) = std::fs::read(process.join("cmdline")) else { return known };
            if arguments.is_empty() || arguments == known {
                return known;
            }
            let environment = std::fs::read(process.join("environ")).unwrap_or_default();
            let Some(parent) = parent(process) else { return known };
            // Between the two reads it may have become another program.
            if std::fs::read(process.join("cmdline")).is_ok_and(|again| again == arguments) {
                let variables = split(&environment);
                self.programs.push(Program { parent, arguments: arguments.clone(), variables });
                return arguments;
            }
        }
    }
}

fn parent(process: &Path) -> Option<u32> {
    let stat = std::fs::read_to_string(process.join("stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn split(environment: &[u8]) -> Vec<(String, Vec<u8>)> {
    let variables = environment.split(|byte| *byte == 0).filter(|variable| !variable.is_empty());
    let pair = |variable: &[u8]| {
        let at = variable.iter().position(|byte| *byte == b'=').unwrap_or(variable.len());
        let value = variable.get(at + 1..).unwrap_or_default().to_vec();
        (String::from_utf8_lossy(&variable[..at]).into_owned(), value)
    };
    variables.map(pair).collect()
}
