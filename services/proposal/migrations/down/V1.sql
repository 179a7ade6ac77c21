DROP TABLE live_proposals, events, deliveries, unsettled_effects, jobs, lanes, announcements, generations, proposal_changes, proposals, digests, trials, studies;
