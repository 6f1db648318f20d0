//! Charts as SVG.

use std::fmt::Write;

use crate::chart::axis::Axis;
use crate::chart::style::{Style, style};
use crate::chart::{Chart, Series};

/// The size of a panel, and the plot's edges in it.
const PANEL: (f64, f64) = (460.0, 340.0);
const LEFT: f64 = 72.0;
const RIGHT: f64 = 440.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 284.0;

/// The height of the title, and of one row of the legend.
const TITLE: f64 = 40.0;
const LEGEND_ROW: f64 = 22.0;

/// About the width of a character of the legend; the font is the viewer's.
const CHARACTER: f64 = 7.0;

/// The most marks on a line; the dash alone tells lines apart between them.
const MARKS: usize = 20;

/// The charts as panels of one picture, row by row with so many `columns`, under one title and one legend. Series of the
/// same name look the same in each.
pub fn svg(title: &str, charts: &[Chart], columns: usize) -> String {
    let columns = columns.clamp(1, charts.len().max(1));
    let names = names(charts);
    let width = PANEL.0 * real(columns);
    let (legend, legend_height) = legend(&names, width);
    let height = TITLE + legend_height + PANEL.1 * real(charts.len().div_ceil(columns));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\" role=\"img\">\n<title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"{}\" y=\"26\" font-size=\"17\" font-weight=\"bold\" text-anchor=\"middle\">{title}</text>\n",
        width / 2.0,
        title = escaped(title),
    );
    svg += &legend;
    for (index, chart) in charts.iter().enumerate() {
        let (x, y) = (PANEL.0 * real(index % columns), PANEL.1 * real(index / columns));
        let _ = writeln!(svg, "<g transform=\"translate({x},{})\">", y + TITLE + legend_height);
        svg += &panel(chart, &names);
        svg += "</g>\n";
    }
    svg + "</svg>\n"
}

/// Each series' name, once.
fn names(charts: &[Chart]) -> Vec<&str> {
    let mut names = Vec::new();
    for series in charts.iter().flat_map(|chart| &chart.series) {
        if !names.contains(&series.name.as_str()) {
            names.push(&series.name);
        }
    }
    names
}

fn legend(names: &[&str], width: f64) -> (String, f64) {
    let (mut x, mut y) = (LEFT, LEGEND_ROW / 2.0);
    let mut svg = format!("<g transform=\"translate(0,{TITLE})\">\n");
    for (index, name) in names.iter().enumerate() {
        let entry = 66.0 + CHARACTER * real(name.chars().count());
        if x > LEFT && x + entry > width {
            (x, y) = (LEFT, y + LEGEND_ROW);
        }
        let style = style(index);
        line(&mut svg, style, &format!("M{x} {y}h36"));
        mark(&mut svg, style, x + 18.0, y);
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{}\">{}</text>", x + 42.0, y + 4.5, escaped(name));
        x += entry;
    }
    svg += "</g>\n";
    (svg, y + LEGEND_ROW / 2.0)
}

fn panel(chart: &Chart, names: &[&str]) -> String {
    let (x, y) = (Axis::to(chart.most_x(), 10.0), Axis::to(chart.most_y(), 6.0).rounded());
    let mut svg = format!(
        "<text x=\"{LEFT}\" y=\"18\" font-weight=\"bold\">{}</text>\n<text x=\"{LEFT}\" y=\"35\">{}</text>\n",
        escaped(&chart.title),
        escaped(&chart.y),
    );
    axes(&mut svg, &x, &y, &chart.x);
    for series in &chart.series {
        let index = names.iter().position(|name| *name == series.name).unwrap_or(0);
        plot(&mut svg, series, style(index), &x, &y);
    }
    svg
}

