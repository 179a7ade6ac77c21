//! Updates and deletions, as their callers ask for them.

use prost_types::FieldMask;
use pullwright_proto::registry::{
    self as v1, cluster_service_client::ClusterServiceClient,
    config_repo_service_client::ConfigRepoServiceClient,
    query_template_service_client::QueryTemplateServiceClient,
};
use pullwright_rpc::{Refusal, Role};

use crate::harness::Registry;

/// A mask of these paths, separated by commas.
pub(crate) fn mask(paths: &str) -> Option<FieldMask> {
    let paths = paths.split(',').filter(|path| !path.is_empty()).map(str::to_owned).collect();
    Some(FieldMask { paths })
}

impl Registry {
    /// Updates a config repository as ingress.
    pub(crate) async fn update_repo(
        &self,
        paths: &str,
        repo: v1::ConfigRepo,
    ) -> Result<v1::ConfigRepo, Refusal> {
        let request = v1::UpdateConfigRepoRequest {
            config_repo: Some(repo),
            update_mask: mask(paths),
            ..v1::UpdateConfigRepoRequest::default()
        };
        let answer = self.config_repos().update_config_repo(request).await?;
        Ok(answer.into_inner().config_repo.unwrap())
    }

    /// Updates a cluster as ingress.
    pub(crate) async fn update_cluster(
        &self,
        paths: &str,
        cluster: v1::Cluster,
    ) -> Result<v1::Cluster, Refusal> {
        let request = v1::UpdateClusterRequest {
            cluster: Some(cluster),
            update_mask: mask(paths),
            ..v1::UpdateClusterRequest::default()
        };
        Ok(self.clusters().update_cluster(request).await?.into_inner().cluster.unwrap())
    }

    /// Updates a query template as ingress.
    pub(crate) async fn update_template(
        &self,
        paths: &str,
        template: v1::QueryTemplate,
    ) -> Result<v1::QueryTemplate, Refusal> {
        let request = v1::UpdateQueryTemplateRequest {
            query_template: Some(template),
            update_mask: mask(paths),
            ..v1::UpdateQueryTemplateRequest::default()
        };
        let answer = self.query_templates().update_query_template(request).await?;
        Ok(answer.into_inner().query_template.unwrap())
    }

    /// Deletes a config repository as the ledger.
    pub(crate) async fn delete_repo(&self, id: &str, etag: &str) -> Result<(), Refusal> {
        let request = v1::DeleteConfigRepoRequest { config_repo_id: id.into(), etag: etag.into() };
        let mut client = ConfigRepoServiceClient::new(self.connection(Role::Proposal));
        client.delete_config_repo(request).await?;
        Ok(())
    }

    /// Deletes a cluster as the ledger.
    pub(crate) async fn delete_cluster(&self, id: &str, etag: &str) -> Result<(), Refusal> {
        let request = v1::DeleteClusterRequest { cluster_id: id.into(), etag: etag.into() };
        let mut client = ClusterServiceClient::new(self.connection(Role::Proposal));
        client.delete_cluster(request).await?;
        Ok(())
    }

    /// Deletes a query template as the ledger.
    pub(crate) async fn delete_template(&self, id: &str, etag: &str) -> Result<(), Refusal> {
        let request =
            v1::DeleteQueryTemplateRequest { query_template_id: id.into(), etag: etag.into() };
        let mut client = QueryTemplateServiceClient::new(self.connection(Role::Proposal));
        client.delete_query_template(request).await?;
        Ok(())
    }

    /// Looks up a config repository.
    pub(crate) async fn repo(&self, id: &str) -> Result<v1::ConfigRepo, Refusal> {
        let request = v1::GetConfigRepoRequest { config_repo_id: id.into() };
        let answer = self.config_repos().get_config_repo(request).await?;
        Ok(answer.into_inner().config_repo.unwrap())
    }

    /// Looks up a cluster.
    pub(crate) async fn cluster(&self, id: &str) -> Result<v1::Cluster, Refusal> {
        let request = v1::GetClusterRequest { cluster_id: id.into() };
        Ok(self.clusters().get_cluster(request).await?.into_inner().cluster.unwrap())
    }

    /// Looks up a query template.
    pub(crate) async fn template(&self, id: &str) -> Result<v1::QueryTemplate, Refusal> {
        let request = v1::GetQueryTemplateRequest { query_template_id: id.into() };
        let answer = self.query_templates().get_query_template(request).await?;
        Ok(answer.into_inner().query_template.unwrap())
    }
}
