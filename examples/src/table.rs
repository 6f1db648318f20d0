//! Columns that line up, with cells of several lines.

use std::fmt::Write;

/// Alignment of a cell.
#[derive(Clone, Copy, Debug)]
pub enum Align {
    /// Left, for text.
    Left,
    /// Right, for numbers.
    Right,
}

/// The lines of one cell.
pub type Cell = Vec<String>;

/// A table of `N` columns.
#[derive(Clone, Debug)]
pub struct Table<const N: usize> {
    head: [(&'static str, Align); N],
    rows: Vec<[Cell; N]>,
    /// The rows that have a rule above them.
    ruled: Vec<usize>,
}

impl<const N: usize> Table<N> {
    /// A table without rows, with a rule below its head.
    pub fn new(head: [(&'static str, Align); N]) -> Self {
        Self { head, rows: Vec::new(), ruled: vec![0] }
    }

    /// Adds a row.
    pub fn push(&mut self, row: [Cell; N]) {
        self.rows.push(row);
    }

    /// Rules off the rows so far, as from their sum.
    pub fn rule(&mut self) {
        self.ruled.push(self.rows.len());
    }

    /// The table, a line of text a line.
    pub fn render(&self) -> String {
        let widths = self.widths();
        let rule = widths.map(|width| "─".repeat(width)).join("  ");
        let mut text = String::new();
        self.write_line(&mut text, &widths, self.head.map(|(title, _)| title));
        for (index, row) in self.rows.iter().enumerate() {
            if self.ruled.contains(&index) {
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
