//! The simulated parts of Azure over the wire: what they answer, what they refuse, and what goes wrong on demand.

#[cfg(test)]
mod alerts;
#[cfg(test)]
mod assertions;
#[cfg(test)]
mod caller;
#[cfg(test)]
mod control;
#[cfg(test)]
mod diagnostics;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod microsoft_clients;
#[cfg(test)]
mod process;
#[cfg(test)]
mod queries;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod uploads;
