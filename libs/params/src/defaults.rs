//! The `from` of a diff that a study leaves unsaid. It does not know the file, so drift against it is normal.

use crate::declared::{Family, ParamType};

/// The parameter whose default does not depend on its type.
const QUERY_NORMALIZER: &str = "query_normalizer";

/// Gives a parameter's default as JSON text; `declared` is `None` when the template does not declare it.
///
/// `query_normalizer` is `"none"`. A rich integer or float is the midpoint of its range (rounded down for integers), a rich
/// categorical its first value. Without a usable range, and in the simple form: integer 1, float 1.0, boolean false, string
/// empty. All else is `null`.
pub fn of(key: &str, declared: Option<&ParamType>) -> String {
    if key == QUERY_NORMALIZER {
        return "\"none\"".to_owned();
    }
    let Some(param) = declared else { return "null".to_owned() };
    match Family::of(param) {
        Family::Integer => midpoint_of_integers(param).unwrap_or_else(|| "1".to_owned()),
        Family::Float => midpoint_of_floats(param).unwrap_or_else(|| "1.0".to_owned()),
        Family::Boolean => "false".to_owned(),
        Family::Other => match param.name.to_ascii_lowercase().as_str() {
            "string" => "\"\"".to_owned(),
            "categorical" => param.values.first().cloned().unwrap_or_else(|| "null".to_owned()),
            _ => "null".to_owned(),
        },
    }
}

fn midpoint_of_integers(param: &ParamType) -> Option<String> {
    let min: i64 = param.min.as_ref()?.parse().ok()?;
    let max: i64 = param.max.as_ref()?.parse().ok()?;
    Some((i128::from(min) + i128::from(max)).div_euclid(2).to_string())
}

fn midpoint_of_floats(param: &ParamType) -> Option<String> {
    let min: f64 = param.min.as_ref()?.parse().ok()?;
    let max: f64 = param.max.as_ref()?.parse().ok()?;
    // a float's debug form always has a point or an exponent and reads back to the same float
    Some(format!("{:?}", min.midpoint(max)))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::Declared;

    #[rstest]
    #[case::simple_int(r#""int""#, "1")]
    #[case::simple_float(r#""float""#, "1.0")]
    #[case::case_of_the_word(r#""Double""#, "1.0")]
    #[case::simple_bool(r#""bool""#, "false")]
    #[case::simple_string(r#""string""#, "\"\"")]
    #[case::rich_int(r#"{"type":"int","min":1,"max":10}"#, "5")]
    #[case::rich_int_below_zero(r#"{"type":"int","min":-4,"max":1}"#, "-2")]
    #[case::rich_float(r#"{"type":"float","min":0.5,"max":5}"#, "2.75")]
    #[case::whole_midpoint(r#"{"type":"float","min":0,"max":4}"#, "2.0")]
    #[case::widest_range(r#"{"type":"float","min":1e308,"max":1.7e308}"#, "1.35e308")]
    #[case::no_range(r#"{"type":"float"}"#, "1.0")]
    #[case::unusable_range(r#"{"type":"int","min":0.5,"max":"3"}"#, "1")]
    #[case::categorical(r#"{"type":"categorical","values":["b" ,"a"]}"#, "\"b\"")]
    #[case::categorical_keeps_spelling(r#"{"type":"categorical","values":[1.50]}"#, "1.50")]
    #[case::categorical_of_nothing(r#"{"type":"categorical","values":[]}"#, "null")]
    #[case::unknown(r#""geo_shape""#, "null")]
    fn a_default_follows_the_declared_type(#[case] declared: &str, #[case] default: &str) {
        let declared = Declared::parse(&format!("{{\"p\":{declared}}}")).unwrap();
        assert_eq!(of("p", declared.get("p")), default);
    }

    #[test]
    fn the_normalizer_is_none_whatever_its_type() {
        assert_eq!(of("query_normalizer", None), "\"none\"");
    }

    #[test]
    fn an_undeclared_parameter_is_null() {
        assert_eq!(of("p", None), "null");
    }
}
