//! Migrations, up and down: `V7__name.sql` with `down/V7.sql`, under one advisory lock, in refinery's own history table.
//!
//! Up is refinery's work, one transaction each; down is ours. A database that was migrated by a newer binary is refused
//! until that binary has taken it back. It knows no migration of any service.

mod error;
mod session;

use jiff::Timestamp;
use refinery::{Migration, Runner, Target};

pub use self::error::MigrateError;
use self::session::Session;
use crate::Settings;

/// The way back from a migration: its version and the content of `down/V{version}.sql`.
pub type Down = (i32, &'static str);

/// What a run changed, in the order in which it happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Versions that were applied.
    pub applied: Vec<i32>,
    /// Versions that were taken back.
    pub reverted: Vec<i32>,
}

/// One migration as the binary and the database see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Its version.
    pub version: i32,
    /// Its name, the file's without version and ending.
    pub name: String,
    /// How it stands.
    pub state: State,
}

/// How a migration stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// In the binary, not in the database.
    Pending,
    /// In both, alike.
    Applied(Timestamp),
    /// In both, but its text is another one now.
    Changed(Timestamp),
    /// In the database only: another binary applied it.
    Unknown(Timestamp),
}

/// Applies what is not applied yet; of several callers one works and the others wait for it.
pub async fn up(settings: &Settings, runner: Runner) -> Result<Changes, MigrateError> {
    let mut session = Session::lock(settings).await?;
    let changes = session.up(&runner).await;
    finish(session, changes).await
}

/// Goes to exactly `target`, up or down; 0 takes everything back.
///
/// # Errors
/// Before anything is changed: an unknown target, a migration without a way back, one that this binary does not know.
pub async fn to(
    settings: &Settings,
    runner: Runner,
    downs: &[Down],
    target: i32,
) -> Result<Changes, MigrateError> {
    if target != 0 && !runner.get_migrations().iter().any(|known| known.version() == target) {
        return Err(MigrateError::NoSuchVersion { version: target });
    }
    let mut session = Session::lock(settings).await?;
    let changes = go(&mut session, runner, downs, target).await;
    finish(session, changes).await
}

/// All migrations that the binary or the database knows, by version; changes nothing.
pub async fn status(settings: &Settings, runner: &Runner) -> Result<Vec<Status>, MigrateError> {
    let applied = Session::open(settings).await?.applied(runner).await?;
    Ok(compare(runner.get_migrations(), &applied))
}

/// Lets go of the lock; what went wrong before that is the better error.
async fn finish(
    session: Session,
    changes: Result<Changes, MigrateError>,
) -> Result<Changes, MigrateError> {
    let unlocked = session.unlock().await;
    let changes = changes?;
    unlocked.map(|()| changes)
}

async fn go(
    session: &mut Session,
    runner: Runner,
    downs: &[Down],
    target: i32,
) -> Result<Changes, MigrateError> {
    let applied = session.applied(&runner).await?;
    let current = applied.iter().map(Migration::version).max().unwrap_or(0);
    if current <= target {
        return session.up(&runner.set_target(Target::Version(target))).await;
    }
    let steps = way_back(runner.get_migrations(), &applied, downs, target)?;
    let mut changes = Changes::default();
    for (version, sql) in steps {
        session.revert(version, sql).await?;
        changes.reverted.push(version);
    }
    Ok(changes)
}

/// The scripts from the newest applied migration to just above `target`.
fn way_back<'a>(
    known: &[Migration],
    applied: &[Migration],
    downs: &'a [Down],
    target: i32,
) -> Result<Vec<(i32, &'a str)>, MigrateError> {
    let mut steps = Vec::new();
    for migration in applied.iter().filter(|migration| migration.version() > target) {
        let version = migration.version();
        if !known.contains(migration) {
            return Err(MigrateError::NotOurs { version });
        }
        let down = downs.iter().find(|(number, _)| *number == version);
        steps.push((version, down.ok_or(MigrateError::NoWayBack { version })?.1));
    }
    steps.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    Ok(steps)
}

fn compare(known: &[Migration], applied: &[Migration]) -> Vec<Status> {
    let find = |all: &[Migration], version| {
        all.iter().find(|migration| migration.version() == version).cloned()
    };
    let mut versions: Vec<i32> = known.iter().chain(applied).map(Migration::version).collect();
    versions.sort_unstable();
    versions.dedup();
    versions
        .into_iter()
        .filter_map(|version| {
            let (ours, theirs) = (find(known, version), find(applied, version));
            let at = theirs.as_ref().map(applied_at).unwrap_or_default();
            let state = match (&ours, &theirs) {
                (_, None) => State::Pending,
                (None, Some(_)) => State::Unknown(at),
                (Some(ours), Some(theirs)) if ours == theirs => State::Applied(at),
                (Some(_), Some(_)) => State::Changed(at),
            };
            let name = ours.or(theirs)?.name().to_owned();
            Some(Status { version, name, state })
        })
        .collect()
}

/// The second in which refinery says that it applied a migration.
fn applied_at(migration: &Migration) -> Timestamp {
    let second = migration.applied_on().map(|at| at.unix_timestamp()).unwrap_or_default();
    Timestamp::from_second(second).unwrap_or_default()
}
