//! Parameters with their types.

use std::fmt;

use jiff::Timestamp;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

/// A parameter of a statement that is put together.
pub struct Argument {
    value: Box<dyn ToSql + Sync + Send>,
    kind: Type,
}

impl Argument {
    pub(super) fn parameter(&self) -> (&(dyn ToSql + Sync), Type) {
        (&*self.value, self.kind.clone())
    }
}

impl fmt::Debug for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.value)
    }
}

macro_rules! arguments {
    ($($rust:ty: $kind:ident),+) => {
        $(impl From<$rust> for Argument {
            fn from(value: $rust) -> Self {
                Self { value: Box::new(value), kind: Type::$kind }
            }
        })+
    };
}

arguments!(String: TEXT, &'static str: TEXT, Uuid: UUID, Timestamp: TIMESTAMPTZ, i64: INT8, i32: INT4, bool: BOOL);
