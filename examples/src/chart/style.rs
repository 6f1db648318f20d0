//! Style of a line: its mark distinguishes it without colour.

/// Style of one line.
pub(crate) struct Style {
    /// Its mark in a terminal.
    pub(crate) glyph: char,
    /// The same in SVG, as a path around the origin.
    pub(crate) mark: &'static str,
    pub(crate) dash: &'static str,
    pub(crate) colour: &'static str,
}

/// The colours are Okabe and Ito's, which the colour-blind can tell apart (2008), without their yellow.
const STYLES: [Style; 6] = [
    Style { glyph: '●', mark: "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z", dash: "none", colour: "#0072b2" },
    Style { glyph: '▲', mark: "M0-4.5L4.2 3.2H-4.2z", dash: "8 3", colour: "#d55e00" },
    Style { glyph: '■', mark: "M-3.2-3.2h6.4v6.4h-6.4z", dash: "2 3", colour: "#009e73" },
    Style { glyph: '◆', mark: "M0-4.8L4.3 0L0 4.8L-4.3 0z", dash: "10 3 2 3", colour: "#cc79a7" },
    Style { glyph: '×', mark: "M-3.5-3.5L3.5 3.5M-3.5 3.5L3.5-3.5", dash: "4 2", colour: "#000000" },
    Style { glyph: '+', mark: "M-4.5 0H4.5M0-4.5V4.5", dash: "14 3", colour: "#e69f00" },
];

/// Returns the style of the line of this index.
pub(crate) const fn style(index: usize) -> &'static Style {
    &STYLES[index % STYLES.len()]
}
