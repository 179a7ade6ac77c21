//! How the members of an object are set apart, copied from what stands in the file. It does not know any key or value.

use std::collections::HashMap;
use std::ops::Range;

use crate::json::{Document, Kind, NodeId, WHITE_SPACE, visit};

/// What a file that shows no indentation of its own gets.
const DEFAULT_UNIT: &str = "  ";
const DEFAULT_COLON: &str = ": ";

/// White space beyond this many bytes is nobody's style and is not copied, so that it cannot be multiplied.
const MAX_COPIED: usize = 512;

/// A line break and the indentation after it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    line_break: &'static str,
    indent: String,
}

impl Line {
    /// The last line break in some white space.
    fn last_in(white_space: &str) -> Option<Self> {
        let at = white_space.rfind('\n')?;
        if white_space.len() - at > MAX_COPIED {
            return None;
        }
        let line_break = if white_space[..at].ends_with('\r') { "\r\n" } else { "\n" };
        Some(Self { line_break, indent: white_space[at + 1..].to_owned() })
    }

    fn deeper(&self, unit: &str) -> Self {
        Self { line_break: self.line_break, indent: [&self.indent, unit].concat() }
    }

    fn text(&self) -> String {
        [self.line_break, &self.indent].concat()
    }
}

/// The style of the members of one object.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// What stands between a value and the next key.
    pub(super) separator: String,
    /// What stands between a key and its value.
    pub(super) colon: String,
    line: Option<Line>,
    pad: String,
    unit: String,
}

/// What surrounds the members of a new or empty object, and their style.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) open: String,
    pub(super) close: String,
    pub(super) layout: Layout,
}

impl Layout {
    /// Copies the style of the last member of `object`; the indentation unit is that of `object`, else the file's.
    pub(super) fn of_members(
        document: &Document<'_>,
        object: NodeId,
        units: &mut Units,
    ) -> Option<Self> {
        let node = document.node(object);
        let (first, last) = (node.first()?, node.last()?);
        let gap = Gap::before(document, last);
        let colon = colon(document, last);
        let separator = match (Line::last_in(gap.after), Line::last_in(gap.before)) {
            (Some(line), _) => [",", &line.text()].concat(),
            (None, Some(line)) => [&line.text(), ",", gap.after].concat(),
            (None, None) if gap.comma => [gap.before, ",", gap.after].concat(),
            (None, None) if gap.after.is_empty() => one_line_separator(&colon),
            (None, None) => ", ".to_owned(),
        };
        let lead = Gap::before(document, first).after;
        let pad = if lead.contains('\n') { String::new() } else { lead.to_owned() };
        Some(Self { separator, colon, line: gap.line(), pad, unit: units.of(document, object) })
    }

    /// The style of an object that is a new member here.
    pub(super) fn nested(&self) -> Frame {
        let mut layout = self.clone();
        let Some(line) = &self.line else {
            if layout.separator.contains('\n') {
                layout.separator = one_line_separator(&layout.colon);
            }
            return Frame { open: self.pad.clone(), close: self.pad.clone(), layout };
        };
        let inner = line.deeper(&self.unit);
        let open = inner.text();
        layout.separator = [",", &open].concat();
        layout.line = Some(inner);
        Frame { open, close: line.text(), layout }
    }

    /// The style around an only top-level object without members.
    fn of_empty_file(document: &Document<'_>, units: &mut Units) -> Self {
        let line_break = if document.text().contains("\r\n") { "\r\n" } else { "\n" };
        Self {
            separator: ", ".to_owned(),
            colon: DEFAULT_COLON.to_owned(),
            line: Some(Line { line_break, indent: String::new() }),
            pad: String::new(),
            unit: units.of(document, document.root()),
        }
    }
}

