//! Which addresses a webhook may reach. The server stands inside a company's network; an address that
//! somebody typed must not make it speak to what only the inside can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Where a webhook may not go although routers would take it there or somewhere: IANA's registries of
/// special-purpose addresses, and what carries an IPv4 address inside (looked at by itself below).
const REFUSED_V4: &[(Ipv4Addr, u8)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),       // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // shared by carriers; clouds keep metadata here too
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // this computer
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local, and the metadata of clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocol assignments
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // relays of 6to4
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, broadcast
];

/// Only 2000::/3 is given to anybody at all; of that, these are not.
const REFUSED_V6: &[(Ipv6Addr, u8)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocols, Teredo
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// What the operator lets webhooks reach besides the public Internet.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    allowed: Vec<IpNet>,
}

impl Reach {
    /// The public Internet and these ranges.
    #[must_use]
    pub fn with(allowed: Vec<IpNet>) -> Self {
        Self { allowed }
    }

    /// Whether a range of the operator's holds this address. There, plain `http` is the operator's own
    /// network and goes.
    #[must_use]
    pub fn is_named(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.allowed.iter().any(|range| range.contains(&address))
    }

    /// Whether a webhook may go there.
    #[must_use]
    pub fn allows(&self, address: IpAddr) -> bool {
        self.is_named(address) || is_public(address)
    }
}

/// Whether an address is one of the public Internet's.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => !REFUSED_V4.iter().any(|(net, length)| {
            let shift = 32 - u32::from(*length);
            v4.to_bits() >> shift == net.to_bits() >> shift
        }),
        IpAddr::V6(v6) => {
            let given = v6.segments()[0] >> 13 == 1;
            given
                && !REFUSED_V6.iter().any(|(net, length)| {
                    let shift = 128 - u32::from(*length);
                    v6.to_bits() >> shift == net.to_bits() >> shift
                })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: &[&str] = &[
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2a00:1450:4001:80e::200e",
        "2001:4860:4860::8888",
        "::ffff:8.8.8.8",
    ];

    const REFUSED: &[&str] = &[
        "0.0.0.0",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.100.100.200", // metadata of a cloud
        "127.0.0.1",
        "127.255.255.254",
        "169.254.0.1",
        "169.254.169.254", // metadata of most clouds
        "169.254.170.2",   // credentials of containers
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192", // metadata of a cloud
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe", // NAT64 of 169.254.169.254
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1", // 6to4 of 127.0.0.1
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254", // metadata of a cloud
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ];

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap_or_else(|_| panic!("{text} is no address"))
    }

    #[test]
    fn the_public_internet_can_be_reached_and_nothing_else() {
        let reach = Reach::default();
        for text in PUBLIC {
            assert!(reach.allows(address(text)), "{text} is public");
        }
        for text in REFUSED {
            assert!(!reach.allows(address(text)), "{text} is not");
        }
        assert_eq!((PUBLIC.len(), REFUSED.len()), (16, 43));
    }

    #[test]
    fn what_the_operator_names_can_be_reached_in_either_spelling() {
        let reach = Reach::with(vec!["127.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()]);
        for text in ["127.0.0.1", "::ffff:127.0.0.1", "fd00::1"] {
            assert!(reach.allows(address(text)) && reach.is_named(address(text)), "{text}");
        }
        for text in ["10.0.0.1", "::1", "169.254.169.254"] {
            assert!(!reach.allows(address(text)), "{text}");
        }
        assert!(reach.allows(address("1.1.1.1")) && !reach.is_named(address("1.1.1.1")));
    }
}
