//! The adapter cherwell.
