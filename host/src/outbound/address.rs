//! Which addresses a connection may reach, as a total function with a table.
//!
//! Public addresses may be reached. Loopback, private and other special ones only where the operator lists their network.
//! Link-local, unspecified, multicast and metadata addresses never. An IPv6 address that carries an IPv4 address (mapped,
//! compatible, translated, 6to4, Teredo, ISATAP) is judged by both.

use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why an address may not be reached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreachable {
    /// No configuration changes that.
    #[error("{address} is {what}, which nothing may reach")]
    Never { address: IpAddr, what: &'static str },
    /// The operator may list it.
    #[error("{address} is {what}: list its network under the connection's `networks` if this is meant")]
    Unlisted { address: IpAddr, what: &'static str },
}

#[derive(Clone, Copy)]
enum Rule {
    Never,
    IfListed,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> IpNet {
    IpNet::new_assert(IpAddr::V4(Ipv4Addr::new(a, b, c, d)), prefix)
}

const fn v6(bits: u128, prefix: u8) -> IpNet {
    IpNet::new_assert(IpAddr::V6(Ipv6Addr::from_bits(bits)), prefix)
}

/// The first that contains the address counts. After the IANA special-purpose registries for
/// [IPv4](https://www.iana.org/assignments/iana-ipv4-special-registry) and
/// [IPv6](https://www.iana.org/assignments/iana-ipv6-special-registry).
const SPECIAL: &[(IpNet, Rule, &str)] = &[
    (v4(169, 254, 0, 0, 16), Rule::Never, "a link-local address"),
    (v4(0, 0, 0, 0, 8), Rule::Never, "an unspecified address"),
    (v4(224, 0, 0, 0, 4), Rule::Never, "a multicast address"),
    (v4(240, 0, 0, 0, 4), Rule::Never, "a reserved address"),
    (v4(168, 63, 129, 16, 32), Rule::Never, "a metadata address"),
    (v4(100, 100, 100, 200, 32), Rule::Never, "a metadata address"),
    (v4(192, 0, 0, 192, 32), Rule::Never, "a metadata address"),
    (v4(127, 0, 0, 0, 8), Rule::IfListed, "a loopback address"),
    (v4(10, 0, 0, 0, 8), Rule::IfListed, "a private address"),
    (v4(172, 16, 0, 0, 12), Rule::IfListed, "a private address"),
    (v4(192, 168, 0, 0, 16), Rule::IfListed, "a private address"),
    (v4(100, 64, 0, 0, 10), Rule::IfListed, "a carrier's private address"),
    (v4(198, 18, 0, 0, 15), Rule::IfListed, "an address for benchmarks"),
    (v4(192, 0, 0, 0, 24), Rule::IfListed, "an address for protocols"),
    (v4(192, 0, 2, 0, 24), Rule::IfListed, "an address for documentation"),
    (v4(198, 51, 100, 0, 24), Rule::IfListed, "an address for documentation"),
    (v4(203, 0, 113, 0, 24), Rule::IfListed, "an address for documentation"),
    (v6(0, 128), Rule::Never, "an unspecified address"),
    (v6(0xfe80 << 112, 10), Rule::Never, "a link-local address"),
    (v6(0xff00 << 112, 8), Rule::Never, "a multicast address"),
    (v6(0xfd00_0ec2_0000_0000_0000_0000_0000_0254, 128), Rule::Never, "a metadata address"),
    (v6(1, 128), Rule::IfListed, "a loopback address"),
    (v6(0xfc00 << 112, 7), Rule::IfListed, "a private address"),
    (v6(0xfec0 << 112, 10), Rule::IfListed, "a private address"),
    (v6(0x0064_ff9b_0001 << 80, 48), Rule::IfListed, "a private translator's address"),
    (v6(0x0100 << 112, 64), Rule::IfListed, "an address for discarding"),
    (v6(0x2001_0db8 << 96, 32), Rule::IfListed, "an address for documentation"),
    (v6(0x3fff << 112, 20), Rule::IfListed, "an address for documentation"),
    (v6(0x2001 << 112, 23), Rule::IfListed, "an address for protocols"),
    (v6(0x5f00 << 112, 16), Rule::IfListed, "an address for segment routing"),
];

/// Whether a connection with these `networks` may reach `address`.
pub(super) fn reachable(address: IpAddr, networks: &[IpNet]) -> Result<(), Unreachable> {
    let address = address.to_canonical();
    judge(address, networks)?;
    match address {
        IpAddr::V4(_) => Ok(()),
        IpAddr::V6(outer) => embedded(outer).map_or(Ok(()), |inner| judge(IpAddr::V4(inner), networks)),
    }
}

/// Whether no operator may allow it: what can still be said of an address that a proxy will connect to.
pub(super) fn never_reachable(address: IpAddr) -> Result<(), Unreachable> {
    reachable(address, &[v4(0, 0, 0, 0, 0), v6(0, 0)])
}

fn judge(address: IpAddr, networks: &[IpNet]) -> Result<(), Unreachable> {
    let Some((_, rule, what)) = SPECIAL.iter().find(|(net, ..)| net.contains(&address)) else { return Ok(()) };
    match rule {
        Rule::Never => Err(Unreachable::Never { address, what }),
        Rule::IfListed if networks.iter().any(|net| net.contains(&address)) => Ok(()),
        Rule::IfListed => Err(Unreachable::Unlisted { address, what }),
    }
}

/// The IPv4 address that a gateway or tunnel on the way would take out of an IPv6 address.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let low = |bits: u128| u32::try_from(bits & u128::from(u32::MAX)).ok().map(Ipv4Addr::from_bits);
    let bits = address.to_bits();
    match address.segments() {
        // IPv4-compatible, which `::` and `::1` only look like.
        [0, 0, 0, 0, 0, 0, ..] if bits > 1 => low(bits),
        // NAT64, RFC 6052; the local prefix of RFC 8215 at its longest.
        [0x64, 0xff9b, 0 | 1, ..] => low(bits),
        // 6to4, RFC 3056.
        [0x2002, ..] => low(bits >> 80),
        // Teredo, RFC 4380: the client's address is inverted.
        [0x2001, 0, ..] => low(!bits),
        // ISATAP, RFC 5214.
        [_, _, _, _, 0 | 0x200, 0x5efe, ..] => low(bits),
        _ => None,
    }
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
