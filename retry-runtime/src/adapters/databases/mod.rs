//! Classes of errors of databases, their clients and connection pools.

#[cfg(feature = "bb8")]
mod bb8;
#[cfg(any(feature = "sqlx", feature = "tokio-postgres"))]
mod connecting;
#[cfg(feature = "deadpool")]
mod deadpool;
#[cfg(feature = "sqlx")]
mod mysql_code;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "rusqlite")]
mod rusqlite;
#[cfg(any(feature = "rusqlite", feature = "sqlx"))]
mod sqlite_code;
#[cfg(any(feature = "sqlx", feature = "tokio-postgres"))]
mod sqlstate;
#[cfg(feature = "sqlx")]
mod sqlx;
#[cfg(feature = "tokio-postgres")]
mod tokio_postgres;
