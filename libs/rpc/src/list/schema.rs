//! What a list can be asked for. Written once per list, as a constant; nothing else can reach a statement.

use super::{Direction, Kind};

/// What a list can be asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Schema {
    /// What it can be filtered by.
    pub fields: &'static [Field],
    /// What it can be ordered by; at least one.
    pub sorts: &'static [Sort],
    /// The direction of the first sort when no order is given.
    pub default_direction: Direction,
    /// What a row's id is, the last part of every order.
    pub id: Kind,
    /// How many rows a page has when nothing is said.
    pub default_size: i32,
    /// How many rows a page may have.
    pub most: i32,
}

/// Something that a list can be filtered by.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it is compared with.
    pub kind: Kind,
    /// How it is compared.
    pub operator: Operator,
}

impl Field {
    /// A field that is compared with `=`.
    #[must_use]
    pub const fn equal(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, operator: Operator::Equal }
    }

    /// A field that is compared with `>=`.
    #[must_use]
    pub const fn at_least(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, operator: Operator::AtLeast }
    }
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`.
    Equal,
    /// `>=`.
    AtLeast,
}

impl Operator {
    /// The operator as it is written, in a filter and in SQL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::AtLeast => ">=",
        }
    }
}

/// Something that a list can be ordered by.
#[derive(Debug, PartialEq, Eq)]
pub struct Sort {
    /// Its name on the wire.
    pub name: &'static str,
    /// What orders the rows.
    pub key: Key,
}

impl Sort {
    /// A sort by a value that every row has.
    #[must_use]
    pub const fn by(name: &'static str, kind: Kind) -> Self {
        Self { name, key: Key::Value { kind, is_nullable: false } }
    }

    /// A sort by a value that rows may lack: those come first when ascending and last when descending.
    #[must_use]
    pub const fn by_nullable(name: &'static str, kind: Kind) -> Self {
        Self { name, key: Key::Value { kind, is_nullable: true } }
    }

    /// A sort whose order is that of the ids, such as the time of rows whose ids grow with time.
    #[must_use]
    pub const fn by_id(name: &'static str) -> Self {
        Self { name, key: Key::Id }
    }
}

/// What orders rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The id alone, in the direction of the order.
    Id,
    /// A value, then the id, always descending.
    Value {
        /// What the value is.
        kind: Kind,
        /// Whether rows may lack it.
        is_nullable: bool,
    },
}
