//! Types that a call may name as its budget.

use std::boxed::Box;
use std::rc::Rc;
use std::sync::Arc;

use retry_core::Budget;

/// Value of `budget = EXPRESSION`: a [`Budget`], or a pointer to one.
#[diagnostic::on_unimplemented(
    message = "`budget` is a `retry_runtime::Budget`, not `{Self}`",
    label = "this is not a budget",
    note = "write `budget = credit(500)`, the path of a `static`, or an expression that is a `Budget`, a reference to one or an `Arc` of one"
)]
pub trait AsBudget {
    /// Returns the budget.
    fn as_budget(&self) -> &Budget;
}

impl AsBudget for Budget {
    fn as_budget(&self) -> &Budget {
        self
    }
}

impl<B: AsBudget + ?Sized> AsBudget for &B {
    fn as_budget(&self) -> &Budget {
        (**self).as_budget()
    }
}

impl<B: AsBudget + ?Sized> AsBudget for &mut B {
    fn as_budget(&self) -> &Budget {
        (**self).as_budget()
    }
}

impl<B: AsBudget + ?Sized> AsBudget for Arc<B> {
    fn as_budget(&self) -> &Budget {
        (**self).as_budget()
    }
}

impl<B: AsBudget + ?Sized> AsBudget for Rc<B> {
    fn as_budget(&self) -> &Budget {
        (**self).as_budget()
    }
}

impl<B: AsBudget + ?Sized> AsBudget for Box<B> {
    fn as_budget(&self) -> &Budget {
        (**self).as_budget()
    }
}
