//! `#[derive(Classify)]`: which variant has which class and hint.
#![deny(warnings, missing_docs, unused_qualifications, clippy::all, clippy::pedantic, clippy::nursery)]
#![allow(clippy::redundant_pub_crate, reason = "it contradicts `unreachable_pub`")]
#![allow(dead_code, reason = "many fields are there only to be passed over")]

use std::io;
use std::time::Duration;

use retry_runtime::{Class, Classify};

const WAIT: Duration = Duration::from_secs(4);

/// Class and hint.
fn of(error: &impl Classify) -> (Class, Option<Duration>) {
    (error.class(), error.retry_after())
}

/// A wrapped error that has both.
#[derive(Classify, Clone, Debug, thiserror::Error)]
#[classify(Throttled, retry_after = 0)]
#[error("busy")]
struct Busy(Duration);

#[derive(Classify)]
enum Named {
    Timeout,
    Connect(u8, u8),
    Disconnected { port: u16 },
    Throttled,
    Unavailable,
    Conflict,
    Malformed,
    Permanent,
    Unclassified,
    Timeouts,
    Status,
}

#[test]
fn a_variant_named_like_a_class_is_that_class() {
    let cases = [
        (Named::Timeout, Class::Timeout),
        (Named::Connect(0, 1), Class::Connect),
        (Named::Disconnected { port: 1 }, Class::Disconnected),
        (Named::Throttled, Class::Throttled),
        (Named::Unavailable, Class::Unavailable),
        (Named::Conflict, Class::Conflict),
        (Named::Malformed, Class::Malformed),
        (Named::Permanent, Class::Permanent),
        (Named::Unclassified, Class::Permanent),
        (Named::Timeouts, Class::Permanent),
        (Named::Status, Class::Permanent),
    ];
    for (error, class) in cases {
        assert_eq!(of(&error), (class, None));
    }
}

