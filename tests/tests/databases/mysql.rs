//! Errors of MariaDB or MySQL, by sqlx.

use retry_runtime::Class;
use sqlx::{AssertSqlSafe, Connection, MySqlConnection};

use crate::failure::class;
use crate::server::{address, found, unique_name, with_removal};
use crate::session::Session;

const VARIABLE: &str = "RETRY_TEST_MYSQL_URL";

struct Database {
    url: String,
    table: String,
}

impl Database {
    async fn open(&self) -> MySqlConnection {
        MySqlConnection::connect(&self.url).await.unwrap()
    }
}

/// Runs a test on a table of its own, if there is a server.
async fn with_table(test: impl AsyncFnOnce(Database)) {
    let url = address(VARIABLE, "mysql://root@127.0.0.1:3306/test");
    let Some(mut admin) = found(MySqlConnection::connect(&url).await, VARIABLE) else { return };
    let table = unique_name();
    admin.run(&format!("CREATE TABLE {table} (id int PRIMARY KEY, balance int) ENGINE = InnoDB")).await.unwrap();
    admin.run(&format!("INSERT INTO {table} VALUES (1, 9), (2, 9)")).await.unwrap();
    let drop = format!("DROP TABLE {table}");
    with_removal(test(Database { url, table }), async { admin.run(&drop).await.unwrap() }).await;
}

#[tokio::test]
async fn deadlocks_and_lock_timeouts_are_conflicts() {
    with_table(async |database| {
        let table = &database.table;
        let (mut one, mut other) = (database.open().await, database.open().await);
        one.run("BEGIN").await.unwrap();
        other.run("BEGIN").await.unwrap();
        let change = |id| format!("UPDATE {table} SET balance = balance + 1 WHERE id = {id}");
        one.run(&change(1)).await.unwrap();
        other.run(&change(2)).await.unwrap();
        let (two, first) = (change(2), change(1));
        let (a, b) = tokio::join!(one.run(&two), other.run(&first));
        assert_eq!(a.and(b), Err(Class::Conflict));
        one.close().await.unwrap();
        other.close().await.unwrap();

        let (mut one, mut other) = (database.open().await, database.open().await);
        one.run("BEGIN").await.unwrap();
        one.run(&change(1)).await.unwrap();
        other.run("SET innodb_lock_wait_timeout = 1").await.unwrap();
        assert_eq!(other.run(&change(1)).await, Err(Class::Conflict));
    })
    .await;
}

#[tokio::test]
async fn a_killed_connection_is_disconnected_and_a_killed_statement_is_permanent() {
    with_table(async |database| {
        for (kill, expected) in [("KILL", Class::Disconnected), ("KILL QUERY", Class::Permanent)] {
            let mut session = database.open().await;
            let (id,): (u64,) = sqlx::query_as("SELECT connection_id()").fetch_one(&mut session).await.unwrap();
            let table = &database.table;
            let mut holder = database.open().await;
            holder.run("BEGIN").await.unwrap();
            holder.run(&format!("UPDATE {table} SET balance = 1 WHERE id = 1")).await.unwrap();
            let blocked = format!("UPDATE {table} SET balance = 2 WHERE id = 1");
            let mut admin = database.open().await;
            let find =
                format!("SELECT count(*) FROM information_schema.processlist WHERE id = {id} AND info = '{blocked}'");
            let killed = async {
                while sqlx::query_as::<_, (i64,)>(AssertSqlSafe(&*find)).fetch_one(&mut admin).await.unwrap().0 == 0 {
                    tokio::task::yield_now().await;
                }
                admin.run(&format!("{kill} {id}")).await.unwrap();
            };
            let (ended, ()) = tokio::join!(session.run(&blocked), killed);
            assert_eq!(ended, Err(expected), "{kill}");
        }
    })
    .await;
}

#[tokio::test]
async fn limits_are_throttled_and_timeouts_are_timeouts() {
    with_table(async |database| {
        let mut admin = database.open().await;
        let user = unique_name();
        admin.run(&format!("CREATE USER {user}@'%' WITH MAX_USER_CONNECTIONS 1")).await.unwrap();
        let test = async {
            let url = database.url.replace("root@", &format!("{user}@")).rsplit_once('/').unwrap().0.to_owned();
            let held = MySqlConnection::connect(&url).await.unwrap();
            assert_eq!(class(MySqlConnection::connect(&url).await.unwrap_err()), Class::Throttled);
            drop(held);
        };
        let mut remover = database.open().await;
        with_removal(test, async { remover.run(&format!("DROP USER {user}@'%'")).await.unwrap() }).await;

        let (version,): (String,) = sqlx::query_as("SELECT version()").fetch_one(&mut admin).await.unwrap();
        if version.contains("MariaDB") {
            admin.run("SET max_statement_time = 0.001").await.unwrap();
            let slow = "SELECT count(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c";
            assert_eq!(admin.run(slow).await, Err(Class::Timeout));
        }
    })
    .await;
}

#[tokio::test]
async fn mistakes_are_permanent_and_a_refused_connection_is_connect() {
    let error = MySqlConnection::connect("mysql://root@127.0.0.1:1/test").await.unwrap_err();
    assert_eq!(class(error), Class::Connect);
    with_table(async |database| {
        let mut session = database.open().await;
        let table = &database.table;
        for statement in
            [format!("INSERT INTO {table} VALUES (1, 1)"), format!("SELECT * FROM {table}_missing"), "SELEC".to_owned()]
        {
            assert_eq!(session.run(&statement).await, Err(Class::Permanent), "{statement}");
        }
    })
    .await;
}
