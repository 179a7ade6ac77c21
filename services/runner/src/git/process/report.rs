//! What `git push --porcelain` printed about the one ref that was pushed.

/// A line of the report: `flag TAB from:to TAB summary (reason)`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Report<'t> {
    /// `*` new, `-` deleted, `=` up to date, `!` refused, a blank or `+` for an update.
    pub(super) flag: char,
    /// Such as `[new branch]` or `[remote rejected] (pre-receive hook declined)`.
    pub(super) summary: &'t str,
}

/// The line about `full_name`, if exactly one is there and it says `from` (the commit, or `(delete)`).
pub(super) fn about<'t>(stdout: &'t str, from: &str, full_name: &str) -> Option<Report<'t>> {
    let refs = format!("{from}:{full_name}");
    let mut lines = stdout.lines().filter_map(|line| {
        let mut columns = line.splitn(3, '\t');
        let flag = columns.next()?;
        let (named, summary) = (columns.next()?, columns.next()?);
        let mut flags = flag.chars();
        let flag = flags.next().unwrap_or(' ');
        (flags.next().is_none() && named == refs).then_some(Report { flag, summary })
    });
    let line = lines.next()?;
    lines.next().is_none().then_some(line)
}

/// Whether git came to the end of the report.
pub(super) fn is_whole(stdout: &str) -> bool {
    stdout.lines().last() == Some("Done")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "refs/heads/x";

    #[test]
    fn the_line_about_the_ref_is_found() {
        let stdout = "To http://h/o/r.git\n!\tabc:refs/heads/x\t[rejected] (stale info)\nDone\n";
        let line = about(stdout, "abc", NAME).unwrap();
        assert_eq!(line, Report { flag: '!', summary: "[rejected] (stale info)" });
        assert!(is_whole(stdout));
    }

    #[test]
    fn a_report_about_something_else_is_none() {
        for stdout in [
            "",
            "Everything up-to-date\nDone\n",
            "*\tdef:refs/heads/x\t[new branch]\n",
            "*\tabc:refs/heads/x/y\t[new branch]\n",
            "*\tabc:refs/heads/x\t[new branch]\n!\tabc:refs/heads/x\t[rejected]\n",
        ] {
            assert_eq!(about(stdout, "abc", NAME), None, "{stdout}");
        }
    }
}
