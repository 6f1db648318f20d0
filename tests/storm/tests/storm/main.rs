//! Simulated outages of annotated functions.

mod answers;
mod assumptions;
mod bands;
mod baseline;
mod batch;
mod chain;
mod early_stop;
mod errors;
mod law;
mod model;
mod shop;
mod table;
