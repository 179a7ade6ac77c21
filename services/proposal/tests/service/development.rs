//! The development service: its deletions, what stands against them, and that it is nowhere else.

use pullwright_proto::{
    error::ErrorReason,
    proposal::{self as v1, study_service_client::StudyServiceClient},
};
use pullwright_rpc::{Refusal, Role};
use pullwright_settings::{Deployment, Environment, environment_name};
use rstest::rstest;
use tonic::{Code, Status, codegen::http::uri::PathAndQuery};
use tonic_prost::ProstCodec;
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};
use uuid::Uuid;

use crate::{
    harness::{Harness, answer, reason},
    hook::Hook,
    runner::{Runner, pull},
    seeds::{client, development, seed, seed_chain, study},
};

/// Deletes something; named as in the paths of REST.
async fn delete(ledger: &Harness, what: &str, id: &str) -> Result<(), Refusal> {
    let (mut client, id) = (client(ledger), id.to_owned());
    match what {
        "proposals" => {
            let request = v1::DeleteProposalRequest { proposal_id: id };
            answer(client.delete_proposal(request).await).map(drop)
        }
        "digests" => {
            let request = v1::DeleteDigestRequest { digest_id: id };
            answer(client.delete_digest(request).await).map(drop)
        }
        "studies" => {
            let request = v1::DeleteStudyRequest { study_id: id };
            answer(client.delete_study(request).await).map(drop)
        }
        "judgment-lists" => {
            let request = v1::DeleteJudgmentListRequest { judgment_list_id: id };
            answer(client.delete_judgment_list(request).await).map(drop)
        }
        "query-sets" => {
            let request = v1::DeleteQuerySetRequest { query_set_id: id };
            answer(client.delete_query_set(request).await).map(drop)
        }
        "query-templates" => {
            let request = v1::PurgeQueryTemplateRequest { query_template_id: id };
            answer(client.purge_query_template(request).await).map(drop)
        }
        other => panic!("{other}"),
    }
}

/// §18.7 AC-1, AC-2, AC-4: in the order of a teardown everything goes, in any other the dependents are named first.
#[tokio::test]
async fn a_seed_is_torn_down_step_by_step_and_every_conflict_names_what_comes_first() {
    use ErrorReason as Reason;
    let ledger = development().await;
    let request = study(&ledger);
    let (queries, judgments) = (request.query_set_id.clone(), request.judgment_list_id.clone());
    let template = ledger.template.clone();
    let seeded = seed(&ledger, request).await.unwrap();
    let steps = [
        ("proposals", &seeded.proposal_id, Reason::ProposalNotFound),
        ("digests", &seeded.digest_id, Reason::DigestNotFound),
        ("studies", &seeded.study_id, Reason::StudyNotFound),
        ("judgment-lists", &judgments, Reason::JudgmentListNotFound),
        ("query-sets", &queries, Reason::QuerySetNotFound),
        ("query-templates", &template, Reason::TemplateNotFound),
    ];
    // What is refused before each step, in §16's order of the reasons.
    let conflicts: [&[(&str, &String, Reason)]; 6] = [
        &[
            ("studies", &seeded.study_id, Reason::StudyHasDependentProposal),
            ("judgment-lists", &judgments, Reason::JudgmentListHasDependentStudy),
            ("query-sets", &queries, Reason::QuerySetHasDependentStudy),
            ("query-templates", &template, Reason::QueryTemplateHasDependentStudy),
        ],
        &[("studies", &seeded.study_id, Reason::StudyHasDependentDigest)],
        &[
            ("judgment-lists", &judgments, Reason::JudgmentListHasDependentStudy),
            ("query-sets", &queries, Reason::QuerySetHasDependentStudy),
            ("query-templates", &template, Reason::QueryTemplateHasDependentStudy),
        ],
        &[
            ("query-sets", &queries, Reason::QuerySetHasDependentJudgmentList),
            ("query-templates", &template, Reason::QueryTemplateHasDependentJudgmentList),
        ],
        &[],
        &[],
    ];
    for (step, conflicts) in steps.iter().zip(conflicts) {
        for (what, id, conflict) in conflicts {
            let refusal = delete(&ledger, what, id).await.unwrap_err();
            assert_eq!((refusal.code, refusal.reason), (Code::FailedPrecondition, *conflict));
            assert!(
                refusal.message.contains(id.as_str())
                    && refusal.message.contains("delete that first")
            );
        }
        let (what, id, not_found) = step;
        delete(&ledger, what, id).await.unwrap();
        let refusal = delete(&ledger, what, id).await.unwrap_err();
        assert_eq!((refusal.code, refusal.reason), (Code::NotFound, *not_found), "{what}");
    }
}

