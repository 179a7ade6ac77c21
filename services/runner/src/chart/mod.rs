//! The chart of parameter importance: names and numbers in, a PNG out, the same bytes for the same data on every machine.
//!
//! It knows nothing of proposals, git or GitHub, reads no file and never asks the machine for a font.

mod axis;
mod font;
mod label;
mod svg;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use resvg::{
    tiny_skia::{Color, Pixmap, Transform},
    usvg::{self, fontdb},
};

/// The picture's width, pixels.
const WIDTH: u16 = 800;
/// The picture's height, pixels.
const HEIGHT: u16 = 600;
/// How many parameters are shown; the others are counted in a remark.
const SHOWN: usize = 20;

/// Why there is no chart.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// There is nothing to show.
    #[error("there is no parameter importance")]
    Empty,
    /// A value that no bar can stand for: nothing is clamped, since a wrong number makes all the others doubtful.
    #[error("the importance of {name:?} is {value}, which is not a finite number of 0 or more")]
    Value {
        /// The parameter.
        name: String,
        /// Its value.
        value: f64,
    },
    /// The drawing was not understood.
    #[error("the chart could not be drawn")]
    Draw(#[source] usvg::Error),
    /// The picture could not be written.
    #[error("the chart could not be written as a PNG")]
    Write(#[source] png::EncodingError),
}

/// Draws how much each parameter mattered: one bar each, the 20 most important, the largest on top.
///
/// # Errors
/// No parameters, or a value that is negative or not finite.
pub fn render(importance: &BTreeMap<String, f64>) -> Result<Vec<u8>, ChartError> {
    let bars = ranked(importance)?;
    let drawing = svg::draw(&bars[..bars.len().min(SHOWN)], bars.len().saturating_sub(SHOWN));
    let options = usvg::Options {
        font_family: font::FAMILY.to_owned(),
        fontdb: Arc::clone(&FONTS),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(&drawing, &options).map_err(ChartError::Draw)?;
    let mut picture = Pixmap::new(WIDTH.into(), HEIGHT.into())
        .expect("a picture of this constant size is neither empty nor too large");
    picture.fill(Color::WHITE);
    resvg::render(&tree, Transform::identity(), &mut picture.as_mut());
    write(&picture).map_err(ChartError::Write)
}

/// The picture as a PNG of greys: it holds no colour and stays in the repository for good, so it is made small.
fn write(picture: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    // On a white ground every pixel is opaque, and red is as much as green and blue.
    let greys: Vec<u8> = picture.pixels().iter().map(|pixel| pixel.red()).collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, WIDTH.into(), HEIGHT.into());
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&greys)?;
    writer.finish()?;
    Ok(bytes)
}

/// The one font that there is.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(font::BYTES.to_vec());
    Arc::new(fonts)
});

/// The parameters from the most to the least important, equals by name.
fn ranked(importance: &BTreeMap<String, f64>) -> Result<Vec<(&str, f64)>, ChartError> {
    if importance.is_empty() {
        return Err(ChartError::Empty);
    }
    let mut bars: Vec<(&str, f64)> =
        importance.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    bars.sort_by(|(one, a), (other, b)| b.total_cmp(a).then_with(|| one.cmp(other)));
    match bars.iter().find(|(_, value)| !(value.is_finite() && *value >= 0.0)) {
        Some((name, value)) => Err(ChartError::Value { name: (*name).to_owned(), value: *value }),
        None => Ok(bars),
    }
}
