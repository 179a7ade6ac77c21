//! `RenewLease`.

use pullwright_proto::job as v1;

use crate::{
    App,
    convert::{id, job},
    error::{Error, Result},
    store::leases,
};

/// Prolongs a lease to its full duration from now.
pub(super) async fn renew_lease(
    app: &App,
    request: v1::RenewLeaseRequest,
) -> Result<v1::RenewLeaseResponse> {
    let token = id::parse("token", &request.token)?;
    let duration = app.settings.lease_duration;
    let client = app.db.client().await?;
    if leases::renew(&client, &request.lane, token, duration).await? {
        Ok(v1::RenewLeaseResponse { duration: Some(job::write_duration(duration)) })
    } else {
        Err(Error::LeaseLost { lane: request.lane })
    }
}
