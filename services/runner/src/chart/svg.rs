//! The drawing as SVG: where everything stands. All edges are whole pixels, so that nothing blurs.

use std::fmt::Write as _;

use super::{HEIGHT, WIDTH, axis::Axis, font, label};
use crate::text::number;

const TITLE: &str = "Parameter importance";
const AXIS_LABEL: &str = "Importance";

const TOP: f64 = 64.0;
const BOTTOM: f64 = 524.0;
/// The end of the longest bar; its value stands to the right of it.
const RIGHT: f64 = 724.0;
const MARGIN: f64 = 24.0;
/// Between a name, its bar and its value.
const GAP: f64 = 8.0;
const MOST_FOR_NAMES: f32 = 300.0;
const SIZE: f32 = 13.0;
const THICKEST_BAR: f64 = 64.0;

/// Draws bars, the first on top, and says how many more there are.
pub(super) fn draw(bars: &[(&str, f64)], more: usize) -> String {
    let names: Vec<String> =
        bars.iter().map(|(name, _)| label::fit(name, SIZE, MOST_FOR_NAMES)).collect();
    let widest = names.iter().map(|name| font::width(name, SIZE)).fold(0.0, f32::max);
    let left = (MARGIN + f64::from(widest) + GAP).ceil();
    let axis = Axis::up_to(bars.iter().map(|(_, value)| *value).fold(0.0, f64::max));

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         font-family=\"{}\" font-size=\"{SIZE}\" fill=\"#222222\">",
        font::FAMILY
    );
    frame(&mut svg, left);
    scale(&mut svg, &axis, left);
    for (at, ((_, value), name)) in bars.iter().zip(&names).enumerate() {
        bar(&mut svg, &axis, left, Slot::of(at, bars.len()), name, *value);
    }
    if more > 0 {
        text(&mut svg, MARGIN, 572.0, "start", &format!("… and {more} more"));
    }
    // The line that the bars stand on is drawn over their ends.
    line(&mut svg, "#222222", left, TOP, left, BOTTOM);
    svg.push_str("</svg>");
    svg
}

/// A bar's share of the height.
struct Slot {
    middle: f64,
    thickness: f64,
}

impl Slot {
    fn of(at: usize, of: usize) -> Self {
        // At most 20 of them, which every number type holds.
        let (at, of) = (at as f64, of as f64);
        let height = (BOTTOM - TOP) / of;
        Self {
            middle: TOP + height * (at + 0.5),
            thickness: (height * 0.7).floor().min(THICKEST_BAR),
        }
    }
}

fn frame(svg: &mut String, left: f64) {
    let middle = ((left + RIGHT) / 2.0).round();
    let _ = write!(
        svg,
        "<text x=\"400\" y=\"38\" font-size=\"20\" text-anchor=\"middle\">{TITLE}</text>\
         <text x=\"{middle}\" y=\"572\" font-size=\"15\" text-anchor=\"middle\">{AXIS_LABEL}</text>"
    );
}

fn scale(svg: &mut String, axis: &Axis, left: f64) {
    for mark in &axis.marks {
        let x = (left + (RIGHT - left) * axis.share(*mark)).round();
        line(svg, "#dddddd", x, TOP, x, BOTTOM);
        line(svg, "#222222", x, BOTTOM, x, BOTTOM + 5.0);
        text(svg, x, BOTTOM + 21.0, "middle", &number::significant(*mark, 6));
    }
    line(svg, "#222222", left, BOTTOM, RIGHT, BOTTOM);
}

fn bar(svg: &mut String, axis: &Axis, left: f64, slot: Slot, name: &str, value: f64) {
    let full = RIGHT - left;
    // A little is not nothing, and has to be seen beside the line that it stands on.
    let least = if value > 0.0 { 3.0 } else { 0.0 };
    let length = (full * axis.share(value)).round().max(least);
    let y = (slot.middle - slot.thickness / 2.0).round();
    rect(svg, "#444444", [left, y, length, slot.thickness]);
    // Digits are about 0.73 of the size high.
    let line = (slot.middle + f64::from(SIZE) * 0.36).round();
    text(svg, left - GAP, line, "end", &label::escape(name));
    let value = number::significant(value, 3);
    // On a white ground, so that no line of the scale runs through it.
    let (x, width) = (left + length + GAP, f64::from(font::width(&value, SIZE)).ceil());
    rect(svg, "#ffffff", [x - 3.0, line - 12.0, width + 6.0, 15.0]);
    text(svg, x, line, "start", &value);
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, content: &str) {
    let _ = write!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" xml:space=\"preserve\">{content}</text>"
    );
}

/// A line one pixel thick, on pixels and not between them.
fn line(svg: &mut String, colour: &str, x1: f64, y1: f64, x2: f64, y2: f64) {
    rect(svg, colour, [x1, y1, (x2 - x1).max(1.0), (y2 - y1).max(1.0)]);
}

/// A filled rectangle: left, top, width, height.
fn rect(svg: &mut String, colour: &str, [x, y, width, height]: [f64; 4]) {
    let _ = write!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{colour}\"/>"
    );
}
