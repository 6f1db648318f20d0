//! Readers of an annotated function's registration.

/// Features of the runtime that read the registration of a function.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Registration {
    /// The policy review reads all of it.
    pub(crate) is_reviewed: bool,
    /// Settings replace policies while the program runs.
    pub(crate) has_settings: bool,
    /// Tests and chaos replace outcomes, by a statement of their own.
    pub(crate) is_injectable: bool,
}

impl Registration {
    /// Returns what the features of this build ask for.
    pub(crate) const fn of_features() -> Self {
        Self {
            is_reviewed: cfg!(feature = "review"),
            has_settings: cfg!(feature = "settings"),
            is_injectable: cfg!(feature = "injection"),
        }
    }

    /// Returns whether the function is registered for review or settings.
    pub(crate) const fn is_needed(self) -> bool {
        self.is_reviewed || self.has_settings
    }
}
