//! Chains of studies: the best link's proposal stays, the others give way (§15, §18.6).

use futures::future::join_all;
use pullwright_pg::Queries as _;
use pullwright_proto::{
    error::ErrorReason,
    proposal::{self as v1, ProposalStatus},
};
use pullwright_rpc::Refusal;
use rstest::rstest;
use uuid::Uuid;

use crate::{
    harness::{Harness, answer, fields, reason, uuid},
    log,
    moves::{live_jobs, reinstate},
    runner::{Runner, pull},
    studies::{baseline, finished_study, trial},
};

use ProposalStatus::{Pending, PrOpened, Rejected, Superseded};

/// A study of a chain and its proposal.
#[derive(Debug, Clone)]
struct Link {
    study: String,
    proposal: String,
}

/// A finished study with this best value that follows up `parent`, or nothing.
fn study(ledger: &Harness, parent: Option<&Link>, value: f64) -> v1::CreateStudyRequest {
    v1::CreateStudyRequest {
        trials: vec![baseline(0, 0.1), trial(1, value)],
        parent_study_id: parent.map(|parent| parent.study.clone()).unwrap_or_default(),
        auto_followup_depth: parent.is_none().then_some(3),
        ..finished_study(ledger)
    }
}

async fn create(ledger: &Harness, request: v1::CreateStudyRequest) -> Result<Link, Refusal> {
    let created = answer(ledger.studies().create_study(request).await)?;
    Ok(Link { study: created.study_id, proposal: created.proposal_id })
}

async fn link(ledger: &Harness, parent: Option<&Link>, value: f64) -> Link {
    create(ledger, study(ledger, parent, value)).await.unwrap()
}

async fn statuses<const N: usize>(ledger: &Harness, links: [&Link; N]) -> [ProposalStatus; N] {
    let mut statuses = [ProposalStatus::Unspecified; N];
    for (index, link) in links.iter().enumerate() {
        statuses[index] = ledger.get(&link.proposal).await.unwrap().status();
    }
    statuses
}

