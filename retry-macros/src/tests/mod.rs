mod fuzz;
mod snapshots;
