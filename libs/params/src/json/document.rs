//! A JSON text as a flat list of nodes that say where each value and key stands. It does not know what values mean.

use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroU32;
use std::ops::Range;

use super::lexer::{Lexer, Token, TokenKind};
use super::string::unescape;
use super::{Fault, SyntaxError, visit};

/// How many objects and arrays may stand inside each other, in a file and in a value alike.
pub const MAX_DEPTH: usize = 128;

/// What kind of JSON value stands somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of RFC 8259")]
pub enum Kind {
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Object => "an object",
            Self::Array => "an array",
            Self::String => "a string",
            Self::Number => "a number",
            Self::True | Self::False => "a boolean",
            Self::Null => "null",
        })
    }
}

/// The place of a node in its document, counted from 1 so that an `Option` of it takes four bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct NodeId(NonZeroU32);

impl NodeId {
    const ROOT: Self = Self(NonZeroU32::MIN);

    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// One value: 32 bytes, since a file of 5 MiB may hold close to a million.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    start: u32,
    end: u32,
    key_start: u32,
    key_end: u32,
    next: Option<NodeId>,
    first: Option<NodeId>,
    last: Option<NodeId>,
}

impl Node {
    /// The bytes of the value.
    pub(crate) fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The bytes of the key, quotes included; empty when the value is no member of an object.
    pub(crate) fn key_span(&self) -> Range<usize> {
        self.key_start as usize..self.key_end as usize
    }

    pub(crate) fn first(&self) -> Option<NodeId> {
        self.first
    }

    pub(crate) fn last(&self) -> Option<NodeId> {
        self.last
    }
}

/// A text that is one JSON value, with the places of all values in it.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    text: &'a str,
    nodes: Vec<Node>,
    depth: usize,
}

impl<'a> Document<'a> {
    /// Reads one JSON value with nothing but white space around it.
    pub(crate) fn parse(text: &'a str) -> Result<Self, SyntaxError> {
        let parser = Parser { nodes: Vec::new(), open: Vec::new(), key: 0..0, depth: 0 };
        parser.run(text).map_err(|fault| fault.locate(text))
    }

    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// How many objects and arrays stand inside each other at most.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    pub(crate) fn root(&self) -> NodeId {
        NodeId::ROOT
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// All nodes in the order of the text.
    pub(crate) fn ids(&self) -> impl Iterator<Item = NodeId> {
        (0..self.nodes.len() as u32).map(|index| NodeId(NonZeroU32::MIN.saturating_add(index)))
    }

    /// The text of the value.
    pub(crate) fn token(&self, id: NodeId) -> &'a str {
        &self.text[self.node(id).span()]
    }

    /// The unescaped text of a string.
    pub(crate) fn string(&self, id: NodeId) -> String {
        unescape(self.token(id)).into_owned()
    }

    /// The unescaped key of a member.
    pub(crate) fn key(&self, id: NodeId) -> Cow<'a, str> {
        unescape(&self.text[self.node(id).key_span()])
    }

    /// The members of an object or the elements of an array, in order.
    pub(crate) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.node(id).first, |child| {
            visit(1);
            self.node(*child).next
        })
    }
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Value,
    FirstElement,
    AfterElement,
    FirstKey,
    Key,
    Colon,
    AfterMember,
    End,
}

impl State {
    fn expected(self) -> &'static str {
        match self {
            Self::Value => "a value",
            Self::FirstElement => "a value or ']'",
            Self::AfterElement => "',' or ']'",
            Self::FirstKey => "a key in double quotes or '}'",
            Self::Key => "a key in double quotes",
            Self::Colon => "':'",
            Self::AfterMember => "',' or '}'",
            Self::End => "the end of the text",
        }
    }
}

struct Parser {
    nodes: Vec<Node>,
    open: Vec<NodeId>,
    key: Range<usize>,
    depth: usize,
}

impl Parser {
    fn run(mut self, text: &str) -> Result<Document<'_>, Fault> {
        if u32::try_from(text.len()).is_err() {
            return Err(Fault { at: 0, expected: "less than 4 GiB of text" });
        }
        let mut lexer = Lexer::new(text);
        let mut state = State::Value;
        loop {
            let token = lexer.next(state.expected())?;
            state = match (state, token.kind) {
                (State::Value | State::FirstElement, TokenKind::ObjectStart) => {
                    self.open(Kind::Object, token)?;
                    State::FirstKey
                }
                (State::Value | State::FirstElement, TokenKind::ArrayStart) => {
                    self.open(Kind::Array, token)?;
                    State::FirstElement
                }
                (State::FirstElement | State::AfterElement, TokenKind::ArrayEnd)
                | (State::FirstKey | State::AfterMember, TokenKind::ObjectEnd) => {
                    self.close(token);
                    self.after()
                }
                (State::FirstKey | State::Key, TokenKind::String) => {
                    self.key = token.start..token.end;
                    State::Colon
                }
                (State::Colon, TokenKind::Colon) | (State::AfterElement, TokenKind::Comma) => {
                    State::Value
                }
                (State::AfterMember, TokenKind::Comma) => State::Key,
                (State::End, TokenKind::End) => {
                    return Ok(Document { text, nodes: self.nodes, depth: self.depth });
                }
                (State::Value | State::FirstElement, kind) => match scalar(kind) {
                    Some(kind) => {
                        self.add(kind, token);
                        self.after()
                    }
                    None => return Err(Fault { at: token.start, expected: state.expected() }),
                },
                _ => return Err(Fault { at: token.start, expected: state.expected() }),
            };
        }
    }

    fn after(&self) -> State {
        match self.open.last().map(|id| self.nodes[id.index()].kind) {
            None => State::End,
            Some(Kind::Object) => State::AfterMember,
            Some(_) => State::AfterElement,
        }
    }

    fn open(&mut self, kind: Kind, token: Token) -> Result<(), Fault> {
        if self.open.len() == MAX_DEPTH {
            return Err(Fault { at: token.start, expected: "at most 128 levels of nesting" });
        }
        let id = self.add(kind, token);
        self.open.push(id);
        self.depth = self.depth.max(self.open.len());
        Ok(())
    }

    fn close(&mut self, token: Token) {
        if let Some(id) = self.open.pop() {
            self.nodes[id.index()].end = token.end as u32;
        }
    }

    fn add(&mut self, kind: Kind, token: Token) -> NodeId {
        // offsets fit: `run` has measured the text, and there are no more nodes than bytes
        let id = NodeId(NonZeroU32::MIN.saturating_add(self.nodes.len() as u32));
        let key = std::mem::take(&mut self.key);
        self.nodes.push(Node {
            kind,
            start: token.start as u32,
            end: token.end as u32,
            key_start: key.start as u32,
            key_end: key.end as u32,
            next: None,
            first: None,
            last: None,
        });
        if let Some(parent) = self.open.last() {
            match self.nodes[parent.index()].last.replace(id) {
                Some(previous) => self.nodes[previous.index()].next = Some(id),
                None => self.nodes[parent.index()].first = Some(id),
            }
        }
        id
    }
}

fn scalar(kind: TokenKind) -> Option<Kind> {
    match kind {
        TokenKind::String => Some(Kind::String),
        TokenKind::Number => Some(Kind::Number),
        TokenKind::True => Some(Kind::True),
        TokenKind::False => Some(Kind::False),
        TokenKind::Null => Some(Kind::Null),
        _ => None,
    }
}
