//! `once`: an effect is made once, whoever asks for it again.

mod blocking;
mod duplicates;
mod ends;
mod gone;
mod leases;
mod postgres;
mod redis;
pub(crate) mod shop;
mod sqlite;
mod steps;
mod tasks;
mod waiting;
