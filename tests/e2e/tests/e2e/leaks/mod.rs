//! Nothing leaks: credentials of every family are used, refused and echoed back on a stack of its own, and then looked for in
//! every place that this stack wrote, and in every process that ran meanwhile.

mod echo;
mod environments;
mod families;
mod needles;
mod page;
mod places;
mod planted;
mod processes;
mod story;

use std::collections::BTreeSet;

use futures::future::join_all;
use pullwright_harness::{Service, Stack, StackOptions};
use tokio::sync::OnceCell;

use self::{
    needles::Needles,
    places::Surface,
    processes::{Program, Sampler, Titled as _},
    story::Story,
};
use crate::system::logs;

#[tokio::test]
async fn ac_7_no_credential_is_anywhere_but_where_it_must_be() {
    let sampler = Sampler::start();
    let stack = talkative("leaks").await;
    let stories = join_all(families::all().into_iter().map(|one| story::wire(&stack, one))).await;
    join_all(stories.iter().enumerate().map(|(index, story)| story.tell(index))).await;
    let programs = sampler.stop();
    let needles = needles(&stack, &stories);
    let repositories: Vec<String> =
        stories.iter().map(|story| story.system.wired.repository.clone()).collect();
    let openings = stories.len();

    let [titles, bodies, messages, forge] = places::forge(&stack, &repositories).await;
    titles.assert_clean(&needles, openings);
    bodies.assert_clean(&needles, openings);
    messages.assert_clean(&needles, 2 * openings);
    forge.assert_clean(&needles, 20 * openings);

    let rows = places::rows(&stack).await;
    let column = |name: &'static str| rows.only(name, |place| place == name);
    column("proposals.pr_url").assert_clean(&needles, openings);
    column("proposals.pr_open_error").assert_clean(&needles, openings);
    places::stored_words(&rows).assert_clean(&needles, 3 * openings);
    rows.assert_clean(&needles, 500);

    places::logs(&stack).assert_clean(&needles, 1000);
    places::answers(&stack).await.assert_clean(&needles, 5 * openings);
    places::redis(&stack).await.assert_clean(&needles, 2);
    let [runner, others] = places::files(&stack);
    runner
        .only("configuration of repositories", |place| place.ends_with("/config"))
        .assert_clean(&needles, openings);
    runner.assert_clean(&needles, 5 * openings);
    others.assert_clean(&needles, 5);
    places::stores(&stack).assert_clean(&needles, 100);

    arguments(&programs).assert_clean(&needles, 10 * openings);
    assert_only_in_the_configuration_of_git(&holders(&programs, &needles), &stories);
}

/// A variable of the runner that no child of it may have.
const CANARY: (&str, &str) = ("PULLWRIGHT_CANARY", "inherited");

static SHARED: OnceCell<Stack> = OnceCell::const_new();

/// The stack of the tests that need no silence around them.
async fn shared() -> &'static Stack {
    let start = || async {
        let options = StackOptions::new(logs("leaks-shared"));
        Stack::start(options.with(Service::Runner, CANARY.0, CANARY.1)).await.unwrap()
    };
    SHARED.get_or_init(start).await
}

/// A stack that logs all there is to log.
async fn talkative(name: &str) -> Stack {
    let options = StackOptions::new(logs(name));
    let options = [Service::Ingress, Service::Proposal, Service::Registry, Service::Runner]
        .into_iter()
        .fold(options, |options, service| options.with(service, "LOG", "trace"));
    Stack::start(options).await.unwrap()
}

/// Every form of all that a stack must keep to itself: GitHub's secrets, and the tokens of its own people and services.
fn needles(stack: &Stack, stories: &[Story<'_>]) -> Needles {
    let mut forms = Vec::new();
    for Story { credential, webhook_secret, .. } in stories {
        forms.extend(needles::forms(credential.family, &credential.value));
        forms.extend(needles::forms("the webhook secret", webhook_secret));
    }
    let own = &stack.credentials;
    for (of, value) in
        [("the viewer", &own.viewer), ("the operator", &own.operator), ("the admin", &own.admin)]
    {
        forms.extend(needles::forms(of, value));
    }
    for file in std::fs::read_dir(stack.folder().join("tokens")).unwrap() {
        let path = file.unwrap().path();
        let value = std::fs::read_to_string(&path).unwrap();
        forms.extend(needles::forms(&format!("the service token {}", path.display()), &value));
    }
    Needles::new(forms)
}

fn arguments(programs: &[Program]) -> Surface {
    let mut surface = Surface::new("arguments of processes");
    for program in programs {
        surface.add(format!("arguments of {}", program.title()), program.arguments.clone());
    }
    surface
}

/// A credential in a process' environment.
#[derive(Debug)]
struct Holder<'p> {
    /// The program.
    title: String,
    /// The variable.
    variable: &'p str,
    /// Which setting of git's the variable is the value of; empty when it is none.
    setting: String,
    /// Whose credential it is.
    of: String,
}

/// Every variable of every process that holds a form of a credential.
fn holders<'p>(programs: &'p [Program], needles: &Needles) -> Vec<Holder<'p>> {
    let mut holders = Vec::new();
    for program in programs {
        for (variable, value) in &program.variables {
            for form in needles.find(value) {
                let index = variable.strip_prefix("GIT_CONFIG_VALUE_").unwrap_or_default();
                let key = program.variable(&format!("GIT_CONFIG_KEY_{index}")).unwrap_or_default();
                let setting = String::from_utf8_lossy(key).into_owned();
                holders.push(Holder {
                    title: program.title(),
                    variable,
                    setting,
                    of: form.of.clone(),
                });
            }
        }
    }
    holders
}

/// The commands that speak to the remote, and what git starts for them.
const SPEAKING: [&str; 11] = [
    "git fetch",
    "git fetch-pack",
    "git index-pack",
    "git ls-remote",
    "git pack-objects",
    "git push",
    "git remote-http",
    "git rev-list",
    "git send-pack",
    "git unpack-objects",
    "git-remote-http",
];

/// The environments: a credential is the header's value in the configuration of a git child that speaks to the remote, that of
/// its own repository, and nowhere else.
fn assert_only_in_the_configuration_of_git(holders: &[Holder<'_>], stories: &[Story<'_>]) {
    for holder in holders {
        let story = stories.iter().find(|story| story.credential.family == holder.of);
        let repository = story.map_or("", |story| &story.system.wired.repository);
        assert!(
            SPEAKING.contains(&holder.title.as_str())
                && holder.setting.starts_with("http.http://127.0.0.1:")
                && holder.setting.ends_with(&format!("/{repository}.git.extraHeader")),
            "{holder:?}"
        );
    }
    let families: BTreeSet<&str> = holders.iter().map(|holder| holder.of.as_str()).collect();
    assert_eq!(families.len(), stories.len(), "the environments were not searched: {families:?}");
    let titles: BTreeSet<&str> = holders.iter().map(|holder| holder.title.as_str()).collect();
    for title in ["git fetch", "git push", "git-remote-http"] {
        assert!(titles.contains(title), "{title} was not seen: {titles:?}");
    }
}
