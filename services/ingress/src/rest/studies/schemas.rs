//! Schemas of what studies are given where a type alone does not say it all.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, OneOfBuilder, RefOr, Schema, SchemaFormat,
        schema::{AdditionalProperties, ObjectBuilder, SchemaType, Type},
    },
};

use super::given::FollowUp;

impl ToSchema for FollowUp {
    fn name() -> Cow<'static, str> {
        "NewFollowUp".into()
    }
}

impl PartialSchema for FollowUp {
    /// Which members there are follows from the kind.
    fn schema() -> RefOr<Schema> {
        let space = || ObjectBuilder::new().description(Some("The suggested search space."));
        let id = || {
            let uuid = SchemaFormat::KnownFormat(KnownFormat::Uuid);
            ObjectBuilder::new().schema_type(Type::String).format(Some(uuid))
        };
        let nothing = || ObjectBuilder::new().schema_type(Type::Null);
        OneOfBuilder::new()
            .description(Some("What the optimiser suggests to do next."))
            .item(
                of_kind(&["text"])
                    .property("search_space", nothing())
                    .property("template_id", nothing()),
            )
            .item(
                of_kind(&["narrow", "widen"])
                    .property("search_space", space())
                    .required("search_space")
                    .property("template_id", nothing()),
            )
            .item(
                of_kind(&["swap_template"])
                    .property("search_space", space())
                    .required("search_space")
                    .property("template_id", id())
                    .required("template_id"),
            )
            .into()
    }
}

fn of_kind(kinds: &[&str]) -> ObjectBuilder {
    let kinds =
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(kinds.iter().copied()));
    let rationale = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
    let rationale = rationale.max_length(Some(4000)).pattern(Some(r"^[^\x00]*$"));
    ObjectBuilder::new()
        .property("kind", kinds)
        .required("kind")
        .property("rationale", rationale)
        .required("rationale")
}

fn name(longest: usize) -> Schema {
    let name = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
    name.max_length(Some(longest)).pattern(Some(r"^[^\x00]*$")).into()
}

fn by_parameter(of: ObjectBuilder) -> RefOr<Schema> {
    ObjectBuilder::new()
        .max_properties(Some(200))
        .property_names(Some(name(256)))
        .additional_properties(Some(AdditionalProperties::RefOr(of.into())))
        .into()
}

/// The schema of values by parameter.
pub(super) fn values() -> RefOr<Schema> {
    by_parameter(ObjectBuilder::new().schema_type(SchemaType::AnyValue))
}

/// The schema of importances by parameter.
pub(super) fn importances() -> RefOr<Schema> {
    by_parameter(ObjectBuilder::new().schema_type(Type::Number).minimum(Some(0.0)))
}

pub(super) fn metrics() -> RefOr<Schema> {
    let number = ObjectBuilder::new().schema_type(Type::Number);
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Object, Type::Null]))
        .max_properties(Some(200))
        .property_names(Some(name(128)))
        .additional_properties(Some(AdditionalProperties::RefOr(number.into())))
        .into()
}

pub(super) fn cut_off() -> RefOr<Schema> {
    let known = [1, 3, 5, 10, 20, 50, 100].map(serde_json::Value::from);
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Integer, Type::Null]))
        .enum_values(Some(known.into_iter().chain([serde_json::Value::Null])))
        .into()
}
