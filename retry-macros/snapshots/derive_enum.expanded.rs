#[automatically_derived]
impl ::retry_runtime::Classify for QuoteError {
    fn class(&self) -> ::retry_runtime::Class {
        match self {
            Self::Timeout => ::retry_runtime::Class::Timeout,
            Self::Status { 0: value, .. } => {
                ::retry_runtime::Class::Status(
                    ::retry_runtime::__private::StatusField::status(value),
                )
            }
            Self::Busy { .. } => ::retry_runtime::Class::Throttled,
            Self::Down => ::retry_runtime::Class::Status(503),
            Self::Io { source: value, .. } => ::retry_runtime::Classify::class(value),
            _ => ::retry_runtime::Class::Permanent,
        }
    }
    fn retry_after(&self) -> ::core::option::Option<::core::time::Duration> {
        match self {
            Self::Busy { wait: value, .. } => {
                ::retry_runtime::__private::HintField::hint(value)
            }
            Self::Io { source: value, .. } => {
                ::retry_runtime::Classify::retry_after(value)
            }
            _ => ::core::option::Option::None,
        }
    }
    fn gave_up(&self) -> ::core::primitive::bool {
        match self {
            Self::Io { source: value, .. } => ::retry_runtime::Classify::gave_up(value),
            _ => false,
        }
    }
    fn is_final(&self) -> ::core::primitive::bool {
        match self {
            Self::Io { source: value, .. } => ::retry_runtime::Classify::is_final(value),
            Self::UnknownStock => false,
            _ => {
                ::retry_runtime::__private::is_final_class(
                    ::retry_runtime::Classify::class(self),
                )
            }
        }
    }
}
