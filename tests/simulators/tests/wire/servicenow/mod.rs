//! The simulated ServiceNow instance over the wire: what it answers, what it refuses, and what goes wrong on demand.

#[cfg(test)]
mod bulk;
#[cfg(test)]
mod caller;
#[cfg(test)]
mod control;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod people;
#[cfg(test)]
mod process;
#[cfg(test)]
mod pysnc;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod sign_in;
