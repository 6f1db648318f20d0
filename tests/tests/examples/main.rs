//! The examples, run as their readers would, and the code of the README.

mod contention;
mod embassy;
mod faults;
mod payments;
mod storefront;
mod storm;
