//! The stream that `fast-import` reads: commits, files, and at the end the questions for the last commit's id and tree.

use crate::git::{GitError, NewCommit, Oid, Result, clean, path};

/// The ref that keeps what was committed last.
const MADE: &str = "refs/made/head";

/// Writes commits on top of `base` as one stream.
pub(super) fn stream(base: &Oid, commits: &[NewCommit]) -> Result<Vec<u8>> {
    let mut stream = b"feature done\n".to_vec();
    for (at, commit) in commits.iter().enumerate() {
        let seconds = commit.date.as_second();
        if seconds < 0 {
            return Err(GitError::CommitRefused { rule: "is dated before 1970" });
        }
        let message = clean(&commit.message);
        if message.is_empty() || message.contains('\0') {
            return Err(GitError::CommitRefused { rule: "has an empty message or a NUL in it" });
        }
        let by = format!("{} {seconds} +0000", commit.identity);
        let mark = at + 1;
        push(&mut stream, &format!("commit {MADE}\nmark :{mark}\nauthor {by}\ncommitter {by}\n"));
        data(&mut stream, message.as_bytes());
        // Later commits of the same ref follow the one before them.
        if at == 0 {
            push(&mut stream, &format!("from {base}\n"));
        }
        for file in &commit.files {
            path::segments(&file.path)?;
            push(&mut stream, &format!("M {} inline {}\n", file.mode.as_str(), quoted(&file.path)));
            data(&mut stream, &file.bytes);
        }
    }
    let last = commits.len();
    push(&mut stream, &format!("get-mark :{last}\nls :{last} \"\"\ndone\n"));
    Ok(stream)
}

/// The last commit and its tree, from what `fast-import` answered.
pub(super) fn answer(stdout: &str) -> Option<(Oid, Oid)> {
    let (head, tree) = stdout.trim_end().split_once('\n')?;
    let tree = tree.strip_prefix("040000 tree ")?.trim_end();
    Some((Oid::parse(head).ok()?, Oid::parse(tree).ok()?))
}

fn push(stream: &mut Vec<u8>, text: &str) {
    stream.extend_from_slice(text.as_bytes());
}

fn data(stream: &mut Vec<u8>, bytes: &[u8]) {
    push(stream, &format!("data {}\n", bytes.len()));
    stream.extend_from_slice(bytes);
    stream.push(b'\n');
}

/// Control characters never get here, so two escapes are all.
fn quoted(path: &str) -> String {
    format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::git::{FileChange, Identity, Mode};

    fn commit(path: &str, message: &str, second: i64) -> NewCommit {
        NewCommit {
            files: vec![FileChange {
                path: path.to_owned(),
                bytes: b"{}".to_vec(),
                mode: Mode::Executable,
            }],
            message: message.to_owned(),
            identity: Identity::new("P", "p@x").unwrap(),
            date: Timestamp::from_second(second).unwrap(),
        }
    }

    fn base() -> Oid {
        Oid::from_bytes(&[1; 20])
    }

    #[test]
    fn a_stream_says_everything_and_ends_with_the_question() {
        let commits = [commit("a \"b\"\\c", "one  \n", 7), commit("d", "two", 7)];
        let text = String::from_utf8(stream(&base(), &commits).unwrap()).unwrap();
        let expected = format!(
            "feature done\ncommit refs/made/head\nmark :1\nauthor P <p@x> 7 +0000\ncommitter P <p@x> 7 +0000\n\
             data 4\none\n\nfrom {}\nM 100755 inline \"a \\\"b\\\"\\\\c\"\ndata 2\n{{}}\n\
             commit refs/made/head\nmark :2\nauthor P <p@x> 7 +0000\ncommitter P <p@x> 7 +0000\n\
             data 4\ntwo\n\nM 100755 inline \"d\"\ndata 2\n{{}}\nget-mark :2\nls :2 \"\"\ndone\n",
            base()
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn what_cannot_be_committed_is_refused() {
        for refused in [
            commit("a", " \n", 7),
            commit("a", "x\0y", 7),
            commit("a", "x", -1),
            commit("../a", "x", 7),
            commit("a\nD b", "x", 7),
        ] {
            assert!(stream(&base(), &[refused]).is_err());
        }
    }

    #[test]
    fn only_a_whole_answer_is_believed() {
        let (head, tree) = ("1".repeat(40), "2".repeat(40));
        let whole = format!("{head}\n040000 tree {tree}\t\n");
        let read = answer(&whole).map(|(head, tree)| (head.to_string(), tree.to_string()));
        assert_eq!(read, Some((head.clone(), tree)));
        assert_eq!(answer(&format!("{head}\n")), None);
        assert_eq!(answer(&format!("{head}\nmissing \n")), None);
    }
}
