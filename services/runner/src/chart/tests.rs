//! Charts are held to their bytes and to what a reader must be able to see.

use resvg::tiny_skia::Pixmap;

use super::*;

fn importance(pairs: &[(&str, f64)]) -> BTreeMap<String, f64> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
}

fn many(count: u32) -> BTreeMap<String, f64> {
    (0..count).map(|n| (format!("params.field_{n:02}"), f64::from(n + 1) / 500.0)).collect()
}

fn picture(importance: &BTreeMap<String, f64>) -> Pixmap {
    Pixmap::decode_png(&render(importance).unwrap()).unwrap()
}

/// Whether a pixel has the bars' colour.
fn is_bar(picture: &Pixmap, x: u32, y: u32) -> bool {
    let pixel = picture.pixel(x, y).unwrap();
    (pixel.red(), pixel.green(), pixel.blue()) == (0x44, 0x44, 0x44)
}

/// The lengths of the bars from top to bottom, pixels.
fn bars(picture: &Pixmap) -> Vec<u32> {
    let length = |y| (0..picture.width()).filter(|x| is_bar(picture, *x, y)).count() as u32;
    let mut found: Vec<(u32, bool)> = Vec::new();
    for y in 60..530 {
        // Letters have a few such pixels too; bars have them over many rows alike.
        let length = length(y);
        match found.last_mut() {
            Some((last, _)) if *last == length => {}
            _ => found.push((length, false)),
        }
    }
    found.into_iter().map(|(length, _)| length).filter(|length| *length > 12).collect()
}

#[test]
fn the_same_data_is_the_same_file_on_every_machine() {
    let data = importance(&[("field_boosts.title", 0.82), ("boost", 0.15), ("tie_breaker", 0.03)]);
    let png = render(&data).unwrap();
    // Should a new resvg draw it otherwise: look at what it drew, then put it in this one's place.
    let drawn = std::env::temp_dir().join("pullwright-chart-golden.png");
    if png != include_bytes!("golden.png") {
        std::fs::write(&drawn, &png).unwrap();
        panic!("the chart differs from golden.png, it is in {}", drawn.display());
    }
}

#[test]
fn the_order_in_which_a_map_gives_its_entries_does_not_matter() {
    let mut equal: Vec<(String, f64)> = many(30).into_keys().map(|name| (name, 0.25)).collect();
    let one = render(&equal.iter().cloned().collect()).unwrap();
    equal.reverse();
    assert_eq!(one, render(&equal.into_iter().collect()).unwrap());
}

#[test]
fn it_is_800_by_600_on_white_and_without_a_colour() {
    let picture = picture(&many(3));
    assert_eq!((picture.width(), picture.height()), (800, 600));
    assert_eq!(picture.pixel(0, 0).unwrap().red(), 255);
    for pixel in picture.pixels() {
        assert_eq!((pixel.red(), pixel.red(), 255), (pixel.green(), pixel.blue(), pixel.alpha()));
    }
}

#[test]
fn the_largest_bar_is_on_top_and_lengths_are_true() {
    let lengths = bars(&picture(&importance(&[("a", 0.25), ("b", 1.0), ("c", 0.5)])));
    assert_eq!(lengths.len(), 3, "{lengths:?}");
    assert!(lengths[0].abs_diff(2 * lengths[1]) <= 2 && lengths[1].abs_diff(2 * lengths[2]) <= 2);
}

#[test]
fn twenty_are_shown_and_the_others_counted() {
    let ranked: Vec<(String, f64)> =
        (0..33).map(|n| (format!("p{n:02}"), f64::from(40 - n))).collect();
    let bars: Vec<(&str, f64)> =
        ranked.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let drawing = svg::draw(&bars[..SHOWN], bars.len() - SHOWN);
    assert!(
        drawing.contains("… and 13 more")
            && drawing.contains(">p19<")
            && !drawing.contains(">p20<")
    );
    assert!(!svg::draw(&bars[..SHOWN], 0).contains("more"));
    assert_eq!(picture(&ranked.into_iter().collect()).width(), 800);
}

