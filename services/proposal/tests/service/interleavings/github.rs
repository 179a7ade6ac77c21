//! A GitHub that is small enough to be right: branches, pull requests, and what it has to tell about them.

/// A pull request.
#[derive(Debug, Clone)]
pub struct Pull {
    pub number: i64,
    pub branch: String,
    pub state: State,
    /// The second in which it last changed.
    pub updated_at: i64,
    /// Whether a person wanted it open once more.
    pub was_reopened: bool,
}

/// Where a pull request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Closed,
    Merged { at: i64 },
}

/// Something that GitHub tells.
#[derive(Debug, Clone, Copy)]
pub struct News {
    pub number: i64,
    pub state: State,
    /// Whether it says when it was merged.
    pub says_when: bool,
    pub at: i64,
    /// Tells what is alike apart.
    pub serial: usize,
    pub was_delivered: bool,
}

/// Something that a runner does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    Push { branch: String },
    Create { branch: String },
    Close { number: i64 },
    DeleteBranch { branch: String },
}

/// The first number that it gives.
pub const FIRST: i64 = 7;

/// All of it.
#[derive(Debug, Default)]
pub struct Github {
    now: i64,
    branches: Vec<String>,
    pub pulls: Vec<Pull>,
    pub news: Vec<News>,
}

impl Github {
    /// Lets a second pass.
    pub fn tick(&mut self) {
        self.now += 1;
    }

    pub fn has_branch(&self, branch: &str) -> bool {
        self.branches.iter().any(|known| known == branch)
    }

    pub fn get(&self, number: i64) -> Option<&Pull> {
        self.pulls.iter().find(|pull| pull.number == number)
    }

    /// The open pull request from a branch, else the last one.
    pub fn find(&self, branch: &str) -> Option<Pull> {
        let open = self.open_from(branch).into_iter().next();
        open.or_else(|| self.pulls.iter().rev().find(|pull| pull.branch == branch).cloned())
    }

    /// The open pull requests from a branch.
    pub fn open_from(&self, branch: &str) -> Vec<Pull> {
        let is_open = |pull: &&Pull| pull.branch == branch && pull.state == State::Open;
        self.pulls.iter().filter(is_open).cloned().collect()
    }

    /// Does what a runner asks for, as far as it can be done.
    pub fn apply(&mut self, effect: &Effect) {
        self.tick();
        match effect {
            Effect::Push { branch } if !self.has_branch(branch) => {
                self.branches.push(branch.clone());
            }
            Effect::Create { branch }
                if self.has_branch(branch) && self.open_from(branch).is_empty() =>
            {
                let number = FIRST + i64::try_from(self.pulls.len()).unwrap();
                self.pulls.push(Pull {
                    number,
                    branch: branch.clone(),
                    state: State::Open,
                    updated_at: self.now,
                    was_reopened: false,
                });
            }
            Effect::Close { number } => self.change(*number, State::Open, State::Closed, true),
            Effect::DeleteBranch { branch } => {
                self.branches.retain(|known| known != branch);
                for pull in self.open_from(branch) {
                    self.change(pull.number, State::Open, State::Closed, true);
                }
            }
            Effect::Push { .. } | Effect::Create { .. } => {}
        }
    }

    pub fn close(&mut self, number: i64) {
        self.change(number, State::Open, State::Closed, true);
    }

    pub fn merge(&mut self, number: i64, says_when: bool) {
        self.change(number, State::Open, State::Merged { at: self.now }, says_when);
    }

    /// Restores its branch, if that is gone, and opens it unless another one is open from there.
    pub fn reopen(&mut self, number: i64) {
        let Some(pull) = self.get(number).filter(|pull| pull.state == State::Closed) else {
            return;
        };
        let branch = pull.branch.clone();
        if self.open_from(&branch).is_empty() {
            if !self.has_branch(&branch) {
                self.branches.push(branch);
            }
            self.change(number, State::Closed, State::Open, true);
        }
    }

    fn change(&mut self, number: i64, from: State, to: State, says_when: bool) {
        let (now, serial) = (self.now, self.news.len());
        let found = self.pulls.iter_mut().find(|pull| pull.number == number && pull.state == from);
        if let Some(pull) = found {
            (pull.state, pull.updated_at) = (to, now);
            pull.was_reopened |= to == State::Open;
            self.news.push(News {
                number,
                state: to,
                says_when,
                at: now,
                serial,
                was_delivered: false,
            });
        }
    }
}
