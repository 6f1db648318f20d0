//! Statements with the types of their parameters.

use deadpool_postgres::ClientWrapper;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, Row};

use crate::stores::postgres::private::Private;
use crate::stores::postgres::time_values::{Moment, Span};

/// Parameter of a statement and its type.
pub(super) type Value<'a> = (&'a (dyn ToSql + Sync), Type);

/// Form in which statements are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Parsed and planned each time: nothing of it remains in the session.
    Unnamed,
    /// Prepared once per connection, under a name that is unique in this process.
    Prepared,
}

/// Part of an answer that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The rows.
    Rows,
    /// The number of rows that the server counts, which is cheaper.
    Count,
}

/// Answer of the server.
#[derive(Debug)]
pub(super) struct Answered {
    /// Empty for [`Answer::Count`].
    pub(super) rows: Vec<Row>,
    /// Rows that were changed or found; 0 for [`Answer::Rows`].
    pub(super) count: u64,
}

/// Runs a statement in one round trip, and one more when it is prepared.
pub(super) async fn run(
    client: &ClientWrapper,
    form: Form,
    wanted: Answer,
    statement: &str,
    values: &[Value<'_>],
) -> Result<Answered, Error> {
    let hidden: Vec<_> = values.iter().map(|(value, kind)| (Private(*value), kind)).collect();
    if form == Form::Unnamed {
        let typed: Vec<Value<'_>> = hidden.iter().map(|(value, kind)| (value as _, (*kind).clone())).collect();
        return Ok(match wanted {
            Answer::Rows => Answered { rows: client.query_typed(statement, &typed).await?, count: 0 },
            Answer::Count => Answered { rows: Vec::new(), count: client.execute_typed(statement, &typed).await? },
        });
    }
    let kinds: Vec<Type> = hidden.iter().map(|(_, kind)| (*kind).clone()).collect();
    let prepared = client.prepare_typed_cached(statement, &kinds).await?;
    let untyped: Vec<&(dyn ToSql + Sync)> = hidden.iter().map(|(value, _)| value as _).collect();
    Ok(match wanted {
        Answer::Rows => Answered { rows: client.query(&prepared, &untyped).await?, count: 0 },
        Answer::Count => Answered { rows: Vec::new(), count: client.execute(&prepared, &untyped).await? },
    })
}

pub(super) fn text(value: &(dyn ToSql + Sync)) -> Value<'_> {
    (value, Type::TEXT)
}

pub(super) fn bytes(value: &(dyn ToSql + Sync)) -> Value<'_> {
    (value, Type::BYTEA)
}

pub(super) fn int8(value: &(dyn ToSql + Sync)) -> Value<'_> {
    (value, Type::INT8)
}

pub(super) fn flag(value: &(dyn ToSql + Sync)) -> Value<'_> {
    (value, Type::BOOL)
}

pub(super) fn interval(value: &Span) -> Value<'_> {
    (value, Type::INTERVAL)
}

pub(super) fn moment(value: &Moment) -> Value<'_> {
    (value, Type::TIMESTAMPTZ)
}
