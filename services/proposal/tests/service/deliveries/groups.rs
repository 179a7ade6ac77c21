//! Deliveries that come in together end as they would have ended one after the other.

use std::collections::HashMap;

use jiff::Timestamp;
use pullwright_pg::{Queries as _, types::Json};
use pullwright_proto::delivery as v1;
use rstest::rstest;
use uuid::Uuid;

use super::crowd::{Crowd, Member, OPEN};
use crate::{
    harness::{Harness, answer},
    hook::Hook,
    interleavings::random::Random,
    runner::second,
};

/// Every way in which a proposal can stand while GitHub talks of it.
const MEMBERS: [Member; 10] = [
    OPEN,
    OPEN,
    Member { status: "pr_opened", pulls: &["closed"], is_shown: true },
    Member { status: "rejected", pulls: &["open"], is_shown: true },
    Member { status: "superseded", pulls: &["closed"], is_shown: true },
    Member { status: "pr_merged", pulls: &["merged"], is_shown: true },
    Member { status: "pending", pulls: &["open"], is_shown: false },
    Member { status: "rejected", pulls: &["open"], is_shown: false },
    Member { status: "pr_opened", pulls: &["closed", "open"], is_shown: true },
    Member { status: "pr_opened", pulls: &["closed", "closed"], is_shown: true },
];

/// Some deliveries, many of which speak of the same pull requests, and some of which were there before.
fn script(repository: &str, seed: u64) -> Vec<Hook> {
    let mut random = Random::new(seed);
    let mut hooks: Vec<Hook> = Vec::new();
    for place in 0..40 {
        let number =
            i64::try_from(10 * random.below(MEMBERS.len() + 1) + 1 + random.below(2)).unwrap();
        let at = i64::try_from(random.below(7)).unwrap();
        let earlier = hooks.get(random.below(place.max(1))).cloned();
        let hook = match (random.below(12), earlier) {
            (0, Some(same)) => same,
            (1, Some(twin)) => twin.again(),
            (2, Some(other)) => other.with_body(&format!("another body {place}")),
            (3, _) => Hook::event(repository, ["ping", "push", "pull_request"][random.below(3)]),
            (4 | 5, _) => Hook::reopened(repository, number, at),
            (6, _) => Hook::merged(repository, number, at),
            (7, _) => Hook::merged(repository, number, at).with(|event| event.merged_at = None),
            (8, _) => Hook::closed(repository, number, at).with(|event| event.updated_at = None),
            (9, _) => Hook::about(repository, "labeled", number, at),
            _ => Hook::closed(repository, number, at),
        };
        hooks.push(hook);
    }
    hooks
}

/// The ids and hashes of the first ones say the same to two repositories, whose rows are told apart by the owner.
fn told_to(repository: &str, hooks: &[Hook]) -> Vec<v1::RecordDeliveryRequest> {
    let told = |hook: &Hook| v1::RecordDeliveryRequest {
        repository_id: repository.to_owned(),
        ..hook.request.clone()
    };
    hooks.iter().map(told).collect()
}

pub async fn together(
    ledger: &Harness,
    deliveries: Vec<v1::RecordDeliveryRequest>,
) -> Vec<v1::recorded_delivery::End> {
    let request = v1::RecordDeliveriesRequest { deliveries };
    let recorded = answer(ledger.deliveries().record_deliveries(request).await).unwrap();
    recorded.deliveries.into_iter().map(|one| one.end.unwrap()).collect()
}

async fn one_by_one(
    ledger: &Harness,
    deliveries: Vec<v1::RecordDeliveryRequest>,
) -> Vec<v1::recorded_delivery::End> {
    let mut ends = Vec::new();
    for delivery in deliveries {
        ends.extend(together(ledger, vec![delivery]).await);
    }
    ends
}

