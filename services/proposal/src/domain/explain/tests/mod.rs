//! Every way in which a proposal can stand, and what is said about it: read aloud, it must help somebody who is tired.

mod scenes;

use std::collections::BTreeSet;

use rstest::rstest;

use super::{
    remedy::{Remedy, remedy},
    *,
};
use scenes::*;

use Kind::{ClosePullRequest as Close, CommentPullRequest as Comment, OpenPullRequest as Open};

#[rstest]
#[case::never_asked(
    facts(),
    r#"This proposal has been ready to be opened since 2026-01-02T02:54:05Z (10 minutes ago), but nothing happens until somebody calls open_pr."#,
    &["OpenPullRequest", "PreviewPullRequest", "RejectProposal"]
)]
#[case::reinstated(
    facts().told("proposal_reinstated", -30, &[]),
    r#"This proposal was reinstated by olga at 2026-01-02T03:03:35Z (30 seconds ago) and can be opened again, but nothing happens until somebody calls open_pr."#,
    &["OpenPullRequest", "PreviewPullRequest", "RejectProposal"]
)]
#[case::without_a_digest(
    facts().with(|facts| facts.has_changes = false),
    r#"This proposal has waited since 2026-01-02T02:54:05Z (10 minutes ago) for its study's digest, and cannot be opened before that is sent."#,
    &["UpdateDigest", "RejectProposal"]
)]
#[case::queued(
    facts().asked().job(Open, queued(), nothing),
    r#"The job that opens the pull request has been due since 2026-01-02T03:04:02Z (3 seconds ago) and is begun by the next free runner."#,
    &["RejectProposal"]
)]
#[case::queued_behind_a_job_that_nobody_took(
    facts().asked().job(Open, queued(), |w| w.jobs_ahead = 1),
    r#"The job that opens the pull request has been due since 2026-01-02T03:04:02Z (3 seconds ago) and is begun by the next free runner, after 1 job before it in acme/config."#,
    &["RejectProposal"]
)]
#[case::queued_behind_jobs(
    facts().asked().job(Open, queued(), |w| { w.jobs_ahead = 2; w.lane_holder = Some("runner-1".into()) }),
    r#"The job that opens the pull request has been due since 2026-01-02T03:04:02Z (3 seconds ago) and begins by itself after 2 jobs before it in acme/config, where runner-1 is at work."#,
    &["RejectProposal"]
)]
#[case::queued_while_the_lane_is_held(
    facts().asked().job(Open, queued(), |w| w.lane_holder = Some("runner-1".into())),
    r#"The job that opens the pull request has been due since 2026-01-02T03:04:02Z (3 seconds ago) and begins by itself when runner-1 is done with what it does in acme/config."#,
    &["RejectProposal"]
)]
#[case::queued_and_no_runner_comes(
    facts().asked().job(Open, queued(), |w| w.due_at = at(-180)),
    r#"The job that opens the pull request has been due since 2026-01-02T03:01:05Z (3 minutes ago), and no runner has taken it: see whether a runner is up and ready, then it begins by itself."#,
    &["RejectProposal"]
)]
#[case::queued_after_a_runner_went_silent(
    facts().asked().job(Open, WorkState::Queued { is_lost: true }, |w| { w.attempt = 2; w.due_at = at(-60); w.lease_ended_at = Some(at(-4)) }),
    r#"The runner that was to open the pull request (attempt 2) went silent, and the next free runner takes over by itself."#,
    &["RejectProposal"]
)]
#[case::queued_after_the_only_runner_went_silent(
    facts().asked().job(Open, WorkState::Queued { is_lost: true }, |w| w.lease_ended_at = Some(at(-180))),
    r#"The runner that was to open the pull request (attempt 1) went silent, and no other has taken over since its lease ended at 2026-01-02T03:01:05Z (3 minutes ago): see whether a runner is up and ready, then it goes on by itself."#,
    &["RejectProposal"]
)]
#[case::queued_after_the_lease_was_revoked(
    facts().asked().told("lease_revoked", -5, &[]).job(Open, WorkState::Queued { is_lost: true }, |w| w.due_at = at(-60)),
    r#"The lease of the runner that was to open the pull request (attempt 1) was revoked by runner at 2026-01-02T03:04:00Z (5 seconds ago), and the next free runner takes over by itself."#,
    &["RejectProposal"]
)]
#[case::running(
    facts().asked().job(Open, running(), nothing),
    r#"The pull request is being opened by runner-1 (attempt 1), which was last heard of at 2026-01-02T03:04:03Z (2 seconds ago) and has announced nothing yet; if it goes silent, another runner takes over after 2026-01-02T03:04:33Z (in 28 seconds)."#,
    &["RejectProposal"]
)]
#[case::running_and_about_to_push(
    facts().asked().told("pushing", -2, &[("head_oid", &"b".repeat(40))]).job(Open, running(), nothing),
    r#"The pull request is being opened by runner-1 (attempt 1), which was last heard of at 2026-01-02T03:04:03Z (2 seconds ago) and announced commit bbbbbbbbbb at 2026-01-02T03:04:03Z (2 seconds ago); if it goes silent, another runner takes over after 2026-01-02T03:04:33Z (in 28 seconds)."#,
    &["RejectProposal"]
)]
#[case::running_with_the_answer_of_github(
    facts().asked().told("pushing", -3, &[]).told("pull_request_recorded", -1, &[("number", "7")]).job(Open, running(), nothing),
    r#"The pull request is being opened by runner-1 (attempt 1), which was last heard of at 2026-01-02T03:04:03Z (2 seconds ago) and got pull request #7 from GitHub at 2026-01-02T03:04:04Z (1 second ago); if it goes silent, another runner takes over after 2026-01-02T03:04:33Z (in 28 seconds)."#,
    &["RejectProposal"]
)]
#[case::running_anew(
    facts().asked().told("pushing", -3, &[]).told("lease_lost", -2, &[]).job(Open, running(), |w| w.attempt = 2),
    r#"The pull request is being opened by runner-1 (attempt 2), which was last heard of at 2026-01-02T03:04:03Z (2 seconds ago) and has announced nothing yet; if it goes silent, another runner takes over after 2026-01-02T03:04:33Z (in 28 seconds)."#,
    &["RejectProposal"]
)]
#[case::waiting_for_the_backoff(
    facts().asked().failed("attempt_failed", Open, "3", "GITHUB_API_FAILED", "GitHub said\n502 \"Bad Gateway\".").job(Open, WorkState::Waiting, |w| { w.attempt = 3; w.last_problem = Some(("GITHUB_API_FAILED".into(), "GitHub said\n502 \"Bad Gateway\".".into())) }),
    r#"Attempt 3 of 20 to open the pull request failed at 2026-01-02T03:04:00Z (5 seconds ago) with GITHUB_API_FAILED, "GitHub said 502 'Bad Gateway'", and the next one is made by itself at 2026-01-02T03:04:17Z (in 12 seconds), or at once when open_pr is called."#,
    &["OpenPullRequest", "RejectProposal"]
)]
#[case::waiting_for_the_rate_limit(
    facts().asked().failed("attempt_failed", Open, "1", "GITHUB_API_FAILED", "rate limit").job(Open, WorkState::Waiting, |w| { w.attempt = 0; w.due_at = at(2400); w.last_problem = Some(("GITHUB_API_FAILED".into(), "rate limit".into())) }),
    r#"The attempt at 2026-01-02T03:04:00Z (5 seconds ago) to open the pull request met a limit that passes, GITHUB_API_FAILED, "rate limit", and is made again by itself at 2026-01-02T03:44:05Z (in 40 minutes), without being counted."#,
    &["OpenPullRequest", "RejectProposal"]
)]
#[case::waiting_for_the_lock(
    facts().asked().failed("attempt_failed", Open, "1", "LOCK_UNAVAILABLE", "connection refused").job(Open, WorkState::Waiting, |w| { w.attempt = 0; w.last_problem = Some(("LOCK_UNAVAILABLE".into(), "connection refused".into())) }),
    r#"The repository's lock could not be had at 2026-01-02T03:04:00Z (5 seconds ago), "connection refused", so the job that opens the pull request waits until 2026-01-02T03:04:17Z (in 12 seconds) and tries again by itself as often as it takes: bring Redis back if it is away."#,
    &["OpenPullRequest", "RejectProposal"]
)]
#[case::waiting_for_another_runner(
    facts().asked().failed("attempt_failed", Open, "1", "RUNNER_STOPPING", "").job(Open, WorkState::Waiting, |w| { w.attempt = 0; w.last_problem = Some(("RUNNER_STOPPING".into(), "".into())) }),
    r#"The runner that was to open the pull request was stopped at 2026-01-02T03:04:00Z (5 seconds ago), and another one begins by itself at 2026-01-02T03:04:17Z (in 12 seconds)."#,
    &["OpenPullRequest", "RejectProposal"]
)]
#[case::failed_for_good(
    facts().hopeless("1", "BRANCH_EXISTS", "branch is taken"),
    r#"Opening the pull request failed at 2026-01-02T03:04:00Z (5 seconds ago) and is not tried again by itself: BRANCH_EXISTS, "branch is taken" (branch pullwright/proposal-1); see on GitHub whose branch it is, and delete it if nobody needs it, then call open_pr again, or reject the proposal."#,
    &["", "OpenPullRequest", "RejectProposal"]
)]
#[case::given_up(
    facts().hopeless("20", "GITHUB_API_FAILED", "502 (given up after 20 attempts)"),
    r#"Opening the pull request was given up at 2026-01-02T03:04:00Z (5 seconds ago) after 20 attempts: GITHUB_API_FAILED, "502 (given up after 20 attempts)"; see what GitHub said, and that the credential may write pull requests, then call open_pr again, or reject the proposal."#,
    &["", "OpenPullRequest", "RejectProposal"]
)]
#[case::failed_since_nothing_changes(
    facts().hopeless("1", "NO_CHANGE", "the file says so already"),
    r#"Opening the pull request failed at 2026-01-02T03:04:00Z (5 seconds ago) and is not tried again by itself: NO_CHANGE, "the file says so already"; the params file says already what this proposal wants, so reject it."#,
    &["RejectProposal", "OpenPullRequest"]
)]
#[case::opened(
    facts().opened(),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) has been open since 2026-01-02T01:04:05Z (2 hours ago) and waits for somebody on GitHub to merge or close it."#,
    &["", "RejectProposal"]
)]
#[case::opened_by_taking_over(
    facts().opened().told("pull_request_opened", -60, &[("adopted", "true")]),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) has been open since 2026-01-02T03:03:05Z (60 seconds ago) and waits for somebody on GitHub to merge or close it; what an earlier attempt had left of it on GitHub was kept and taken over."#,
    &["", "RejectProposal"]
)]
#[case::opened_with_a_comment_to_come(
    facts().opened().job(Comment, queued(), nothing),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) has been open since 2026-01-02T01:04:05Z (2 hours ago) and waits for somebody on GitHub to merge or close it; the comment with the chart is on its way."#,
    &["", "RejectProposal"]
)]
#[case::opened_with_a_comment_that_waits(
    facts().opened().failed("attempt_failed", Comment, "1", "GITHUB_API_FAILED", "502").job(Comment, WorkState::Waiting, problem("GITHUB_API_FAILED", "502")),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) has been open since 2026-01-02T01:04:05Z (2 hours ago) and waits for somebody on GitHub to merge or close it; attempt 1 of 20 to write the comment with the chart failed at 2026-01-02T03:04:00Z (5 seconds ago) with GITHUB_API_FAILED, "502", and the next one is made by itself at 2026-01-02T03:04:17Z (in 12 seconds)."#,
    &["", "RejectProposal"]
)]
#[case::opened_without_its_comment(
    facts().opened().failed("comment_failed", Comment, "1", "GITHUB_API_FAILED", "403"),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) has been open since 2026-01-02T01:04:05Z (2 hours ago) and waits for somebody on GitHub to merge or close it; the comment with the chart could not be written: GITHUB_API_FAILED, "403"."#,
    &["", "RejectProposal"]
)]
#[case::opened_and_the_branch_was_kept(
    facts().opened().told("tidied", -5, &[("branch_kept_reason", "somebody committed on top")]),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) has been open since 2026-01-02T01:04:05Z (2 hours ago) and waits for somebody on GitHub to merge or close it; its branch was kept: "somebody committed on top"."#,
    &["", "RejectProposal"]
)]
#[case::opened_and_looked_at_from_time_to_time(
    facts().opened().with(|facts| facts.watch = Some(Watch { next_at: Some(at(240)), ..Watch::default() })),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) has been open since 2026-01-02T01:04:05Z (2 hours ago) and waits for somebody on GitHub to merge or close it; GitHub is asked about it again at 2026-01-02T03:08:05Z (in 4 minutes)."#,
    &["", "RejectProposal"]
)]
#[case::opened_and_disputed(
    facts().opened().with(|facts| facts.watch = Some(Watch { next_at: Some(at(0)), disputed_since: Some(at(-1)), ..Watch::default() })),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) has been open since 2026-01-02T01:04:05Z (2 hours ago) and waits for somebody on GitHub to merge or close it; two reports of it have contradicted each other since 2026-01-02T03:04:04Z (1 second ago), and GitHub is asked at once."#,
    &["", "RejectProposal"]
)]
#[case::opened_and_gone(
    facts().opened().with(|facts| facts.watch = Some(Watch { next_at: Some(at(1200)), gone_since: Some(at(-600)), problem: Some(("PULL_REQUEST_GONE".into(), "GitHub answered 404".into())), ..Watch::default() })),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) was open as far as is known, but GitHub has not known it since 2026-01-02T02:54:05Z (10 minutes ago), or hides it from our credential: PULL_REQUEST_GONE, "GitHub answered 404"; it is looked for again at 2026-01-02T03:24:05Z (in 20 minutes): see whether it or its repository was deleted and whether the credential may still read it, and reject the proposal if it is gone."#,
    &["", "RejectProposal"]
)]
#[case::opened_and_not_seen_the_last_time(
    facts().opened().with(|facts| facts.watch = Some(Watch { next_at: Some(at(600)), problem: Some(("GITHUB_API_FAILED".into(), "502".into())), ..Watch::default() })),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) has been open since 2026-01-02T01:04:05Z (2 hours ago) and waits for somebody on GitHub to merge or close it; it could not be looked at: GITHUB_API_FAILED, "502", and is looked at again at 2026-01-02T03:14:05Z (in 10 minutes)."#,
    &["", "RejectProposal"]
)]
#[case::opened_in_a_repository_that_cannot_be_looked_at(
    facts().opened().with(|facts| facts.watch = Some(Watch { next_at: Some(at(-60)), repository_problem: Some(("GITHUB_AUTH_FAILED".into(), "401".into())), ..Watch::default() })),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) has been open since 2026-01-02T01:04:05Z (2 hours ago) and waits for somebody on GitHub to merge or close it; its repository could not be looked at: GITHUB_AUTH_FAILED, "401", which is tried again by itself."#,
    &["", "RejectProposal"]
)]
#[case::closed_and_looked_at_from_time_to_time(
    facts().opened().closed().told("pull_request_closed", -60, &[]).with(|facts| facts.watch = Some(Watch { next_at: Some(at(7200)), ..Watch::default() })),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) was closed without a merge at 2026-01-02T03:03:05Z (60 seconds ago), and nothing happens by itself: call open_pr for a new one, reopen it on GitHub, or reject the proposal; GitHub is asked about it again at 2026-01-02T05:04:05Z (in 2 hours)."#,
    &["OpenPullRequest", "", "PreviewPullRequest", "RejectProposal"]
)]
#[case::closed_and_gone(
    facts().opened().closed().with(|facts| facts.watch = Some(Watch { gone_since: Some(at(-600)), ..Watch::default() })),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) was closed as far as is known, but GitHub has not known it since 2026-01-02T02:54:05Z (10 minutes ago), or hides it from our credential: see whether it or its repository was deleted and whether the credential may still read it, and reject the proposal if it is gone."#,
    &["", "RejectProposal"]
)]
#[case::closed_unmerged(
    facts().opened().closed().told("pull_request_closed", -60, &[]),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) was closed without a merge at 2026-01-02T03:03:05Z (60 seconds ago), and nothing happens by itself: call open_pr for a new one, reopen it on GitHub, or reject the proposal."#,
    &["OpenPullRequest", "", "PreviewPullRequest", "RejectProposal"]
)]
#[case::merged_and_live(
    facts().merged(Some((THIS, at(-60)))),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) was merged at 2026-01-02T03:03:05Z (60 seconds ago), and is what is live in acme/config now; nothing is left to do."#,
    &[]
)]
#[case::merged_and_not_live(
    facts().merged(Some((OTHER, at(-30)))),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) was merged at 2026-01-02T03:03:05Z (60 seconds ago), and what is live in acme/config now is proposal 00000000-0000-0000-0000-000000000002, merged at 2026-01-02T03:03:35Z (30 seconds ago); nothing is left to do."#,
    &[]
)]
#[case::merged_though_unwanted(
    facts().merged(Some((THIS, at(-60)))).told("merged_after_rejection", -50, &[]),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) was merged at 2026-01-02T03:03:05Z (60 seconds ago), although nobody here wanted it any more, and is what is live in acme/config now; nothing is left to do."#,
    &[]
)]
#[case::merged_in_an_earlier_generation(
    facts().merged(Some((THIS, at(-60)))).job(Close, queued(), nothing),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) was merged at 2026-01-02T03:03:05Z (60 seconds ago), and is what is live in acme/config now; of another pull request of this proposal: the job that closes the pull request has been due since 2026-01-02T03:04:02Z (3 seconds ago) and is begun by the next free runner."#,
    &[]
)]
#[case::merged_while_another_is_open(
    facts().merged(Some((THIS, at(-60)))).with(|facts| facts.has_open_pull_request = true),
    r#"Pull request #7 (https://github.com/acme/config/pull/7) was merged at 2026-01-02T03:03:05Z (60 seconds ago), and is what is live in acme/config now; another pull request of this proposal is still open on GitHub: close it there."#,
    &[""]
)]
#[case::rejected_before_anything(
    facts().rejected(),
    r#"This proposal was rejected by olga at 2026-01-02T03:03:35Z (30 seconds ago) with the words "too risky"; there was no pull request to close; to try the same change again, create a new proposal."#,
    &["CreateProposal"]
)]
#[case::rejected_and_being_closed(
    facts().opened().rejected().job(Close, running(), nothing),
    r#"This proposal was rejected by olga at 2026-01-02T03:03:35Z (30 seconds ago) with the words "too risky"; the pull request is being closed by runner-1 (attempt 1), which was last heard of at 2026-01-02T03:04:03Z (2 seconds ago) and has announced nothing yet; if it goes silent, another runner takes over after 2026-01-02T03:04:33Z (in 28 seconds); to try the same change again, create a new proposal."#,
    &["CreateProposal"]
)]
#[case::rejected_and_closing_waits(
    facts().opened().rejected().failed("attempt_failed", Close, "2", "GITHUB_API_FAILED", "502").job(Close, WorkState::Waiting, |w| {w.attempt = 2; w.last_problem = Some(("GITHUB_API_FAILED".into(), "502".into()))}),
    r#"This proposal was rejected by olga at 2026-01-02T03:03:35Z (30 seconds ago) with the words "too risky"; attempt 2 of 20 to close the pull request failed at 2026-01-02T03:04:00Z (5 seconds ago) with GITHUB_API_FAILED, "502", and the next one is made by itself at 2026-01-02T03:04:17Z (in 12 seconds); to try the same change again, create a new proposal."#,
    &["CreateProposal"]
)]
#[case::rejected_while_a_runner_opens(
    facts().asked().rejected().job(Open, running(), nothing),
    r#"This proposal was rejected by olga at 2026-01-02T03:03:35Z (30 seconds ago) with the words "too risky"; the runner that was opening its pull request is told to stop before its next step; to try the same change again, create a new proposal."#,
    &["CreateProposal"]
)]
#[case::rejected_and_closed(
    facts().opened().closed().rejected().told("close_completed", -5, &[("branch_deleted", "true")]),
    r#"This proposal was rejected by olga at 2026-01-02T03:03:35Z (30 seconds ago) with the words "too risky"; pull request #7 (https://github.com/acme/config/pull/7) is closed, and its branch is gone; to try the same change again, create a new proposal."#,
    &["CreateProposal"]
)]
#[case::rejected_and_the_branch_was_kept(
    facts().opened().closed().rejected().told("close_completed", -5, &[("branch_deleted", "false"), ("branch_kept_reason", "a person committed to it")]),
    r#"This proposal was rejected by olga at 2026-01-02T03:03:35Z (30 seconds ago) with the words "too risky"; pull request #7 (https://github.com/acme/config/pull/7) is closed, but branch pullwright/proposal-1 was kept since "a person committed to it"; to try the same change again, create a new proposal."#,
    &["", "CreateProposal"]
)]
#[case::rejected_and_closing_was_given_up(
    facts().opened().rejected().failed("close_failed", Close, "20", "GITHUB_API_FAILED", "502"),
    r#"This proposal was rejected by olga at 2026-01-02T03:03:35Z (30 seconds ago) with the words "too risky"; closing its pull request was given up at 2026-01-02T03:04:00Z (5 seconds ago): GITHUB_API_FAILED, "502"; close pull request #7 (https://github.com/acme/config/pull/7) on GitHub and delete its branch; to try the same change again, create a new proposal."#,
    &["", "CreateProposal"]
)]
#[case::rejected_and_closed_by_a_person_when_closing_was_given_up(
    facts().opened().rejected().failed("close_failed", Close, "20", "GITHUB_API_FAILED", "502").closed(),
    r#"This proposal was rejected by olga at 2026-01-02T03:03:35Z (30 seconds ago) with the words "too risky"; closing its pull request was given up at 2026-01-02T03:04:00Z (5 seconds ago): GITHUB_API_FAILED, "502"; pull request #7 (https://github.com/acme/config/pull/7) is closed, but branch pullwright/proposal-1 may be left; to try the same change again, create a new proposal."#,
    &["", "CreateProposal"]
)]
#[case::rejected_and_closed_and_reopened(
    facts().opened().closed().rejected().told("close_completed", -5, &[("branch_deleted", "false")]).reopened(),
    r#"This proposal was rejected by olga at 2026-01-02T03:03:35Z (30 seconds ago) with the words "too risky"; pull request #7 (https://github.com/acme/config/pull/7) was reopened on GitHub at 2026-01-02T03:04:03Z (2 seconds ago), and nothing here closes it again: close it there; to try the same change again, create a new proposal."#,
    &["", "CreateProposal"]
)]
#[case::superseded_and_closed_and_reopened(
    facts().opened().closed().superseded(None).told("close_completed", -5, &[("branch_deleted", "true")]).reopened(),
    r#"This proposal was superseded by olga at 2026-01-02T03:03:35Z (30 seconds ago); pull request #7 (https://github.com/acme/config/pull/7) was reopened on GitHub at 2026-01-02T03:04:03Z (2 seconds ago), and nothing here closes it again: close it there; it can be reinstated once the pull request is closed."#,
    &[""]
)]
#[case::rejected_after_it_was_closed(
    facts().opened().closed().rejected(),
    r#"This proposal was rejected by olga at 2026-01-02T03:03:35Z (30 seconds ago) with the words "too risky"; pull request #7 (https://github.com/acme/config/pull/7) had been closed before; to try the same change again, create a new proposal."#,
    &["CreateProposal"]
)]
#[case::superseded_by_hand_by_another(
    facts().superseded(Some(OTHER)),
    r#"This proposal was superseded by olga at 2026-01-02T03:03:35Z (30 seconds ago) in favour of proposal 00000000-0000-0000-0000-000000000002; there was no pull request to close; it can be reinstated."#,
    &["ReinstateProposal"]
)]
#[case::superseded_and_being_closed(
    facts().opened().superseded(None).job(Close, queued(), nothing),
    r#"This proposal was superseded by olga at 2026-01-02T03:03:35Z (30 seconds ago); the job that closes the pull request has been due since 2026-01-02T03:04:02Z (3 seconds ago) and is begun by the next free runner; it can be reinstated once that is done."#,
    &[]
)]
#[case::superseded_and_not_settled(
    facts().opened().superseded(None).failed("close_failed", Close, "20", "GITHUB_API_FAILED", "502"),
    r#"This proposal was superseded by olga at 2026-01-02T03:03:35Z (30 seconds ago); closing its pull request was given up at 2026-01-02T03:04:00Z (5 seconds ago): GITHUB_API_FAILED, "502"; close pull request #7 (https://github.com/acme/config/pull/7) on GitHub and delete its branch; it can be reinstated once the pull request is closed."#,
    &[""]
)]
#[case::superseded_and_settled(
    facts().opened().closed().superseded(Some(OTHER)).told("close_completed", -5, &[("branch_deleted", "true")]),
    r#"This proposal was superseded by olga at 2026-01-02T03:03:35Z (30 seconds ago) in favour of proposal 00000000-0000-0000-0000-000000000002; pull request #7 (https://github.com/acme/config/pull/7) is closed, and its branch is gone; it can be reinstated."#,
    &["ReinstateProposal"]
)]
#[case::superseded_by_its_chain(
    facts().told("proposal_superseded", -30, &[("chain_anchor_id", "x")]).with(|facts| {
        facts.proposal.status = Status::Superseded;
        facts.proposal.superseded_by = Some(OTHER);
    }),
    "This proposal gave way to proposal 00000000-0000-0000-0000-000000000002, the best of its chain, at 2026-01-02T03:03:35Z (30 seconds ago); there was no pull request to close; it can be reinstated.",
    &["ReinstateProposal"]
)]
fn every_standing_has_its_sentence(
    #[case] facts: Facts,
    #[case] sentence: &str,
    #[case] methods: &[&str],
) {
    let explained = explain(&facts);
    assert_eq!(explained.sentence, sentence);
    let offered: Vec<_> = explained.actions.iter().map(|action| action.method).collect();
    assert_eq!(offered, methods);
    for action in &explained.actions {
        assert!(action.description.ends_with('.') && action.description.len() > 10, "{action:?}");
    }
}

