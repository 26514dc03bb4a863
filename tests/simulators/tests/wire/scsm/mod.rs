//! The simulated portal of Service Manager over the wire: what it answers, what it refuses, and what goes wrong on demand.

#[cfg(test)]
mod caller;
#[cfg(test)]
mod commits;
#[cfg(test)]
mod control;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod people;
#[cfg(test)]
mod process;
#[cfg(test)]
mod projections;
#[cfg(test)]
mod rosters;
#[cfg(test)]
mod sign_in;
