//! What comes after what: the stamps are GitHub's `updated_at`, which have whole seconds. Pure.

use jiff::Timestamp;

use super::{PullRequestState, Sight};

/// What the ledger holds about a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its state; none before anybody reported one.
    pub state: Option<PullRequestState>,
    /// GitHub's `updated_at` of what is known.
    pub updated_at: Option<Timestamp>,
}

/// Whether a sight is news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is newer than what is known.
    News,
    /// It says what is known.
    Agrees,
    /// It is older than what is known.
    Stale,
    /// It contradicts what is known, and nothing says which is newer.
    Disputed,
}

/// Orders a sight after or before what is known: merged is final, else a strictly newer `updated_at` wins.
#[must_use]
pub fn judge(known: Known, seen: PullRequestState, updated_at: Option<Timestamp>) -> Verdict {
    use PullRequestState::Merged;
    let Some(state) = known.state else { return Verdict::News };
    match (state, seen) {
        (Merged, Merged) => return Verdict::Agrees,
        (Merged, _) => return Verdict::Stale,
        (_, Merged) => return Verdict::News,
        _ => {}
    }
    match (known.updated_at, updated_at) {
        (Some(known), Some(seen)) if seen > known => Verdict::News,
        (Some(known), Some(seen)) if seen < known => Verdict::Stale,
        (None, Some(_)) => Verdict::News,
        _ if state == seen => Verdict::Agrees,
        _ => Verdict::Disputed,
    }
}

/// Orders GitHub's answer to us, to a change of ours or to a question: where the stamps, which have whole seconds, do not tell, the
/// answer does.
#[must_use]
pub fn judge_answer(
    known: Known,
    seen: PullRequestState,
    updated_at: Option<Timestamp>,
) -> Verdict {
    match judge(known, seen, updated_at) {
        Verdict::Disputed => Verdict::News,
        verdict => verdict,
    }
}

/// What a sight leaves known when it is a plain one: it agrees, came late, or says that an unmerged pull request was closed or reopened
/// since. None for what has more to it than that: a merge, a dispute, the first word of all.
#[must_use]
pub fn plain(
    known: Known,
    sight: Sight,
    updated_at: Option<Timestamp>,
) -> Option<(Verdict, Known)> {
    let seen = sight.state();
    let verdict = judge(known, seen, updated_at);
    match (verdict, seen) {
        (Verdict::Agrees | Verdict::Stale, _) => Some((verdict, known)),
        (Verdict::News, PullRequestState::Open | PullRequestState::Closed)
            if known.state.is_some() =>
        {
            Some((verdict, Known { state: Some(seen), updated_at }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{
        PullRequestState::{Closed, Merged, Open},
        *,
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[rstest]
    #[case::first_word(None, None, Open, Some(1), Verdict::News)]
    #[case::newer_wins(Some(Open), Some(1), Closed, Some(2), Verdict::News)]
    #[case::newer_wins_back(Some(Closed), Some(1), Open, Some(2), Verdict::News)]
    #[case::newer_and_the_same(Some(Open), Some(1), Open, Some(2), Verdict::News)]
    #[case::older_is_stale(Some(Closed), Some(2), Open, Some(1), Verdict::Stale)]
    #[case::older_is_stale_though_the_same(Some(Closed), Some(2), Closed, Some(1), Verdict::Stale)]
    #[case::same_second_same_word(Some(Closed), Some(2), Closed, Some(2), Verdict::Agrees)]
    #[case::same_second_other_word(Some(Closed), Some(2), Open, Some(2), Verdict::Disputed)]
    #[case::merged_is_final(Some(Merged), Some(1), Closed, Some(9), Verdict::Stale)]
    #[case::merged_is_final_when_reopened(Some(Merged), Some(1), Open, Some(9), Verdict::Stale)]
    #[case::merged_again(Some(Merged), Some(1), Merged, Some(9), Verdict::Agrees)]
    #[case::merged_though_older(Some(Closed), Some(9), Merged, Some(1), Verdict::News)]
    #[case::merged_in_the_same_second(Some(Closed), Some(1), Merged, Some(1), Verdict::News)]
    #[case::merged_without_a_stamp(Some(Open), Some(1), Merged, None, Verdict::News)]
    #[case::no_stamp_was_known(Some(Open), None, Closed, Some(1), Verdict::News)]
    #[case::no_stamp_but_agreed(Some(Closed), Some(1), Closed, None, Verdict::Agrees)]
    #[case::no_stamp_and_another_word(Some(Open), Some(1), Closed, None, Verdict::Disputed)]
    #[case::no_stamps_at_all(Some(Open), None, Closed, None, Verdict::Disputed)]
    fn the_order_of_github_is_kept(
        #[case] state: Option<PullRequestState>,
        #[case] known: Option<i64>,
        #[case] seen: PullRequestState,
        #[case] updated_at: Option<i64>,
        #[case] verdict: Verdict,
    ) {
        let known = Known { state, updated_at: known.map(at) };
        assert_eq!(judge(known, seen, updated_at.map(at)), verdict);
    }

    #[test]
    fn an_answer_to_our_own_change_decides_within_the_second_and_not_against_a_merge() {
        let known = |state| Known { state: Some(state), updated_at: Some(at(1)) };
        assert_eq!(judge_answer(known(Open), Closed, Some(at(1))), Verdict::News);
        assert_eq!(judge_answer(known(Open), Closed, Some(at(0))), Verdict::Stale);
        assert_eq!(judge_answer(known(Merged), Closed, Some(at(1))), Verdict::Stale);
    }

    #[rstest]
    #[case::closed(Some(Open), Sight::Closed, 2, Some((Verdict::News, Some(Closed))))]
    #[case::reopened(Some(Closed), Sight::Open, 2, Some((Verdict::News, Some(Open))))]
    #[case::said_again(Some(Closed), Sight::Closed, 1, Some((Verdict::Agrees, Some(Closed))))]
    #[case::late(Some(Closed), Sight::Open, 0, Some((Verdict::Stale, Some(Closed))))]
    #[case::after_the_merge(Some(Merged), Sight::Open, 9, Some((Verdict::Stale, Some(Merged))))]
    #[case::merged(Some(Open), Sight::Merged { at: at(9) }, 9, None)]
    #[case::merged_again(Some(Merged), Sight::Merged { at: at(9) }, 9, Some((Verdict::Agrees, Some(Merged))))]
    #[case::disputed(Some(Closed), Sight::Open, 1, None)]
    #[case::first_word(None, Sight::Open, 1, None)]
    fn a_plain_sight_leaves_what_the_rule_says(
        #[case] state: Option<PullRequestState>,
        #[case] sight: Sight,
        #[case] updated_at: i64,
        #[case] left: Option<(Verdict, Option<PullRequestState>)>,
    ) {
        let known = Known { state, updated_at: Some(at(1)) };
        let plain = plain(known, sight, Some(at(updated_at)));
        assert_eq!(plain.map(|(verdict, known)| (verdict, known.state)), left);
    }
}
