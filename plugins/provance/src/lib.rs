//! The adapter provance.
