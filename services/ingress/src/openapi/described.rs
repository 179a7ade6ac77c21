//! Handlers that describe themselves by the types of their arguments and of their answer.

use std::future::Future;

use super::Sketch;
use crate::edge::error::ApiError;

/// What a handler takes, as the document has it.
pub(crate) trait Input {
    /// Adds parameters, the body and what may be wrong with them.
    fn describe(sketch: &mut Sketch);
}

/// What a handler gives when nothing is wrong.
pub(crate) trait Output {
    /// Adds the answers.
    fn describe(sketch: &mut Sketch);
}

/// A handler whose arguments `T` and answer are all known to the document.
pub(crate) trait Described<T> {
    /// Adds all that the handler takes and gives.
    fn describe(&self, sketch: &mut Sketch);
}

macro_rules! handlers_of {
    ($($argument:ident)*) => {
        impl<H, F, O, $($argument),*> Described<($($argument,)*)> for H
        where
            H: Fn($($argument),*) -> F,
            F: Future<Output = Result<O, ApiError>>,
            O: Output,
            $($argument: Input,)*
        {
            fn describe(&self, sketch: &mut Sketch) {
                $($argument::describe(sketch);)*
                O::describe(sketch);
            }
        }
    };
}

handlers_of! {}
handlers_of! { A }
handlers_of! { A B }
handlers_of! { A B C }
handlers_of! { A B C D }
handlers_of! { A B C D E }
handlers_of! { A B C D E G }

impl<S> Input for axum::extract::State<S> {
    fn describe(_: &mut Sketch) {}
}

impl<T> Input for axum::Extension<T> {
    fn describe(_: &mut Sketch) {}
}
