//! Failure classes of errors of databases and brokers: real servers that are made to fail.

mod aws;
mod example_programs;
mod failure;
mod kubernetes;
mod mysql;
mod nats;
mod own_server;
mod pools;
mod postgres;
mod proxy;
mod rabbitmq;
mod redis;
mod server;
mod session;
mod sqlite;
mod storage;
