//! Every diagram is a well-formed picture with words for those who do not see it.

use std::collections::BTreeSet;

use lstm::diagram;
use lstm::prelude::*;

use crate::support::{check_html, check_svg, decode_png};

#[test]
fn every_diagram_is_well_formed_and_described() {
    let all = diagram::all();
    let names: BTreeSet<String> = all.iter().map(diagram::Diagram::file_name).collect();
    assert_eq!(names.len(), all.len(), "two diagrams share a file");
    for diagram in all {
        check_svg(&diagram.to_svg());
        assert!(diagram.description().len() > 60, "{}", diagram.file_name());
        let page = diagram.content().unwrap();
        check_html(page.html());
        assert!(page.plain().contains(diagram.description()));
    }
}

#[test]
fn text_stays_inside_the_panel() {
    for diagram in diagram::all() {
        let svg = diagram.to_svg();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let number = |node: roxmltree::Node<'_, '_>, name: &str| node.attribute(name).unwrap().parse::<f64>().unwrap();
        let width = number(document.root_element(), "width");
        for text in document.descendants().filter(|n| n.tag_name().name() == "text") {
            let words: String = text.descendants().filter(|n| n.is_text()).filter_map(|n| n.text()).collect();
            // Wider than any of the fonts: sans-serif averages below 0.56 em a letter.
            let wide = words.chars().count() as f64 * number(text, "font-size") * 0.56;
            let left = match text.attribute("text-anchor").unwrap() {
                "start" => number(text, "x"),
                "middle" => number(text, "x") - wide / 2.0,
                _ => number(text, "x") - wide,
            };
            assert!(left >= 4.0 && left + wide <= width - 4.0, "{}: {words:?} may be cut", diagram.file_name());
        }
    }
}

#[test]
fn each_highlight_is_a_picture_of_its_own() {
    let pictures: BTreeSet<String> = Highlight::ALL.map(|h| diagram::lstm_cell(h).to_svg()).into();
    assert_eq!(pictures.len(), Highlight::ALL.len());
}

#[test]
fn the_logo_comes_in_jupyters_sizes() {
    check_svg_logo(&diagram::logo::svg());
    for side in [32, 64] {
        let (pixels, width, height) = decode_png(&diagram::logo::png(side).unwrap());
        assert_eq!((width, height, pixels.len()), (side, side, (side * side * 4) as usize));
        assert_eq!(pixels[3], 0, "the corner is clear");
    }
    let error = diagram::logo::png(8).unwrap_err().to_string();
    assert_eq!(error, "`side` must be from 16 to 512 pixels, got 8");
}

fn check_svg_logo(svg: &str) {
    check_svg(svg);
    assert!(svg.contains("width=\"64\""));
}
