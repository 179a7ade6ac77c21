//! Lists the GitHub Apps.

use pullwright_proto::registry::ListAppsResponse;

use crate::App;

/// Returns all Apps that are configured, by host and id.
pub(super) fn list_apps(app: &App) -> ListAppsResponse {
    ListAppsResponse { apps: app.github_apps.iter().map(Into::into).collect() }
}
