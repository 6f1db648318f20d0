//! Errors of object stores: in memory, and of a service over HTTP.

use std::io::{self, ErrorKind};

use async_trait::async_trait;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use object_store::http::{HttpBuilder, HttpStore};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt, PutMode, PutOptions, RetryConfig, UpdateVersion};
use retry_runtime::Class;

use crate::failure::class;

/// A service that answers each request in the same way.
#[derive(Clone, Copy, Debug)]
enum Service {
    Status(u16),
    Fails(HttpErrorKind, ErrorKind),
}

impl HttpConnector for Service {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(*self))
    }
}

#[async_trait]
impl HttpService for Service {
    async fn call(&self, _: HttpRequest) -> Result<HttpResponse, HttpError> {
        match *self {
            Self::Status(status) => {
                let body = HttpResponseBody::from("no".to_owned());
                Ok(http::Response::builder().status(status).body(body).unwrap())
            }
            Self::Fails(kind, below) => Err(HttpError::new(kind, io::Error::from(below))),
        }
    }
}

fn store(service: Service, max_retries: usize) -> HttpStore {
    let retry = RetryConfig { max_retries, ..RetryConfig::default() };
    let builder = HttpBuilder::new().with_url("https://store.example").with_retry(retry);
    builder.with_http_connector(service).build().unwrap()
}

async fn class_of(service: Service, max_retries: usize) -> Class {
    class(store(service, max_retries).get(&Path::from("key")).await.unwrap_err())
}

#[tokio::test(start_paused = true)]
async fn an_error_of_a_service_has_the_class_of_its_status() {
    for status in [400, 429, 500, 503] {
        assert_eq!(class_of(Service::Status(status), 0).await, Class::Status(status));
        assert_eq!(class_of(Service::Status(status), 1).await, Class::Status(status), "after a retry of the client");
    }
    for status in [401, 403, 404] {
        assert_eq!(class_of(Service::Status(status), 0).await, Class::Permanent, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_broken_exchange_has_the_class_of_its_kind() {
    for (kind, below, expected) in [
        (HttpErrorKind::Connect, ErrorKind::ConnectionRefused, Class::Connect),
        (HttpErrorKind::Request, ErrorKind::ConnectionReset, Class::Disconnected),
        (HttpErrorKind::Interrupted, ErrorKind::UnexpectedEof, Class::Disconnected),
        (HttpErrorKind::Timeout, ErrorKind::TimedOut, Class::Timeout),
        (HttpErrorKind::Decode, ErrorKind::InvalidData, Class::Malformed),
        (HttpErrorKind::Unknown, ErrorKind::Other, Class::Permanent),
    ] {
        assert_eq!(class_of(Service::Fails(kind, below), 0).await, expected, "{kind:?}");
    }
    // An earlier attempt of the client may have been processed.
    let refused = Service::Fails(HttpErrorKind::Connect, ErrorKind::ConnectionRefused);
    assert_eq!(class_of(refused, 1).await, Class::Disconnected);
}

#[tokio::test]
async fn a_changed_object_is_a_conflict_and_an_existing_one_permanent() {
    let store = InMemory::new();
    let key = Path::from("key");
    let old = store.put(&key, "1".into()).await.unwrap();
    store.put(&key, "2".into()).await.unwrap();
    let update = PutMode::Update(UpdateVersion { e_tag: old.e_tag, version: old.version });
    let update = PutOptions { mode: update, ..PutOptions::default() };
    assert_eq!(class(store.put_opts(&key, "3".into(), update).await.unwrap_err()), Class::Conflict);
    let create = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
    assert_eq!(class(store.put_opts(&key, "3".into(), create).await.unwrap_err()), Class::Permanent);
    assert_eq!(class(store.get(&Path::from("missing")).await.unwrap_err()), Class::Permanent);
}
