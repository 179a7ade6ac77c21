//! What of a comment is seen.

use rstest::rstest;

use super::visible;

/// The text with code as `#`, hidden parts as spaces, one space for many.
fn seen(text: &str) -> String {
    let shown = visible(text).replace('\u{1}', "#");
    assert_eq!(shown.len(), text.len(), "as long as the text");
    let mut last = '\0';
    shown
        .chars()
        .filter(|c| std::mem::replace(&mut last, *c) != *c || !matches!(c, ' ' | '#'))
        .collect()
}

#[rstest]
#[case::plain("a b", "a b")]
#[case::span("a `b` c", "a # c")]
#[case::span_of_two("a ``b ` c`` d", "a # d")]
#[case::span_over_lines("a `b\nc` d", "a #\n# d")]
#[case::span_never_over_a_blank_line("a `b\n\nc` d", "a `b\n\nc` d")]
#[case::open_span("a ` b", "a ` b")]
#[case::escaped_backtick("a \\`b` c", "a \\`b` c")]
#[case::fence("a\n```\nb\n```\nc", "a\n#\n#\n#\nc")]
#[case::fence_with_language("```rust\nb\n```\nc", "#\n#\n#\nc")]
#[case::fence_of_tildes("~~~\nb\n```\n~~~\nc", "#\n#\n#\n#\nc")]
#[case::open_fence("```\na\n\nb", "#\n#\n\n#")]
#[case::longer_fence("````\n```\nb\n````\nc", "#\n#\n#\n#\nc")]
#[case::fence_in_a_list("- a\n  ```\n  b\n  ```\n  c", "- a\n#\n#\n#\n c")]
#[case::three_backticks_inline("```a``` b", "# b")]
#[case::indented("a\n\n    b\n\nc", "a\n\n#\n\nc")]
#[case::indented_after_text("a\n    b", "a\n b")]
#[case::indented_in_a_list("- a\n\n    b", "- a\n\n b")]
#[case::quote("> a\nb", " \nb")]
#[case::nested_quote("> > a\n>b\n\nc", " \n \n\nc")]
#[case::quote_in_a_list("- > a\nb", " \nb")]
#[case::fence_in_a_quote_ends_with_it("> ```\n> a\n\nb", " \n \n\nb")]
#[case::comment("a <!-- b --> c", "a c")]
#[case::comment_over_blank_lines("<!--\nb\n\nc\n--> d", " \n \n\n \n d")]
#[case::open_comment_at_the_start("a\n<!-- b\n\nc", "a\n \n\n ")]
#[case::open_comment_inline("a <!-- b", "a <!-- b")]
#[case::shortest_comments("<!-->a<!--->b", " a b")]
#[case::comment_in_code("`<!--` a `-->`", "# a #")]
#[case::code_in_a_comment("<!-- ` --> a ` b", " a ` b")]
#[case::fence_in_a_comment("<!--\n```\n-->\na", " \n \n \na")]
#[case::pre("a <pre>b</PRE> c", "a # c")]
#[case::open_pre("a <pre>b", "a #")]
#[case::code_element("a <code class=x>b</code> c", "a # c")]
#[case::blockquote("<blockquote>\na\n\nb</blockquote>c", " \n \n\n c")]
#[case::other_element("<preview>a", "<preview>a")]
#[case::many_bytes("ä `ö` ü", "ä # ü")]
fn only_what_is_said_is_seen(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(seen(text), expected);
}
