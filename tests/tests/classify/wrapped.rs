//! The class of a cause that is wrapped: by anyhow, eyre, thiserror, boxes and `io::Error`.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use eyre::WrapErr;
use retry_runtime::{Class, Classified, Classify};

type Boxed = Box<dyn Error + Send + Sync>;

fn reset() -> io::Error {
    ErrorKind::ConnectionReset.into()
}

async fn elapsed() -> tokio::time::error::Elapsed {
    tokio::time::timeout(Duration::ZERO, std::future::pending::<()>()).await.unwrap_err()
}

#[derive(Debug, thiserror::Error)]
enum Three {
    #[error("deep")]
    Deep(#[source] Boxed),
    #[error(transparent)]
    Any(#[from] anyhow::Error),
    #[error("arc")]
    Arc(#[source] Arc<io::Error>),
}

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

#[test]
fn a_cause_in_layers_is_found() {
    let boxed = |error: Three| -> Boxed { error.into() };
    let any = || anyhow::Error::new(reset());
    assert_eq!(boxed(Three::Deep(Box::new(reset()))).class(), Class::Disconnected);
    assert_eq!(boxed(Three::Deep(any().context("a").context("b").into())).class(), Class::Disconnected);
    assert_eq!(boxed(Three::Any(any().context("x"))).class(), Class::Disconnected);
    assert_eq!(boxed(Three::Arc(Arc::new(reset()))).class(), Class::Disconnected);
    assert_eq!(io::Error::other(Boxed::from(reset())).class(), Class::Disconnected);
}

/// Kinds, numbers of the system, and kinds with a text.
fn io_errors() -> [(fn() -> io::Error, Class); 7] {
    [
        (reset, Class::Disconnected),
        (|| io::Error::from_raw_os_error(111), Class::Connect),
        (|| io::Error::from_raw_os_error(112), Class::Disconnected),
        (|| io::Error::new(ErrorKind::TimedOut, "too late"), Class::Timeout),
        (|| ErrorKind::PermissionDenied.into(), Class::Permanent),
        (|| io::Error::from_raw_os_error(2), Class::Permanent),
        (|| io::Error::other("text"), Class::Permanent),
    ]
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_anyhow_error_in_a_box_is_read_through() {
    for (make, class) in io_errors() {
        let any = || anyhow::Error::new(make());
        let name = format!("{:?}", make());
        assert_eq!(Boxed::from(any()).class(), class, "{name} in a box");
        assert_eq!(io::Error::other(any()).class(), class, "{name} in an io::Error");
        assert_eq!(Boxed::from(any().context("x")).class(), class, "{name} with context in a box");
        assert_eq!(io::Error::other(any().context("x")).class(), class, "{name} with context in an io::Error");
        assert_eq!(anyhow::Error::from_boxed(any().into()).class(), class, "{name} in a box in anyhow");
    }
    let any = || async { anyhow::Error::from(elapsed().await) };
    assert_eq!(any().await.context("rpc").class(), Class::Timeout);
    assert_eq!(io::Error::from(elapsed().await).class(), Class::Timeout);
    assert_eq!(io::Error::other(any().await).class(), Class::Timeout);
    assert_eq!(Boxed::from(any().await).class(), Class::Timeout);
    assert_eq!(any().await.reallocate_into_boxed_dyn_error_without_backtrace().class(), Class::Timeout);
}

/// Hides its source, and has the text of the error inside.
#[derive(Debug)]
struct NoSource(io::Error);

impl fmt::Display for NoSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Error for NoSource {}

#[test]
fn an_error_that_hides_its_source_is_permanent() {
    assert_eq!(Boxed::from(NoSource(reset())).class(), Class::Permanent);
    assert_eq!(Boxed::from(anyhow::Error::new(NoSource(reset()))).class(), Class::Permanent);
    assert_eq!(Boxed::from(anyhow::anyhow!("connection reset")).class(), Class::Permanent);
    assert_eq!(Boxed::from("Kind(\n    ConnectionReset,\n)").class(), Class::Permanent);
}

/// Class, hint and mark of `Overloaded`.
fn is_overloaded(error: &impl Classify) -> bool {
    (error.class(), error.retry_after(), error.gave_up()) == (Class::Unavailable, Some(Duration::from_secs(7)), true)
}

#[test]
fn a_context_that_is_classified_outranks_its_cause() {
    let context = || Classified::new(Overloaded);
    assert!(is_overloaded(&anyhow::anyhow!("no such thing").context(context())));
    assert!(is_overloaded(&anyhow::Error::new(reset()).context(context()).context("outer")));
    assert!(is_overloaded(&Context::context(Err::<(), _>(reset()), context()).unwrap_err()));
    assert!(is_overloaded(&eyre::eyre!("no such thing").wrap_err(context())));
    assert!(is_overloaded(&eyre::Report::new(reset()).wrap_err(context()).wrap_err("outer")));
}

#[tokio::test]
async fn an_eyre_report_has_the_class_of_its_cause() {
    let report = Err::<(), _>(reset()).wrap_err("inner").wrap_err("outer").unwrap_err();
    assert_eq!((report.class(), report.retry_after(), report.gave_up()), (Class::Disconnected, None, false));
    let inner: &(dyn Error + Send + Sync + 'static) = &*report;
    assert_eq!(inner.class(), Class::Disconnected);
    assert_eq!(eyre::eyre!("text").class(), Class::Permanent);
    assert_eq!(eyre::Report::new(elapsed().await).class(), Class::Timeout);
    assert!(is_overloaded(&eyre::Report::new(Classified::new(Overloaded)).wrap_err("outer")));
    assert_eq!(eyre::Report::new(Three::Arc(Arc::new(reset()))).class(), Class::Disconnected);
    for (make, class) in io_errors() {
        let report = || eyre::Report::new(make());
        assert_eq!(Boxed::from(report()).class(), class, "{:?} in a box", make());
        assert_eq!(Boxed::from(report().wrap_err("x")).class(), class, "{:?} with context in a box", make());
    }
}