/// What was answered, with the proposals by their places.
fn answers(crowd: &Crowd, ends: Vec<v1::recorded_delivery::End>) -> Vec<String> {
    let place = |id: &str| crowd.ids.iter().position(|known| known.to_string() == id);
    ends.into_iter()
        .map(|end| match end {
            v1::recorded_delivery::End::Recorded(end) => {
                format!("{:?} {} {:?}", end.outcome(), end.duplicate, place(&end.proposal_id))
            }
            v1::recorded_delivery::End::Refused(refused) => refused.reason,
        })
        .collect()
}

/// Everything that the ledger holds about a crowd, without ids.
async fn state(ledger: &Harness, crowd: &Crowd) -> Vec<String> {
    let db = ledger.db().await;
    let places: HashMap<_, _> = crowd.ids.iter().enumerate().map(|(n, id)| (*id, n)).collect();
    let repository: Uuid = crowd.repository.parse().unwrap();
    let mut told = Vec::new();
    const PROPOSALS: &str = "
        SELECT id, status, generation, pr_state, pr_number, pr_updated_at, pr_merged_at, superseded_by
        FROM proposals WHERE id = ANY($1) ORDER BY id";
    for row in db.query(PROPOSALS, &[&crowd.ids]).await.unwrap() {
        told.push(format!(
            "proposal {} {} {} {:?} {:?} {:?} {:?}",
            places[&row.get::<_, Uuid>(0)],
            row.get::<_, &str>(1),
            row.get::<_, i32>(2),
            row.get::<_, Option<&str>>(3),
            row.get::<_, Option<i64>>(4),
            row.get::<_, Option<Timestamp>>(5),
            row.get::<_, Option<Timestamp>>(6),
        ));
    }
    const GENERATIONS: &str = "
        SELECT proposal_id, number, pr_state, pr_updated_at, pr_merged_at
        FROM generations WHERE proposal_id = ANY($1) ORDER BY proposal_id, number";
    for row in db.query(GENERATIONS, &[&crowd.ids]).await.unwrap() {
        told.push(format!(
            "generation {} {} {:?} {:?} {:?}",
            places[&row.get::<_, Uuid>(0)],
            row.get::<_, i32>(1),
            row.get::<_, Option<&str>>(2),
            row.get::<_, Option<Timestamp>>(3),
            row.get::<_, Option<Timestamp>>(4),
        ));
    }
    const EVENTS: &str = "
        SELECT proposal_id, kind, actor, message, facts
        FROM events WHERE proposal_id = ANY($1) ORDER BY proposal_id, id";
    for row in db.query(EVENTS, &[&crowd.ids]).await.unwrap() {
        told.push(format!(
            "event {} {} {} {} {:?}",
            places[&row.get::<_, Uuid>(0)],
            row.get::<_, &str>(1),
            row.get::<_, &str>(2),
            row.get::<_, &str>(3),
            row.get::<_, Json<std::collections::BTreeMap<String, String>>>(4).0,
        ));
    }
    const JOBS: &str = "
        SELECT subject, kind, generation, outcome, wanted, reason
        FROM jobs WHERE subject = ANY($1) ORDER BY subject, kind, generation, ended_at NULLS LAST";
    for row in db.query(JOBS, &[&crowd.ids]).await.unwrap() {
        told.push(format!(
            "job {} {} {} {:?} {} {:?}",
            places[&row.get::<_, Uuid>(0)],
            row.get::<_, &str>(1),
            row.get::<_, i32>(2),
            row.get::<_, Option<&str>>(3),
            row.get::<_, i64>(4),
            row.get::<_, Option<&str>>(5),
        ));
    }
    const LIVE: &str = "
        SELECT proposal_id, pr_merged_at FROM live_proposals WHERE config_repo_id = $1";
    for row in db.query(LIVE, &[&repository]).await.unwrap() {
        told.push(format!(
            "live {} {}",
            places[&row.get::<_, Uuid>(0)],
            row.get::<_, Timestamp>(1)
        ));
    }
    const DELIVERIES: &str = "
        SELECT deliveries.guid, deliveries.event, deliveries.action, deliveries.outcome, deliveries.error, deliveries.proposal_id,
               deliveries.attempts, deliveries.next_attempt_at IS NULL, encode(deliveries.body_sha256, 'hex'), firsts.guid
        FROM deliveries LEFT JOIN deliveries AS firsts ON firsts.id = deliveries.duplicate_of
        WHERE deliveries.repository_id = $1 ORDER BY deliveries.guid";
    for row in db.query(DELIVERIES, &[&repository]).await.unwrap() {
        told.push(format!(
            "delivery {} {} {} {} {:?} {:?} {} {} {} {:?}",
            row.get::<_, &str>(0),
            row.get::<_, &str>(1),
            row.get::<_, &str>(2),
            row.get::<_, &str>(3),
            row.get::<_, Option<&str>>(4),
            row.get::<_, Option<Uuid>>(5).map(|id| places[&id]),
            row.get::<_, i32>(6),
            row.get::<_, bool>(7),
            row.get::<_, &str>(8),
            row.get::<_, Option<&str>>(9),
        ));
    }
    told
}

