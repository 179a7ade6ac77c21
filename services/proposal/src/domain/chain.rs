//! Chains of studies, each following up another one, and which of them is the best. Pure.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Objective, Status};

/// Most studies that may follow by themselves.
pub const DEEPEST: i32 = 5;

/// Where a study comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lineage {
    /// The study that it follows up; none at the head of a chain.
    pub parent_study_id: Option<Uuid>,
    /// The proposal whose follow-up suggested it.
    pub parent_follow_up: Option<FollowUpOf>,
    /// How many more studies may follow by themselves; none when none may.
    pub auto_followup_depth: Option<i32>,
}

/// One of a proposal's follow-ups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowUpOf {
    /// The proposal.
    pub proposal_id: Uuid,
    /// Which of its follow-ups, from 0.
    pub index: i32,
}

/// A study of a chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The study.
    pub study_id: Uuid,
    /// Whether it is over.
    pub is_over: bool,
    /// What it optimised.
    pub objective: Objective,
    /// The best trial's value.
    pub best_metric: Option<f64>,
    /// Its proposal, and where that stands.
    pub proposal: Option<(Uuid, Status)>,
    /// When it was recorded.
    pub created_at: Timestamp,
}

impl Link {
    /// The value and the proposal that it takes part with: what was rejected or superseded is out.
    fn entry(&self) -> Option<(f64, Uuid)> {
        let (proposal_id, status) = self.proposal?;
        match status {
            Status::Pending | Status::PrOpened | Status::PrMerged => {
                Some((self.best_metric?, proposal_id))
            }
            Status::Rejected | Status::Superseded => None,
        }
    }
}

/// The best of a chain's links with its proposal, to which the others' pending proposals give way; of equals the oldest.
///
/// None while one is queued or running, when there is but one, when none takes part, or when they did not optimise the same.
#[must_use]
pub fn best(links: &[Link]) -> Option<(&Link, Uuid)> {
    if links.len() < 2 || !links.iter().all(|link| link.is_over) {
        return None;
    }
    let mut entries: Vec<_> = links
        .iter()
        .filter_map(|link| link.entry().map(|(value, proposal_id)| (value, link, proposal_id)))
        .collect();
    entries.sort_by_key(|(_, link, _)| (link.created_at, link.study_id));
    let objective = &entries.first()?.1.objective;
    if entries.iter().any(|(_, link, _)| link.objective != *objective) {
        return None;
    }
    let better = |best: (f64, _, _), next: (f64, _, _)| {
        if objective.direction.is_better(next.0, best.0) { next } else { best }
    };
    entries.into_iter().reduce(better).map(|(_, link, proposal_id)| (link, proposal_id))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::domain::Direction;

    /// A study that is over, `number` seconds old, with a pending proposal of the same number.
    fn link(number: u8, value: f64) -> Link {
        Link {
            study_id: Uuid::from_u128(number.into()),
            is_over: true,
            objective: Objective {
                metric: "ndcg".to_owned(),
                k: Some(10),
                direction: Direction::Maximize,
            },
            best_metric: Some(value),
            proposal: Some((Uuid::from_u128(number.into()), Status::Pending)),
            created_at: Timestamp::from_second(number.into()).unwrap(),
        }
    }

    fn minimize(mut link: Link) -> Link {
        link.objective.direction = Direction::Minimize;
        link
    }

    fn with(mut link: Link, status: Status) -> Link {
        link.proposal = link.proposal.map(|(id, _)| (id, status));
        link
    }

    fn running(mut link: Link) -> Link {
        (link.is_over, link.best_metric, link.proposal) = (false, None, None);
        link
    }

    fn of_another_metric(mut link: Link) -> Link {
        link.objective.metric = "map".to_owned();
        link
    }

    fn without_proposal(mut link: Link) -> Link {
        link.proposal = None;
        link
    }

    #[rstest]
    #[case::the_highest(vec![link(1, 0.1), link(2, 0.9), link(3, 0.5)], Some(2))]
    #[case::the_lowest(vec![minimize(link(1, 0.1)), minimize(link(2, 0.9))], Some(1))]
    #[case::of_equals_the_oldest(vec![link(3, 0.5), link(1, 0.5), link(2, 0.5)], Some(1))]
    #[case::not_a_rejected_one(vec![with(link(1, 0.9), Status::Rejected), link(2, 0.1)], Some(2))]
    #[case::not_a_superseded_one(vec![with(link(1, 0.9), Status::Superseded), link(2, 0.1)], Some(2))]
    #[case::an_opened_one(vec![with(link(1, 0.9), Status::PrOpened), link(2, 0.1)], Some(1))]
    #[case::a_merged_one(vec![with(link(1, 0.9), Status::PrMerged), link(2, 0.1)], Some(1))]
    #[case::not_one_without_a_proposal(vec![without_proposal(link(1, 0.9)), link(2, 0.1)], Some(2))]
    #[case::one_is_no_chain(vec![link(1, 0.9)], None)]
    #[case::one_is_running(vec![link(1, 0.9), link(2, 0.1), running(link(3, 0.0))], None)]
    #[case::nobody_takes_part(vec![with(link(1, 0.9), Status::Rejected), without_proposal(link(2, 0.1))], None)]
    #[case::apples_and_pears(vec![link(1, 0.9), of_another_metric(link(2, 0.1))], None)]
    #[case::pears_that_are_out(vec![link(1, 0.9), with(of_another_metric(link(2, 0.1)), Status::Rejected)], Some(1))]
    #[case::nothing(vec![], None)]
    fn the_best_of_a_chain(#[case] links: Vec<Link>, #[case] expected: Option<u8>) {
        let expected = expected.map(|number| Uuid::from_u128(number.into()));
        assert_eq!(best(&links).map(|(link, _)| link.study_id), expected);
        assert_eq!(best(&links).map(|(_, proposal_id)| proposal_id), expected);
    }
}
