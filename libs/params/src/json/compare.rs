//! Whether two values mean the same. It does not know which of them is right.

use std::borrow::Cow;

use super::number::Decimal;
use super::string::unescape;
use super::{Document, Kind, NodeId, visit};

/// Says whether two values mean the same: numbers by exact decimal value, strings after unescaping, objects whatever the
/// order of their keys. A key that occurs twice counts twice.
pub(crate) fn same(a: &Document<'_>, a_id: NodeId, b: &Document<'_>, b_id: NodeId) -> bool {
    visit(1);
    let kind = a.node(a_id).kind;
    if kind != b.node(b_id).kind {
        return false;
    }
    match kind {
        Kind::Null | Kind::True | Kind::False => true,
        Kind::Number => Decimal::of(a.token(a_id)) == Decimal::of(b.token(b_id)),
        Kind::String => unescape(a.token(a_id)) == unescape(b.token(b_id)),
        Kind::Array => {
            let (mut left, mut right) = (a.children(a_id), b.children(b_id));
            loop {
                match (left.next(), right.next()) {
                    (Some(x), Some(y)) if same(a, x, b, y) => {}
                    (None, None) => return true,
                    _ => return false,
                }
            }
        }
        Kind::Object => {
            let (left, right) = (sorted(a, a_id), sorted(b, b_id));
            left.len() == right.len()
                && left.iter().zip(&right).all(|(x, y)| x.0 == y.0 && same(a, x.1, b, y.1))
        }
    }
}

fn sorted<'a>(document: &Document<'a>, object: NodeId) -> Vec<(Cow<'a, str>, NodeId)> {
    let mut members: Vec<_> =
        document.children(object).map(|member| (document.key(member), member)).collect();
    members.sort_by(|a, b| a.0.cmp(&b.0));
    members
}