fn axes(svg: &mut String, x: &Axis, y: &Axis, what: &str) {
    for tick in y.ticks() {
        let (at, label) = (down(y, tick), y.label(tick));
        let _ = writeln!(svg, "<path d=\"M{LEFT} {at:.1}H{RIGHT}\" stroke=\"#ddd\"/>");
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>", LEFT - 8.0, at + 4.5);
    }
    for tick in x.ticks() {
        let (at, label) = (across(x, tick), x.label(tick));
        let _ = writeln!(svg, "<path d=\"M{at:.1} {BOTTOM}v5\" stroke=\"#444\"/>");
        let _ = writeln!(svg, "<text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>", BOTTOM + 20.0);
    }
    let _ = writeln!(svg, "<path d=\"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}\" fill=\"none\" stroke=\"#444\"/>");
    let (middle, below) = (f64::midpoint(LEFT, RIGHT), BOTTOM + 40.0);
    let _ = writeln!(svg, "<text x=\"{middle}\" y=\"{below}\" text-anchor=\"middle\">{}</text>", escaped(what));
}

fn plot(svg: &mut String, series: &Series, style: &Style, x: &Axis, y: &Axis) {
    let points: Vec<_> = series.drawn().map(|point| (across(x, point.0), down(y, point.1))).collect();
    let path: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    if !path.is_empty() {
        line(svg, style, &format!("M{}", path.join("L")));
    }
    for (x, y) in points.iter().step_by(points.len().div_ceil(MARKS).max(1)) {
        mark(svg, style, *x, *y);
    }
}

fn line(svg: &mut String, Style { colour, dash, .. }: &Style, path: &str) {
    let _ = writeln!(
        svg,
        "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\" stroke-dasharray=\"{dash}\" \
         stroke-linejoin=\"round\"/>"
    );
}

fn mark(svg: &mut String, Style { colour, mark, .. }: &Style, x: f64, y: f64) {
    let _ = writeln!(
        svg,
        "<path d=\"{mark}\" transform=\"translate({x:.1},{y:.1})\" fill=\"{colour}\" stroke=\"{colour}\" \
         stroke-width=\"1.5\"/>"
    );
}

fn across(x: &Axis, value: f64) -> f64 {
    LEFT + (RIGHT - LEFT) * x.share(value)
}

fn down(y: &Axis, value: f64) -> f64 {
    BOTTOM - (BOTTOM - TOP) * y.share(value)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[allow(clippy::cast_precision_loss)] // panels, names and characters are few
fn real(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(name: &str, points: usize) -> Chart {
        let points = (0..points).map(|point| (real(point), real(point))).collect();
        let series = vec![Series { name: name.to_owned(), points }];
        Chart { title: "a < b & c".to_owned(), x: "x".to_owned(), y: "y".to_owned(), series }
    }

    #[test]
    fn text_is_escaped() {
        let svg = svg("t", &[chart("s", 2)], 1);
        assert!(svg.contains("a &lt; b &amp; c") && !svg.contains("a < b"), "{svg}");
    }

    #[test]
    fn series_of_one_name_share_a_style_and_a_legend() {
        let svg = svg("t", &[chart("one", 2), chart("two", 2), chart("one", 2)], 2);
        assert_eq!(svg.matches(">one</text>").count(), 1);
        // A line in the legend and one in each panel.
        let lines = |index| svg.matches(&format!("stroke-dasharray=\"{}\"", style(index).dash)).count();
        assert_eq!((lines(0), lines(1)), (3, 2));
    }

    #[test]
    fn a_long_line_has_few_marks() {
        let marks = |points| svg("t", &[chart("s", points)], 1).matches(style(0).mark).count() - 1;
        assert_eq!((marks(0), marks(1), marks(20), marks(21), marks(1000)), (0, 1, 20, 11, 20));
    }

    #[test]
    fn a_legend_that_is_too_wide_goes_on_below() {
        let (_, one) = legend(&["short"], PANEL.0);
        let (_, two) = legend(&["a rather long name of a series"; 2], PANEL.0);
        assert!((two - one - LEGEND_ROW).abs() < 1e-9);
    }
}