/// What a job can end with for good, each with words of its own.
#[test]
fn every_terminal_code_has_a_remedy_of_its_own() {
    const CODES: [&str; 16] = [
        "CLONE_FAILED",
        "BRANCH_EXISTS",
        "PARAM_NOT_IN_TEMPLATE",
        "PARAMS_FILE_NOT_FOUND",
        "GITHUB_API_FAILED",
        "NO_CHANGE",
        "PARAM_CONFLICT",
        "PATH_REFUSED",
        "BASE_BRANCH_NOT_FOUND",
        "PUSH_REFUSED",
        "GITHUB_AUTH_FAILED",
        "CONFIG_PATH_INVALID",
        "GITHUB_NOT_CONFIGURED",
        "UNSUPPORTED_PROVIDER",
        "PREVIEW_OUTDATED",
        "LEASE_LOST",
    ];
    let mut texts = BTreeSet::new();
    for code in CODES {
        let (Remedy::Mend(text) | Remedy::Instead(text)) = remedy(code);
        assert_ne!(remedy(code), remedy("SOMETHING_NEW"), "{code}");
        assert!(texts.insert(text), "{code} says what another one says");
        let said = explain(&facts().hopeless("1", code, "why")).sentence;
        assert!(said.contains(text) && said.contains(code) && said.contains("\"why\""), "{said}");
        let again = said.contains("call open_pr again");
        assert_eq!(again, matches!(remedy(code), Remedy::Mend(_)), "{said}");
    }
}

