//! One whole story by gRPC alone: register, wire, study, open, watch, explain, reject, update, delete.

use pullwright_harness::WireOptions;
use pullwright_testkit::wait;
use serde_json::{Value, json};
use tonic::Code;

use super::{CLUSTERS, CONFIG_REPOS, DELETIONS, Grpcurl, PROPOSALS, RUNNER, STUDIES, TEMPLATES};
use crate::{
    contract::{
        setup::text,
        world::{World, fresh},
    },
    system::PATIENCE,
};

async fn done(operator: &Grpcurl, service: &str, method: &str, request: Value) -> Value {
    let answer = operator.ask(service, method, &request).await;
    answer.unwrap_or_else(|refused| panic!("{method}: {refused:?}"))
}

#[tokio::test]
async fn an_operator_with_grpcurl_gets_from_a_repository_to_a_pull_request_and_back() {
    let world = World::enter().await;
    let operator = Grpcurl::reach(world.stack).await;
    let options = WireOptions { webhook: false, ..WireOptions::new(&fresh("contract-grpc")) };
    world.stack.make_repository(&options).await.unwrap();
    let name = &options.name;
    let url = format!("{}/acme/{name}", world.stack.ports.forge_url());

    let new = json!({"name": name, "repoUrl": url, "authRef": format!("{name}-credential")});
    let repo = done(&operator, CONFIG_REPOS, "CreateConfigRepo", new).await["configRepo"].clone();
    let new = json!({"name": name, "engineType": "elasticsearch", "environment": "prod"});
    let cluster = done(&operator, CLUSTERS, "CreateCluster", new).await["cluster"].clone();
    let wiring = json!({
        "cluster": {"id": cluster["id"], "etag": cluster["etag"], "configRepoId": repo["id"], "configPath": options.config_path},
        "updateMask": "configRepoId,configPath",
    });
    let cluster =
        done(&operator, CLUSTERS, "UpdateCluster", wiring.clone()).await["cluster"].clone();
    let stale = operator.ask(CLUSTERS, "UpdateCluster", &wiring).await.unwrap_err();
    assert_eq!(stale.code(), Code::Aborted, "the etag that was read is old: {stale:?}");
    let declared = options.declared_params.to_string();
    let new = json!({"name": options.template, "engineType": "elasticsearch", "declaredParamsJson": declared});
    let template =
        done(&operator, TEMPLATES, "CreateQueryTemplate", new).await["queryTemplate"].clone();

    let trial = |number: u32, boost: &str, value: f64| json!({"number": number, "paramsJson": {"boost": boost}, "primaryMetric": value, "status": "TRIAL_STATUS_COMPLETE", "isBaseline": number == 0});
    let study = json!({
        "name": "by gRPC", "clusterId": cluster["id"], "templateId": template["id"],
        "objective": {"metric": "ndcg", "k": 10, "direction": "maximize"},
        "trials": [trial(0, "1.0", 0.412), trial(1, "2.5", 0.487)],
        "digest": {"narrative": "A higher boost helps.", "recommendedConfigJson": {"boost": "2.5"}},
        "requestId": fresh("grpc"),
    });
    let made = done(&operator, STUDIES, "CreateStudy", study.clone()).await;
    assert_eq!(
        done(&operator, STUDIES, "CreateStudy", study).await,
        made,
        "the same request id, the same answer"
    );
    let proposal = json!({"proposalId": made["proposalId"]});

    let checked =
        done(&operator, RUNNER, "CheckConfigRepo", json!({"configRepoId": repo["id"]})).await;
    assert!(!checked["lines"].as_array().unwrap().is_empty());
    let shown = done(&operator, RUNNER, "PreviewPullRequest", proposal.clone()).await;
    let mut watched = operator.follow(PROPOSALS, "WatchProposal", &proposal).await.unwrap();
    let first = watched.next().await.unwrap().unwrap();
    assert!(first["event"].is_null(), "first the proposal as it is: {first}");
    let mut expected = proposal.clone();
    expected["expectedPatchSha256"] = shown["patchSha256"].clone();
    expected["expectedBaseOid"] = shown["baseOid"].clone();
    done(&operator, PROPOSALS, "OpenPullRequest", expected).await;
    let opened = async {
        loop {
            let next = watched.next().await.unwrap().expect("the stream goes on");
            if next["event"]["kind"] == "pull_request_opened" {
                return next["proposal"].clone();
            }
        }
    };
    let opened = tokio::time::timeout(PATIENCE, opened).await.unwrap();
    assert_eq!(opened["status"], "PROPOSAL_STATUS_PR_OPENED");

    let why = done(&operator, PROPOSALS, "ExplainProposal", proposal.clone()).await;
    assert!(text(&why["sentence"]).contains("/pull/"), "{why}");
    let filter = format!("status = \"pr_opened\" AND config_repo_id = {}", repo["id"]);
    let listed = json!({"filter": filter, "orderBy": "created_at desc", "pageSize": 1});
    let listed = done(&operator, PROPOSALS, "ListProposals", listed).await;
    assert_eq!(
        (&listed["proposals"][0]["id"], &listed["totalSize"]),
        (&made["proposalId"], &json!("1"))
    );
    let refused =
        operator.ask(DELETIONS, "DeleteConfigRepo", &json!({"configRepoId": repo["id"]})).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.message().contains(&text(&made["proposalId"])), "{refused:?}");

    let mut rejection = proposal.clone();
    rejection["reason"] = json!("seen enough");
    done(&operator, PROPOSALS, "RejectProposal", rejection).await;
    let settled = || async {
        let why = operator.ask(PROPOSALS, "ExplainProposal", &proposal).await?;
        Ok::<_, tonic::Status>(
            why["pendingWork"].is_null()
                && why["proposal"]["pullRequestState"] == "PULL_REQUEST_STATE_CLOSED",
        )
    };
    wait::until("the pull request is closed", PATIENCE, settled).await.unwrap();
    done(&operator, DELETIONS, "DeleteQueryTemplate", json!({"queryTemplateId": template["id"]}))
        .await;
    done(
        &operator,
        DELETIONS,
        "DeleteCluster",
        json!({"clusterId": cluster["id"], "etag": cluster["etag"]}),
    )
    .await;
    done(&operator, DELETIONS, "DeleteConfigRepo", json!({"configRepoId": repo["id"]})).await;
    let gone =
        operator.ask(CONFIG_REPOS, "GetConfigRepo", &json!({"configRepoId": repo["id"]})).await;
    assert_eq!(gone.unwrap_err().code(), Code::NotFound);
}
