//! `RevokeLease`.

use std::collections::BTreeSet;

use pullwright_proto::job as v1;
use uuid::Uuid;

use crate::{
    App,
    domain::violation::{has_length, is_storable},
    error::{Error, Result},
    store::{
        Transaction,
        events::{self, NewEvent},
        jobs, lanes, proposals,
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
    loop {
        let tx = client.begin().await?;
        let known = subjects(&tx, &request.lane).await?;
        proposals::lock_all(&tx, &Vec::from_iter(known.iter().copied())).await?;
        let Some(lane) = lanes::lock(&tx, &request.lane).await? else {
            return Ok(v1::RevokeLeaseResponse { epoch: 0, revoked: false });
        };
        let concerned = subjects(&tx, &lane.key).await?;
        if !concerned.is_subset(&known) {
            // A job came in between; its proposal is to be locked before the lane.
            continue;
        }
        let revoked = lane.token.is_some() && lane.is_running;
        let epoch = lanes::revoke(&tx, &lane.key).await?;
        for subject in concerned {
            events::record(&tx, subject, told(&request, epoch)).await?;
        }
        tx.commit().await?;
        app.wakeup.poke();
        return Ok(v1::RevokeLeaseResponse { epoch, revoked });
    }
}

/// The proposals that a lane has jobs of.
async fn subjects(tx: &Transaction<'_>, lane: &str) -> Result<BTreeSet<Uuid>> {
    let live = jobs::live_in_lane(tx, lane).await?;
    let changing = live.into_iter().filter(|job| job.kind.read().is_none());
    Ok(changing.map(|job| job.subject).collect())
}

fn told(request: &v1::RevokeLeaseRequest, epoch: i64) -> NewEvent {
    let v1::RevokeLeaseRequest { lane, reason, actor, .. } = request;
    let event =
        NewEvent::new("lease_revoked", format!("the lease of {lane} was revoked: {reason}"))
            .fact("lane", lane)
            .fact("epoch", epoch)
            .fact("reason", reason);
    match actor.as_str() {
        "" => event,
        actor => event.by(actor.to_owned()),
    }
}