#[derive(Classify, Debug, thiserror::Error)]
enum Wrapping {
    #[error("io")]
    From(#[from] io::Error),
    #[error(transparent)]
    Transparent(Busy),
    #[error("one of several")]
    #[classify(transparent)]
    Source { path: &'static str, source: Busy },
    #[error("marked")]
    #[classify(transparent)]
    Marked(&'static str, #[source] Busy),
    #[error("a source alone asks nobody")]
    Plain(#[source] Busy),
    #[error("the name counts")]
    Conflict(#[from] std::num::ParseIntError),
    #[error("the word counts")]
    #[classify(Malformed)]
    Said(#[from] std::str::Utf8Error),
    #[error("another hint")]
    #[classify(transparent, retry_after = wait)]
    Hinted { source: Busy, wait: Duration },
    #[error(transparent)]
    Boxed(Box<Busy>),
    #[error(transparent)]
    Any(#[from] anyhow::Error),
}

#[test]
fn a_wrapped_error_is_asked_for_class_and_hint() {
    let busy = || Busy(WAIT);
    let long = 2 * WAIT;
    let number = "x".parse::<u8>().unwrap_err();
    let text = std::str::from_utf8(std::hint::black_box(b"\xff")).unwrap_err();
    let cases: [(Wrapping, Class, Option<Duration>); 10] = [
        (io::Error::from(io::ErrorKind::BrokenPipe).into(), Class::Disconnected, None),
        (Wrapping::Transparent(busy()), Class::Throttled, Some(WAIT)),
        (Wrapping::Source { path: "", source: busy() }, Class::Throttled, Some(WAIT)),
        (Wrapping::Marked("", busy()), Class::Throttled, Some(WAIT)),
        (Wrapping::Plain(busy()), Class::Permanent, None),
        (number.into(), Class::Conflict, None),
        (text.into(), Class::Malformed, None),
        (Wrapping::Hinted { source: busy(), wait: long }, Class::Throttled, Some(long)),
        (Wrapping::Boxed(Box::new(busy())), Class::Throttled, Some(WAIT)),
        (anyhow::anyhow!("text").into(), Class::Permanent, None),
    ];
    for (error, class, hint) in cases {
        assert_eq!(of(&error), (class, hint), "{error:?}");
    }
}

/// A class that nothing gives is `Permanent` for a retry, but not an answer that may be replayed.
#[test]
fn only_what_is_said_to_be_permanent_is_final() {
    assert!(Named::Permanent.is_final());
    for error in [Named::Timeout, Named::Unclassified, Named::Timeouts, Named::Status] {
        assert!(!error.is_final());
    }
    assert!(!Wrapping::Plain(Busy(WAIT)).is_final());
    assert!(!Wrapping::from(anyhow::anyhow!("text")).is_final());
    assert!(!Wrapping::from(io::Error::from(io::ErrorKind::StorageFull)).is_final());
    let known = retry_runtime::Classified::new(http_error(404));
    assert!(Wrapping::from(anyhow::Error::new(known)).is_final(), "found behind the wrapper");
    assert!(!Wrapping::from(anyhow::Error::new(http_error(503))).is_final());
    assert!(Said::Timeout.is_final(), "`#[classify(Permanent)]`");
}

fn http_error(status: u16) -> retry_runtime::http::StatusError {
    let response = http::Response::builder().status(status).body(()).unwrap();
    retry_runtime::http::check_head(response).unwrap_err()
}

#[derive(Classify, Debug, thiserror::Error)]
#[error(transparent)]
enum WhollyTransparent {
    Busy(Busy),
    #[error("its own text")]
    Other(Busy),
}

#[test]
fn an_enum_transparent_as_a_whole_is_so_but_for_variants_with_a_text() {
    assert_eq!(of(&WhollyTransparent::Busy(Busy(WAIT))), (Class::Throttled, Some(WAIT)));
    assert_eq!(of(&WhollyTransparent::Other(Busy(WAIT))), (Class::Permanent, None));
}

#[derive(Classify)]
enum Said {
    #[classify(Timeout)]
    Slow,
    #[classify(Permanent)]
    Timeout,
    #[classify(Status(503))]
    Down(u8),
    #[classify(Throttled, retry_after = wait)]
    Maybe { wait: Option<Duration> },
    #[classify(retry_after = 1)]
    #[classify(Unavailable)]
    Sure(u8, Duration),
    #[classify(retry_after = 0)]
    Throttled(Duration),
}

#[test]
fn an_attribute_says_otherwise() {
    let cases = [
        (Said::Slow, Class::Timeout, None),
        (Said::Timeout, Class::Permanent, None),
        (Said::Down(1), Class::Status(503), None),
        (Said::Maybe { wait: Some(WAIT) }, Class::Throttled, Some(WAIT)),
        (Said::Maybe { wait: None }, Class::Throttled, None),
        (Said::Sure(1, WAIT), Class::Unavailable, Some(WAIT)),
        (Said::Throttled(WAIT), Class::Throttled, Some(WAIT)),
    ];
    for (error, class, hint) in cases {
        assert_eq!(of(&error), (class, hint));
    }
}

#[derive(Classify)]
enum Http {
    Status(http::StatusCode),
    #[classify(status = code)]
    Named {
        text: &'static str,
        code: u16,
    },
    #[classify(status = 1, retry_after = 0)]
    Both(Option<Duration>, u16),
}

#[derive(Classify)]
enum Plain {
    Status(u16),
}

#[derive(Classify)]
enum Two {
    Status(u16, u16),
}

#[test]
fn a_field_holds_the_status() {
    assert_eq!(of(&Http::Status(http::StatusCode::BAD_GATEWAY)), (Class::Status(502), None));
    assert_eq!(of(&Http::Named { text: "", code: 429 }), (Class::Status(429), None));
    assert_eq!(of(&Http::Both(Some(WAIT), 503)), (Class::Status(503), Some(WAIT)));
    assert_eq!(of(&Plain::Status(504)), (Class::Status(504), None));
    assert_eq!(of(&Two::Status(504, 1)), (Class::Permanent, None));
}

#[derive(Classify)]
struct Nothing;

#[derive(Classify)]
struct Timeout;

#[derive(Classify)]
#[classify(Conflict)]
struct Lost {
    row: u64,
}

#[derive(Classify)]
#[classify(transparent)]
struct Outer(io::Error);

#[derive(Classify, Debug, thiserror::Error)]
#[error(transparent)]
struct Thin(#[from] Busy);

#[derive(Classify)]
#[classify(status = status, retry_after = wait)]
struct Answer {
    status: u16,
    wait: Option<Duration>,
}

#[test]
fn a_struct_says_its_class() {
    assert_eq!(of(&Nothing), (Class::Permanent, None));
    assert_eq!(of(&Timeout), (Class::Permanent, None));
    assert_eq!(of(&Lost { row: 1 }), (Class::Conflict, None));
    assert_eq!(of(&Outer(io::ErrorKind::TimedOut.into())), (Class::Timeout, None));
    assert_eq!(of(&Thin(Busy(WAIT))), (Class::Throttled, Some(WAIT)));
    assert_eq!(of(&Answer { status: 503, wait: Some(WAIT) }), (Class::Status(503), Some(WAIT)));
}

#[derive(Classify)]
enum Generic<'a, E, const N: usize = 1>
where
    E: Clone + 'a,
{
    #[classify(transparent)]
    Inner(E),
    #[classify(transparent)]
    Borrowed(&'a E),
    #[classify(Timeout)]
    Many([u8; N]),
}

#[derive(Classify)]
#[classify(transparent)]
struct Bounded<E: Classify + ?Sized>(Box<E>);

#[test]
fn generics_are_kept_and_a_wrapped_parameter_needs_classes() {
    let busy = Busy(WAIT);
    assert_eq!(of(&Generic::<_, 2>::Borrowed(&busy)), (Class::Throttled, Some(WAIT)));
    assert_eq!(of(&Generic::<_, 2>::Inner(busy.clone())), (Class::Throttled, Some(WAIT)));
    assert_eq!(of(&Generic::<Busy, 2>::Many([1, 2])), (Class::Timeout, None));
    let dynamic: Bounded<dyn Classify> = Bounded(Box::new(busy));
    assert_eq!(of(&dynamic), (Class::Throttled, Some(WAIT)));
}

/// An error of a service that was retried there.
#[derive(Debug)]
struct Spent;

impl Classify for Spent {
    fn class(&self) -> Class {
        Class::Unavailable
    }

    fn gave_up(&self) -> bool {
        true
    }
}

#[derive(Classify)]
enum Marked {
    Fresh,
    #[classify(transparent)]
    Spent(Spent),
    #[classify(transparent, retry_after = wait)]
    Hinted {
        source: Box<Spent>,
        wait: Duration,
    },
    #[classify(Unavailable)]
    Said(Spent),
}

#[derive(Classify)]
#[classify(transparent)]
struct Wrapped<E>(E);

#[test]
fn a_wrapped_error_is_asked_whether_the_server_gave_up() {
    assert!(Marked::Spent(Spent).gave_up());
    assert!(Marked::Hinted { source: Box::new(Spent), wait: WAIT }.gave_up());
    assert!(Wrapped(Marked::Spent(Spent)).gave_up());
    assert!(!Wrapped(Marked::Fresh).gave_up());
    assert!(!Marked::Said(Spent).gave_up(), "its word stands for the wrapped error");
}

/// Never made.
#[derive(Classify)]
enum Never {}

#[test]
fn an_enum_without_variants_has_classes_too() {
    fn needs<C: Classify>(_: Option<&C>) {}
    needs::<Never>(None);
}

mod renamed {
    pub(crate) use retry_runtime as inner;
}

#[derive(retry_runtime::Classify)]
#[classify(crate = crate::derive::renamed::inner)]
enum Elsewhere {
    #[classify(transparent)]
    Io(io::Error),
}

#[test]
fn the_runtime_may_be_elsewhere() {
    assert_eq!(of(&Elsewhere::Io(io::ErrorKind::TimedOut.into())), (Class::Timeout, None));
}

/// Everything that the derive could confuse with its own names.
#[allow(dead_code, non_camel_case_types, non_upper_case_globals, missing_docs)]
mod shadowed {
    use ::std::time::Duration as Time;

    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) mod retry_runtime {}
    pub(crate) struct Option;
    pub(crate) struct Some;
    pub(crate) struct None;
    pub(crate) struct Class;
    pub(crate) struct Duration;
    pub(crate) struct bool;
    pub(crate) trait Clone {}
    pub(crate) trait Into {}
    pub(crate) trait Classify {
        fn class(&self) {}
    }
    impl Classify for u16 {}

    #[derive(::retry_runtime::Classify)]
    pub(crate) enum Shadowed {
        #[classify(retry_after = wait)]
        Class {
            value: u8,
            wait: Time,
        },
        #[classify(status = class)]
        Option {
            class: u16,
        },
        Status(u16),
        #[classify(transparent)]
        Io(::std::io::Error),
    }
}

#[test]
fn names_of_the_application_are_not_taken_for_the_derives() {
    use shadowed::Shadowed;
    assert_eq!(of(&Shadowed::Class { value: 1, wait: WAIT }), (Class::Permanent, Some(WAIT)));
    assert_eq!(of(&Shadowed::Option { class: 503 }), (Class::Status(503), None));
    assert_eq!(of(&Shadowed::Status(503)), (Class::Status(503), None));
}
