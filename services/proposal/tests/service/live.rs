//! The live pointer: the newest merge of a config repository, in whatever order the merges are heard of.

use futures::future::join_all;
use pullwright_proto::proposal as v1;

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

/// AC-7 of the baseline tracking.
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
        for answer in join_all(hooks.iter().map(|hook| hook.deliver(&ledger))).await {
            answer.unwrap();
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
