//! Errors of Redis.

use redis::aio::MultiplexedConnection;
use redis::{Client, Commands, RedisError};
use retry_runtime::{Class, retry};

use crate::failure::class;
use crate::own_server::OwnServer;
use crate::server::{address, found};

const VARIABLE: &str = "RETRY_TEST_REDIS_URL";

fn client(url: &str) -> Client {
    Client::open(url).unwrap()
}

async fn connect() -> Option<MultiplexedConnection> {
    let url = address(VARIABLE, "redis://127.0.0.1:6379/");
    found(client(&url).get_multiplexed_async_connection().await, VARIABLE)
}

#[tokio::test]
async fn answers_have_the_class_of_their_code() {
    let Some(mut connection) = connect().await else { return };
    for (answer, expected) in [
        ("LOADING Redis is loading the dataset in memory", Class::Unavailable),
        ("TRYAGAIN Multiple keys request during rehashing of slot", Class::Unavailable),
        ("CLUSTERDOWN The cluster is down", Class::Unavailable),
        ("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", Class::Unavailable),
        ("READONLY You can't write against a read only replica.", Class::Unavailable),
        ("BUSY Redis is busy running a script.", Class::Unavailable),
        ("NOREPLICAS Not enough good replicas to write.", Class::Unavailable),
        ("ERR max number of clients reached", Class::Throttled),
        ("ERR unknown command", Class::Permanent),
        ("WRONGTYPE Operation against a key holding the wrong kind of value", Class::Permanent),
        ("BUSYGROUP Consumer Group name already exists", Class::Permanent),
        ("OOM command not allowed when used memory > 'maxmemory'.", Class::Permanent),
        ("NOAUTH Authentication required.", Class::Permanent),
    ] {
        let reply = format!("return redis.error_reply([[{answer}]])");
        let mut script = redis::cmd("EVAL");
        script.arg(&reply).arg(0);
        let error = script.query_async::<()>(&mut connection).await.unwrap_err();
        assert_eq!(class(error), expected, "{answer}");
        let mut pipeline = redis::pipe();
        pipeline.cmd("PING").ignore().add_command(script).ignore();
        let error = pipeline.query_async::<()>(&mut connection).await.unwrap_err();
        assert_eq!(class(error), expected, "{answer} in a pipeline");
    }
}

#[tokio::test]
async fn a_replica_is_unavailable_for_writes_also_in_a_transaction() {
    let Some(server) = OwnServer::redis(&[]) else { return };
    let mut connection = client(&url(&server)).get_multiplexed_async_connection().await.unwrap();
    let mut replicate = redis::cmd("REPLICAOF");
    replicate.arg("127.0.0.1").arg(1);
    replicate.query_async::<()>(&mut connection).await.unwrap();
    let mut write = redis::cmd("SET");
    write.arg("key").arg(1);
    assert_eq!(class(write.query_async::<()>(&mut connection).await.unwrap_err()), Class::Unavailable);
    let mut transaction = redis::pipe();
    transaction.atomic().add_command(write);
    assert_eq!(class(transaction.query_async::<()>(&mut connection).await.unwrap_err()), Class::Unavailable);
    let mut stale = redis::cmd("CONFIG");
    stale.arg("SET").arg("replica-serve-stale-data").arg("no");
    stale.query_async::<()>(&mut connection).await.unwrap();
    let error = redis::cmd("GET").arg("key").query_async::<()>(&mut connection).await.unwrap_err();
    assert_eq!(error.code(), Some("MASTERDOWN"));
    assert_eq!(class(error), Class::Unavailable);
}

#[tokio::test]
async fn a_server_without_a_free_client_is_throttled() {
    let Some(server) = OwnServer::redis(&["--maxclients", "1"]) else { return };
    // The connection that found the server listening may still be counted.
    let held = std::iter::repeat_with(|| client(&url(&server)).get_connection()).find_map(Result::ok);
    let error = client(&url(&server)).get_connection().and_then(|mut second| second.get::<_, Option<u8>>("key"));
    // The server closes the connection after its answer, and the close may be read first.
    let found = class(error.unwrap_err());
    assert!(matches!(found, Class::Throttled | Class::Disconnected), "{found}");
    drop(held);
}

#[tokio::test]
async fn a_restart_is_disconnected_then_connect_and_then_over() {
    let Some(mut server) = OwnServer::redis(&[]) else { return };
    let mut connection = client(&url(&server)).get_multiplexed_async_connection().await.unwrap();
    server.stop();
    let error = redis::cmd("PING").query_async::<()>(&mut connection).await.unwrap_err();
    assert_eq!(class(error), Class::Disconnected);
    let error = client(&url(&server)).get_multiplexed_async_connection().await.unwrap_err();
    assert_eq!(class(error), Class::Connect);

    #[retry(max_attempts = 3, backoff = none, budget = none, retry_on = (Connect, Disconnected), on_retry = |_, _| server.start())]
    fn ping(client: &Client, server: &mut OwnServer) -> Result<String, RedisError> {
        redis::cmd("PING").query(&mut client.get_connection()?)
    }
    assert_eq!(ping(&client(&url(&server)), &mut server).unwrap(), "PONG");
}

#[tokio::test]
async fn a_socket_file_that_does_not_exist_is_connect() {
    let error = client("unix:///no/such/socket").get_connection().err().unwrap();
    assert_eq!(class(error), Class::Connect);
}

fn url(server: &OwnServer) -> String {
    format!("redis://127.0.0.1:{}/", server.port())
}
