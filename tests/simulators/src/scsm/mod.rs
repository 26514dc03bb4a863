//! A simulated scsm.
