//! Failure classes of errors of databases and brokers: real servers that are made to fail.

mod example_programs;
mod failure;
mod mysql;
mod own_server;
mod pools;
mod postgres;
mod redis;
mod server;
mod session;
mod sqlite;
