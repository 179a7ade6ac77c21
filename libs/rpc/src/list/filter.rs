//! Filters: the part of AIP-160 that lists need, comparisons joined by `AND`.

use super::{Field, Operator, Schema, Value, value::quoted};
use crate::Violation;

/// Longest filter, in bytes.
const LONGEST: usize = 4 * 1024;

/// What a field must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The field, as the schema names it.
    pub field: &'static str,
    /// How it is compared.
    pub operator: Operator,
    /// What it is compared with.
    pub value: Value,
}

/// Reads a filter; empty lets everything pass.
pub(super) fn parse(schema: &Schema, text: &str) -> Result<Vec<Comparison>, Violation> {
    if text.len() > LONGEST {
        return Err(refused(format!("must have at most {LONGEST} bytes")));
    }
    let mut rest = Tokens(text);
    let mut comparisons: Vec<Comparison> = Vec::new();
    let mut next = rest.next()?;
    while let Some(token) = next {
        let comparison = comparison(schema, token, &mut rest)?;
        if comparisons.iter().any(|one| one.field == comparison.field) {
            return Err(refused(format!("must compare `{}` once", comparison.field)));
        }
        comparisons.push(comparison);
        next = match rest.next()? {
            None => None,
            Some(Token::Bare("AND")) => match rest.next()? {
                None => return Err(refused("must not end with AND".to_owned())),
                more => more,
            },
            Some(Token::Bare("OR")) => return Err(unsupported("OR")),
            Some(Token::Other(sign @ ('(' | ')'))) => {
                return Err(unsupported(&sign.escape_debug().to_string()));
            }
            Some(_) => return Err(refused("must have AND between comparisons".to_owned())),
        };
    }
    Ok(comparisons)
}

fn comparison(
    schema: &Schema,
    first: Token<'_>,
    rest: &mut Tokens<'_>,
) -> Result<Comparison, Violation> {
    let name = match first {
        Token::Bare(word @ ("NOT" | "AND" | "OR")) => return Err(unsupported(word)),
        Token::Bare(word) if word.starts_with('-') => return Err(unsupported("-")),
        Token::Bare(name) => name,
        Token::Other(sign) => return Err(unsupported(&sign.escape_debug().to_string())),
        Token::Quoted(_) | Token::Sign(_) => {
            return Err(refused("must begin each comparison with a field's name".to_owned()));
        }
    };
    let field = schema
        .fields
        .iter()
        .find(|field| field.name == name)
        .ok_or_else(|| unknown(schema, name))?;
    match rest.next()? {
        Some(Token::Sign(sign)) if sign == field.operator.as_str() => {}
        Some(Token::Sign(sign)) => return Err(operator(field, &format!("not `{sign}`"))),
        _ => return Err(operator(field, "then the value")),
    }
    let value = match rest.next()? {
        Some(Token::Bare(word)) => field.kind.read(word),
        Some(Token::Quoted(text)) => field.kind.read(&text),
        _ => Err("must be compared with a word or a \"quoted text\"".to_owned()),
    };
    match value {
        Ok(value) => Ok(Comparison { field: field.name, operator: field.operator, value }),
        Err(rule) => Err(Violation::new(format!("filter.{}", field.name), rule)),
    }
}

fn refused(rule: String) -> Violation {
    Violation::new("filter", rule)
}

fn unsupported(what: &str) -> Violation {
    refused(format!("must be comparisons joined by AND; `{what}` is not supported"))
}

fn unknown(schema: &Schema, name: &str) -> Violation {
    const SHOWN: usize = 64;
    let name: String = name.chars().take(SHOWN).collect();
    let names: Vec<_> = schema.fields.iter().map(|field| field.name).collect();
    refused(format!("must compare one of {}; there is no field `{name}`", quoted(&names)))
}

fn operator(field: &Field, problem: &str) -> Violation {
    let rule = format!("must be compared with `{}`, {problem}", field.operator.as_str());
    Violation::new(format!("filter.{}", field.name), rule)
}

/// A filter's parts.
enum Token<'a> {
    /// A word: a name, a value, `AND`.
    Bare(&'a str),
    /// A text between quotation marks, without them.
    Quoted(String),
    /// A comparison's sign.
    Sign(&'a str),
    /// Anything that is none of them.
    Other(char),
}

/// What is left of a filter.
struct Tokens<'a>(&'a str);

impl<'a> Tokens<'a> {
    fn next(&mut self) -> Result<Option<Token<'a>>, Violation> {
        self.0 = self.0.trim_start();
        let Some(first) = self.0.chars().next() else { return Ok(None) };
        match first {
            '"' | '\'' => self.quoted(first).map(Some),
            '=' | '<' | '>' | '!' | ':' => {
                Ok(Some(Token::Sign(self.take(|c| "=<>!:".contains(c)))))
            }
            c if is_bare(c) => Ok(Some(Token::Bare(self.take(|c| is_bare(c) || c == ':')))),
            other => {
                self.0 = &self.0[other.len_utf8()..];
                Ok(Some(Token::Other(other)))
            }
        }
    }

    fn take(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|c| !belongs(c)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }

    fn quoted(&mut self, mark: char) -> Result<Token<'a>, Violation> {
        let mut text = String::new();
        let mut chars = self.0.char_indices().skip(1);
        while let Some((at, char)) = chars.next() {
            match char {
                '\\' => match chars.next() {
                    Some((_, escaped @ ('\\' | '"' | '\''))) => text.push(escaped),
                    _ => {
                        return Err(refused(
                            r#"must have `"`, `'` or `\` after a backslash"#.to_owned(),
                        ));
                    }
                },
                end if end == mark => {
                    self.0 = &self.0[at + mark.len_utf8()..];
                    return Ok(Token::Quoted(text));
                }
                other => text.push(other),
            }
        }
        Err(refused("must close its quotation marks".to_owned()))
    }
}

/// What a word begins with; a time's colons come later.
fn is_bare(c: char) -> bool {
    c.is_alphanumeric() || "_-.+/@%~".contains(c)
}
