//! Columns that line up, with cells of several lines.

use std::fmt::Write;

#[derive(Clone, Copy)]
pub(crate) enum Align {
    Left,
    Right,
}

/// The lines of one cell.
pub(crate) type Cell = Vec<String>;

pub(crate) struct Table<const N: usize> {
    head: [(&'static str, Align); N],
    rows: Vec<[Cell; N]>,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(head: [(&'static str, Align); N]) -> Self {
        Self { head, rows: Vec::new() }
    }

    pub(crate) fn push(&mut self, row: [Cell; N]) {
        self.rows.push(row);
    }

    /// The table with a rule below its head and above its last row, which is the sum.
    pub(crate) fn render(&self) -> String {
        let widths = self.widths();
        let rule = widths.map(|width| "─".repeat(width)).join("  ");
        let mut text = String::new();
        self.write_line(&mut text, &widths, self.head.map(|(title, _)| title));
        for (index, row) in self.rows.iter().enumerate() {
            if index == 0 || index + 1 == self.rows.len() {
                let _ = writeln!(text, "{rule}");
            }
            let height = row.iter().map(Vec::len).max().unwrap_or(0);
            for line in 0..height {
                self.write_line(&mut text, &widths, row.each_ref().map(|cell| cell.get(line).map_or("", |text| text)));
            }
        }
        text
    }

    fn widths(&self) -> [usize; N] {
        let mut widths = self.head.map(|(title, _)| title.chars().count());
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                let longest = cell.iter().map(|line| line.chars().count()).max().unwrap_or(0);
                *width = longest.max(*width);
            }
        }
        widths
    }

    fn write_line(&self, text: &mut String, widths: &[usize; N], cells: [&str; N]) {
        let mut line = String::new();
        for (((_, align), &width), cell) in self.head.iter().zip(widths).zip(cells) {
            let _ = match align {
                Align::Left => write!(line, "{cell:<width$}  "),
                Align::Right => write!(line, "{cell:>width$}  "),
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}
