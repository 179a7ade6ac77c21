//! Following a proposal: what is told, in which order, and when it ends. Over real streams.

use std::time::Duration;

use futures::future::join_all;
use pullwright_pg::Queries as _;
use pullwright_proposal::store::events::{self, NewEvent};
use pullwright_proto::{
    error::ErrorReason,
    proposal::{
        self as v1, ProposalStatus, WatchProposalRequest, WatchProposalResponse,
        proposal_service_client::ProposalServiceClient,
    },
};
use pullwright_rpc::{Refusal, Role, client::Connection};
use pullwright_testkit::wait::until;
use tokio::time::timeout;
use tonic::{Code, Streaming};
use uuid::Uuid;

use crate::{
    harness::{Harness, answer, fields, reason, uuid},
    hook::Hook,
    runner::{Runner, closed, pull},
    scene::Scene,
};

const PATIENCE: Duration = Duration::from_secs(20);
/// Well below the second after which the poll would have found it.
const AT_ONCE: Duration = Duration::from_millis(700);

struct Watch(Streaming<WatchProposalResponse>);

impl Watch {
    async fn of(ledger: &Harness, id: &str, after: &str) -> Result<Self, Refusal> {
        Self::over(&ledger.proposals(), id, after).await
    }

    async fn over(
        client: &ProposalServiceClient<Connection>,
        id: &str,
        after: &str,
    ) -> Result<Self, Refusal> {
        let request =
            WatchProposalRequest { proposal_id: id.to_owned(), after_event_id: after.to_owned() };
        answer(client.clone().watch_proposal(request).await).map(Self)
    }

    /// From now on; what the first message says is given beside.
    async fn begin(ledger: &Harness, id: &str) -> (Self, WatchProposalResponse) {
        let mut watch = Self::of(ledger, id, "").await.unwrap();
        let first = watch.next().await.unwrap();
        assert!(first.event.is_none(), "first the proposal as it is");
        (watch, first)
    }

    async fn next(&mut self) -> Option<WatchProposalResponse> {
        timeout(PATIENCE, self.0.message()).await.expect("told in time").unwrap()
    }

    /// The next event's kind and where the proposal stands.
    async fn told(&mut self) -> (String, ProposalStatus) {
        let told = self.next().await.expect("something is told");
        (told.event.unwrap().kind, told.proposal.unwrap().status())
    }

    /// Ids and kinds of the next events.
    async fn events(&mut self, count: usize) -> Vec<(String, String)> {
        let mut events = Vec::new();
        while events.len() < count {
            let event = self.next().await.unwrap().event.unwrap();
            events.push((event.id, event.kind));
        }
        events
    }
}

async fn listed(ledger: &Harness, id: &str) -> Vec<(String, String)> {
    ledger.events(id).await.into_iter().map(|event| (event.id, event.kind)).collect()
}

#[tokio::test]
async fn a_watcher_hears_everything_up_to_the_merge_and_then_the_stream_ends() {
    use ProposalStatus::{Pending, PrMerged, PrOpened};
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    let (mut watch, first) = Watch::begin(&ledger, &id).await;
    assert_eq!(first.proposal.unwrap(), ledger.get(&id).await.unwrap());

    ledger.open(&id).await.unwrap();
    assert_eq!(watch.told().await, ("open_requested".to_owned(), Pending));
    let work = Runner::of(&ledger, "one").one().await;
    work.announce('b').await.unwrap();
    assert_eq!(watch.told().await, ("pushing".to_owned(), Pending));
    work.opened(pull(7, 1)).await.unwrap();
    assert_eq!(watch.told().await, ("pull_request_opened".to_owned(), PrOpened));
    let repository = ledger.registry.repository_of(&ledger.cluster);
    Hook::merged(&repository, 7, 2).deliver(&ledger).await.unwrap();
    assert_eq!(watch.told().await, ("pull_request_merged".to_owned(), PrMerged));
    assert!(watch.next().await.is_none(), "it ends after the merge");
}

