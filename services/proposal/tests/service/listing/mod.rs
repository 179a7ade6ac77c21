//! Pages of lists: every filter and every order against their meaning in plain Rust, on rows full of ties and nulls.

mod cost;
mod crowd;
mod events;
mod proposals;
mod studies;
mod totals;
