//! The names of our branches.

use uuid::Uuid;

/// The branch of a proposal's generation: `{brand}/study-{study}`, or `{brand}/proposal-{proposal}` for a manual one,
/// with `-{generation}` from the second generation on.
#[must_use]
pub fn name(brand: &str, study: Option<Uuid>, proposal: Uuid, generation: i32) -> String {
    let stem = match study {
        Some(study) => format!("{brand}/study-{study}"),
        None => format!("{brand}/proposal-{proposal}"),
    };
    if generation > 1 { format!("{stem}-{generation}") } else { stem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_named_after_the_study_else_after_the_proposal() {
        let (study, proposal) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(name("acme", Some(study), proposal, 1), format!("acme/study-{study}"));
        assert_eq!(name("acme", None, proposal, 1), format!("acme/proposal-{proposal}"));
    }

    #[test]
    fn later_generations_have_branches_of_their_own() {
        let proposal = Uuid::from_u128(2);
        assert_eq!(name("acme", None, proposal, 3), format!("acme/proposal-{proposal}-3"));
    }

    #[test]
    fn every_branch_is_one_that_git_takes() {
        let id = Uuid::max();
        for generation in [1, 2, i32::MAX] {
            pullwright_types::names::branch(&name("pullwright", Some(id), id, generation))
                .expect("taken");
        }
    }
}