#[tokio::test]
async fn news_is_told_at_once_and_not_when_the_poll_finds_it() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    let (mut watch, _) = Watch::begin(&ledger, &id).await;
    for _ in 0..3 {
        ledger.open(&id).await.unwrap();
        timeout(AT_ONCE, watch.next()).await.expect("at once");
    }
}

#[tokio::test]
async fn what_nobody_told_of_is_found_by_the_poll() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    let (mut watch, _) = Watch::begin(&ledger, &id).await;
    const SQL: &str = "INSERT INTO events (proposal_id, kind, actor, message) VALUES ($1, 'note', 'dba', 'by hand')";
    for _ in 0..2 {
        ledger.sql(SQL, &id).await;
        assert_eq!(watch.told().await.0, "note");
    }
}

#[tokio::test]
async fn what_another_replica_writes_is_told_at_once() {
    let here = Harness::start().await;
    let there = here.replica().await;
    let id = here.manual().await.id;
    let (mut watch, _) = Watch::begin(&there, &id).await;
    let listening = || async {
        const SQL: &str = "
            SELECT count(*) AS n
            FROM pg_stat_activity
            WHERE query LIKE 'LISTEN pullwright_jobs%' AND state = 'idle' AND datname = current_database()";
        here.db().await.query_one(SQL, &[]).await.map(|row| row.get::<_, i64>("n") == 2)
    };
    until("both replicas listen", PATIENCE, listening).await.unwrap();
    here.open(&id).await.unwrap();
    timeout(AT_ONCE, watch.next()).await.expect("at once");
}

#[tokio::test]
async fn a_resumed_watch_loses_nothing_and_repeats_nothing() {
    let scene = Scene::opened().await;
    let Scene { ledger, id, .. } = &scene;
    let all = listed(ledger, id).await;
    for seen in 0..all.len() {
        let mut watch = Watch::of(ledger, id, &all[seen].0).await.unwrap();
        assert!(watch.next().await.unwrap().event.is_none());
        assert_eq!(watch.events(all.len() - seen - 1).await, all[seen + 1..]);
    }
    let mut watch = Watch::of(ledger, id, "0").await.unwrap();
    watch.next().await.unwrap();
    assert_eq!(watch.events(all.len()).await, all, "0 is before the first");
}

#[tokio::test]
async fn more_events_than_are_read_at_once_are_all_told_before_the_end() {
    let scene = Scene::opened().await;
    let Scene { ledger, id, repository, .. } = &scene;
    const MANY: &str = "
        INSERT INTO events (proposal_id, kind, actor, message)
        SELECT $1, 'note', 'dba', 'by hand'
        FROM generate_series(1, 350)";
    ledger.sql(MANY, id).await;
    Hook::merged(repository, 7, 2).deliver(ledger).await.unwrap();
    let all = listed(ledger, id).await;
    let mut watch = Watch::of(ledger, id, "0").await.unwrap();
    watch.next().await.unwrap();
    assert_eq!(watch.events(all.len()).await, all);
    assert!(watch.next().await.is_none());
}

#[tokio::test]
async fn watching_what_is_merged_tells_that_and_ends() {
    let scene = Scene::opened().await;
    Hook::merged(&scene.repository, 7, 2).deliver(&scene.ledger).await.unwrap();
    let (mut watch, first) = Watch::begin(&scene.ledger, &scene.id).await;
    assert_eq!(first.proposal.unwrap().status(), ProposalStatus::PrMerged);
    assert!(watch.next().await.is_none());
}

#[tokio::test]
async fn a_rejection_does_not_end_the_watch_since_a_merge_may_still_come() {
    let scene = Scene::leased().await;
    let (mut watch, _) = Watch::begin(&scene.ledger, &scene.id).await;
    scene.ledger.reject(&scene.id, "no").await.unwrap();
    assert_eq!(watch.told().await.1, ProposalStatus::Rejected);
    scene.work.opened(pull(7, 1)).await.unwrap();
    assert_eq!(watch.told().await.0, "pull_request_unwanted");
    let close = Runner::of(&scene.ledger, "two").one().await;
    let mut gone = pull(7, 9);
    gone.set_state(v1::PullRequestState::Closed);
    close.complete(closed(Some(gone))).await.unwrap();
    assert_eq!(watch.told().await.0, "close_completed");
    assert_eq!(watch.told().await.0, "pull_request_closed");
}

