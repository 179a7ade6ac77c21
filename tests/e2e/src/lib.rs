//! Nothing to link: this crate is its tests.
