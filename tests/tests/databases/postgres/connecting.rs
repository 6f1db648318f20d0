//! Connections that cannot be made, and pools that have none.

use std::time::Duration;

use futures_util::FutureExt;
use retry_runtime::Class;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgConnection};

use super::{class_of_connect, with_table};
use crate::failure::class;
use crate::own_server::OwnPostgres;
use crate::server::{unique_name, with_removal};

#[tokio::test]
async fn refused_and_unknown_hosts_are_connect() {
    assert_eq!(class_of_connect("host=127.0.0.1 port=1 user=postgres").await, Class::Connect);
    assert_eq!(class_of_connect("host=no-such-host.invalid user=postgres").await, Class::Connect);
    // Nothing answers at an address for documentation; a firewall may reject it before the timeout.
    let silent = class_of_connect("host=192.0.2.1 user=postgres connect_timeout=1").await;
    assert!(matches!(silent, Class::Connect | Class::Permanent), "{silent}");
    let error = PgConnection::connect("postgres://postgres@127.0.0.1:1/test").await.unwrap_err();
    assert_eq!(class(error), Class::Connect);
}

#[tokio::test]
async fn a_wrong_database_is_permanent_and_the_wrong_kind_of_session_is_connect() {
    with_table(async |database| {
        let host = database.url.rsplit_once('/').unwrap().0;
        assert_eq!(class_of_connect(&format!("{host}/no_such_database")).await, Class::Permanent);
        assert_eq!(class_of_connect(&format!("{host}/test?target_session_attrs=read-only")).await, Class::Connect);
        assert_eq!(class_of_connect(&format!("{host}/test?sslmode=require")).await, Class::Permanent);
        let error = PgConnection::connect(&format!("{host}/no_such_database")).await.unwrap_err();
        assert_eq!(class(error), Class::Permanent);
    })
    .await;
}

#[tokio::test]
async fn too_many_connections_are_throttled() {
    with_table(async |database| {
        let admin = database.client().await;
        let role = unique_name();
        admin.batch_execute(&format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 0")).await.unwrap();
        let url = database.url.replace("postgres@", &format!("{role}@"));
        let test = async {
            assert_eq!(class_of_connect(&url).await, Class::Throttled);
            assert_eq!(class(PgConnection::connect(&url).await.unwrap_err()), Class::Throttled);
        };
        with_removal(test, async { admin.batch_execute(&format!("DROP ROLE {role}")).await.unwrap() }).await;
    })
    .await;
}

#[tokio::test]
async fn a_pool_of_sqlx_without_a_free_connection_is_connect() {
    let brief = || PgPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_millis(50));
    let down = brief().connect_lazy("postgres://postgres@127.0.0.1:1/test").unwrap();
    assert_eq!(class(down.acquire().await.unwrap_err()), Class::Connect);
    with_table(async |database| {
        let pool = PgPoolOptions::new().max_connections(1).connect(&database.url).await.unwrap();
        let held = pool.acquire().await.unwrap();
        pool.close().now_or_never();
        assert_eq!(class(pool.acquire().await.unwrap_err()), Class::Permanent);
        drop(held);
        let pool = brief().connect_lazy(&database.url).unwrap();
        // The pool connects within its timeout unless the machine is very slow: then it has no connection, either.
        let held = pool.acquire().await;
        assert_eq!(class(pool.acquire().await.unwrap_err()), Class::Connect);
        drop(held);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_starts_is_connect_and_one_that_stops_is_disconnected() {
    let Some(mut server) = OwnPostgres::start() else { return };
    let url = server.url();
    let mut client = super::connect(&url.parse().unwrap()).await.unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    server.stop();
    assert_eq!(crate::session::Session::run(&mut client, "SELECT 1").await, Err(Class::Disconnected));
    assert_eq!(crate::session::Session::run(&mut connection, "SELECT 1").await, Err(Class::Disconnected));
    assert_eq!(class_of_connect(&url).await, Class::Connect);
    server.start_as_closed_standby();
    assert_eq!(class_of_connect(&url).await, Class::Connect);
    assert_eq!(class(PgConnection::connect(&url).await.unwrap_err()), Class::Connect);
}