#[tokio::test]
async fn wrong_ids_are_refused_before_the_stream_begins() {
    let ledger = Harness::start().await;
    let (ours, other) = (ledger.manual().await.id, ledger.manual().await.id);
    let missing = Uuid::now_v7().to_string();
    let refused = async |id: &str, after: &str| match Watch::of(&ledger, id, after).await {
        Ok(_) => panic!("it was watched"),
        Err(refusal) => Err::<(), _>(refusal),
    };
    assert_eq!(fields(refused("7", "").await), ["proposal_id"]);
    for after in ["", "0", "1"] {
        assert_eq!(reason(refused(&missing, after).await), ErrorReason::ProposalNotFound);
    }
    let theirs = ledger.events(&other).await.remove(0).id;
    for after in ["x", "-1", "999999", theirs.as_str()] {
        assert_eq!(fields(refused(&ours, after).await), ["after_event_id"]);
    }
}

#[tokio::test]
async fn only_people_watch() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    for (role, allowed) in [
        (Role::Ingress, true),
        (Role::Client, true),
        (Role::Operator, true),
        (Role::Runner, false),
        (Role::Proposal, false),
    ] {
        let mut client = ProposalServiceClient::new(ledger.connection(role));
        let request =
            WatchProposalRequest { proposal_id: id.clone(), after_event_id: String::new() };
        let code = client.watch_proposal(request).await.err().map(|status| status.code());
        assert_eq!(code.is_none(), allowed, "{role}");
        assert!(allowed || code == Some(Code::PermissionDenied), "{role}");
    }
}

#[tokio::test]
async fn a_watcher_holds_no_connection_and_hanging_up_leaves_nothing_behind() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    let (client, mut watches) = (ledger.proposals(), Vec::new());
    // More than the pool has connections, and than many servers allow streams of one connection.
    for _ in 0..300 {
        let mut watch = Watch::over(&client, &id, "").await.unwrap();
        watch.next().await.unwrap();
        watches.push(watch);
    }
    assert_eq!(ledger.watched(), 1, "they share what is looked after");
    let open = v1::OpenPullRequestRequest { proposal_id: id, ..Default::default() };
    client.clone().open_pull_request(open).await.expect("others are not kept waiting");
    let told = join_all(watches.iter_mut().map(Watch::told)).await;
    assert!(told.iter().all(|(kind, _)| kind == "open_requested"));
    drop(watches);
    until("they are forgotten", PATIENCE, || async { ledger.watched() == 0 }).await.unwrap();
}

#[tokio::test]
async fn a_service_that_stops_ends_the_watch_with_a_word() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    let (mut watch, _) = Watch::begin(&ledger, &id).await;
    ledger.stop();
    let ended = timeout(PATIENCE, watch.0.message()).await.expect("it ends").unwrap_err();
    let refusal = Refusal::from(ended);
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::Unavailable, ErrorReason::ServiceUnavailable)
    );
    assert!(refusal.retry_after.is_some() && refusal.message.contains("stop"), "{refusal}");
}

#[tokio::test]
async fn a_proposal_that_is_deleted_ends_the_watch() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    let (mut watch, _) = Watch::begin(&ledger, &id).await;
    ledger.sql("DELETE FROM proposals WHERE id = $1", &id).await;
    let ended = timeout(PATIENCE, watch.0.message()).await.expect("it ends").unwrap_err();
    assert_eq!(Refusal::from(ended).reason, ErrorReason::ProposalNotFound);
}

