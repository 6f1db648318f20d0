//! One setting of a file or a variable, before it is judged.

use std::string::String;

use crate::settings::content::Format;
use crate::settings::fault::Origin;

/// Kind of what a setting changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Operations,
    Budgets,
    Breakers,
    RateLimits,
}

impl Section {
    pub(super) const ALL: [Self; 4] = [Self::Operations, Self::Budgets, Self::Breakers, Self::RateLimits];

    /// Name of the section in a file.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Operations => "operations",
            Self::Budgets => "budgets",
            Self::Breakers => "breakers",
            Self::RateLimits => "rate_limits",
        }
    }

    /// Word for one of the section, without its article.
    pub(super) fn one(self) -> &'static str {
        self.article_and_one().split_once(' ').map_or("", |(_, one)| one)
    }

    /// Word for one of the section.
    pub(super) const fn article_and_one(self) -> &'static str {
        match self {
            Self::Operations => "an operation",
            Self::Budgets => "a budget",
            Self::Breakers => "a breaker",
            Self::RateLimits => "a rate limit",
        }
    }

    /// Keys that may be set.
    pub(super) const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Operations => &[
                "enabled",
                "max_attempts",
                "backoff",
                "throttled_backoff",
                "jitter",
                "max_retry_after",
                "deadline",
                "attempt_timeout",
                "budget",
            ],
            Self::Budgets => &["shape"],
            Self::Breakers => &["failure_rate", "consecutive", "open_for", "longest_open"],
            Self::RateLimits => &["limit"],
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.name() == name)
    }
}

/// One setting.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) section: Section,
    /// `None`: in every environment.
    pub(super) environment: Option<String>,
    /// Name or pattern.
    pub(super) name: String,
    pub(super) key: &'static str,
    pub(super) value: String,
    pub(super) origin: Origin,
    /// `None`: a variable.
    pub(super) format: Option<Format>,
}

impl Entry {
    /// Returns whether the setting applies in `environment`.
    pub(super) fn is_in(&self, environment: Option<&str>) -> bool {
        self.environment.is_none() || self.environment.as_deref() == environment
    }

    /// Returns the precedence.
    ///
    /// Variables are first, then the environment, then the more specific name, then the later line.
    pub(super) fn precedence(&self) -> (bool, bool, usize, Option<usize>) {
        let specificity = crate::settings::pattern::specificity(&self.name);
        (self.format.is_none(), self.environment.is_some(), specificity, self.origin.line)
    }
}
