//! The examples, run as their readers would, and the code of the README.

mod api_client;
mod contention;
mod embassy;
mod faults;
mod payments;
mod storefront;
mod storm;
