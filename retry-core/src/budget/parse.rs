//! Budgets from text.

use core::str::FromStr;

use super::{Budget, validate as rule};
use crate::parse::{Named, ParseError, duration, number};

const CREDIT: &str = "`{}` is not a credit; write `credit`, `credit(500)`, `credit(500, wait = 10s)`, `credit(wait = none)` or `credit(aws)`";
const RATIO: &str = "`{}` is not a ratio; write `ratio(0.1, 10s)` or `ratio(0.1, 10s, reserve = 0.1)`";
const IN_FLIGHT: &str = "`{}` is not a limit of retries in flight; write `in_flight(0.2, 3)`";
const SHARE: &str = "a share is a plain number, not `{}`; write 0.1 for a tenth of all calls";

/// Reads a budget as an attribute writes it: `credit(500, wait = none)`.
///
/// Nothing was withdrawn from the result. A setting that turns budgets off is an `Option<Budget>`: `none` is not a budget.
///
/// ```
/// use retry_runtime::Budget;
///
/// let budget: Budget = "credit(500, wait = 10s)".parse()?;
/// assert_eq!(budget.to_string(), "credit(500, wait = 10s)");
/// # Ok::<(), retry_runtime::ParseError>(())
/// ```
impl FromStr for Budget {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut named = Named::new(text);
        match named.name {
            "credit" => credit(named),
            "ratio" => {
                let share = number(named.argument(RATIO)?, SHARE)?;
                let window = named.duration(RATIO)?;
                let reserve = match named.setting("reserve") {
                    Some(reserve) => {
                        number(reserve, "a reserve is retries per second, not `{}`; write `reserve = 0.1`")?
                    }
                    None => 0.1,
                };
                named.end(RATIO)?;
                Ok(Self::try_ratio(share, window, reserve)?)
            }
            "in_flight" => {
                let share = number(named.argument(IN_FLIGHT)?, SHARE)?;
                let least = named.argument(IN_FLIGHT)?;
                named.end(IN_FLIGHT)?;
                let least = least.parse().map_err(|_| ParseError::new(IN_FLIGHT, named.text))?;
                Ok(Self::try_in_flight(share, least)?)
            }
            _ => Err(ParseError::new(
                "`{}` is not a budget; write `credit`, `credit(500)`, `ratio(0.1, 10s)` or `in_flight(0.2, 3)`",
                named.text,
            )),
        }
    }
}

fn credit(mut named: Named<'_>) -> Result<Budget, ParseError> {
    let wait = named.setting("wait");
    let rest = if wait.is_none() { named.next() } else { None };
    let wait = wait.or_else(|| named.setting("wait"));
    named.end(CREDIT)?;
    let budget = match rest {
        None => Budget::credit(),
        Some("aws") if wait.is_none() => Budget::aws(),
        Some(rest) => Budget::try_credit_of(rest.parse().map_err(|_| ParseError::new(CREDIT, named.text))?)?,
    };
    match wait {
        None => Ok(budget),
        Some("none") => Ok(budget.without_wait()),
        Some(longest) => {
            let longest = duration(longest)?;
            rule::max_wait(longest)?;
            Ok(budget.wait(longest))
        }
    }
}
