//! Merge patches (RFC 7396): what is absent stays, what is null is cleared where that is legal.

use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::edge::error::ApiError;

/// A merge patch of a resource.
pub(crate) trait Patch: ToSchema {
    /// The members that may change, of which a patch has at least one.
    const MEMBERS: &'static [&'static str];
}

/// A member of a merge patch.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) enum Member<T> {
    /// Stays as it is.
    #[default]
    Absent,
    /// Is to be cleared.
    Null,
    /// Is to be this.
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Member<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

/// The paths of an update mask, gathered member by member.
#[derive(Debug, Default)]
pub(crate) struct Mask(Vec<String>);

impl Mask {
    /// Takes a member that may not be cleared; gives the empty value when it is absent.
    pub(crate) fn set<T: Default>(&mut self, path: &str, member: Member<T>) -> Result<T, ApiError> {
        match member {
            Member::Null => {
                let name = path.trim_end_matches("_json");
                Err(ApiError::invalid(
                    name,
                    "cannot be cleared; leave it out or give its new value",
                ))
            }
            member => Ok(self.set_or_clear(path, member)),
        }
    }

    /// Takes a member that may be cleared; gives the empty value then, and when it is absent.
    pub(crate) fn set_or_clear<T: Default>(&mut self, path: &str, member: Member<T>) -> T {
        if let Member::Absent = member {
            return T::default();
        }
        self.0.push(path.to_owned());
        match member {
            Member::Value(value) => value,
            Member::Absent | Member::Null => T::default(),
        }
    }

    /// The mask; a patch that changes nothing is refused, with what could be changed.
    pub(crate) fn done<P: Patch>(self) -> Result<Option<prost_types::FieldMask>, ApiError> {
        if self.0.is_empty() {
            let known = P::MEMBERS.join(", ");
            return Err(ApiError::invalid(
                "body",
                format_args!("must have at least one of {known}"),
            ));
        }
        Ok(Some(prost_types::FieldMask { paths: self.0 }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, ToSchema)]
    struct Changes {
        #[serde(default)]
        #[schema(value_type = String)]
        a: Member<String>,
    }

    impl Patch for Changes {
        const MEMBERS: &'static [&'static str] = &["a", "c"];
    }

    fn read(text: &str) -> Member<String> {
        serde_json::from_str::<Changes>(text).expect(text).a
    }

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        assert_eq!(read("{}"), Member::Absent);
        assert_eq!(read(r#"{"a": null}"#), Member::Null);
        assert_eq!(read(r#"{"a": ""}"#), Member::Value(String::new()));
    }

    #[test]
    fn a_mask_names_what_is_set_or_cleared() {
        let mut mask = Mask::default();
        assert_eq!(mask.set("a", Member::Value("x".to_owned())).expect("legal"), "x");
        assert_eq!(mask.set::<String>("b", Member::Absent).expect("legal"), "");
        assert_eq!(mask.set_or_clear::<String>("c", Member::Null), "");
        let refused = mask.set::<String>("d_json", Member::Null).expect_err("illegal");
        assert!(refused.message().starts_with("d cannot be cleared"), "{}", refused.message());
        let done = mask.done::<Changes>().expect("some").expect("a mask");
        assert_eq!(done.paths, ["a", "c"]);
        let refused = Mask::default().done::<Changes>().expect_err("empty");
        assert!(refused.message().ends_with("at least one of a, c"), "{}", refused.message());
    }
}
