//! What only a development environment has: a query template that goes for good.

use pullwright_proto::{
    error::ErrorReason,
    registry::{
        self as v1, cluster_service_client::ClusterServiceClient,
        development_service_client::DevelopmentServiceClient,
    },
};
use pullwright_rpc::{Refusal, Role};
use pullwright_settings::Deployment;
use rstest::rstest;
use tonic::Code;
use uuid::Uuid;

use crate::harness::Registry;

async fn purge(registry: &Registry, role: Role, id: &str) -> Result<(), tonic::Status> {
    let mut client = DevelopmentServiceClient::new(registry.connection(role));
    let request = v1::PurgeQueryTemplateRequest { query_template_id: id.to_owned() };
    client.purge_query_template(request).await.map(drop)
}

async fn template(registry: &Registry) -> String {
    let request = v1::CreateQueryTemplateRequest {
        name: "search".into(),
        engine_type: "solr".into(),
        declared_params_json: r#"{"boost": "float"}"#.into(),
        ..v1::CreateQueryTemplateRequest::default()
    };
    let answer = registry.query_templates().create_query_template(request).await.unwrap();
    answer.into_inner().query_template.unwrap().id
}

/// §18.7 AC-1 and AC-2, for query templates.
#[tokio::test]
async fn a_purged_template_is_gone_and_its_number_is_free() {
    let registry = Registry::start_in(Deployment::Development).await;
    let id = template(&registry).await;
    purge(&registry, Role::Proposal, &id).await.unwrap();
    let refusal = Refusal::from(purge(&registry, Role::Proposal, &id).await.unwrap_err());
    assert_eq!((refusal.code, refusal.reason), (Code::NotFound, ErrorReason::TemplateNotFound));
    let request = v1::GetQueryTemplateRequest { query_template_id: template(&registry).await };
    let again = registry.query_templates().get_query_template(request).await.unwrap();
    assert_eq!(again.into_inner().query_template.unwrap().version, 1);
}

#[tokio::test]
async fn a_template_that_was_deleted_softly_can_be_purged() {
    let registry = Registry::start_in(Deployment::Development).await;
    let id = template(&registry).await;
    let mut client = v1::query_template_service_client::QueryTemplateServiceClient::new(
        registry.connection(Role::Proposal),
    );
    let request =
        v1::DeleteQueryTemplateRequest { query_template_id: id.clone(), etag: String::new() };
    client.delete_query_template(request).await.unwrap();
    purge(&registry, Role::Proposal, &id).await.unwrap();
    assert!(purge(&registry, Role::Proposal, &id).await.is_err());
}

#[tokio::test]
async fn what_has_no_id_is_not_found() {
    let registry = Registry::start_in(Deployment::Development).await;
    for id in ["", "template", &Uuid::now_v7().to_string()] {
        let refusal = Refusal::from(purge(&registry, Role::Proposal, id).await.unwrap_err());
        assert_eq!(refusal.reason, ErrorReason::TemplateNotFound, "{id}");
    }
}

#[tokio::test]
async fn only_the_ledger_purges() {
    let registry = Registry::start_in(Deployment::Development).await;
    let id = template(&registry).await;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Proposal) {
        let refused = purge(&registry, role, &id).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{role}");
    }
}

/// §18.7 AC-3. Which text of `ENVIRONMENT` is which deployment, the settings' own tests say.
#[rstest]
#[case(Deployment::Production)]
#[case(Deployment::Other("staging".into()))]
#[case(Deployment::Other("ci".into()))]
#[case(Deployment::Other("qa".into()))]
#[case(Deployment::Other("Development".into()))]
#[tokio::test]
async fn elsewhere_there_is_no_such_service(#[case] deployment: Deployment) {
    let registry = Registry::start_in(deployment).await;
    let id = template(&registry).await;
    for role in Role::ALL {
        let refused = purge(&registry, role, &id).await.unwrap_err();
        assert_eq!((refused.code(), refused.message()), (Code::Unimplemented, ""), "{role}");
    }
    // The template is as it was, and what is served is refused by role as ever.
    let request = v1::GetQueryTemplateRequest { query_template_id: id };
    registry.query_templates().get_query_template(request).await.unwrap();
    let mut runner = ClusterServiceClient::new(registry.connection(Role::Runner));
    let refused = runner.create_cluster(v1::CreateClusterRequest::default()).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
}
