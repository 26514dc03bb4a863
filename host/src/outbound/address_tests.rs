use super::*;

#[derive(Debug, PartialEq)]
enum Verdict {
    Yes,
    IfListed,
    Never,
}
use Verdict::{IfListed, Never, Yes};

fn verdict(address: &str, networks: &[&str]) -> Verdict {
    let networks: Vec<IpNet> = networks.iter().map(|net| net.parse().unwrap()).collect();
    match reachable(address.parse().unwrap(), &networks) {
        Ok(()) => Yes,
        Err(Unreachable::Unlisted { .. }) => IfListed,
        Err(Unreachable::Never { .. }) => Never,
    }
}

#[test]
fn what_may_be_reached_without_a_listed_network() {
    let cases = [
        ("93.184.215.14", Yes),
        ("169.253.255.255", Yes),
        ("172.32.0.1", Yes),
        ("100.128.0.1", Yes),
        ("168.63.129.15", Yes),
        ("2606:2800:21f:cb07::1", Yes),
        ("127.0.0.1", IfListed),
        ("127.255.255.254", IfListed),
        ("10.1.2.3", IfListed),
        ("172.16.0.1", IfListed),
        ("172.31.255.255", IfListed),
        ("192.168.1.1", IfListed),
        ("100.64.0.1", IfListed),
        ("198.18.0.1", IfListed),
        ("192.0.2.1", IfListed),
        ("::1", IfListed),
        ("fc00::1", IfListed),
        ("fd12:3456::1", IfListed),
        ("fec0::1", IfListed),
        ("2001:db8::1", IfListed),
        ("169.254.169.254", Never),
        ("169.254.0.1", Never),
        ("0.0.0.0", Never),
        ("0.1.2.3", Never),
        ("224.0.0.1", Never),
        ("239.255.255.255", Never),
        ("255.255.255.255", Never),
        ("168.63.129.16", Never),
        ("100.100.100.200", Never),
        ("192.0.0.192", Never),
        ("::", Never),
        ("fe80::1", Never),
        ("febf::1", Never),
        ("ff02::1", Never),
        ("fd00:ec2::254", Never),
    ];
    for (address, expected) in cases {
        assert_eq!(verdict(address, &[]), expected, "{address}");
    }
}

#[test]
fn an_embedded_address_is_judged_too() {
    let cases = [
        ("::ffff:93.184.215.14", Yes),
        ("::ffff:10.0.0.1", IfListed),
        ("::ffff:127.0.0.1", IfListed),
        ("::ffff:169.254.169.254", Never),
        ("::169.254.169.254", Never),
        ("64:ff9b::5db8:d70e", Yes),
        ("64:ff9b::10.0.0.1", IfListed),
        ("64:ff9b::169.254.169.254", Never),
        ("64:ff9b:1::93.184.215.14", IfListed),
        ("64:ff9b:1::169.254.169.254", IfListed),
        ("2002:5db8:d70e::1", Yes),
        ("2002:0a00:0001::1", IfListed),
        ("2002:a9fe:a9fe::1", Never),
        ("2606:2800::5efe:a9fe:a9fe", Never),
        ("2606:2800::200:5efe:10.0.0.1", IfListed),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", IfListed),
    ];
    for (address, expected) in cases {
        assert_eq!(verdict(address, &[]), expected, "{address}");
    }
}

#[test]
fn a_listed_network_opens_itself_and_nothing_else() {
    let everything = ["0.0.0.0/0", "::/0"];
    let cases: [(&str, &[&str], Verdict); 11] = [
        ("127.0.0.1", &["127.0.0.0/8"], Yes),
        ("::ffff:127.0.0.1", &["127.0.0.0/8"], Yes),
        ("::1", &["127.0.0.0/8"], IfListed),
        ("10.0.1.1", &["10.0.0.0/24"], IfListed),
        ("64:ff9b::10.0.0.1", &["10.0.0.0/8"], Yes),
        ("169.254.169.254", &everything, Never),
        ("::ffff:169.254.169.254", &everything, Never),
        ("64:ff9b:1::169.254.169.254", &everything, Never),
        ("2001:0:4136:e378:8000:63bf:5601:5601", &everything, Never),
        ("fe80::1", &everything, Never),
        ("::2", &everything, Never),
    ];
    for (address, networks, expected) in cases {
        assert_eq!(verdict(address, networks), expected, "{address} with {networks:?}");
    }
}

#[test]
fn the_words_say_what_to_do() {
    let words = |address: &str| reachable(address.parse().unwrap(), &[]).unwrap_err().to_string();
    assert_eq!(
        words("10.0.0.1"),
        "10.0.0.1 is a private address: list its network under the connection's `networks` if this is meant"
    );
    assert_eq!(words("169.254.169.254"), "169.254.169.254 is a link-local address, which nothing may reach");
}

proptest::proptest! {
    #[test]
    fn no_way_of_writing_an_address_opens_it(bits: u32, special in 0..SPECIAL.len()) {
        // Half of them out of the special networks, which chance would not hit.
        let inner = match SPECIAL[special].0 {
            IpNet::V4(net) => Ipv4Addr::from_bits(net.network().to_bits() | (bits & net.hostmask().to_bits())),
            IpNet::V6(_) => Ipv4Addr::from_bits(bits),
        };
        let plain = reachable(IpAddr::V4(inner), &[]).is_ok();
        let low = u128::from(inner.to_bits());
        let mapped = Ipv6Addr::from_bits(0xffff << 32 | low);
        proptest::prop_assert_eq!(reachable(IpAddr::V6(mapped), &[]).is_ok(), plain);
        for outer in [low, 0x64_ff9b << 96 | low, 0x2002 << 112 | low << 80, 0x2606 << 112 | 0x5efe << 32 | low] {
            let outer = Ipv6Addr::from_bits(outer);
            proptest::prop_assert!(plain || reachable(IpAddr::V6(outer), &[]).is_err(), "{outer} carries {inner}");
        }
    }
}
