//! Statements with the types of their parameters.

use deadpool_postgres::ClientWrapper;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Error, Row};

use crate::stores::postgres::private::Private;

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

/// Runs a statement in one round trip, and one more when it is prepared.
pub(super) async fn query(
    client: &ClientWrapper,
    form: Form,
    statement: &str,
    values: &[Value<'_>],
) -> Result<Vec<Row>, Error> {
    let hidden: Vec<_> = values.iter().map(|(value, kind)| (Private(*value), kind)).collect();
    if form == Form::Unnamed {
        let typed: Vec<Value<'_>> = hidden.iter().map(|(value, kind)| (value as _, (*kind).clone())).collect();
        return client.query_typed(statement, &typed).await;
    }
    let kinds: Vec<Type> = hidden.iter().map(|(_, kind)| (*kind).clone()).collect();
    let prepared = client.prepare_typed_cached(statement, &kinds).await?;
    client.query(&prepared, &hidden.iter().map(|(value, _)| value as _).collect::<Vec<_>>()).await
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
