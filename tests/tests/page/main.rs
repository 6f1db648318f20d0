//! The page, asked as a service: its forms, its order, what it says and what it does not, and its lines over moved time.

mod forms;
mod grafana;
mod lines;
mod privacy;
mod prometheus;
mod requests;
mod rows;
