#[derive(Classify)]
#[error(transparent)]
#[classify(crate = crate::runtime)]
struct Failed(reqwest::Error);

#[derive(Classify)]
#[classify(status = code, retry_after = after)]
struct Rejected {
    code: http::StatusCode,
    after: Option<Duration>,
}
