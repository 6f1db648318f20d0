//! Records: the bytes that a key is finished with.

mod codec;
mod read_back;
mod response;
mod stored_outcome;

#[cfg(feature = "axum")]
pub(crate) use self::codec::HEADER;
pub(crate) use self::codec::{Kind, Record};
pub(crate) use self::read_back::{ReadBack, check as check_read_back};
#[cfg(feature = "axum")]
pub(crate) use self::response::encode_parts;
pub use self::response::{ResponseError, StoredResponse, encode_response};
pub use self::stored_outcome::{StoredOutcome, encode_err, encode_ok};