#[test]
fn an_error_of_an_unknown_form_is_quoted_as_it_is() {
    let facts = facts().asked().with(|facts| facts.proposal.pr_open_error = Some("Oh: no".into()));
    let said = explain(&facts).sentence;
    assert!(said.contains("INTERNAL_ERROR, \"Oh: no\""), "{said}");
}

#[test]
fn what_others_say_cannot_end_the_sentence_or_break_the_line() {
    let hostile = "line\r\nbreak\u{1b}[31m. \"quoted\" ".repeat(100);
    for facts in [
        facts().hopeless("1", "CLONE_FAILED", &hostile),
        facts().rejected().with(|facts| facts.proposal.rejected_reason = Some(hostile.clone())),
    ] {
        let said = explain(&facts).sentence;
        assert!(!said.contains(|c: char| c.is_control()), "{said:?}");
        assert!(said.chars().count() < 1_000 && said.ends_with('.'), "{said}");
        assert_eq!(said.matches('"').count(), 2, "{said}");
    }
}

#[test]
fn the_last_failure_is_told_with_what_becomes_of_it() {
    let tried = facts().asked().failed("attempt_failed", Open, "1", "CLONE_FAILED", "gone");
    let again = tried.clone().job(Open, WorkState::Waiting, problem("CLONE_FAILED", "gone"));
    let failure = explain(&again).last_failure.unwrap();
    assert_eq!((failure.reason.as_str(), failure.message.as_str()), ("CLONE_FAILED", "gone"));
    assert!(failure.will_retry);
    assert!(!explain(&tried).last_failure.unwrap().will_retry, "no job is left");
    let hopeless = facts().hopeless("1", "NO_CHANGE", "same");
    assert!(!explain(&hopeless).last_failure.unwrap().will_retry);
    assert_eq!(explain(&facts()).last_failure, None);
}

#[test]
fn of_several_jobs_the_one_that_matters_is_told() {
    let facts = facts().opened().rejected().job(Comment, running(), nothing);
    let facts = facts.job(Close, queued(), |work| work.generation = 1);
    let facts = facts.job(Close, running(), |work| work.generation = 2);
    let work = explain(&facts).work.unwrap();
    assert_eq!((work.kind, work.generation), (Close, 2));
}
