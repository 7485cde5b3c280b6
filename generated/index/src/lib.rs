//! The index of all AWS services.
