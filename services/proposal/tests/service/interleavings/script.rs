//! What a case does: up to twelve moves of up to four actors at once, made from a seed.

use super::random::Random;

/// Most moves of one case.
pub const MOST_MOVES: usize = 12;
/// Most actors of one case.
pub const MOST_ACTORS: usize = 4;

/// One move of an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// A person asks for the pull request.
    Open,
    /// A person says no.
    Reject,
    /// A person lets it give way.
    Supersede,
    /// A person asks for it back.
    Reinstate,
    /// A digest comes, which leaves something to change or not.
    Digest { leaves_something: bool },
    /// A person does something on GitHub, to the pull request with this place among all; a second passes or not, and GitHub tells of it at
    /// once or later.
    OnGithub { act: Act, which: usize, ticks: bool, tells: bool },
    /// GitHub delivers what it has to tell, the one with this place among all that it ever told.
    Deliver { which: usize },
    /// A delivery that says what is not so, or not any more, with any stamp; some are of pull requests that do not exist yet.
    Rumour { act: Act, which: usize, at: i64 },
    /// A runner asks for work and does it as far as it comes.
    Work { fate: Fate },
    /// A runner looks at the pull requests, whatever GitHub told.
    Look,
    /// The time of all leases is up.
    Expire,
    /// What waits for its time is due, but for what tidies up.
    Wait,
}

/// What a person does to a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Close,
    Reopen,
    Merge,
    /// GitHub forgets to say when.
    MergeSilently,
}

/// How a runner's work ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// As it should.
    Success,
    /// It fails at this step, and says whether trying again helps.
    Fail { step: usize, retry: Again },
    /// It dies at this step.
    Die { step: usize },
    /// It sleeps at this step; when it wakes, its lease is over, and it goes on with what it was about to do.
    Sleep { step: usize },
}

/// Whether trying again helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    Never,
    After,
    Backoff,
}

/// Moves of several actors at once, on one proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Whether a study made the proposal.
    pub has_study: bool,
    /// What happens before the actors begin.
    pub prelude: Vec<Move>,
    /// The moves of each actor, in their order.
    pub actors: Vec<Vec<Move>>,
}

impl Script {
    /// The script of a seed; short ones are more frequent, and most begin somewhere on the way.
    pub fn of(seed: u64) -> Self {
        let random = &mut Random::new(seed);
        let prelude = prelude(random);
        let mut actors = vec![Vec::new(); 1 + random.below(MOST_ACTORS)];
        let most = MOST_MOVES - prelude.len();
        let moves = 1 + (0..3).map(|_| random.below(most)).min().unwrap();
        for _ in 0..moves {
            let actor = random.below(actors.len());
            actors[actor].push(any(random));
        }
        actors.retain(|moves| !moves.is_empty());
        Self { has_study: random.below(8) == 0, prelude, actors }
    }

    /// All moves.
    pub fn moves(&self) -> impl Iterator<Item = &Move> {
        self.prelude.iter().chain(self.actors.iter().flatten())
    }

    /// The same with one move less, in every way.
    pub fn shorter(&self) -> Vec<Self> {
        let mut all = Vec::new();
        for index in 0..self.prelude.len() {
            let mut shorter = self.clone();
            shorter.prelude.remove(index);
            all.push(shorter);
        }
        for actor in 0..self.actors.len() {
            for index in 0..self.actors[actor].len() {
                let mut shorter = self.clone();
                shorter.actors[actor].remove(index);
                shorter.actors.retain(|moves| !moves.is_empty());
                all.push(shorter);
            }
        }
        all
    }
}

/// Ways to where it becomes interesting.
fn prelude(random: &mut Random) -> Vec<Move> {
    use Move::{Expire, OnGithub, Open, Reinstate, Supersede};
    const WORK: Move = Move::Work { fate: Fate::Success };
    const CLOSE: Move = OnGithub { act: Act::Close, which: 0, ticks: true, tells: true };
    let sleep = Move::Work { fate: Fate::Sleep { step: 1 + random.below(5) } };
    let asleep = [Open, sleep, Expire, WORK];
    // What is long is rare: ten thousand scripts are to be played within minutes.
    let way: &[Move] = random.weighted(&[
        (4, &[] as &[Move]),
        (4, &[Open]),
        (4, &[Open, WORK]),
        (3, &[Open, WORK, CLOSE]),
        (1, &[Open, WORK, CLOSE, Open, WORK]),
        (1, &[Open, WORK, Supersede, WORK]),
        (1, &[Open, WORK, Supersede, WORK, Reinstate, Open]),
        (2, &asleep),
    ]);
    way.to_vec()
}

fn any(random: &mut Random) -> Move {
    const OPEN: usize = 0;
    let kind = random.weighted(&[
        (20, OPEN),
        (5, 1),
        (8, 2),
        (9, 3),
        (4, 4),
        (14, 5),
        (12, 6),
        (5, 7),
        (30, 8),
        (7, 9),
        (4, 10),
        (7, 11),
    ]);
    match kind {
        OPEN => Move::Open,
        1 => Move::Reject,
        2 => Move::Supersede,
        3 => Move::Reinstate,
        4 => Move::Digest { leaves_something: random.below(4) > 0 },
        5 => Move::OnGithub {
            act: act(random),
            which: random.below(4),
            ticks: random.below(3) > 0,
            tells: random.below(2) == 0,
        },
        6 => Move::Deliver { which: random.below(8) },
        7 => Move::Rumour {
            act: if random.below(2) == 0 { Act::Close } else { Act::Reopen },
            which: random.below(4),
            at: i64::try_from(random.below(12)).unwrap(),
        },
        8 => Move::Work { fate: fate(random) },
        9 => Move::Expire,
        11 => Move::Look,
        _ => Move::Wait,
    }
}

fn act(random: &mut Random) -> Act {
    random.weighted(&[(5, Act::Close), (4, Act::Reopen), (2, Act::Merge), (1, Act::MergeSilently)])
}

fn fate(random: &mut Random) -> Fate {
    let step = random.below(6);
    let retry = random.weighted(&[(1, Again::Never), (1, Again::After), (1, Again::Backoff)]);
    random.weighted(&[
        (5, Fate::Success),
        (2, Fate::Fail { step, retry }),
        (2, Fate::Die { step }),
        (2, Fate::Sleep { step }),
    ])
}
