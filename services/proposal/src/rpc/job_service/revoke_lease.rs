//! `RevokeLease`.

use std::collections::BTreeSet;

use pullwright_proto::job as v1;

use crate::{
    App,
    domain::violation::{has_length, is_storable},
    error::{Error, Result},
    store::{
        events::{self, NewEvent},
        jobs, lanes,
    },
};

/// Longest reason, in characters.
const LONGEST: usize = 500;
/// Longest name of who asked, in characters.
const LONGEST_ACTOR: usize = 128;

/// Ends whatever lease a lane has; a lane that was never leased has nothing to end and epoch 0.
pub(super) async fn revoke_lease(
    app: &App,
    request: v1::RevokeLeaseRequest,
) -> Result<v1::RevokeLeaseResponse> {
    if !has_length(&request.reason, LONGEST) || !is_storable(&request.reason) {
        return Err(Error::invalid("reason", format!("must have 1 to {LONGEST} characters")));
    }
    if request.actor.chars().count() > LONGEST_ACTOR || !is_storable(&request.actor) {
        return Err(Error::invalid(
            "actor",
            format!("must have at most {LONGEST_ACTOR} characters"),
        ));
    }
    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    let Some(lane) = lanes::lock(&tx, &request.lane).await? else {
        return Ok(v1::RevokeLeaseResponse { epoch: 0, revoked: false });
    };
    let revoked = lane.token.is_some() && lane.is_running;
    let epoch = lanes::revoke(&tx, &lane.key).await?;
    let live = jobs::live_in_lane(&tx, &lane.key).await?;
    let subjects: BTreeSet<_> = live.into_iter().map(|job| job.subject).collect();
    for subject in subjects {
        let told = format!("the lease of {} was revoked: {}", lane.key, request.reason);
        let event = NewEvent::new("lease_revoked", told)
            .fact("lane", &lane.key)
            .fact("epoch", epoch)
            .fact("reason", &request.reason);
        let event = match request.actor.as_str() {
            "" => event,
            actor => event.by(actor.to_owned()),
        };
        events::record(&tx, subject, event).await?;
    }
    tx.commit().await?;
    app.wakeup.poke();
    Ok(v1::RevokeLeaseResponse { epoch, revoked })
}
