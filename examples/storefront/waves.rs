//! Faults that come and go, for the live page: by the number of the call, at a steady pace of calls.

use crate::operation::Operation;
use crate::script::Fault;

/// Number of calls started per second.
pub(crate) const PACE: u32 = 42;

/// State of an operation at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wave {
    Calm,
    /// Many first attempts fail, and no other.
    Busy,
    /// All attempts fail.
    Down,
}

/// Operations that are down from the tenth to the thirty-fifth second of a minute; minutes take turns.
const DOWN: [Operation; 3] = [Operation::Stock, Operation::Order, Operation::Quote];
/// Operations that are busy up to the fortieth second.
const BUSY: [Operation; 3] = [Operation::Quote, Operation::Picks, Operation::Shelf];

/// Returns the state of this operation when this call is made.
pub(crate) fn at(operation: Operation, call: u32) -> Wave {
    let second = call / PACE;
    let turn = (second / 60) as usize % DOWN.len();
    match second % 60 {
        10..35 if operation == DOWN[turn] => Wave::Down,
        0..40 if operation == BUSY[turn] => Wave::Busy,
        _ => Wave::Calm,
    }
}

/// The fault that the operation's retries are for.
pub(crate) const fn main_fault(operation: Operation) -> Fault {
    match operation {
        Operation::Quote | Operation::Stock | Operation::Picks => Fault::Unavailable,
        Operation::Search => Fault::Empty,
        Operation::Profile => Fault::Expired,
        Operation::Order | Operation::Shelf => Fault::Refused,
    }
}
