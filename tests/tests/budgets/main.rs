//! Budgets, breakers and rate limits: properties, simulations and text forms.

mod breaker_drops;
mod breaker_model;
mod breaker_properties;
mod concurrency;
mod delays;
mod display;
mod drops;
mod health;
mod hedging;
mod hints;
mod pace;
mod properties;
mod rate_limit;
mod text;
mod waiting;
