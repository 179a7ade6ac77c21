//! Repositories that are called otherwise on GitHub than they were registered.

use futures::future::join_all;
use pullwright_proto::{
    error::ErrorReason,
    registry::{self as v1, config_repo_service_client::ConfigRepoServiceClient},
};
use pullwright_rpc::{Refusal, Role};
use tonic::Code;

use crate::harness::{Registry, SECOND_HOST, cluster, repo};

const OLD: &str = "https://github.com/acme/old";

impl Registry {
    pub(crate) async fn report_repository(
        &self,
        repository_id: &str,
        github_id: i64,
        full_name: &str,
    ) -> Result<bool, Refusal> {
        let request = v1::ReportRepositoryRequest {
            repository_id: repository_id.into(),
            github_id,
            full_name: full_name.into(),
        };
        let mut client = ConfigRepoServiceClient::new(self.connection(Role::Runner));
        Ok(client.report_repository(request).await?.into_inner().renamed)
    }
}

async fn registry() -> Registry {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "the-acme-credential");
    registry
}

#[tokio::test]
async fn the_first_contact_learns_githubs_id_and_is_no_revision() {
    let registry = registry().await;
    let repo = registry.register(repo("a", OLD)).await.unwrap();
    for name in ["acme/old", "Acme/OLD", "acme/old"] {
        assert!(!registry.report_repository(&repo.id, 5, name).await.unwrap(), "{name}");
        let shown = registry.repo(&repo.id).await.unwrap();
        assert_eq!(shown, v1::ConfigRepo { github_id: 5, ..repo.clone() });
    }
}

/// §22.4: a repository that was renamed is the same one; the reference gets a 301 for ever.
#[tokio::test]
async fn a_renamed_repository_keeps_its_id_and_is_known_by_its_new_name() {
    let registry = registry().await;
    let repo = registry.register(repo("a", &format!("{OLD}.git"))).await.unwrap();
    let mut wired = cluster("a");
    wired.config_repo_id = repo.id.clone();
    let cluster = registry.create_cluster(wired).await.unwrap();
    let template = registry.create_template("t", "{}").await.unwrap();
    // To another owner, too: transferred. And the id is learned on the way.
    assert!(registry.report_repository(&repo.id, 5, "Umbrella/new").await.unwrap());
    let renamed = registry.repo(&repo.id).await.unwrap();
    assert_eq!(
        (renamed.repo_url.as_str(), renamed.github_id),
        ("https://github.com/Umbrella/new", 5)
    );
    assert_ne!(renamed.etag, repo.etag);
    assert!(!registry.report_repository(&repo.id, 5, "Umbrella/new").await.unwrap(), "said twice");
    assert_eq!(registry.repo(&repo.id).await.unwrap(), renamed);

    let target = registry.resolve(&cluster.id, &template.id).await.unwrap().repository.unwrap();
    assert_eq!(
        (target.id, target.owner.as_str(), target.name.as_str(), target.has_credential),
        (repo.id.clone(), "Umbrella", "new", true)
    );
    let refusal = registry.update_repo("default_branch", repo).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::EtagMismatch);
}

#[tokio::test]
async fn a_repository_that_is_registered_under_the_old_name_of_another_is_a_new_one() {
    let registry = registry().await;
    let first = registry.register(repo("a", OLD)).await.unwrap();
    registry.report_repository(&first.id, 5, "acme/new").await.unwrap();
    let second = registry.register(repo("b", OLD)).await.unwrap();
    assert_ne!(second.id, first.id);
    registry.report_repository(&second.id, 6, "acme/old").await.unwrap();

    // Neither is the other when they come back.
    for id in [&first.id, &second.id] {
        registry.delete_repo(id, "").await.unwrap();
    }
    let url = "https://github.com/acme/new";
    assert_eq!(registry.register(repo("c", url)).await.unwrap().id, first.id);
    assert_eq!(registry.register(repo("d", OLD)).await.unwrap().id, second.id);
    assert_eq!(registry.count("config_repos").await, 2);
}

