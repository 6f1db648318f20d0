//! A chart in a terminal.

use std::fmt::Write;

use crate::chart::axis::Axis;
use crate::chart::style::style;
use crate::chart::{Chart, Series};

/// The width of the plot in columns, and its height in rows.
const WIDTH: usize = 76;
const HEIGHT: usize = 18;

/// The chart in characters, about 90 columns wide; where lines cross, the later one is seen.
pub fn text(chart: &Chart) -> String {
    let (x, y) = (Axis::to(chart.most_x(), 10.0), Axis::to(chart.most_y(), 6.0).rounded());
    let mut plot = Plot([[' '; WIDTH]; HEIGHT]);
    for (index, series) in chart.series.iter().enumerate() {
        plot.draw(series, &x, &y, style(index).glyph);
    }
    let labels = row_labels(&y);
    let margin = labels.iter().map(String::len).max().unwrap_or(0);
    let mut text = format!("{}: {}\n", chart.title, chart.y);
    for (row, label) in plot.0.iter().zip(&labels) {
        let line: String = row.iter().collect();
        let edge = if label.is_empty() { '│' } else { '┤' };
        let _ = writeln!(text, "{label:>margin$} {edge}{}", line.trim_end());
    }
    text += &bottom(&x, &chart.x, margin);
    let legend = chart.series.iter().enumerate();
    let legend: Vec<_> = legend.map(|(index, series)| format!("{} {}", style(index).glyph, series.name)).collect();
    let _ = writeln!(text, "{:margin$}  {}", "", legend.join("   "));
    text
}

struct Plot([[char; WIDTH]; HEIGHT]);

impl Plot {
    fn draw(&mut self, series: &Series, x: &Axis, y: &Axis, glyph: char) {
        let cells: Vec<_> = series.drawn().map(|point| (column(x.share(point.0)), y.share(point.1))).collect();
        for &(column, share) in &cells {
            self.0[row(share)][column] = glyph;
        }
        for pair in cells.windows(2) {
            let ((from, low), (to, high)) = (pair[0], pair[1]);
            for column in from + 1..to {
                let way = real(column - from) / real(to - from);
                self.0[row(low + (high - low) * way)][column] = glyph;
            }
        }
    }
}

/// A label for each row, empty where there is no tick.
fn row_labels(y: &Axis) -> Vec<String> {
    let mut labels = vec![String::new(); HEIGHT];
    for tick in y.ticks() {
        labels[row(y.share(tick))] = y.label(tick);
    }
    labels
}

/// The horizontal axis with its ticks, their labels and what it counts.
fn bottom(x: &Axis, what: &str, margin: usize) -> String {
    let mut rule = ['─'; WIDTH];
    let mut labels = String::new();
    for tick in x.ticks() {
        let at = column(x.share(tick));
        rule[at] = '┬';
        let label = x.label(tick);
        let start = (at + 1).saturating_sub(label.len() / 2);
        let _ = write!(labels, "{:1$}{label}", "", start.saturating_sub(labels.len()));
    }
    let rule: String = rule.iter().collect();
    let indent = " ".repeat(margin + 1);
    format!("{indent}└{rule}\n{indent}{labels}\n{indent}{what:^WIDTH$}").trim_end().to_owned() + "\n"
}

fn column(share: f64) -> usize {
    nearest(share, WIDTH - 1)
}

/// The rows go from the top down.
fn row(share: f64) -> usize {
    HEIGHT - 1 - nearest(share, HEIGHT - 1)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share is from 0 to 1, and `most` is small
fn nearest(share: f64, most: usize) -> usize {
    ((share * real(most)).round() as usize).min(most)
}

#[allow(clippy::cast_precision_loss)] // columns and rows are few
fn real(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(points: &[&[(f64, f64)]]) -> Chart {
        let names = ["one", "two"].into_iter().map(str::to_owned);
        let series = names.zip(points).map(|(name, points)| Series { name, points: points.to_vec() });
        Chart { title: "Load".to_owned(), x: "s".to_owned(), y: "calls".to_owned(), series: series.collect() }
    }

    #[test]
    fn a_line_goes_from_corner_to_corner() {
        let text = text(&chart(&[&[(0.0, 0.0), (10.0, 60.0)]]));
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "Load: calls");
        assert_eq!(lines[1], format!("60 ┤{}●●●", " ".repeat(WIDTH - 3)));
        assert_eq!(lines[HEIGHT], " 0 ┤●●●");
        assert_eq!(lines.last(), Some(&"    ● one"));
        assert_eq!(text.matches('●').count(), WIDTH + 1, "a mark a column, and the legend's");
    }

    #[test]
    fn each_series_has_a_mark_of_its_own() {
        let text = text(&chart(&[&[(0.0, 5.0), (9.0, 5.0)], &[(0.0, 1.0), (9.0, 1.0)]]));
        assert!(text.contains("● one   ▲ two"), "{text}");
        assert_eq!(text.matches('▲').count(), WIDTH + 1);
    }

    #[test]
    fn what_cannot_be_drawn_is_left_out() {
        let text = text(&chart(&[&[(f64::NAN, 1.0), (0.0, f64::INFINITY), (-1.0, 1.0)]]));
        assert_eq!(text.matches('●').count(), 1, "{text}");
    }
}