/// §18.6 AC-3 and AC-6.
#[tokio::test]
async fn of_three_links_the_best_one_s_proposal_stays() {
    let ledger = Harness::start().await;
    log::lines(&[]);
    let head = link(&ledger, None, 0.4).await;
    let middle = link(&ledger, Some(&head), 0.9).await;
    assert_eq!(statuses(&ledger, [&head, &middle]).await, [Superseded, Pending]);
    let leaf = link(&ledger, Some(&middle), 0.5).await;
    assert_eq!(statuses(&ledger, [&head, &middle, &leaf]).await, [Superseded, Pending, Superseded]);
    for loser in [&head, &leaf] {
        let proposal = ledger.get(&loser.proposal).await.unwrap();
        assert_eq!(proposal.superseded_by_proposal_id, middle.proposal);
        let told = ledger.events(&loser.proposal).await;
        let [told] =
            told.iter().filter(|event| event.kind == "proposal_superseded").collect::<Vec<_>>()[..]
        else {
            panic!("it is told once: {told:?}");
        };
        assert_eq!(told.actor, "client");
        assert_eq!(
            [
                &told.facts["superseded_by"],
                &told.facts["best_link_id"],
                &told.facts["chain_anchor_id"]
            ],
            [&middle.proposal, &middle.study, &head.study]
        );
    }
    let told = log::lines(&["chain_proposals_superseded", &head.study]);
    assert_eq!(told.len(), 2);
    for part in [
        format!(r#""study_id":"{}""#, leaf.study),
        format!(r#""chain_anchor_id":"{}""#, head.study),
        format!(r#""best_link_id":"{}""#, middle.study),
        r#""superseded_count":1"#.to_owned(),
        format!(r#""superseded_proposal_ids":"{}""#, leaf.proposal),
    ] {
        assert!(told[1].contains(&part), "{part}: {}", told[1]);
    }
}

/// §18.6 AC-4.
#[tokio::test]
async fn what_is_opened_merged_or_rejected_does_not_give_way() {
    let ledger = Harness::start().await;
    let head = link(&ledger, None, 0.4).await;
    ledger.open(&head.proposal).await.unwrap();
    Runner::of(&ledger, "one").one().await.opened(pull(7, 1)).await.unwrap();
    let middle = link(&ledger, Some(&head), 0.5).await;
    ledger.reject(&middle.proposal, "no").await.unwrap();
    let leaf = link(&ledger, Some(&middle), 0.9).await;
    assert_eq!(statuses(&ledger, [&head, &middle, &leaf]).await, [PrOpened, Rejected, Pending]);
    assert_eq!(log::lines(&["chain_proposals_superseded", &leaf.study]), [""; 0]);
}

/// §18.6 AC-7: rows that one transaction wrote carry its id.
#[tokio::test]
async fn a_study_and_what_gives_way_to_it_are_one_transaction() {
    let ledger = Harness::start().await;
    let head = link(&ledger, None, 0.4).await;
    let leaf = link(&ledger, Some(&head), 0.9).await;
    const SQL: &str = "
        SELECT (SELECT xmin::text FROM studies WHERE id = $1)
             = (SELECT xmin::text FROM proposals WHERE id = $2 AND status = 'superseded') AS is_one";
    let row = ledger.db().await.query_one(SQL, &[&uuid(&leaf.study), &uuid(&head.proposal)]).await;
    assert!(row.unwrap().get::<_, bool>("is_one"));
}

/// §18.6 AC-8: who looks for a chain has locked it by the time the study is written.
#[rstest]
#[case::no_depth(None)]
#[case::depth_0(Some(0))]
#[case::a_head(Some(3))]
#[tokio::test]
async fn a_study_that_follows_none_looks_for_no_chain(#[case] auto_followup_depth: Option<i32>) {
    let ledger = Harness::start().await;
    const WATCH: &str = "
        ALTER TABLE studies ADD COLUMN locks bigint;
        CREATE FUNCTION count_locks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            NEW.locks = (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory');
            RETURN NEW;
        END $$;
        CREATE TRIGGER count_locks BEFORE INSERT ON studies FOR EACH ROW EXECUTE FUNCTION count_locks()";
    ledger.db().await.batch_execute(WATCH).await.unwrap();
    const LOCKS: &str = "SELECT locks AS n FROM studies WHERE id = $1";
    let request = v1::CreateStudyRequest { auto_followup_depth, ..study(&ledger, None, 0.9) };
    let alone = create(&ledger, request).await.unwrap();
    let other = link(&ledger, None, 0.5).await;
    let leaf = link(&ledger, Some(&alone), 0.5).await;
    let locks = async |link: &Link| ledger.count(LOCKS, &link.study).await;
    assert_eq!(locks(&alone).await, locks(&other).await);
    assert_eq!(locks(&leaf).await, locks(&alone).await + 1, "the chain's");
}

/// §18.6 AC-9.
#[tokio::test]
async fn when_giving_way_breaks_the_study_was_never_recorded() {
    let ledger = Harness::start().await;
    let head = link(&ledger, None, 0.4).await;
    const BREAK: &str = "
        CREATE FUNCTION break_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$;
        CREATE TRIGGER break_it BEFORE INSERT ON events FOR EACH ROW WHEN (NEW.kind = 'proposal_superseded') EXECUTE FUNCTION break_it()";
    ledger.db().await.batch_execute(BREAK).await.unwrap();
    let broken = create(&ledger, study(&ledger, Some(&head), 0.9)).await;
    assert_eq!(reason(broken), ErrorReason::InternalError);
    const STUDIES: &str = "SELECT count(*) AS n FROM studies WHERE parent_study_id = $1";
    assert_eq!(ledger.count(STUDIES, &head.study).await, 0);
    assert_eq!(statuses(&ledger, [&head]).await, [Pending]);
    assert_eq!(log::lines(&["chain_proposals_superseded", &head.study]), [""; 0]);
    ledger.db().await.batch_execute("DROP TRIGGER break_it ON events").await.unwrap();
    let leaf = link(&ledger, Some(&head), 0.9).await;
    assert_eq!(statuses(&ledger, [&head, &leaf]).await, [Superseded, Pending]);
}

/// §18.6 AC-10: also one that came back gives way again.
#[tokio::test]
async fn a_late_link_lets_the_chain_settle_again() {
    let ledger = Harness::start().await;
    let head = link(&ledger, None, 0.6).await;
    let middle = link(&ledger, Some(&head), 0.5).await;
    assert_eq!(statuses(&ledger, [&head, &middle]).await, [Pending, Superseded]);
    reinstate(&ledger, &middle.proposal).await.unwrap();
    let late = link(&ledger, Some(&head), 0.9).await;
    assert_eq!(statuses(&ledger, [&head, &middle, &late]).await, [Superseded, Superseded, Pending]);
}

#[tokio::test]
async fn opening_one_that_came_back_protects_it() {
    let ledger = Harness::start().await;
    let head = link(&ledger, None, 0.6).await;
    let middle = link(&ledger, Some(&head), 0.5).await;
    reinstate(&ledger, &middle.proposal).await.unwrap();
    ledger.open(&middle.proposal).await.unwrap();
    Runner::of(&ledger, "one").one().await.opened(pull(7, 1)).await.unwrap();
    link(&ledger, Some(&head), 0.9).await;
    assert_eq!(statuses(&ledger, [&head, &middle]).await, [Superseded, PrOpened]);
}

/// Which system would leave an orphan: the pull request that is being opened is called back (§22.3).
#[tokio::test]
async fn what_is_being_opened_of_a_losing_link_is_closed() {
    let ledger = Harness::start().await;
    let head = link(&ledger, None, 0.4).await;
    ledger.open(&head.proposal).await.unwrap();
    let work = Runner::of(&ledger, "one").one().await;
    work.announce('b').await.unwrap();
    let leaf = link(&ledger, Some(&head), 0.9).await;
    assert_eq!(statuses(&ledger, [&head, &leaf]).await, [Superseded, Pending]);
    let expected = [("close_pull_request".to_owned(), 1), ("open_pull_request".to_owned(), 1)];
    assert_eq!(live_jobs(&ledger, &head.proposal).await, expected);
    work.opened(pull(7, 1)).await.unwrap();
    let close = work.runner.one().await;
    assert_eq!(close.close().pull_request.as_ref().unwrap().number, 7);
}

#[tokio::test]
async fn links_that_come_at_once_settle_as_if_they_came_one_by_one() {
    for _ in 0..5 {
        let ledger = Harness::start().await;
        let head = link(&ledger, None, 0.2).await;
        let values = [0.5, 0.9, 0.3, 0.7];
        let links = join_all(values.map(|value| link(&ledger, Some(&head), value))).await;
        let all = [&head, &links[0], &links[1], &links[2], &links[3]];
        let expected = [Superseded, Superseded, Pending, Superseded, Superseded];
        assert_eq!(statuses(&ledger, all).await, expected);
    }
}

#[tokio::test]
async fn nothing_gives_way_while_a_link_is_running() {
    let ledger = Harness::start().await;
    let head = link(&ledger, None, 0.4).await;
    let middle = link(&ledger, Some(&head), 0.9).await;
    reinstate(&ledger, &head.proposal).await.unwrap();
    const RUN: &str = "UPDATE studies SET status = 'running' WHERE id = $1";
    ledger.sql(RUN, &middle.study).await;
    let leaf = link(&ledger, Some(&middle), 0.5).await;
    assert_eq!(statuses(&ledger, [&head, &middle, &leaf]).await, [Pending, Pending, Pending]);
}

#[tokio::test]
async fn a_rejected_best_one_leaves_its_place_to_the_next() {
    let ledger = Harness::start().await;
    let head = link(&ledger, None, 0.9).await;
    ledger.reject(&head.proposal, "no").await.unwrap();
    let middle = link(&ledger, Some(&head), 0.5).await;
    let leaf = link(&ledger, Some(&middle), 0.4).await;
    assert_eq!(statuses(&ledger, [&head, &middle, &leaf]).await, [Rejected, Pending, Superseded]);
}

#[tokio::test]
async fn the_lowest_is_the_best_when_that_is_what_was_looked_for() {
    let ledger = Harness::start().await;
    let objective =
        Some(v1::Objective { metric: "mrr".into(), k: 0, direction: "minimize".into() });
    let minimize = |parent: Option<&Link>, value| v1::CreateStudyRequest {
        objective: objective.clone(),
        ..study(&ledger, parent, value)
    };
    let head = create(&ledger, minimize(None, 0.4)).await.unwrap();
    let leaf = create(&ledger, minimize(Some(&head), 0.3)).await.unwrap();
    assert_eq!(statuses(&ledger, [&head, &leaf]).await, [Superseded, Pending]);
}

#[tokio::test]
async fn a_link_without_a_proposal_lets_nothing_give_way_to_it() {
    let ledger = Harness::start().await;
    let head = link(&ledger, None, 0.4).await;
    let failed = v1::CreateStudyRequest { trials: vec![], ..study(&ledger, Some(&head), 0.9) };
    assert_eq!(create(&ledger, failed).await.unwrap().proposal, "");
    assert_eq!(statuses(&ledger, [&head]).await, [Pending]);
}

#[tokio::test]
async fn a_study_says_where_it_comes_from() {
    let ledger = Harness::start().await;
    let head = link(&ledger, None, 0.4).await;
    let request = v1::CreateStudyRequest {
        parent_proposal_id: head.proposal.clone(),
        parent_proposal_followup_index: Some(0),
        auto_followup_depth: Some(2),
        ..study(&ledger, Some(&head), 0.9)
    };
    let leaf = create(&ledger, request).await.unwrap();
    let get = async |id: &str| {
        let request = v1::GetStudyRequest { study_id: id.to_owned() };
        answer(ledger.studies().get_study(request).await).unwrap().study.unwrap()
    };
    let found = get(&leaf.study).await;
    assert_eq!(
        (found.parent_study_id, found.parent_proposal_id),
        (head.study, head.proposal.clone())
    );
    assert_eq!(
        (found.parent_proposal_followup_index, found.auto_followup_depth),
        (Some(0), Some(2))
    );

    ledger.sql("DELETE FROM proposals WHERE id = $1", &head.proposal).await;
    let found = get(&leaf.study).await;
    assert_eq!(
        (found.parent_proposal_id.as_str(), found.parent_proposal_followup_index),
        ("", None)
    );
}

type Change = fn(&mut v1::CreateStudyRequest);

#[rstest]
#[case::study(|r: &mut v1::CreateStudyRequest| r.parent_study_id = "x".into(), "parent_study_id")]
#[case::proposal(
    |r: &mut v1::CreateStudyRequest| {
        r.parent_proposal_id = "x".into();
        r.parent_proposal_followup_index = Some(0);
    },
    "parent_proposal_id"
)]
#[case::no_index(
    |r: &mut v1::CreateStudyRequest| r.parent_proposal_id = Uuid::now_v7().to_string(),
    "parent_proposal_followup_index"
)]
#[case::no_proposal(
    |r: &mut v1::CreateStudyRequest| r.parent_proposal_followup_index = Some(0),
    "parent_proposal_followup_index"
)]
#[case::negative(
    |r: &mut v1::CreateStudyRequest| {
        r.parent_proposal_id = Uuid::now_v7().to_string();
        r.parent_proposal_followup_index = Some(-1);
    },
    "parent_proposal_followup_index"
)]
#[case::too_deep(|r: &mut v1::CreateStudyRequest| r.auto_followup_depth = Some(6), "auto_followup_depth")]
#[case::not_deep(|r: &mut v1::CreateStudyRequest| r.auto_followup_depth = Some(-1), "auto_followup_depth")]
#[tokio::test]
async fn a_malformed_origin_names_its_field(#[case] change: Change, #[case] field: &str) {
    let ledger = Harness::start().await;
    let mut request = finished_study(&ledger);
    change(&mut request);
    assert_eq!(fields(create(&ledger, request).await), [field]);
}

#[tokio::test]
async fn what_a_study_follows_must_be_there() {
    let ledger = Harness::start().await;
    let unknown = Uuid::now_v7().to_string();
    let request =
        v1::CreateStudyRequest { parent_study_id: unknown.clone(), ..finished_study(&ledger) };
    assert_eq!(reason(create(&ledger, request).await), ErrorReason::StudyNotFound);
    let request = v1::CreateStudyRequest {
        parent_proposal_id: unknown,
        parent_proposal_followup_index: Some(0),
        ..finished_study(&ledger)
    };
    assert_eq!(reason(create(&ledger, request).await), ErrorReason::ProposalNotFound);
}
