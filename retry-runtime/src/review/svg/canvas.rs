//! Lines, boxes and text in SVG.

use core::fmt::{self, Display, Formatter, Write};
use std::format;
use std::string::String;

pub(super) const WIDTH: f64 = 800.0;
/// Padding between the edge and the content.
pub(super) const PAD: f64 = 16.0;
/// Left end of the time axis, right of the labels.
pub(super) const LEFT: f64 = 214.0;
/// Right end of the time axis.
///
/// The stub of an attempt without a timeout still fits behind it.
pub(super) const RIGHT: f64 = 752.0;

/// Colours for light and dark mode.
///
/// Delays are hatched, so that the chart is readable without colours. The style uses no CSS variables, because not
/// every SVG renderer supports them, and a class prefix, because a page may contain the chart inline.
const STYLE: &str = "\
.retries text{font:13px system-ui,sans-serif;fill:#1f2328}.retries .small{font-size:11.5px;fill:#59636e}\
.retries .name{font:600 16px ui-monospace,monospace}.retries .end{text-anchor:end}\
.retries .middle{text-anchor:middle}.retries path{fill:none}.retries .background{fill:#fff;stroke:#d1d9e0}\
.retries .axis{stroke:#59636e}.retries .row{stroke:#d1d9e0;stroke-dasharray:1 4}.retries .attempt{fill:#0969da}\
.retries .stub{fill:none;stroke:#0969da;stroke-width:1.5;stroke-dasharray:3 2}\
.retries .delay{fill:url(#retries-hatch);stroke:#9a6700}.retries .shortest{stroke:#9a6700}\
.retries .hatch{stroke:#9a6700;stroke-width:1.5}.retries .earliest{fill:#59636e}\
.retries .range{stroke:#59636e;stroke-width:1.5}.retries .deadline{stroke:#cf222e;stroke-width:2}\
.retries .worst{stroke:#1f2328;stroke-dasharray:5 3}\
@media(prefers-color-scheme:dark){.retries text{fill:#f0f6fc}.retries .small{fill:#9198a1}\
.retries .background{fill:#0d1117;stroke:#3d444d}.retries .axis,.retries .range{stroke:#9198a1}\
.retries .row{stroke:#3d444d}.retries .attempt{fill:#4493f8}.retries .stub{stroke:#4493f8}\
.retries .delay,.retries .shortest,.retries .hatch{stroke:#d29922}.retries .earliest{fill:#9198a1}\
.retries .deadline{stroke:#f85149}.retries .worst{stroke:#f0f6fc}}";

pub(super) struct Canvas {
    /// Elements before the background.
    head: String,
    body: String,
}

impl Canvas {
    /// Creates a canvas with a title and a description for screen readers.
    pub(super) fn new(title: &str, description: &str) -> Self {
        let head = format!(
            "<title>{}</title>\n<desc>{}</desc>\n<style>{STYLE}</style>\n<defs><pattern id=\"retries-hatch\" width=\"6\" height=\"6\" \
             patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V6\"/></pattern></defs>\n",
            Escaped(title),
            Escaped(description)
        );
        Self { head, body: String::new() }
    }

    pub(super) fn text(&mut self, class: &str, x: f64, y: f64, text: &str) {
        self.write(format_args!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", Escaped(text)));
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.write(format_args!("<path class=\"{class}\" d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\"/>"));
    }

    /// Draws a bar from `left` to `right`, wide enough to be visible.
    pub(super) fn bar(&mut self, class: &str, (left, right): (f64, f64), y: f64, height: f64) {
        let width = (right - left).max(1.5);
        self.write(format_args!(
            "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
        ));
    }

    /// Draws a small diamond around a point.
    pub(super) fn diamond(&mut self, class: &str, x: f64, y: f64) {
        self.write(format_args!("<path class=\"{class}\" d=\"M{x:.1} {:.1}l4 4l-4 4l-4 -4z\"/>", y - 4.0));
    }

    fn write(&mut self, element: fmt::Arguments<'_>) {
        let _ = writeln!(self.body, "{element}"); // writing to a string cannot fail
    }

    /// Returns the chart with a background of this height.
    pub(super) fn finish(self, height: f64) -> String {
        let Self { head, body } = self;
        let (width, inner) = (WIDTH - 1.0, height - 1.0);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
             role=\"img\" class=\"retries\">\n{head}<rect class=\"background\" x=\"0.5\" y=\"0.5\" width=\"{width}\" height=\"{inner}\" rx=\"6\"/>\n\
             {body}</svg>\n"
        )
    }
}

/// Text inside an element; characters that XML does not allow become U+FFFD.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => formatter.write_str("&amp;")?,
                '<' => formatter.write_str("&lt;")?,
                '>' => formatter.write_str("&gt;")?,
                '\n' | '\r' | '\t' => formatter.write_char(' ')?,
                '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => formatter.write_char('\u{fffd}')?,
                letter => formatter.write_char(letter)?,
            }
        }
        Ok(())
    }
}
