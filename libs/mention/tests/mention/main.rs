//! What the crate promises to those who use it.

mod commands;
mod mentions;
mod properties;

use pullwright_mention::{Handle, Reading, read};

fn cody() -> Handle {
    Handle::new("coven-cody[bot]").expect("a login")
}

#[track_caller]
fn reading(text: &str) -> Reading<'_> {
    read(text, &cody())
}
