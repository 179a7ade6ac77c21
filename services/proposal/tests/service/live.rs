//! The live pointer: the newest merge of a config repository, in whatever order the merges are heard of.

use futures::future::join_all;
use pullwright_proto::{delivery::DeliveryOutcome, proposal as v1};

use crate::{
    harness::{Harness, answer},
    hook::Hook,
    runner::{Runner, pull},
};

/// Proposals with open pull requests 1, 2, … in one repository.
async fn opened(ledger: &Harness, most: i64) -> Vec<String> {
    opened_for(ledger, &ledger.cluster, most).await
}

async fn opened_for(ledger: &Harness, cluster: &str, most: i64) -> Vec<String> {
    let runner = Runner::of(ledger, "one");
    let mut ids = vec![];
    for number in 1..=most {
        let request =
            v1::CreateProposalRequest { cluster_id: cluster.to_owned(), ..ledger.manual_request() };
        let id = ledger.create(request).await.unwrap().id;
        ledger.open(&id).await.unwrap();
        runner.one().await.opened(pull(number, 1)).await.unwrap();
        ids.push(id);
    }
    ids
}

async fn live(ledger: &Harness) -> Option<String> {
    live_in(ledger, ledger.registry.repository_of(&ledger.cluster)).await
}

async fn live_in(ledger: &Harness, config_repo_id: String) -> Option<String> {
    let request = v1::GetLiveProposalRequest { config_repo_id };
    answer(ledger.proposals().get_live_proposal(request).await)
        .unwrap()
        .proposal
        .map(|proposal| proposal.id)
}

/// §18.4 AC-3 and AC-4; §22.3: the reference compares with a pointer that it read before, and lets an older merge win.
#[tokio::test]
async fn the_newest_merge_is_live_whenever_it_is_heard_of() {
    let ledger = Harness::start().await;
    let repository = ledger.registry.repository_of(&ledger.cluster);
    let ids = opened(&ledger, 3).await;
    assert_eq!(live(&ledger).await, None);
    for (number, at, expected) in [(1, 50, 0), (2, 90, 1), (3, 70, 1)] {
        Hook::merged(&repository, number, at).outcome(&ledger).await;
        assert_eq!(live(&ledger).await.as_ref(), Some(&ids[expected]));
    }
    Hook::merged(&repository, 1, 50).with_body("once more").outcome(&ledger).await;
    assert_eq!(live(&ledger).await.as_ref(), Some(&ids[1]));
}

/// §18.4 AC-5: the pointer's row is not even written.
#[tokio::test]
async fn a_merge_that_is_heard_of_twice_moves_nothing() {
    let ledger = Harness::start().await;
    let repository = ledger.registry.repository_of(&ledger.cluster);
    let ids = opened(&ledger, 1).await;
    let merged = Hook::merged(&repository, 1, 50);
    merged.outcome(&ledger).await;
    const ROW: &str = "SELECT xmin::text::bigint AS n FROM live_proposals WHERE proposal_id = $1";
    let written = ledger.count(ROW, &ids[0]).await;
    merged.repeated(&ledger).await;
    merged.again().repeated(&ledger).await;
    Hook::merged(&repository, 1, 50).with_body("once more").outcome(&ledger).await;
    Hook::merged(&repository, 1, 60).outcome(&ledger).await;
    assert_eq!(ledger.count(ROW, &ids[0]).await, written);
}

/// §18.4 AC-6.
#[tokio::test]
async fn a_merge_of_a_proposal_without_a_config_repository_moves_nothing() {
    let ledger = Harness::start().await;
    let repository = ledger.registry.repository_of(&ledger.cluster);
    let ids = opened(&ledger, 1).await;
    ledger.sql("UPDATE proposals SET config_repo_id = NULL WHERE id = $1", &ids[0]).await;
    Hook::merged(&repository, 1, 50).outcome(&ledger).await;
    assert_eq!(ledger.get(&ids[0]).await.unwrap().status(), v1::ProposalStatus::PrMerged);
    assert_eq!(live(&ledger).await, None);
}

/// §18.4 AC-6: what is frozen stays, whatever becomes of the cluster.
#[tokio::test]
async fn a_merge_counts_also_after_its_cluster_was_cut_off() {
    let ledger = Harness::start().await;
    let repository = ledger.registry.repository_of(&ledger.cluster);
    let ids = opened(&ledger, 1).await;
    ledger.registry.unwire(&ledger.cluster);
    Hook::merged(&repository, 1, 50).outcome(&ledger).await;
    assert_eq!(live_in(&ledger, repository).await.as_ref(), Some(&ids[0]));
}

/// §18.4 AC-15: whoever deletes it, the pointer goes with it.
#[tokio::test]
async fn a_live_proposal_that_is_deleted_is_live_no_more() {
    let ledger = Harness::start().await;
    let repository = ledger.registry.repository_of(&ledger.cluster);
    let ids = opened(&ledger, 2).await;
    Hook::merged(&repository, 1, 50).outcome(&ledger).await;
    Hook::merged(&repository, 2, 60).outcome(&ledger).await;
    ledger.sql("DELETE FROM proposals WHERE id = $1", &ids[1]).await;
    assert_eq!(live(&ledger).await, None);
    assert!(!ledger.get(&ids[0]).await.unwrap().is_currently_live);
}

/// The larger id, in whichever order they are heard of.
#[tokio::test]
async fn of_merges_in_the_same_second_the_larger_id_is_live() {
    for order in [[1, 2], [2, 1]] {
        let ledger = Harness::start().await;
        let repository = ledger.registry.repository_of(&ledger.cluster);
        let ids = opened(&ledger, 2).await;
        for number in order {
            Hook::merged(&repository, number, 50).outcome(&ledger).await;
        }
        assert_eq!(live(&ledger).await.as_ref(), ids.iter().max());
    }
}

/// §18.4 AC-7 and AC-9: no deadlock, and exactly one is live.
#[tokio::test]
async fn of_merges_heard_of_at_once_the_newest_is_live_in_twenty_runs() {
    let ledger = Harness::start().await;
    for run in 0..20_i64 {
        let cluster = ledger.registry.wired_cluster(&format!("run-{run}"));
        let repository = ledger.registry.repository_of(&cluster);
        let ids = opened_for(&ledger, &cluster, 4).await;
        // Every run hears of another one as the newest.
        let newest = run % 4;
        let hooks: Vec<_> = (0..4)
            .map(|index| {
                Hook::merged(&repository, index + 1, if index == newest { 99 } else { 50 + index })
            })
            .collect();
        let twice = hooks.iter().chain(&hooks);
        for answer in join_all(twice.map(|hook| hook.deliver(&ledger))).await {
            assert_eq!(answer.unwrap().outcome(), DeliveryOutcome::Applied);
        }
        let expected = &ids[usize::try_from(newest).unwrap()];
        assert_eq!(live_in(&ledger, repository).await.as_ref(), Some(expected), "run {run}");
        let mut are_live = vec![];
        for id in &ids {
            are_live.push(ledger.get(id).await.unwrap().is_currently_live);
        }
        assert_eq!(are_live.iter().filter(|is_live| **is_live).count(), 1);
    }
}
