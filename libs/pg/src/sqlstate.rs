//! Which SQLSTATE means what to a caller. It knows codes only, no statement.
//!
//! Source: PostgreSQL's documentation, appendix A.

use tokio_postgres::error::SqlState;

/// What a code of the server means to whoever sent the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Unavailable,
    Conflict,
    Serialization,
    Check,
    ForeignKey,
    Timeout,
    Other,
}

/// Sorts a code; what is not named here is nobody's to handle.
pub(crate) fn class(code: &SqlState) -> Class {
    match *code {
        SqlState::UNIQUE_VIOLATION | SqlState::EXCLUSION_VIOLATION => Class::Conflict,
        SqlState::CHECK_VIOLATION => Class::Check,
        SqlState::FOREIGN_KEY_VIOLATION => Class::ForeignKey,
        SqlState::T_R_SERIALIZATION_FAILURE
        | SqlState::T_R_DEADLOCK_DETECTED
        | SqlState::LOCK_NOT_AVAILABLE => Class::Serialization,
        SqlState::QUERY_CANCELED => Class::Timeout,
        SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::TOO_MANY_CONNECTIONS
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        // After a fail-over the old address may lead to a server that is read-only by now.
        | SqlState::READ_ONLY_SQL_TRANSACTION => Class::Unavailable,
        ref connection if connection.code().starts_with("08") => Class::Unavailable,
        _ => Class::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_that_callers_handle_has_its_class() {
        let table = [
            ("23505", Class::Conflict),
            ("23P01", Class::Conflict),
            ("23514", Class::Check),
            ("23503", Class::ForeignKey),
            ("40001", Class::Serialization),
            ("40P01", Class::Serialization),
            ("55P03", Class::Serialization),
            ("57014", Class::Timeout),
            ("57P01", Class::Unavailable),
            ("57P02", Class::Unavailable),
            ("57P03", Class::Unavailable),
            ("53300", Class::Unavailable),
            ("25P03", Class::Unavailable),
            ("25006", Class::Unavailable),
            ("08006", Class::Unavailable),
            ("42601", Class::Other),
            ("28P01", Class::Other),
        ];
        for (code, expected) in table {
            assert_eq!(class(&SqlState::from_code(code)), expected, "{code}");
        }
    }
}
