//! The preview of an edit as people know it from Git. It does not know JSON.

use std::ops::Range;

use imara_diff::sources::byte_lines;
use imara_diff::{Algorithm, Diff, Hunk, InternedInput};

/// How many unchanged lines stand around a change, as Git does by default.
const CONTEXT: u32 = 3;

/// Writes the unified diff of two contents of `path`: Git's headers without blob ids, three lines of context.
///
/// Lines end at line feeds only. Bytes that are not UTF-8 are shown as replacement characters. Equal contents give an
/// empty text.
pub fn unified(path: &str, old: &[u8], new: &[u8]) -> String {
    let input = InternedInput::new(byte_lines(old), byte_lines(new));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let groups = groups(diff.hunks());
    if groups.is_empty() {
        return String::new();
    }

    let mut page = Page { input: &input, text: String::new() };
    page.header(path);
    for group in &groups {
        page.group(group);
    }
    page.text
}

/// Puts together the changes whose contexts touch.
fn groups(hunks: impl Iterator<Item = Hunk>) -> Vec<Vec<Hunk>> {
    let mut groups: Vec<Vec<Hunk>> = Vec::new();
    for hunk in hunks {
        match groups.last_mut() {
            Some(group) if touches(group, &hunk) => group.push(hunk),
            _ => groups.push(vec![hunk]),
        }
    }
    groups
}

fn touches(group: &[Hunk], hunk: &Hunk) -> bool {
    group.last().is_some_and(|last| hunk.before.start - last.before.end <= 2 * CONTEXT)
}

struct Page<'i, 'a> {
    input: &'i InternedInput<&'a [u8]>,
    text: String,
}

impl Page<'_, '_> {
    fn header(&mut self, path: &str) {
        let (a, b) = (quoted("a/", path), quoted("b/", path));
        // Git marks the end of a name with spaces by a tab, as patch(1) expects
        let end = if path.contains(' ') { "\t" } else { "" };
        self.text.push_str(&format!("diff --git {a} {b}\n--- {a}{end}\n+++ {b}{end}\n"));
    }

    fn group(&mut self, hunks: &[Hunk]) {
        let (Some(first), Some(last)) = (hunks.first(), hunks.last()) else { return };
        let lead = first.before.start.min(CONTEXT);
        let tail = (self.input.before.len() as u32 - last.before.end).min(CONTEXT);
        let before = first.before.start - lead..last.before.end + tail;
        let after = first.after.start - lead..last.after.end + tail;
        self.text.push_str(&format!("@@ -{} +{} @@\n", range(&before), range(&after)));

        let mut at = before.start;
        for hunk in hunks {
            self.old_lines(' ', at..hunk.before.start);
            self.old_lines('-', hunk.before.clone());
            self.new_lines(hunk.after.clone());
            at = hunk.before.end;
        }
        self.old_lines(' ', at..before.end);
    }

    fn old_lines(&mut self, sign: char, lines: Range<u32>) {
        for index in lines {
            self.line(sign, self.input.interner[self.input.before[index as usize]]);
        }
    }

    fn new_lines(&mut self, lines: Range<u32>) {
        for index in lines {
            self.line('+', self.input.interner[self.input.after[index as usize]]);
        }
    }

    fn line(&mut self, sign: char, line: &[u8]) {
        self.text.push(sign);
        self.text.push_str(&String::from_utf8_lossy(line));
        if !line.ends_with(b"\n") {
            self.text.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// Writes a range as Git does: from 1, the count left out when it is 1, the line before when it is empty.
fn range(lines: &Range<u32>) -> String {
    match lines.end - lines.start {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}

/// Writes a path as Git does: in double quotes with octal escapes when it holds anything unusual.
fn quoted(prefix: &str, path: &str) -> String {
    let unusual = |byte: u8| !(0x20..0x7f).contains(&byte) || byte == b'"' || byte == b'\\';
    if !path.bytes().any(unusual) {
        return [prefix, path].concat();
    }
    let mut text = format!("\"{prefix}");
    for byte in path.bytes() {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(byte)]),
            b'\n' => text.push_str("\\n"),
            b'\t' => text.push_str("\\t"),
            byte if unusual(byte) => text.push_str(&octal(byte)),
            byte => text.push(char::from(byte)),
        }
    }
    text.push('"');
    text
}

fn octal(byte: u8) -> String {
    format!("\\{byte:03o}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_contents_have_no_diff() {
        assert_eq!(unified("p.json", b"{}\n", b"{}\n"), "");
    }

    #[test]
    fn one_line_is_shown_with_three_lines_around_it() {
        let old = b"1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let new = b"1\n2\n3\n4\nX\n6\n7\n8\n9\n";
        let expected = "diff --git a/p.json b/p.json\n--- a/p.json\n+++ b/p.json\n\
            @@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n";
        assert_eq!(unified("p.json", old, new), expected);
    }

    #[test]
    fn changes_six_lines_apart_share_a_hunk_and_seven_lines_apart_do_not() {
        let hunks = |apart: usize| {
            let same = "=\n".repeat(apart);
            let (old, new) = (format!("a\n{same}b\n"), format!("x\n{same}y\n"));
            unified("p", old.as_bytes(), new.as_bytes()).matches("\n@@ ").count()
        };
        assert_eq!((hunks(6), hunks(7)), (1, 2));
    }

    #[test]
    fn a_missing_newline_at_the_end_is_said() {
        let text = unified("p", b"{\"a\":1}", b"{\"a\":2}");
        let end = "\\ No newline at end of file\n";
        assert!(text.ends_with(&format!("@@ -1 +1 @@\n-{{\"a\":1}}\n{end}+{{\"a\":2}}\n{end}")));
    }

    #[test]
    fn an_empty_file_has_an_empty_range() {
        assert!(unified("p", b"", b"{}\n").contains("@@ -0,0 +1 @@\n+{}\n"));
    }

    #[test]
    fn a_carriage_return_alone_ends_no_line() {
        assert!(unified("p", b"a\rb\n", b"a\rc\n").contains("-a\rb\n+a\rc\n"));
    }

    #[test]
    fn an_unusual_path_is_quoted() {
        let text = unified("d\u{e9}/q\"\n.json", b"1", b"2");
        assert!(text.contains("--- \"a/d\\303\\251/q\\\"\\n.json\"\n"), "{text}");
    }

    #[test]
    fn a_name_with_a_space_ends_with_a_tab() {
        assert!(unified("a b", b"1", b"2").contains("\n--- a/a b\t\n+++ b/a b\t\n"));
    }

    #[test]
    fn an_inserted_block_is_shown_whole() {
        let block = |n: u32| format!("  {{\n    {n}\n  }},\n");
        let (old, new) = ([block(1), block(2)].concat(), [block(1), block(3), block(2)].concat());
        let text = unified("p", old.as_bytes(), new.as_bytes());
        assert!(text.contains("+  {\n+    3\n+  },\n   {\n"), "{text}");
    }
}
