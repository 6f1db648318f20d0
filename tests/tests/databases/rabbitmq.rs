//! Errors of RabbitMQ, by lapin.

use lapin::options::{BasicConsumeOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use lapin::{Channel, Connection, ConnectionProperties};
use retry_runtime::{Class, retry};

use crate::failure::class;
use crate::proxy::Proxy;
use crate::server::{address, found, unique_name};

const VARIABLE: &str = "RETRY_TEST_AMQP_URL";

async fn connect(url: &str) -> lapin::Result<Connection> {
    Connection::connect(url, ConnectionProperties::default()).await
}

async fn server() -> Option<(String, Connection)> {
    let url = address(VARIABLE, "amqp://guest:guest@127.0.0.1:5672/%2f");
    found(connect(&url).await, VARIABLE).map(|connection| (url, connection))
}

async fn declare(channel: &Channel, queue: &str, options: QueueDeclareOptions) -> lapin::Result<()> {
    channel.queue_declare(queue.into(), options, FieldTable::default()).await.map(drop)
}

fn exclusive() -> QueueDeclareOptions {
    QueueDeclareOptions { exclusive: true, ..QueueDeclareOptions::default() }
}

#[tokio::test]
async fn replies_have_the_class_of_their_number() {
    let Some((url, connection)) = server().await else { return };
    let queue = unique_name();
    let channel = connection.create_channel().await.unwrap();
    declare(&channel, &queue, exclusive()).await.unwrap();

    // 405: the queue belongs to another connection, until that ends.
    let other = connect(&url).await.unwrap();
    let second = other.create_channel().await.unwrap();
    assert_eq!(class(declare(&second, &queue, exclusive()).await.unwrap_err()), Class::Conflict);
    // The error has closed the channel.
    assert_eq!(class(declare(&second, &queue, exclusive()).await.unwrap_err()), Class::Disconnected);

    // 406 and 404.
    let different = QueueDeclareOptions { auto_delete: true, ..exclusive() };
    let error = declare(&connection.create_channel().await.unwrap(), &queue, different).await.unwrap_err();
    assert_eq!(class(error), Class::Permanent);
    let third = other.create_channel().await.unwrap();
    let consumed = third.basic_consume(
        format!("{queue}_missing").as_str().into(),
        "".into(),
        BasicConsumeOptions::default(),
        FieldTable::default(),
    );
    assert_eq!(class(consumed.await.unwrap_err()), Class::Permanent);
}

#[retry(max_attempts = 3, backoff = none, budget = none, retry_on = (Connect, Disconnected), on_retry = |_, _| proxy.open())]
async fn declare_again(proxy: &Proxy, url: &str, queue: &str) -> lapin::Result<()> {
    declare(&connect(url).await?.create_channel().await?, queue, exclusive()).await
}

#[tokio::test]
async fn a_cut_connection_is_disconnected_then_refused_and_then_over() {
    let Some((url, _connection)) = server().await else { return };
    let address = url.rsplit_once('@').unwrap().1.split('/').next().unwrap().to_owned();
    let proxy = Proxy::start(&address).await;
    let url = url.replace(&address, &format!("127.0.0.1:{}", proxy.port()));
    let channel = connect(&url).await.unwrap().create_channel().await.unwrap();
    let queue = unique_name();
    declare(&channel, &queue, exclusive()).await.unwrap();
    proxy.close().await;
    assert_eq!(class(declare(&channel, &queue, exclusive()).await.unwrap_err()), Class::Disconnected);
    assert_eq!(class(connect(&url).await.unwrap_err()), Class::Connect);
    declare_again(&proxy, &url, &queue).await.unwrap();
}