/// Row by row, whatever is said of whatever stands in whichever way, in groups of several sizes.
#[rstest]
#[case(1)]
#[case(2)]
#[case(3)]
#[case(4)]
#[tokio::test]
async fn a_random_group_ends_as_the_same_deliveries_one_by_one(#[case] first: u64) {
    let ledger = Harness::start().await;
    for seed in (first * 1000)..(first * 1000 + 6) {
        let one = Crowd::of(&ledger, &format!("one-{seed}"), &MEMBERS).await;
        let other = Crowd::of(&ledger, &format!("other-{seed}"), &MEMBERS).await;
        let hooks = script(&one.repository, seed);
        let mut grouped = Vec::new();
        let mut random = Random::new(seed);
        let mut left = told_to(&one.repository, &hooks);
        while !left.is_empty() {
            let rest = left.split_off(left.len().min(1 + random.below(40)));
            grouped.extend(together(&ledger, left).await);
            left = rest;
        }
        let single = one_by_one(&ledger, told_to(&other.repository, &hooks)).await;
        assert_eq!(answers(&one, grouped), answers(&other, single), "seed {seed}");
        let (one, other) = (state(&ledger, &one).await, state(&ledger, &other).await);
        for (one, other) in one.iter().zip(&other) {
            assert_eq!(one, other, "seed {seed}");
        }
        assert_eq!(one.len(), other.len(), "seed {seed}");
    }
}

/// One proposal whose row cannot be changed: its delivery fails, the others of its group are applied.
#[tokio::test]
async fn one_bad_delivery_spoils_no_other_of_its_group() {
    let ledger = Harness::start().await;
    let crowd = Crowd::of(&ledger, "products", &[OPEN; 8]).await;
    let broken = crowd.ids[3];
    let db = ledger.db().await;
    db.batch_execute(&format!(
        "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken on purpose'; END $$;
         CREATE TRIGGER broken BEFORE UPDATE ON proposals FOR EACH ROW WHEN (OLD.id = '{broken}') EXECUTE FUNCTION break();"
    ))
    .await
    .unwrap();
    let mut group: Vec<_> =
        (0..8).map(|n| Hook::closed(&crowd.repository, 10 * n + 1, 9).request).collect();
    group[5].received_at = None;
    group.push(Hook::event(&crowd.repository, "push").request);
    let answers = answers(&crowd, together(&ledger, group.clone()).await);
    let expected: Vec<_> = (0..9)
        .map(|n| match n {
            3 => "Failed false None".to_owned(),
            5 => "VALIDATION_ERROR".to_owned(),
            8 => "Noop false None".to_owned(),
            n => format!("Applied false Some({n})"),
        })
        .collect();
    assert_eq!(answers, expected);
    const KEPT: &str = "
        SELECT error, attempts, next_attempt_at > now() AS waits
        FROM deliveries WHERE outcome = 'failed'";
    let kept = db.query_one(KEPT, &[]).await.unwrap();
    assert!(kept.get::<_, &str>("error").contains("broken on purpose"));
    assert_eq!((kept.get::<_, i32>("attempts"), kept.get::<_, bool>("waits")), (1, true));

    db.batch_execute("DROP TRIGGER broken ON proposals").await.unwrap();
    let again = self::answers(&crowd, together(&ledger, vec![group[3].clone()]).await);
    assert_eq!(again, ["Applied false Some(3)"]);
}

