DROP TABLE live_proposals, events, deliveries, jobs, lanes, announcements, generations, proposal_changes, proposals, digests, trials, studies;
