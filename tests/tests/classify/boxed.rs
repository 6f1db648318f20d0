//! The classes of errors whose type is not known.

use std::error::Error;
use std::fmt;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use retry_runtime::{Class, Classified, Classify};

/// An error without a class, and what caused it.
#[derive(Debug)]
struct Unknown(Option<Box<dyn Error + Send + Sync>>);

impl fmt::Display for Unknown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("unknown")
    }
}

impl Error for Unknown {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.as_deref().map(|source| source as _)
    }
}

/// An error with class and hint, that was retried where it comes from.
#[derive(Debug)]
struct Overloaded;

impl fmt::Display for Overloaded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("overloaded")
    }
}

impl Error for Overloaded {}

impl Classify for Overloaded {
    fn class(&self) -> Class {
        Class::Unavailable
    }

    fn retry_after(&self) -> Option<Duration> {
        Some(Duration::from_secs(7))
    }

    fn gave_up(&self) -> bool {
        true
    }
}

/// An error that is its own source.
#[derive(Debug)]
struct Circle;

impl fmt::Display for Circle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("circle")
    }
}

impl Error for Circle {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self)
    }
}

fn refused() -> io::Error {
    io::ErrorKind::ConnectionRefused.into()
}

fn caused_by(source: impl Into<Box<dyn Error + Send + Sync>>) -> Unknown {
    Unknown(Some(source.into()))
}

type Make = fn() -> Box<dyn Error + Send + Sync>;

const CHAINS: &[(&str, Make, Class, Option<u64>)] = &[
    ("a text", || "text".into(), Class::Permanent, None),
    ("unknown", || Unknown(None).into(), Class::Permanent, None),
    ("io", || refused().into(), Class::Connect, None),
    ("io below", || caused_by(refused()).into(), Class::Connect, None),
    ("io two below", || caused_by(caused_by(refused())).into(), Class::Connect, None),
    ("io in an Arc", || caused_by(Arc::new(refused())).into(), Class::Connect, None),
    ("io in a Box", || caused_by(Box::new(refused())).into(), Class::Connect, None),
    ("io, unknown, io", || io::Error::other(caused_by(refused())).into(), Class::Connect, None),
    ("the first counts", || io::Error::new(io::ErrorKind::InvalidData, refused()).into(), Class::Malformed, None),
    ("classified", || Classified::new(Overloaded).into(), Class::Unavailable, Some(7)),
    ("classified below", || caused_by(Classified::new(Overloaded)).into(), Class::Unavailable, Some(7)),
    ("classified in io", || io::Error::other(Classified::new(Overloaded)).into(), Class::Unavailable, Some(7)),
    ("not classified", || Overloaded.into(), Class::Permanent, None),
    ("a circle", || Circle.into(), Class::Permanent, None),
];

/// Class and hint; only the error with a hint says that the server gave up, wherever it is found.
fn of(error: &impl Classify) -> (Class, Option<Duration>) {
    assert_eq!(error.gave_up(), error.retry_after().is_some());
    (error.class(), error.retry_after())
}

#[test]
fn the_first_known_error_in_the_chain_answers() {
    for &(name, make, class, seconds) in CHAINS {
        let hint = seconds.map(Duration::from_secs);
        let boxed = make();
        assert_eq!(of(&boxed), (class, hint), "{name}: Box<dyn Error + Send + Sync>");
        let boxed: Box<dyn Error + Send> = make();
        assert_eq!(of(&boxed), (class, hint), "{name}: Box<dyn Error + Send>");
        let boxed: Box<dyn Error> = make();
        assert_eq!(of(&boxed), (class, hint), "{name}: Box<dyn Error>");
        let shared: Arc<dyn Error + Send + Sync> = make().into();
        assert_eq!(of(&shared), (class, hint), "{name}: Arc<dyn Error + Send + Sync>");
        let top = caused_by(make());
        let borrowed: &(dyn Error + 'static) = &top;
        assert_eq!(of(&borrowed), (class, hint), "{name}: &dyn Error");
        let any = anyhow::Error::new(top);
        assert_eq!(of(&any), (class, hint), "{name}: anyhow::Error");
        let any = Err::<(), _>(any).context("inner").context("outer").unwrap_err();
        assert_eq!(of(&any), (class, hint), "{name}: anyhow::Error with context");
    }
}

#[test]
fn an_error_of_ones_own_behind_a_pointer_is_asked_itself() {
    let expected = (Class::Unavailable, Some(Duration::from_secs(7)));
    assert_eq!(of(&Box::new(Overloaded)), expected);
    assert_eq!(of(&Arc::new(Overloaded)), expected);
    assert_eq!(of(&Rc::new(Overloaded)), expected);
    assert_eq!(of(&io::Error::other(Classified::new(Overloaded))), expected);
    assert_eq!(of(&Classified::new(Overloaded)), expected);
    assert_eq!(of(&&Overloaded), expected);
    let dynamic: Box<dyn Classify> = Box::new(Overloaded);
    assert_eq!(of(&dynamic), expected);
}

#[test]
fn a_plain_anyhow_error_is_permanent() {
    assert_eq!(anyhow::anyhow!("text").class(), Class::Permanent);
    assert_eq!(anyhow::Error::from(refused()).class(), Class::Connect);
}

#[test]
fn classified_shows_and_gives_back_what_it_wraps() {
    let error = Classified::new(caused_classified());
    assert_eq!(error.to_string(), "both");
    assert_eq!(error.source().unwrap().to_string(), "overloaded");
    assert!(error.get_ref().is::<Both>());
    assert!(error.into_inner().is::<Both>());
}

/// A classed error with a source.
#[derive(Debug)]
struct Both(Overloaded);

impl fmt::Display for Both {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("both")
    }
}

impl Error for Both {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

impl Classify for Both {
    fn class(&self) -> Class {
        Class::Conflict
    }
}

fn caused_classified() -> Both {
    Both(Overloaded)
}

#[tokio::test]
async fn an_elapsed_tokio_timeout_is_timeout_also_in_a_box() {
    let never = std::future::pending::<()>();
    let elapsed = tokio::time::timeout(Duration::ZERO, never).await.unwrap_err();
    assert_eq!(elapsed.class(), Class::Timeout);
    assert_eq!(caused_boxed(elapsed).class(), Class::Timeout);
}

fn caused_boxed(error: impl Error + Send + Sync + 'static) -> Box<dyn Error> {
    Box::new(caused_by(error))
}