/// Two groups that speak of the same pull requests in opposite orders, again and again: nobody waits for ever and nothing is lost.
#[tokio::test]
async fn groups_that_cross_each_other_all_end() {
    let ledger = Harness::start().await;
    let crowd = Crowd::of(&ledger, "products", &[OPEN; 12]).await;
    let group = |turns: bool, at: i64| {
        let mut group: Vec<_> = (0..12)
            .map(|n| match (n % 3, at % 2) {
                (0, _) => Hook::merged(&crowd.repository, 10 * n + 1, at),
                (_, 0) => Hook::closed(&crowd.repository, 10 * n + 1, at),
                _ => Hook::reopened(&crowd.repository, 10 * n + 1, at),
            })
            .map(|hook| hook.request)
            .collect();
        if turns {
            group.reverse();
        }
        group
    };
    let groups = (0..16).map(|n| together(&ledger, group(n % 2 == 0, 10 + n)));
    for ends in futures::future::join_all(groups).await {
        for answer in answers(&crowd, ends) {
            assert!(answer.starts_with("Applied") || answer.starts_with("Stale"), "{answer}");
        }
    }
    const STATES: &str = "
        SELECT pr_state, pr_updated_at FROM proposals WHERE id = ANY($1) ORDER BY id";
    let newest = Timestamp::from_second(second(25).seconds).unwrap();
    for (n, row) in ledger.db().await.query(STATES, &[&crowd.ids]).await.unwrap().iter().enumerate()
    {
        match n % 3 {
            0 => assert_eq!(row.get::<_, &str>(0), "merged"),
            _ => assert_eq!((row.get::<_, &str>(0), row.get(1)), ("open", newest)),
        }
    }
}

#[tokio::test]
async fn an_empty_group_is_nothing_and_a_huge_one_is_refused() {
    let ledger = Harness::start().await;
    assert!(together(&ledger, vec![]).await.is_empty());
    let request =
        v1::RecordDeliveriesRequest { deliveries: vec![v1::RecordDeliveryRequest::default(); 257] };
    let refused = answer(ledger.deliveries().record_deliveries(request).await);
    assert_eq!(crate::harness::fields(refused), ["deliveries"]);
}

/// Somebody holds a pull request's turn for longer than anybody may wait: the group is kept, and applied by the ledger itself.
#[tokio::test]
async fn a_group_that_would_wait_too_long_is_kept_for_later() {
    let ledger = Harness::start_with(|settings| {
        settings.database.statement_timeout = std::time::Duration::from_millis(300);
    })
    .await;
    let crowd = Crowd::of(&ledger, "products", &[OPEN; 3]).await;
    let mut db = ledger.db().await;
    let holder = db.begin().await.unwrap();
    const HOLD: &str = "SELECT id FROM proposals WHERE id = $1 FOR UPDATE";
    holder.query(HOLD, &[&crowd.ids[1]]).await.unwrap();
    let mut group: Vec<_> =
        (0..3).map(|n| Hook::closed(&crowd.repository, 10 * n + 1, 9).request).collect();
    group.push(Hook::event(&crowd.repository, "ping").request);
    let ends = answers(&crowd, together(&ledger, group.clone()).await);
    let later = "Failed false None";
    assert_eq!(ends, [later, later, later, "Ping false None"]);
    holder.rollback().await.unwrap();

    const DUE: &str = "UPDATE deliveries SET next_attempt_at = now() WHERE outcome = 'failed'";
    ledger.db().await.execute(DUE, &[]).await.unwrap();
    pullwright_proposal::rpc::replay::step(&ledger.app).await.unwrap();
    let ends = answers(&crowd, together(&ledger, group).await);
    let applied = |n: usize| format!("Applied true Some({n})");
    assert_eq!(ends, [applied(0), applied(1), applied(2), "Ping true None".to_owned()]);
}
