//! Errors of NATS, by async-nats.

use std::time::Duration;

use async_nats::{Client, ConnectOptions, Message, Request, RequestError};
use retry_runtime::{Class, retry};

use crate::failure::class;
use crate::own_server::OwnServer;
use crate::server::{address, found, unique_name};

const VARIABLE: &str = "RETRY_TEST_NATS_URL";

async fn client() -> Option<Client> {
    found(async_nats::connect(address(VARIABLE, "nats://127.0.0.1:4222")).await, VARIABLE)
}

#[tokio::test]
async fn requests_without_a_responder_are_unavailable_and_without_an_answer_timeouts() {
    let Some(client) = client().await else { return };
    let subject = unique_name();
    let error = client.request(subject.clone(), "".into()).await.unwrap_err();
    assert_eq!(class(error), Class::Unavailable);
    let _silent = client.subscribe(subject.clone()).await.unwrap();
    client.flush().await.unwrap();
    let brief = Request::new().timeout(Some(Duration::from_millis(10)));
    assert_eq!(class(client.send_request(subject, brief).await.unwrap_err()), Class::Timeout);
    assert_eq!(class(client.request("not a subject", "".into()).await.unwrap_err()), Class::Permanent);
}

#[tokio::test]
async fn a_server_that_is_down_is_connect_and_a_wrong_password_permanent() {
    let error = async_nats::connect("nats://127.0.0.1:1").await.unwrap_err();
    assert_eq!(class(error), Class::Connect);
    let Some(server) = OwnServer::nats(&["--user", "shop", "--pass", "secret"]) else { return };
    let url = format!("127.0.0.1:{}", server.port());
    let error = ConnectOptions::with_user_and_password("shop".into(), "wrong".into()).connect(&url).await.unwrap_err();
    assert_eq!(class(error), Class::Permanent);
}

#[retry(max_attempts = 3, backoff = none, budget = none, retry_on = Connect, on_retry = |_, _| server.start())]
async fn connect(url: &str, server: &mut OwnServer) -> Result<Client, async_nats::ConnectError> {
    async_nats::connect(url).await
}

#[retry(max_attempts = 50, backoff = fixed(10ms), budget = none, retry_on = (Timeout, Unavailable, Disconnected))]
async fn ask(client: &Client, subject: &str) -> Result<Message, RequestError> {
    let brief = Request::new().timeout(Some(Duration::from_millis(200)));
    client.send_request(subject.to_owned(), brief).await
}

#[tokio::test]
async fn a_server_that_restarts_is_found_again() {
    let Some(mut server) = OwnServer::nats(&[]) else { return };
    let url = format!("127.0.0.1:{}", server.port());
    server.stop();
    let client = connect(&url, &mut server).await.unwrap();
    let responder = async_nats::connect(&url).await.unwrap();
    let mut questions = responder.subscribe("questions").await.unwrap();
    responder.flush().await.unwrap();
    tokio::spawn(async move {
        use futures_util::StreamExt;
        while let Some(question) = questions.next().await {
            let _ = responder.publish(question.reply.unwrap(), "answer".into()).await;
        }
    });
    assert_eq!(ask(&client, "questions").await.unwrap().payload, "answer");
    server.stop();
    server.start();
    assert_eq!(ask(&client, "questions").await.unwrap().payload, "answer");
}
