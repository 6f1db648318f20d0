//! The numbers as tables and charts.

use std::array;

use retry_examples::chart::{self, Chart, Series};
use retry_examples::table::Align::{Left, Right};
use retry_examples::table::Table;

use crate::experiment::{Line, Point, Report};
use crate::fleet::Fleet;
use crate::schedule::{NO_JITTER, SCHEDULES};

/// One number of each point, with its words.
struct Measure {
    title: &'static str,
    unit: &'static str,
    decimals: usize,
    of: fn(&Point) -> f64,
}

const COMPLETION: Measure = Measure {
    title: "Completion time",
    unit: "seconds until the last client has its answer",
    decimals: 2,
    of: |point| point.completed_ms / 1000.0,
};

const WORK: Measure =
    Measure { title: "Work", unit: "writes that reach the object", decimals: 0, of: |point| point.writes };

/// For a terminal.
pub(crate) fn text(report: &Report) -> String {
    let [completion, closer, work] = charts(&report.schedules).map(|chart| chart::text(&chart));
    let tables = [COMPLETION, WORK].map(|measure| table(&report.schedules, &measure));
    format!(
        "means of {} runs, seed {}\n\n{}\n{completion}\n{closer}\n{}\n{work}\n{}",
        report.runs,
        report.seed,
        tables[0],
        tables[1],
        fleets(&report.fleets)
    )
}

/// Draws it as a chart.
pub(crate) fn svg(report: &Report) -> String {
    chart::svg("Clients that write one object, by how they wait after a conflict", &charts(&report.schedules), 3)
}

/// A title and a row a number of clients, a column a schedule.
fn table(schedules: &[Line], measure: &Measure) -> String {
    const COLUMNS: usize = 1 + SCHEDULES.len();
    let mut table: Table<COLUMNS> =
        Table::new(array::from_fn(|column| (if column == 0 { "clients" } else { schedules[column - 1].name }, Right)));
    for (row, Point { clients, .. }) in schedules[0].points.iter().enumerate() {
        let value = |line: &Line| format!("{:.*}", measure.decimals, (measure.of)(&line.points[row]));
        let text = |column| if column == 0 { clients.to_string() } else { value(&schedules[column - 1]) };
        table.push(array::from_fn(|column| vec![text(column)]));
    }
    format!("{}: {}\n\n{}", measure.title, measure.unit, table.render())
}

/// A row per way to return after a hint.
fn fleets(fleets: &[Fleet]) -> String {
    let mut table = Table::new([("return", Left), ("served", Right), ("peak", Right), ("rejected per call", Right)]);
    for fleet in fleets {
        let served = format!("{:.1} %", fleet.served_percent);
        let row = [fleet.name.to_owned(), served, format!("{:.1}", fleet.peak), format!("{:.2}", fleet.rejected)];
        table.push(row.map(|cell| vec![cell]));
    }
    let title = "Fleet: 1,000 clients that a service of 50 calls per second sent away for 30 s";
    format!("{title}; the peak is the most in a tenth of a second, as a multiple of its rate\n\n{}", table.render())
}

/// Without jitter the last client waits so long that the others' lines lie on the axis; so there is a chart without it.
fn charts(schedules: &[Line]) -> [Chart; 3] {
    let completion = chart(schedules, &COMPLETION);
    let mut closer = completion.clone();
    closer.title = format!("Completion time, without '{NO_JITTER}'");
    for left_out in closer.series.iter_mut().filter(|series| series.name == NO_JITTER) {
        left_out.points.clear();
    }
    [completion, closer, chart(schedules, &WORK)]
}

fn chart(schedules: &[Line], measure: &Measure) -> Chart {
    let series = schedules.iter().map(|line| Series {
        name: line.name.to_owned(),
        points: line.points.iter().map(|point| (f64::from(point.clients), (measure.of)(point))).collect(),
    });
    Chart {
        title: measure.title.to_owned(),
        x: "clients".to_owned(),
        y: measure.unit.to_owned(),
        series: series.collect(),
    }
}