#[tokio::test]
async fn a_template_that_only_a_proposal_needs_is_kept_for_it() {
    let ledger = development().await;
    let manual = ledger.manual().await.id;
    ledger.reject(&manual, "").await.unwrap();
    assert_eq!(
        reason(delete(&ledger, "query-templates", &ledger.template).await),
        ErrorReason::QueryTemplateHasDependentProposal
    );
    assert!(ledger.registry.has(&ledger.template));
    delete(&ledger, "proposals", &manual).await.unwrap();
    delete(&ledger, "query-templates", &ledger.template).await.unwrap();
    assert!(!ledger.registry.has(&ledger.template));
}

/// §18.7 AC-2.
#[rstest]
#[case("proposals", "proposal_id", ErrorReason::ProposalNotFound)]
#[case("digests", "digest_id", ErrorReason::DigestNotFound)]
#[case("studies", "study_id", ErrorReason::StudyNotFound)]
#[case("judgment-lists", "judgment_list_id", ErrorReason::JudgmentListNotFound)]
#[case("query-sets", "query_set_id", ErrorReason::QuerySetNotFound)]
#[tokio::test]
async fn what_is_not_there_has_a_reason_of_its_own(
    #[case] what: &str,
    #[case] field: &str,
    #[case] not_found: ErrorReason,
) {
    let ledger = development().await;
    let refusal = delete(&ledger, what, &Uuid::now_v7().to_string()).await.unwrap_err();
    assert_eq!((refusal.code, refusal.reason), (Code::NotFound, not_found));
    let refusal = delete(&ledger, what, "x").await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ValidationError);
    assert_eq!(refusal.violations[0].field, field);
}

/// §18.7 AC-5: with a study go its trials, and who follows it up becomes the head of the chain.
#[tokio::test]
async fn a_deleted_study_takes_its_trials_with_it_and_leaves_its_followers() {
    let ledger = development().await;
    let chain = seed_chain(&ledger, 2).await;
    let trials = "SELECT count(*) AS n FROM trials WHERE study_id = $1";
    assert_eq!(ledger.count(trials, &chain.root_id).await, 2);
    delete(&ledger, "studies", &chain.root_id).await.unwrap();
    assert_eq!(ledger.count(trials, &chain.root_id).await, 0);
    let request = v1::GetStudyRequest { study_id: chain.middle_ids[0].clone() };
    let middle = answer(ledger.studies().get_study(request).await).unwrap().study.unwrap();
    assert_eq!(middle.parent_study_id, "");
    delete(&ledger, "studies", &chain.leaf_id).await.unwrap();
    delete(&ledger, "studies", &chain.middle_ids[0]).await.unwrap();
}

