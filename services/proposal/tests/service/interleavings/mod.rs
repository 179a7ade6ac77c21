//! Any interleaving of what people, GitHub, runners and time do to a proposal ends in a legal state, with at most one open pull
//! request.
//!
//! Ten thousand scripts from a seed, each played against the service on a PostgreSQL, with a small GitHub and a runner that does what ours
//! does. Scripts are made from the seed alone; which of several actors is faster is PostgreSQL's business, so a failing script is played
//! several times when it is shortened and replayed:
//!
//! ```text
//! PROPOSAL_INTERLEAVINGS="<seed of the script>" cargo test -p pullwright-proposal --test service -- interleavings
//! PROPOSAL_INTERLEAVINGS="<first seed> <count>" cargo test -p pullwright-proposal --test service -- interleavings
//! ```

mod github;
mod ledger;
mod look;
pub(crate) mod random;
mod runner;
mod scene;
mod script;
mod verdict;

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::SystemTime,
};

use futures::future::join_all;
use tokio::runtime::{Builder, Runtime};

use ledger::Ledger;
use script::Script;

/// How many scripts are played.
const SCRIPTS: u64 = 10_000;
/// How many threads play them, and how many each of them plays at once, each on a database of its own: while PostgreSQL works on one,
/// the thread goes on with the next.
const THREADS: usize = 2;
const AT_ONCE: usize = 2;
/// How often a script is played when it is known to have failed.
const REPLAYS: usize = 25;

/// What went wrong first.
struct Failure {
    seed: u64,
    script: Script,
    fault: String,
}

/// Which scripts to play: the first one's seed, how many, and how often each.
struct Plan {
    first: u64,
    count: u64,
    times: usize,
}

#[expect(
    clippy::disallowed_methods,
    reason = "a person replays a failure by hand, and seeds that nobody chose come from the time"
)]
fn plan() -> Plan {
    let given = std::env::var("PROPOSAL_INTERLEAVINGS").unwrap_or_default();
    let numbers: Vec<u64> =
        given.split_whitespace().map(|number| number.parse().expect("a number")).collect();
    match numbers[..] {
        [] => {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
            Plan { first: now.as_secs() << 20, count: SCRIPTS, times: 1 }
        }
        [seed] => Plan { first: seed, count: 1, times: REPLAYS },
        [first, count] => Plan { first, count, times: 1 },
        _ => panic!("PROPOSAL_INTERLEAVINGS is a seed, or a first seed and a count"),
    }
}

/// What is still to be played, and what went wrong.
struct Stage {
    plan: Plan,
    next: AtomicU64,
    failure: Mutex<Option<Failure>>,
}

impl Stage {
    /// Plays scripts, each on its own thread's runtime: nobody wakes anybody on another one.
    fn play(&self) {
        let players = join_all((0..AT_ONCE).map(|_| self.play_some()));
        alone().block_on(players);
    }

    async fn play_some(&self) {
        let ledger = Ledger::start().await;
        while self.failure().is_none() {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.plan.count {
                return;
            }
            let seed = self.plan.first + number;
            let script = Script::of(seed);
            if let Err(fault) = played(&ledger, &script, self.plan.times).await {
                self.failure().get_or_insert(Failure { seed, script, fault });
            }
        }
    }

    fn failure(&self) -> MutexGuard<'_, Option<Failure>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn alone() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn any_interleaving_ends_in_a_legal_state_with_at_most_one_open_pull_request() {
    let stage = Stage { plan: plan(), next: AtomicU64::new(0), failure: Mutex::default() };
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| stage.play());
        }
    });
    let failure = stage.failure().take();
    if let Some(Failure { seed, script, fault }) = failure {
        let (shortest, fault) = alone().block_on(shortened(script, fault));
        panic!(
            "{fault}\n  the shortest script that does it: {shortest:#?}\n  replay it: \
             PROPOSAL_INTERLEAVINGS={seed} cargo test -p pullwright-proposal --test service -- interleavings\n"
        );
    }
}

/// Plays a script so many times, or until it fails.
async fn played(ledger: &Ledger, script: &Script, times: usize) -> Result<(), String> {
    static NAMES: AtomicU64 = AtomicU64::new(0);
    for _ in 0..times {
        let name = format!("case-{}", NAMES.fetch_add(1, Ordering::Relaxed));
        scene::play(ledger, &name, script).await?;
    }
    Ok(())
}

/// Takes out one move after the other as long as it fails all the same.
async fn shortened(script: Script, fault: String) -> (Script, String) {
    let ledger = Ledger::start().await;
    let (mut shortest, mut fault) = (script, fault);
    'shorter: loop {
        for candidate in shortest.shorter() {
            if let Err(told) = played(&ledger, &candidate, REPLAYS).await {
                (shortest, fault) = (candidate, told);
                continue 'shorter;
            }
        }
        return (shortest, fault);
    }
}