#[test]
fn values_that_no_bar_can_stand_for_are_refused_by_name() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.1] {
        let error = render(&importance(&[("good", 0.5), ("bad", value)])).unwrap_err();
        assert!(matches!(&error, ChartError::Value { name, .. } if name == "bad"), "{error}");
    }
    assert!(matches!(render(&BTreeMap::new()), Err(ChartError::Empty)));
    for value in [0.0, -0.0, 5e-324, 1e300, f64::MAX] {
        assert!(render(&importance(&[("edge", value), ("other", 0.5)])).is_ok(), "{value}");
    }
}

#[test]
fn names_cannot_break_out_of_the_drawing() {
    let names = [
        "</text><script>alert(1)</script>",
        "<image href=\"file:///etc/passwd\"/>",
        "&lol;&#0;",
        "]]>",
        "a\0b\u{1b}[31m\u{ffff}",
        "\u{202e}drowssap\u{2066}",
        "\"' onload='x",
        "",
    ];
    for name in names {
        let data = importance(&[(name, 0.7), ("other", 0.3)]);
        assert_eq!(bars(&picture(&data)).len(), 2, "{name:?}");
        let drawing = svg::draw(&[(name, 0.7)], 0);
        assert!(!drawing.contains("<script") && !drawing.contains("<image"), "{drawing}");
    }
}

#[test]
fn what_the_font_lacks_is_shown_as_a_box() {
    assert_eq!(label::fit("boost größe ψ ж", 13.0, 300.0), "boost größe ψ ж");
    assert_eq!(label::fit("検索\u{200b}a\u{ad}\n😀e\u{301}", 13.0, 300.0), "□□□a□□□e□");
}

#[test]
fn long_names_lose_their_middle() {
    let name = format!("field_boosts.{}.title", "very_long.".repeat(20));
    let shown = label::fit(&name, 13.0, 300.0);
    assert!(shown.starts_with("field_boosts.") && shown.ends_with(".title"), "{shown}");
    assert_eq!(shown.matches('…').count(), 1);
    assert!(font::width(&shown, 13.0) <= 300.0 && font::width(&shown, 13.0) > 280.0);
    for cut in 0..40 {
        assert!(
            font::width(&label::fit(&"Ж".repeat(300), 13.0, cut as f32), 13.0)
                <= 20.0_f32.max(cut as f32)
        );
    }
    assert!(render(&importance(&[(&"x".repeat(1_000_000), 1.0)])).is_ok());
}

#[test]
fn every_chart_is_small() {
    let mut hostile = BTreeMap::new();
    for n in 0..200 {
        hostile.insert(format!("{n}{}", "@W□§%".repeat(60)), 1.0 / f64::from(n + 1));
    }
    let size = render(&hostile).unwrap().len();
    assert!(size < 60_000, "{size} bytes");
}

/// Run by hand to look at charts: `cargo test -p pullwright-runner -- --ignored look_at`.
#[test]
#[ignore = "writes pictures for people into the temporary folder"]
fn look_at_charts() {
    let long = |n: u32| {
        format!(
            "clusters.products.field_boosts.{}title_{n}",
            "description_of_the_product.".repeat(3)
        )
    };
    let cases: [(&str, BTreeMap<String, f64>); 6] = [
        ("1", importance(&[("boost", 1.0)])),
        ("3", importance(&[("field_boosts.title", 0.82), ("boost", 0.15), ("tie_breaker", 0.03)])),
        ("20", many(20)),
        ("30", many(30)),
        ("long", (0..6).map(|n| (long(n), 1.0 / f64::from(n + 1))).collect()),
        (
            "extreme",
            importance(&[
                ("all", 0.999_999),
                ("little", 1e-6),
                ("none", 0.0),
                ("検索<&>", 0.000_123_456),
            ]),
        ),
    ];
    for (name, data) in cases {
        std::fs::write(
            std::env::temp_dir().join(format!("chart-{name}.png")),
            render(&data).unwrap(),
        )
        .unwrap();
    }
}