/// §18.7 AC-6, §18.4 AC-15, T14: with a merged proposal goes the pointer to it.
#[tokio::test]
async fn a_deleted_proposal_is_live_no_more() {
    let ledger = development().await;
    let repository = ledger.registry.repository_of(&ledger.cluster);
    let id = ledger.manual().await.id;
    ledger.open(&id).await.unwrap();
    Runner::of(&ledger, "one").one().await.opened(pull(7, 1)).await.unwrap();
    Hook::merged(&repository, 7, 2).outcome(&ledger).await;
    let live = || async {
        let request = v1::GetLiveProposalRequest { config_repo_id: repository.clone() };
        answer(ledger.proposals().get_live_proposal(request).await).unwrap().proposal
    };
    assert_eq!(live().await.map(|proposal| proposal.id), Some(id.clone()));
    delete(&ledger, "proposals", &id).await.unwrap();
    assert_eq!(live().await, None);
    assert_eq!(reason(ledger.get(&id).await), ErrorReason::ProposalNotFound);
    for table in ["events", "generations", "announcements", "proposal_changes", "deliveries"] {
        let sql = format!("SELECT count(*) AS n FROM {table} WHERE proposal_id = $1");
        assert_eq!(ledger.count(&sql, &id).await, 0, "{table}");
    }
}

/// §18.7 AC-7, T14: the study that its follow-up suggested forgets it, both columns at once.
#[tokio::test]
async fn a_study_forgets_the_deleted_proposal_that_suggested_it() {
    let ledger = development().await;
    let seeded = seed(&ledger, study(&ledger)).await.unwrap();
    let request = v1::CreateStudyRequest {
        parent_proposal_id: seeded.proposal_id.clone(),
        parent_proposal_followup_index: Some(1),
        ..crate::studies::finished_study(&ledger)
    };
    let suggested = answer(ledger.studies().create_study(request).await).unwrap().study_id;
    delete(&ledger, "proposals", &seeded.proposal_id).await.unwrap();
    let request = v1::GetStudyRequest { study_id: suggested };
    let study = answer(ledger.studies().get_study(request).await).unwrap().study.unwrap();
    assert_eq!(
        (study.parent_proposal_id.as_str(), study.parent_proposal_followup_index),
        ("", None)
    );
}

#[tokio::test]
async fn a_proposal_is_deleted_under_the_runners_hands_and_others_go_on() {
    let ledger = development().await;
    let (doomed, other) = (ledger.manual().await.id, ledger.manual().await.id);
    ledger.open(&doomed).await.unwrap();
    let work = Runner::of(&ledger, "one").one().await;
    delete(&ledger, "proposals", &doomed).await.unwrap();
    let refusal = work.opened(pull(7, 1)).await.unwrap_err();
    assert_eq!(refusal.code, Code::NotFound, "{refusal:?}");
    let jobs = "SELECT count(*) AS n FROM jobs WHERE subject = $1";
    assert_eq!(ledger.count(jobs, &doomed).await, 0);
    ledger.open(&other).await.unwrap();
    ledger.sql("UPDATE lanes SET expires_at = now() WHERE $1::uuid IS NOT NULL", &other).await;
    let next = Runner::of(&ledger, "two").one().await;
    assert_eq!(next.open().proposal.as_ref().unwrap().id, other);
}

/// A call of this path by this role, as nobody's generated client would make it.
async fn raw(ledger: &Harness, role: Role, path: &'static str) -> Status {
    let mut client = tonic::client::Grpc::new(ledger.connection(role));
    client.ready().await.unwrap();
    let codec = ProstCodec::<v1::DeleteStudyRequest, v1::DeleteStudyResponse>::default();
    let request = tonic::Request::new(v1::DeleteStudyRequest::default());
    client.unary(request, PathAndQuery::from_static(path), codec).await.unwrap_err()
}

