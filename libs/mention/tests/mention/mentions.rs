//! Who is mentioned.

use pullwright_mention::{Handle, Reading};
use rstest::rstest;

use crate::reading;

#[rstest]
#[case::start("@coven-cody please look")]
#[case::middle("could @coven-cody look")]
#[case::end("over to you @coven-cody")]
#[case::alone("@coven-cody")]
#[case::any_case("hey @Coven-CODY!")]
#[case::punctuation("(@coven-cody), please")]
#[case::polite("@coven-cody, could you explain this?")]
#[case::unknown_verb("@coven-cody dance")]
#[case::bot_suffix("thanks @coven-cody[bot]")]
#[case::after_a_look_alike("@coven-codyx and @coven-cody")]
#[case::below_a_quote("> what?\nask @coven-cody")]
#[case::emphasised("**@coven-cody** look")]
fn a_mention_is_seen(#[case] text: &str) {
    assert_eq!(reading(text), Reading::Mention, "{text}");
}

#[rstest]
#[case::none("nothing to see")]
#[case::empty("")]
#[case::longer_login("@coven-codyx look")]
#[case::longer_login_with_hyphen("@coven-cody-2 look")]
#[case::underscore("@coven-cody_x look")]
#[case::team("@coven-cody/team look")]
#[case::address("user@coven-cody.example")]
#[case::doubled("@@coven-cody look")]
#[case::letter_of_another_script("ж@coven-cody look")]
#[case::look_alike_letter("@coven-\u{441}ody look")]
#[case::no_at("coven-cody look")]
#[case::quoted("> @coven-cody fix this\n\nI disagree")]
#[case::code_span("run `@coven-cody fix`")]
#[case::fenced("```\n@coven-cody fix\n```")]
#[case::indented("try:\n\n    @coven-cody fix")]
#[case::commented("<!-- @coven-cody fix -->")]
#[case::split_by_a_comment("@coven-<!-- -->cody fix")]
fn what_only_looks_like_one_is_not(#[case] text: &str) {
    assert_eq!(reading(text), Reading::Silent, "{text}");
}

#[rstest]
#[case("")]
#[case("[bot]")]
#[case("[bot][bot]")]
#[case("  ")]
fn a_handle_is_never_empty(#[case] login: &str) {
    assert_eq!(Handle::new(login), None);
}

#[test]
fn a_bot_knows_its_own_login_in_every_spelling() {
    let handle = Handle::new("Coven-Cody[bot]").expect("a login");
    assert_eq!(handle.as_str(), "coven-cody");
    assert!(handle.is_login("coven-cody") && handle.is_login("COVEN-CODY[bot]"));
    assert!(!handle.is_login("coven-codyx") && !handle.is_login("[bot]"));
}