/// Writers of all kinds at once, and whoever reads on after the last event that it saw has missed none: a proposal's events become
/// visible in the order of their ids.
#[tokio::test]
async fn events_become_visible_in_the_order_of_their_ids() {
    const PROPOSALS: usize = 3;
    const ROUNDS: usize = 12;
    let ledger = Harness::start_with(|settings| {
        settings.lease_duration = Duration::from_millis(40);
        settings.tidy_after = Duration::ZERO;
    })
    .await;
    let mut ids = Vec::new();
    for _ in 0..PROPOSALS {
        ids.push(ledger.manual().await.id);
    }
    let watching = join_all(ids.iter().map(async |id| {
        let mut watch = Watch::of(&ledger, id, "0").await.unwrap();
        watch.next().await.unwrap();
        watch
    }))
    .await;
    let lane = format!("push:{}", ledger.registry.repository_of(&ledger.cluster));
    let clicks = async {
        for round in 0..ROUNDS * PROPOSALS {
            ledger.open(&ids[round % PROPOSALS]).await.unwrap();
        }
    };
    // Leases that announce and never end: taken over, revoked, heard of late.
    let runner = async |name: &str| {
        let runner = Runner::of(&ledger, name);
        for _ in 0..ROUNDS {
            let Some(lease) = runner.wait(Duration::from_millis(300)).await else { continue };
            for job in &lease.jobs {
                let work = runner.work(&lease, job);
                let told = work.announce('b').await;
                let lost = told.err().filter(|refusal| refusal.reason != ErrorReason::LeaseLost);
                assert!(lost.is_none(), "{lost:?}");
            }
        }
    };
    let revoker = async {
        for _ in 0..ROUNDS {
            Runner::of(&ledger, "three").revoke(&lane).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(clicks, runner("one"), runner("two"), revoker);
    for (id, mut watch) in ids.iter().zip(watching) {
        let all = listed(&ledger, id).await;
        assert!(all.iter().any(|(_, kind)| kind == "lease_lost"), "the test tests something");
        assert_eq!(watch.events(all.len()).await, all);
    }
}

/// A lane's holder does not wait for a proposal that somebody else has locked, since that one may wait for the lane.
#[tokio::test]
async fn a_lost_lease_is_told_once_its_proposal_is_free() {
    let ledger =
        Harness::start_with(|settings| settings.lease_duration = Duration::from_millis(50)).await;
    let id = ledger.manual().await.id;
    ledger.open(&id).await.unwrap();
    Runner::of(&ledger, "one").lease().await.unwrap();

    let mut db = ledger.db().await;
    let tx = db.begin().await.unwrap();
    const LOCK: &str = "SELECT id FROM proposals WHERE id = $1 FOR NO KEY UPDATE";
    tx.query(LOCK, &[&uuid(&id)]).await.unwrap();
    let next = Runner::of(&ledger, "two");
    assert!(next.wait(Duration::from_millis(300)).await.is_none());
    tx.rollback().await.unwrap();
    assert!(next.wait(Duration::from_secs(5)).await.is_some());
    assert_eq!(ledger.kinds(&id).await, ["proposal_created", "open_requested", "lease_lost"]);
}

/// Two transactions that write about one proposal: the second one draws its id when the first is over.
#[tokio::test]
async fn an_event_waits_for_the_one_before_it() {
    let ledger = Harness::start().await;
    let id = uuid(&ledger.manual().await.id);
    let (mut one, mut two) = (ledger.db().await, ledger.db().await);
    let first_tx = one.begin().await.unwrap();
    let first = events::record(&first_tx, id, NewEvent::new("note", "first")).await.unwrap();
    let second = async {
        let tx = two.begin().await.unwrap();
        let second = events::record(&tx, id, NewEvent::new("note", "second")).await.unwrap();
        tx.commit().await.unwrap();
        second
    };
    let first_ends = async {
        const WAITS: &str = "SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
        let waits = || async {
            ledger.db().await.query_one(WAITS, &[]).await.map(|row| row.get::<_, i64>("n") == 1)
        };
        until("the second one waits", PATIENCE, waits).await.unwrap();
        first_tx.commit().await.unwrap();
    };
    let (second, ()) = tokio::join!(second, first_ends);
    assert!(first < second);
}