/// §18.7 AC-3: not to be told from a service that nobody has ever heard of, whoever asks.
#[rstest]
#[case("staging")]
#[case("production")]
#[case("ci")]
#[case("qa")]
#[case("")]
#[case("Development")]
#[case("development ")]
#[tokio::test]
async fn anywhere_but_in_development_there_is_no_such_service(#[case] environment: &str) {
    let environment = Environment::from_pairs([("ENVIRONMENT", environment)]);
    let deployment = environment_name(&environment).unwrap();
    let ledger = Harness::start_with(|settings| settings.deployment = deployment).await;
    for role in Role::ALL {
        let absent = raw(&ledger, role, "/pullwright.proposal.v1.NoSuchService/DeleteStudy").await;
        assert_eq!((absent.code(), absent.message()), (Code::Unimplemented, ""));
        let hidden =
            raw(&ledger, role, "/pullwright.proposal.v1.DevelopmentService/DeleteStudy").await;
        let told = |status: &Status| {
            let mut headers = status.metadata().clone().into_headers();
            headers.remove("date");
            (status.code(), status.message().to_owned(), status.details().to_vec(), headers)
        };
        assert_eq!(told(&hidden), told(&absent), "{role}");
    }
    let services = reflected(&ledger, MessageRequest::ListServices(String::new())).await;
    assert!(!services.contains("DevelopmentService"), "{services}");
    assert!(services.contains("DeletionService"), "{services}");
    for symbol in ["DevelopmentService", "SeedChainRequest", "DevelopmentService.SeedChain"] {
        let symbol = format!("pullwright.proposal.v1.{symbol}");
        let found = reflected(&ledger, MessageRequest::FileContainingSymbol(symbol)).await;
        assert_eq!(found, "NotFound");
    }
    let file = "pullwright/proposal/v1/development_service.proto".to_owned();
    let found = reflected(&ledger, MessageRequest::FileByFilename(file)).await;
    assert_eq!(found, "NotFound");
    // What is served is found.
    let symbol = "pullwright.proposal.v1.DeletionService".to_owned();
    let found = reflected(&ledger, MessageRequest::FileContainingSymbol(symbol)).await;
    assert!(found.starts_with("FileDescriptorResponse"), "{found}");
}

#[tokio::test]
async fn in_development_the_service_is_there_and_people_may_call_it() {
    let ledger =
        Harness::start_with(|settings| settings.deployment = Deployment::Development).await;
    let services = reflected(&ledger, MessageRequest::ListServices(String::new())).await;
    assert!(services.contains("pullwright.proposal.v1.DevelopmentService"), "{services}");
    let path = "/pullwright.proposal.v1.DevelopmentService/DeleteStudy";
    for role in Role::ALL {
        let expected = match role {
            Role::Ingress | Role::Client | Role::Operator => Code::InvalidArgument,
            Role::Proposal | Role::Runner => Code::PermissionDenied,
        };
        assert_eq!(raw(&ledger, role, path).await.code(), expected, "{role}");
    }
}

#[tokio::test]
async fn the_services_of_other_cores_are_absent_here_and_unknown_methods_are_refused() {
    let ledger = Harness::start().await;
    let elsewhere =
        raw(&ledger, Role::Ingress, "/pullwright.registry.v1.ClusterService/GetCluster").await;
    assert_eq!(elsewhere.code(), Code::Unimplemented);
    let unknown =
        raw(&ledger, Role::Ingress, "/pullwright.proposal.v1.StudyService/NoSuchMethod").await;
    assert_eq!(unknown.code(), Code::PermissionDenied);
    let mut studies = StudyServiceClient::new(ledger.connection(Role::Runner));
    let refused = studies.get_study(v1::GetStudyRequest::default()).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
}

/// What reflection answers, as text; the code where it refuses.
async fn reflected(ledger: &Harness, question: MessageRequest) -> String {
    let mut client = ServerReflectionClient::new(ledger.connection(Role::Client));
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(question) };
    let mut answers =
        client.server_reflection_info(tokio_stream::once(request)).await.unwrap().into_inner();
    let answer = match answers.message().await {
        Ok(answer) => answer.unwrap(),
        Err(refused) => return format!("{:?}", refused.code()),
    };
    match answer.message_response.unwrap() {
        MessageResponse::ListServicesResponse(list) => {
            list.service.into_iter().map(|service| service.name).collect::<Vec<_>>().join(" ")
        }
        other => format!("{other:?}"),
    }
}
