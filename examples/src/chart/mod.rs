//! Line charts, for a terminal and as SVG.
//!
//! Both are readable without colour: each series has a mark of its own, the same in both, and in the SVG a dash too.
//!
//! ```
//! use retry_examples::chart::{self, Chart, Series};
//!
//! let chart = Chart {
//!     title: "Load".to_owned(),
//!     x: "seconds".to_owned(),
//!     y: "requests a second".to_owned(),
//!     series: vec![
//!         Series { name: "offered".to_owned(), points: vec![(0.0, 100.0), (60.0, 100.0)] },
//!         Series { name: "answered".to_owned(), points: vec![(0.0, 100.0), (20.0, 0.0), (60.0, 90.0)] },
//!     ],
//! };
//! print!("{}", chart::text(&chart));
//! let svg = chart::svg("An outage", &[chart], 1);
//! # assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
//! ```

mod axis;
mod style;
mod svg;
mod text;

pub use svg::svg;
pub use text::text;

/// Some series over one axis. Both axes start at zero.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Title.
    pub title: String,
    /// Label of the horizontal axis, with its unit.
    pub x: String,
    /// Label of the vertical axis, with its unit.
    pub y: String,
    /// The lines; the seventh looks like the first.
    pub series: Vec<Series>,
}

/// One line.
#[derive(Clone, Debug)]
pub struct Series {
    /// Text in the legend.
    pub name: String,
    /// Points from left to right; values below zero and NaN are left out.
    pub points: Vec<(f64, f64)>,
}

impl Chart {
    fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        self.series.iter().flat_map(Series::drawn)
    }

    fn most_x(&self) -> f64 {
        self.points().map(|(x, _)| x).fold(0.0, f64::max)
    }

    fn most_y(&self) -> f64 {
        self.points().map(|(_, y)| y).fold(0.0, f64::max)
    }
}

impl Series {
    /// The points that can be drawn.
    fn drawn(&self) -> impl Iterator<Item = (f64, f64)> {
        let drawable = |value: f64| value.is_finite() && value >= 0.0;
        self.points.iter().copied().filter(move |&(x, y)| drawable(x) && drawable(y))
    }
}
