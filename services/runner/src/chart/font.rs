//! The embedded font: what it can show and how wide that is.

use std::sync::LazyLock;

use skrifa::{
    FontRef, MetadataProvider as _,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
};

/// The font's family name.
pub(super) const FAMILY: &str = "DejaVu Sans";
/// The font, see `assets/fonts/README.md`.
pub(super) const BYTES: &[u8] = include_bytes!("../../assets/fonts/DejaVuSans-subset.ttf");

struct Font {
    characters: Charmap<'static>,
    /// Advances for a size of one unit.
    advances: GlyphMetrics<'static>,
}

static FONT: LazyLock<Font> = LazyLock::new(|| {
    let font = FontRef::new(BYTES).expect("the embedded font is well-formed, as the tests show");
    let advances = font.glyph_metrics(Size::new(1.0), LocationRef::default());
    Font { characters: font.charmap(), advances }
});

/// Whether the font has a glyph for a character.
pub(super) fn has(c: char) -> bool {
    FONT.characters.map(c).is_some()
}

/// How wide a text is at a size, pixels; the font has no kerning.
pub(super) fn width(text: &str, size: f32) -> f32 {
    let advance = |c| FONT.characters.map(c).and_then(|glyph| FONT.advances.advance_width(glyph));
    text.chars().filter_map(advance).sum::<f32>() * size
}