#[tokio::test]
async fn a_name_that_another_repository_has_here_is_not_taken_from_it() {
    let registry = registry().await;
    let old = registry.register(repo("a", OLD)).await.unwrap();
    let new = registry.register(repo("b", "https://github.com/acme/new")).await.unwrap();
    let refusal = registry.report_repository(&old.id, 5, "Acme/New").await.unwrap_err();
    assert_eq!(
        (refusal.code, refusal.reason),
        (Code::AlreadyExists, ErrorReason::ConfigRepoUrlTaken)
    );
    assert_eq!(registry.repo(&old.id).await.unwrap(), old, "nothing of it was kept");
    // On another host it is another name.
    let other = registry.register(repo("c", &format!("{SECOND_HOST}/x/y"))).await;
    assert_eq!(other.unwrap_err().reason, ErrorReason::AuthRefInUse);

    // A deleted one holds its name no longer, and is not the one that has it now.
    registry.delete_repo(&new.id, "").await.unwrap();
    assert!(registry.report_repository(&old.id, 5, "acme/new").await.unwrap());
    registry.delete_repo(&old.id, "").await.unwrap();
    let again = registry.register(repo("b", "https://github.com/acme/new")).await.unwrap();
    assert_eq!(again.id, old.id, "the one that had the name last");
}

#[tokio::test]
async fn one_repository_is_not_registered_twice_under_two_names() {
    let registry = registry().await;
    let old = registry.register(repo("a", OLD)).await.unwrap();
    registry.report_repository(&old.id, 5, "acme/old").await.unwrap();
    let new = registry.register(repo("b", "https://github.com/acme/new")).await.unwrap();
    let refusal = registry.report_repository(&new.id, 5, "acme/new").await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::ConfigRepoUrlTaken);
    assert!(refusal.message.contains("acme/new is registered twice"), "{refusal}");
    assert_eq!(registry.repo(&new.id).await.unwrap().github_id, 0);
}

#[tokio::test]
async fn a_name_that_belongs_to_another_repository_by_now_is_not_followed() {
    let registry = registry().await;
    let repo = registry.register(repo("a", OLD)).await.unwrap();
    registry.report_repository(&repo.id, 5, "acme/old").await.unwrap();
    for name in ["acme/old", "acme/new"] {
        let refusal = registry.report_repository(&repo.id, 6, name).await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::ConfigRepoUrlTaken);
        assert!(refusal.message.contains("its id is 6, registered is 5"), "{refusal}");
    }
    // The way out that the message names.
    registry.delete_repo(&repo.id, "").await.unwrap();
    let again = registry.register(crate::harness::repo("a", OLD)).await.unwrap();
    registry.report_repository(&again.id, 6, "acme/old").await.unwrap();
}

#[tokio::test]
async fn a_report_that_no_repository_fits_is_refused() {
    let registry = registry().await;
    let repo = registry.register(repo("a", OLD)).await.unwrap();
    for (github_id, name, fields) in [
        (0, "acme/old", &["github_id"] as &[_]),
        (-1, "acme/old", &["github_id"]),
        (5, "", &["full_name"]),
        (5, "acme/../x", &["full_name"]),
        (5, "acme/x.git", &["full_name"]),
        (0, "acme", &["github_id", "full_name"]),
    ] {
        let refusal = registry.report_repository(&repo.id, github_id, name).await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::ValidationError);
        let named: Vec<_> = refusal.violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(named, fields, "{github_id} {name}");
    }
    for id in ["", "x", "01890000-0000-7000-8000-000000000000"] {
        let refusal = registry.report_repository(id, 5, "acme/old").await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::ConfigRepoNotFound);
    }
}

#[tokio::test]
async fn of_many_that_come_back_at_once_under_one_address_one_does() {
    let registry = registry().await;
    let first = registry.register(repo("a", OLD)).await.unwrap();
    registry.delete_repo(&first.id, "").await.unwrap();
    let names: Vec<_> = (0..6).map(|n| format!("r{n}")).collect();
    let answers = join_all(names.iter().map(|name| registry.register(repo(name, OLD)))).await;
    let back: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
    assert_eq!(back.len(), 1);
    assert_eq!(back[0].id, first.id);
    for refusal in answers.into_iter().filter_map(Result::err) {
        assert_eq!(refusal.reason, ErrorReason::ConfigRepoUrlTaken);
    }
}
