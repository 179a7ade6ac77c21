//! What is asked for.

use pullwright_mention::{Reading, Verb};
use rstest::rstest;

use crate::reading;

#[rstest]
#[case("@coven-cody review", Verb::Review, "")]
#[case("@coven-cody deepen", Verb::Deepen, "")]
#[case("@coven-cody retry", Verb::Retry, "")]
#[case("@coven-cody cancel", Verb::Cancel, "")]
#[case("@coven-cody status", Verb::Status, "")]
#[case("@coven-cody fix", Verb::Fix, "")]
#[case::text_kept("@coven-cody fix the title is cut", Verb::Fix, "the title is cut")]
#[case::colon("@coven-cody fix: the title", Verb::Fix, "the title")]
#[case::loud("@coven-cody RETRY!", Verb::Retry, "")]
#[case::polite("@coven-cody, fix this please", Verb::Fix, "this please")]
#[case::addressed("@coven-cody: review", Verb::Review, "")]
#[case::suffix("@Coven-Cody[bot] Review", Verb::Review, "")]
#[case::white_space("\n  @coven-cody \n\t review\n", Verb::Review, "")]
#[case::below_a_quote("> said\n> before\n\n@coven-cody fix", Verb::Fix, "")]
#[case::below_a_comment("<!-- template -->\n@coven-cody fix", Verb::Fix, "")]
#[case::code_in_the_text(
    "@coven-cody fix\n```\na > b\n```\n> q",
    Verb::Fix,
    "```\na > b\n```\n> q"
)]
fn a_command_is_read(#[case] text: &str, #[case] verb: Verb, #[case] arguments: &str) {
    let Reading::Command(command) = reading(text) else { panic!("{text}: {:?}", reading(text)) };
    assert_eq!((command.verb, command.arguments), (verb, arguments));
}

#[rstest]
#[case::in_the_middle("please @coven-cody fix this")]
#[case::unknown("@coven-cody remember this")]
#[case::polite("@coven-cody, please")]
#[case::question("@coven-cody can you fix this?")]
#[case::asked("@coven-cody fix?")]
#[case::longer_word("@coven-cody fixes are late")]
#[case::verb_as_code("@coven-cody `fix` review")]
#[case::after_code("`x` @coven-cody fix")]
#[case::no_space("@coven-cody.fix")]
#[case::nothing_more("@coven-cody:")]
fn any_other_mention_is_to_be_answered(#[case] text: &str) {
    assert_eq!(reading(text), Reading::Mention, "{text}");
}

#[test]
fn only_status_changes_nothing() {
    let looks: Vec<Verb> = Verb::ALL.into_iter().filter(|verb| verb.only_looks()).collect();
    assert_eq!(looks, [Verb::Status]);
}