impl Frame {
    /// Finds the span inside the braces of an object without members, and what goes there around the new ones.
    ///
    /// White space with a line break inside the braces stays; so does any in an object on one line.
    pub(super) fn of_empty(
        document: &Document<'_>,
        object: NodeId,
        parent: Option<NodeId>,
        units: &mut Units,
    ) -> (Range<usize>, Self) {
        let braces = document.node(object).span();
        let interior = braces.start + 1..braces.end - 1;
        let inside = &document.text()[interior.clone()];

        let mut outer = parent
            .and_then(|parent| Layout::of_members(document, parent, units))
            .map(|layout| Layout { line: Gap::before(document, object).line(), ..layout })
            .unwrap_or_else(|| Layout::of_empty_file(document, units));
        if let Some(line) = Line::last_in(inside) {
            outer.line = Some(line);
            let frame = outer.nested();
            return (interior.start..interior.start, Self { close: String::new(), ..frame });
        }
        if outer.line.is_none() && (1..=MAX_COPIED).contains(&inside.len()) {
            outer.pad = inside.to_owned();
        }
        (interior, outer.nested())
    }
}

/// The white space before a key, and whether a comma stands in it.
struct Gap<'a> {
    before: &'a str,
    comma: bool,
    after: &'a str,
}

impl<'a> Gap<'a> {
    fn before(document: &Document<'a>, member: NodeId) -> Self {
        let (head, after) = trailing(&document.text()[..document.node(member).key_span().start]);
        match head.strip_suffix(',') {
            Some(head) => Self { before: trailing(head).1, comma: true, after },
            None => Self { before: "", comma: false, after },
        }
    }

    fn line(&self) -> Option<Line> {
        Line::last_in(self.after).or_else(|| Line::last_in(self.before))
    }
}

/// Splits the white space off the end, as far as it may be copied.
fn trailing(text: &str) -> (&str, &str) {
    let backwards = text.bytes().rev().take(MAX_COPIED);
    let white = backwards.take_while(|byte| WHITE_SPACE.contains(&char::from(*byte))).count();
    visit(white);
    text.split_at(text.len() - white)
}

fn colon(document: &Document<'_>, member: NodeId) -> String {
    let node = document.node(member);
    let between = &document.text()[node.key_span().end..node.span().start];
    if between.len() > MAX_COPIED || between.contains(['\n', '\r']) {
        return DEFAULT_COLON.to_owned();
    }
    between.to_owned()
}

fn one_line_separator(colon: &str) -> String {
    if colon.ends_with(WHITE_SPACE) { ", ".to_owned() } else { ",".to_owned() }
}

/// How much deeper the members of an object stand than the object; looked for once per object and once for the file.
#[derive(Debug, Default)]
pub(super) struct Units {
    file: Option<String>,
    objects: HashMap<NodeId, Option<String>>,
}

impl Units {
    fn of(&mut self, document: &Document<'_>, object: NodeId) -> String {
        let own = self.objects.entry(object).or_insert_with(|| unit_of(document, object));
        match own {
            Some(unit) => unit.clone(),
            None => self.file.get_or_insert_with(|| unit_of_file(document)).clone(),
        }
    }
}

fn unit_of_file(document: &Document<'_>) -> String {
    let mut objects = document.ids().filter(|id| document.node(*id).kind == Kind::Object);
    if let Some(unit) = objects.find_map(|object| unit_of(document, object)) {
        return unit;
    }
    let flat = document.node(document.root()).first().is_some_and(|first| {
        visit(1);
        Gap::before(document, first).line().is_some()
    });
    if flat { String::new() } else { DEFAULT_UNIT.to_owned() }
}

/// The indentation that an object adds, when its first member stands on a line of its own.
fn unit_of(document: &Document<'_>, object: NodeId) -> Option<String> {
    let node = document.node(object);
    let member = Gap::before(document, node.first()?).line()?;
    // no two such braces share a line, so all these looks back together pass over the file once
    let head = &document.text()[..node.span().start];
    let line = &head[head.rfind('\n').map_or(0, |at| at + 1)..];
    visit(line.len());
    let outer = &line[..line.len() - line.trim_start_matches(WHITE_SPACE).len()];
    member.indent.strip_prefix(outer).filter(|unit| !unit.is_empty()).map(str::to_owned)
}
