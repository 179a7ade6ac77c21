//! Commit messages to the letter.

use super::*;

#[test]
fn a_studys_commit_tells_the_whole_story() {
    assert_eq!(
        commit::message(&study()),
        format!(
            "relevance: tune product_search params (study {STUDY})\n\n\
             Cluster: products-prod\nTemplate: product_search v3\n\
             Metric: mrr n/a → 0.5\nMetric: ndcg@10 0.412 → 0.487 (+18.2 %)\n\
             Parameters:\n  boost: 1.0 → 2.50\n  synonyms: null → {{\"a|b\":1}}\n\
             Study run by: optimiser\nTrials: 4\nBest trial: 2 (ndcg@10 0.487)\n\n\
             Pullwright-Proposal: {ID}\n"
        )
    );
    assert_eq!(
        commit::chart_message(&study()),
        format!("relevance: add parameter importance chart (study {STUDY})\n")
    );
}

#[test]
fn a_persons_commit_names_the_proposal() {
    assert_eq!(
        commit::message(&manual()),
        format!(
            "relevance: tune product_search params (proposal {ID})\n\n\
             Cluster: products-prod\nTemplate: product_search v3\n\
             Parameters:\n  boost: 1.0 → 2.50\n  synonyms: null → {{\"a|b\":1}}\n\n\
             Pullwright-Proposal: {ID}\n"
        )
    );
}

#[test]
fn twenty_parameters_are_named_and_the_others_counted() {
    let mut spec = study();
    proposal(&mut spec).config_diff = (0..33).map(|n| change(&format!("p{n}"), "1", "2")).collect();
    proposal(&mut spec).digest = None;
    spec.best_trials.clear();
    let message = commit::message(&spec);
    assert!(
        message.contains("\n  p19: 1 → 2\n  … and 13 more\nStudy run by: unknown\nTrials: 4\n\n"),
        "{message}"
    );
}

#[test]
fn the_best_trial_is_the_one_that_the_proposal_names() {
    let mut spec = study();
    proposal(&mut spec).study_trial_id = "trial-3".into();
    assert!(commit::message(&spec).contains("\nBest trial: 3 (ndcg@10 0.3)\n"));
    proposal(&mut spec).study_trial_id = String::new();
    spec.best_trials[0].is_baseline = true;
    assert!(commit::message(&spec).contains("\nBest trial: 3 (ndcg@10 0.3)\n"));
}
