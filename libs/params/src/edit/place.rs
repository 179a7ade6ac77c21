//! Walks down the paths of the targets and notes what is exchanged and inserted where. It does not know of white space;
//! see `layout`.

use std::collections::HashMap;

use super::layout::{Frame, Layout, Units};
use super::splice::Splice;
use super::target::{Target, Wish};
use super::{Drift, MAX_FILE_BYTES};
use crate::error::Conflict;
use crate::json::{Document, Kind, NodeId, quote, same, visit};

/// What an edit does to its file.
#[derive(Debug, Default)]
pub(super) struct Placement {
    pub(super) splices: Vec<Splice>,
    pub(super) drift: Vec<Drift>,
}

/// Finds the place of every target; `targets` are sorted by path, and none begins with another.
pub(super) fn all(document: &Document<'_>, targets: &[Target<'_>]) -> Result<Placement, Conflict> {
    let mut walk =
        Walk { document, units: Units::default(), done: Placement::default(), written: 0 };
    walk.object(Spot { object: document.root(), parent: None, depth: 0 }, targets)?;
    Ok(walk.done)
}

/// An object on the way, and how many keys led to it.
#[derive(Clone, Copy)]
struct Spot {
    object: NodeId,
    parent: Option<NodeId>,
    depth: usize,
}

/// A wanted key of an object, with how often the object has it.
struct Slot {
    member: NodeId,
    count: usize,
}

struct Walk<'d> {
    document: &'d Document<'d>,
    units: Units,
    done: Placement,
    written: usize,
}

impl Walk<'_> {
    fn object(&mut self, spot: Spot, targets: &[Target<'_>]) -> Result<(), Conflict> {
        let depth = spot.depth;
        let slots = self.slots(spot, targets);
        let mut absent = Vec::new();
        for group in by_segment(targets, depth) {
            let first = &group[0];
            let Some(slot) = slots.get(first.path[depth]) else {
                absent.push(group);
                continue;
            };
            if slot.count > 1 {
                let (key, at) = (first.wish.key.to_owned(), first.path[..=depth].join("."));
                return Err(Conflict::DuplicateKey { key, at });
            }
            let found = self.document.node(slot.member).kind;
            if first.path.len() == depth + 1 {
                self.exchange(slot.member, first.wish);
            } else if found == Kind::Object {
                let below =
                    Spot { object: slot.member, parent: Some(spot.object), depth: depth + 1 };
                self.object(below, group)?;
            } else {
                let (key, at) = (first.wish.key.to_owned(), first.path[..=depth].join("."));
                return Err(Conflict::ThroughNonObject { key, at, found });
            }
        }
        if !absent.is_empty() {
            self.insert(spot, &absent)?;
        }
        Ok(())
    }

    fn slots<'t>(&self, spot: Spot, targets: &[Target<'t>]) -> HashMap<&'t str, Slot> {
        let wanted: HashMap<&str, &'t str> = targets
            .iter()
            .map(|target| (target.path[spot.depth], target.path[spot.depth]))
            .collect();
        let mut slots = HashMap::with_capacity(wanted.len());
        for member in self.document.children(spot.object) {
            if let Some(name) = wanted.get(self.document.key(member).as_ref()) {
                slots.entry(*name).or_insert(Slot { member, count: 0 }).count += 1;
            }
        }
        slots
    }

    fn exchange(&mut self, member: NodeId, wish: &Wish<'_>) {
        self.note_drift(Some(member), wish);
        let to = wish.to.text();
        if self.document.token(member) != to {
            let span = self.document.node(member).span();
            self.done.splices.push(Splice { span, text: to.to_owned() });
        }
    }

    fn note_drift(&mut self, member: Option<NodeId>, wish: &Wish<'_>) {
        let Some(from) = &wish.from else { return };
        let expected = match member {
            Some(member) => same(self.document, member, from, from.root()),
            None => from.node(from.root()).kind == Kind::Null,
        };
        if !expected {
            self.done.drift.push(Drift {
                key: wish.key.to_owned(),
                expected_json: from.text().to_owned(),
                found_json: member.map(|member| self.document.token(member).to_owned()),
            });
        }
    }

    fn insert(&mut self, spot: Spot, groups: &[&[Target<'_>]]) -> Result<(), Conflict> {
        let document = self.document;
        let mut text = String::new();
        let layout = Layout::of_members(document, spot.object, &mut self.units);
        let span = match (layout, document.node(spot.object).last()) {
            (Some(layout), Some(last)) => {
                for group in groups {
                    self.write(&mut text, &layout.separator)?;
                    self.member(&mut text, group, spot.depth, &layout)?;
                }
                let end = document.node(last).span().end;
                end..end
            }
            _ => {
                let (span, frame) =
                    Frame::of_empty(document, spot.object, spot.parent, &mut self.units);
                self.members(&mut text, groups.iter().copied(), spot.depth, &frame)?;
                span
            }
        };
        self.done.splices.push(Splice { span, text });
        Ok(())
    }

    fn members<'t>(
        &mut self,
        text: &mut String,
        groups: impl Iterator<Item = &'t [Target<'t>]>,
        depth: usize,
        frame: &Frame,
    ) -> Result<(), Conflict> {
        self.write(text, &frame.open)?;
        for (index, group) in groups.enumerate() {
            if index > 0 {
                self.write(text, &frame.layout.separator)?;
            }
            self.member(text, group, depth, &frame.layout)?;
        }
        self.write(text, &frame.close)
    }

    /// Writes a new member: the value of a wish, or an object for the wishes that lie deeper.
    fn member(
        &mut self,
        text: &mut String,
        group: &[Target<'_>],
        depth: usize,
        layout: &Layout,
    ) -> Result<(), Conflict> {
        let first = &group[0];
        self.write(text, &quote(first.path[depth]))?;
        self.write(text, &layout.colon)?;
        if first.path.len() == depth + 1 {
            self.note_drift(None, first.wish);
            return self.write(text, first.wish.to.text());
        }
        self.write(text, "{")?;
        self.members(text, by_segment(group, depth + 1), depth + 1, &layout.nested())?;
        self.write(text, "}")
    }

    /// Stops as soon as the result is sure to be too large: deep keys write much more than they are long.
    fn write(&mut self, text: &mut String, piece: &str) -> Result<(), Conflict> {
        visit(piece.len());
        self.written += piece.len();
        if self.written > MAX_FILE_BYTES {
            return Err(Conflict::ResultTooLarge { limit: MAX_FILE_BYTES });
        }
        text.push_str(piece);
        Ok(())
    }
}

/// Cuts sorted targets into those that share the key at `depth`.
fn by_segment<'s, 't>(
    targets: &'s [Target<'t>],
    depth: usize,
) -> impl Iterator<Item = &'s [Target<'t>]> {
    targets.chunk_by(move |a, b| a.path[depth] == b.path[depth])
}
