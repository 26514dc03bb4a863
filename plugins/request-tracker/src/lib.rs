//! The adapter request-tracker.
