//! The chart's comment.

use super::*;

#[test]
fn a_comment_shows_the_chart_or_what_is_known_instead() {
    let mark = format!("<!-- pullwright chart proposal={ID} generation=2 -->");
    let url = Chart::Url("https://github.com/o/r/raw/abc/c.png".into());
    for (chart, shown) in [
        (url, "![Parameter importance](https://github.com/o/r/raw/abc/c.png)"),
        (
            Chart::Failed,
            "| Parameter | Importance |\n| --- | --- |\n| `synonyms` | 0.82 |\n| `boost` | 0.18 |",
        ),
        (Chart::Empty, "Parameter importance unavailable."),
    ] {
        assert_eq!(comment::body(&study(), &chart), Some(format!("{mark}\n\n{shown}\n")));
    }
    assert_eq!(comment::body(&manual(), &Chart::NotWanted), None);
}

#[test]
fn the_comments_mark_is_not_the_pull_requests() {
    assert!(
        !comment::mark(ID, 2).contains(&mark(ID, 2))
            && !mark(ID, 2).contains(&comment::mark(ID, 2))
    );
}
