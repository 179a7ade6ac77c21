//! What an operator may get wrong on the first day: the runner says so in one line, and nothing is lost.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use pullwright_harness::{Process, Service, Stack, StackOptions, WireOptions};
use pullwright_testkit::wait;
use serde_json::{Value, json};

use super::{boost, scratch};
use crate::system::{PATIENCE, System, logs};

const AUTHOR: (&str, &str) = ("Relevance Bot", "relevance@example.com");

#[tokio::test]
async fn a_runner_without_git_or_a_folder_refuses_to_start_and_loses_nothing() {
    let options = StackOptions::new(logs("shipped"))
        .with(Service::Proposal, "PROPOSAL_GIT_AUTHOR_NAME", AUTHOR.0)
        .with(Service::Proposal, "PROPOSAL_GIT_AUTHOR_EMAIL", AUTHOR.1)
        .with(Service::Runner, "RUNNER_BASE_URL", "https://search.example.com");
    let mut stack = Stack::start(options).await.unwrap();
    let wired = stack.wire(WireOptions::new("shipped")).await.unwrap();
    let files = scratch("shipped-files");
    let (path, data) = (std::env::var_os("PATH").unwrap(), stack.clones());
    stack.halt(Service::Runner);
    let proposal = {
        let system = System { stack: &stack, rest: stack.rest().unwrap(), wired: wired.clone() };
        let proposal = system.study().await;
        system.open(&proposal).await;
        proposal
    };

    let empty = files.join("empty");
    fs::create_dir(&empty).unwrap();
    stack.configure(Service::Runner, "RUNNER_GIT_PATH", &empty).unwrap();
    let line = refusal(&mut stack).await;
    assert!(line.contains("RUNNER_GIT_PATH") && line.contains("no git in"), "{line}");
    stack.configure(Service::Runner, "RUNNER_GIT_PATH", path).unwrap();

    // A file in the way keeps everybody out, the superuser included.
    let in_the_way = files.join("file");
    fs::write(&in_the_way, "").unwrap();
    let below = in_the_way.join("data");
    stack.configure(Service::Runner, "RUNNER_DATA_DIR", &below).unwrap();
    let line = refusal(&mut stack).await;
    let named = format!("the data folder {} cannot be used", below.display());
    assert!(line.contains("RUNNER_DATA_DIR") && line.contains(&named), "{line}");

    let system = System { stack: &stack, rest: stack.rest().unwrap(), wired: wired.clone() };
    let now = system.proposal(&proposal).await;
    let known = json!([now["status"], now["is_opening"], now["pr_open_error"]]);
    assert_eq!(known, json!(["pending", true, null]));

    let checkout = Checkout::make(files.join("checkout"));
    let places = [data, checkout.0.join("data/repo-clones")];
    for (number, inside) in places.iter().enumerate() {
        stack.configure(Service::Runner, "RUNNER_DATA_DIR", inside).unwrap();
        stack.launch(Service::Runner).unwrap();
        let system = System { stack: &stack, rest: stack.rest().unwrap(), wired: wired.clone() };
        system.until(&proposal, "pr_opened").await;
        system.opened(boost(number)).await;
        assert!(inside.join("repos").is_dir(), "{}", inside.display());
        stack.halt(Service::Runner);
    }
    checkout.is_untouched();

    let system = System { stack: &stack, rest: stack.rest().unwrap(), wired };
    let now = system.proposal(&proposal).await;
    let pull = system.pull(now["pr_url"].as_str().unwrap()).await;
    let body = pull.body.unwrap();
    assert!(body.contains("https://search.example.com/studies/"), "{body}");
    let log = system.forge().log(&system.wired.repository, &pull.head_ref, 1).await.unwrap();
    for signature in [&log[0].author, &log[0].committer] {
        assert_eq!((signature.name.as_str(), signature.email.as_str()), AUTHOR);
    }
}

/// Starts the runner, which ends by itself; gives the one line that it says beside its log.
async fn refusal(stack: &mut Stack) -> String {
    let before = stack.logs().join("runner.log");
    let before = plain_lines(&before).len();
    stack.launch(Service::Runner).unwrap();
    let runner: &Process = stack.process(Service::Runner).unwrap();
    let ended = || async { !runner.is_running() };
    wait::until("the runner refuses to start", PATIENCE, ended).await.unwrap();
    let mut lines = plain_lines(runner.log()).split_off(before);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    lines.remove(0)
}

/// The lines of a log that are no JSON.
fn plain_lines(log: &Path) -> Vec<String> {
    let text = fs::read_to_string(log).unwrap();
    let is_json = |line: &&str| serde_json::from_str::<Value>(line).is_ok();
    text.lines().filter(|line| !is_json(line)).map(str::to_owned).collect()
}

/// Somebody's checkout with an edit that is not committed, and a file that git does not know.
struct Checkout(PathBuf);

impl Checkout {
    fn make(folder: PathBuf) -> Self {
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("work.txt"), "committed\n").unwrap();
        let checkout = Self(folder);
        checkout.git(&["init", "--quiet", "--initial-branch=trunk"]);
        checkout.git(&["add", "work.txt"]);
        checkout.git(&["commit", "--quiet", "--message=work"]);
        fs::write(checkout.0.join("work.txt"), "a day of work\n").unwrap();
        fs::write(checkout.0.join("new.txt"), "more of it\n").unwrap();
        checkout
    }

    fn is_untouched(&self) {
        let read = |name: &str| fs::read_to_string(self.0.join(name)).unwrap();
        assert_eq!((&*read("work.txt"), &*read("new.txt")), ("a day of work\n", "more of it\n"));
        assert_eq!(self.git(&["status", "--short"]), " M work.txt\n?? data/\n?? new.txt\n");
        assert_eq!(
            self.git(&["for-each-ref", "--format=%(refname) %(subject)"]),
            "refs/heads/trunk work\n"
        );
        assert_eq!(self.git(&["symbolic-ref", "HEAD"]), "refs/heads/trunk\n");
        assert_eq!(self.git(&["remote"]), "");
    }

    #[expect(clippy::disallowed_methods, reason = "a person's own git, not the runner's")]
    fn git(&self, arguments: &[&str]) -> String {
        let identity = ["-c", "user.name=olga", "-c", "user.email=olga@example.com"];
        let mut git = Command::new("git");
        git.args(identity).args(arguments).current_dir(&self.0);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CEILING_DIRECTORIES", &self.0);
        let done = git.output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }
}
