//! What holds for every text.

use proptest::prelude::*;
use pullwright_mention::{Reading, Verb};

use crate::reading;

/// Text that is likely to hold what Markdown, mentions and commands are made of.
fn soup() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("@coven-cody".to_owned()),
        "[ \t\n]{1,3}",
        "`{1,4}|~{3,4}",
        Just("\n> ".to_owned()),
        Just("\n    ".to_owned()),
        Just("\n- ".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("<pre>".to_owned()),
        Just("</pre>".to_owned()),
        Just("\\".to_owned()),
        Just("fix".to_owned()),
        "[a-zäж@]{1,4}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

/// The handle in any case.
fn handle() -> impl Strategy<Value = String> {
    prop::collection::vec(any::<bool>(), 10).prop_map(|upper| {
        "coven-cody"
            .chars()
            .zip(upper)
            .map(|(c, up)| if up { c.to_ascii_uppercase() } else { c })
            .collect()
    })
}

proptest! {
    #[test]
    fn every_text_is_read(text in soup()) {
        if let Reading::Command(command) = reading(&text) {
            prop_assert!(text.trim_end().ends_with(command.arguments), "arguments are the end of the text");
        }
    }

    #[test]
    fn a_mention_between_words_is_seen_in_any_case(
        before in "[a-zA-Z ,.(]{0,20}[ (]", handle in handle(), after in "[ ,.!?)][a-zA-Z ,.]{0,20}",
    ) {
        let text = format!("word {before}@{handle}{after}");
        prop_assert_eq!(reading(&text), Reading::Mention);
    }

    #[test]
    fn a_part_of_another_word_is_no_mention(
        before in "[a-z0-9@äж]?", handle in handle(), after in "[a-z0-9_/äж-]?", rest in "[a-z ]{0,9}",
    ) {
        prop_assume!(!before.is_empty() || !after.is_empty());
        let text = format!("{before}@{handle}{after}{rest}");
        prop_assert_eq!(reading(&text), Reading::Silent, "{}", text);
    }

    #[test]
    fn a_fence_silences_everything(text in soup()) {
        let inside = text.replace("~~~", "");
        let fenced = format!("~~~~~~~~\n{inside}\n~~~~~~~~\n");
        prop_assert_eq!(reading(&fenced), Reading::Silent);
    }

    #[test]
    fn a_quote_silences_everything(text in soup()) {
        let quoted: String = text.split('\n').map(|line| format!("> {line}\n")).collect();
        prop_assert_eq!(reading(&quoted), Reading::Silent);
    }

    #[test]
    fn a_comment_silences_everything(text in soup()) {
        let inside = text.replace("-->", "");
        let commented = format!("<!-- {inside} -->");
        prop_assert_eq!(reading(&commented), Reading::Silent);
    }

    #[test]
    fn a_code_span_silences_a_line(text in soup()) {
        let inside = text.replace(['`', '\n'], " ");
        let span = format!("see `{inside}` there");
        prop_assert_eq!(reading(&span), Reading::Silent);
    }

    #[test]
    fn a_command_keeps_its_text(
        handle in handle(), space in "[ \t]{1,3}|\n{1,2} {0,3}", verb in 0..6_usize, colon in ":?", text in soup(),
    ) {
        let verb = Verb::ALL[verb];
        let comment = format!("@{handle}{space}{}{colon} {text}", verb.as_str().to_uppercase());
        let Reading::Command(command) = reading(&comment) else { panic!("{comment:?}") };
        prop_assert_eq!(command.verb, verb);
        prop_assert_eq!(command.arguments, text.trim());
    }

    #[test]
    fn what_stands_in_front_makes_a_mention_of_a_command(front in "[a-z]{1,9}") {
        let text = format!("{front} @coven-cody fix");
        prop_assert_eq!(reading(&text), Reading::Mention);
    }
}

/// Quadratic readers would be busy for many minutes here.
#[test]
fn long_hostile_texts_are_read() {
    const PARTS: usize = 100_000;
    let growing: String = (1..900).map(|n| format!("{} ", "`".repeat(n))).collect();
    for text in [
        "<!--".repeat(PARTS),
        "x <!-- ".repeat(PARTS),
        "<pre ".repeat(PARTS),
        "`a``b ".repeat(PARTS),
        "- ".repeat(PARTS),
        "@coven-cody-".repeat(PARTS),
        "\\`".repeat(PARTS),
        "<!-- -->".repeat(PARTS),
        "> \n".repeat(PARTS),
        growing,
    ] {
        assert_ne!(reading(&text), Reading::Mention);
    }
}
