use super::*;

fn audience() -> Audience<&'static str> {
    let base = Url::parse("https://desk.example.com/api/v2").unwrap();
    let logs = Url::parse("https://logs.example.com:8443").unwrap();
    Audience::try_new((&base, "of the base"), vec![(&logs, "of the logs")]).unwrap()
}

#[test]
fn a_target_is_joined_under_the_base_path() {
    let cases = [
        ("/tickets/7", "https://desk.example.com/api/v2/tickets/7"),
        ("tickets/7", "https://desk.example.com/api/v2/tickets/7"),
        ("", "https://desk.example.com/api/v2"),
        ("/", "https://desk.example.com/api/v2"),
        ("?a=b", "https://desk.example.com/api/v2?a=b"),
        ("tickets/", "https://desk.example.com/api/v2/tickets/"),
        ("/tickets?q=a%20b&next=//x", "https://desk.example.com/api/v2/tickets?q=a%20b&next=//x"),
        ("/tickets?q=1..9%23%5c%2e%2e/", "https://desk.example.com/api/v2/tickets?q=1..9%23%5c%2e%2e/"),
        (
            "/tickets?link=https://other.example.com/x",
            "https://desk.example.com/api/v2/tickets?link=https://other.example.com/x",
        ),
        ("/files/a%2Fb", "https://desk.example.com/api/v2/files/a%2Fb"),
        ("/files/100%25", "https://desk.example.com/api/v2/files/100%25"),
        ("/files/.hidden", "https://desk.example.com/api/v2/files/.hidden"),
        ("/tickets('7')", "https://desk.example.com/api/v2/tickets('7')"),
        ("mailto:ann@example.com", "https://desk.example.com/api/v2/mailto:ann@example.com"),
        ("https:/evil.example.com", "https://desk.example.com/api/v2/https:/evil.example.com"),
        ("@evil.example.com/", "https://desk.example.com/api/v2/@evil.example.com/"),
        (":443/x", "https://desk.example.com/api/v2/:443/x"),
    ];
    for (target, expected) in cases {
        let audience = audience();
        let found = audience.find(target).unwrap_or_else(|astray| panic!("{target}: {astray}"));
        assert_eq!(found.url.as_str(), expected, "{target}");
        assert_eq!(found.place.credential, "of the base", "{target}");
    }
}

#[test]
fn a_whole_url_gets_what_belongs_to_its_place() {
    let cases = [
        ("https://desk.example.com/api/v2/tickets?page=2", "of the base"),
        ("https://desk.example.com:443/api/v2", "of the base"),
        ("HTTPS://DESK.example.COM/api/v2/x", "of the base"),
        ("https://logs.example.com:8443/anything?q=1", "of the logs"),
        ("https://logs.example.com:8443", "of the logs"),
    ];
    for (target, expected) in cases {
        let audience = audience();
        let found = audience.find(target).unwrap_or_else(|astray| panic!("{target}: {astray}"));
        assert_eq!(found.place.credential, expected, "{target}");
    }
}

#[test]
fn what_leads_elsewhere_is_refused() {
    use Astray::{Character, NotUrl, Origin, OutsideBase, Path, Plain, UserInfo};
    let origin = |text: &str| Origin(text.to_owned());
    let outside = || OutsideBase("/api/v2/".to_owned());
    let cases = [
        ("../v1", Path("..")),
        ("/tickets/../../admin", Path("..")),
        ("/tickets/..", Path("..")),
        ("/tickets/..;/admin", Path("..")),
        ("/%2e%2e/admin", Path("..")),
        ("/%2E./admin", Path("..")),
        ("/.%2e/admin", Path("..")),
        ("/%252e%252e/admin", Path("..")),
        ("/%25252e%25252e/admin", Path("..")),
        ("/..%2fadmin", Path("..")),
        ("/./admin", Path("/./")),
        ("/x/%2e", Path("/./")),
        ("//evil.example.com/", Path("//")),
        ("///x", Path("//")),
        ("/x//y", Path("//")),
        ("/x%2F%2Fy", Path("//")),
        ("/x/%2fy", Path("//")),
        ("%2f%2fevil.example.com", Path("//")),
        ("/%2Fevil.example.com", Path("//")),
        ("/x%252F%252Fy", Path("//")),
        ("\\\\evil.example.com", Plain("\\")),
        ("/x?y=\\", Plain("\\")),
        ("/%25252525252525252525252e", Path("%25%25")),
        ("/x%5cy", Path("\\")),
        ("/x%255Cy", Path("\\")),
        ("/x#y", Plain("#")),
        ("/x%23y", Path("#")),
        ("/x%00y", Path("a control character")),
        ("/x%0d%0aHost:%20evil", Path("a control character")),
        ("/x y", Character(2)),
        ("/x\r\nHost: evil", Character(2)),
        ("/x\ty", Character(2)),
        (" https://logs.example.com:8443/", Character(0)),
        ("/é", Character(1)),
        ("https://evil.example.com/", origin("https://evil.example.com")),
        ("http://desk.example.com/api/v2/x", origin("http://desk.example.com")),
        ("https://desk.example.com:8443/api/v2/x", origin("https://desk.example.com:8443")),
        ("https://desk.example.com.evil.example/api/v2/x", origin("https://desk.example.com.evil.example")),
        ("https://desk.example.com./api/v2/x", origin("https://desk.example.com.")),
        ("https://logs.example.com/", origin("https://logs.example.com")),
        ("https://2130706433/", origin("https://127.0.0.1")),
        ("ftp://logs.example.com:8443/", origin("ftp://logs.example.com:8443")),
        ("file:///etc/passwd", NotUrl),
        ("https://desk.example.com/", outside()),
        ("https://desk.example.com/api/v2x", outside()),
        ("https://desk.example.com/api", outside()),
        ("https://desk.example.com/api/v2/../admin", Path("..")),
        ("https://desk.example.com/api/v2/%2e%2e/admin", Path("..")),
        ("https://desk.example.com//api/v2/x", Path("//")),
        ("https:///desk.example.com/api/v2/x", NotUrl),
        ("https://ann@desk.example.com/api/v2/x", UserInfo),
        ("https://ann:pw@desk.example.com/api/v2/x", UserInfo),
        ("https://desk.example.com@evil.example.com/", UserInfo),
        ("https://desk.example.com\\@evil.example.com/", Plain("\\")),
        ("https://", NotUrl),
    ];
    for (target, expected) in cases {
        assert_eq!(audience().find(target).map(|found| found.url).unwrap_err(), expected, "{target}");
    }
}

#[test]
fn a_target_is_bounded() {
    assert!(audience().find(&"a".repeat(LONGEST)).is_ok());
    assert_eq!(audience().find(&"a".repeat(LONGEST + 1)).map(|found| found.url).unwrap_err(), Astray::TooLong);
}

#[test]
fn the_whole_origin_of_the_base_can_be_granted() {
    let base = Url::parse("https://desk.example.com/api/v2/").unwrap();
    let origin = Url::parse("https://desk.example.com").unwrap();
    let audience = Audience::try_new((&base, "base"), vec![(&origin, "origin")]).unwrap();
    assert_eq!(audience.find("https://desk.example.com/api/v2/x").unwrap().place.credential, "base");
    assert_eq!(audience.find("https://desk.example.com/files/x").unwrap().place.credential, "origin");
}

#[test]
fn addresses_that_a_connection_cannot_have() {
    let cases = [
        (
            "ftp://desk.example.com",
            "`ftp://desk.example.com/` is not an address that begins with https:// or http:// and names a host",
        ),
        ("unix:/run/desk", "`unix:/run/desk` is not an address that begins with https:// or http:// and names a host"),
        (
            "https://ann:pw@desk.example.com",
            "the address of `desk.example.com` may hold no user name or password: they belong into `auth`",
        ),
        ("https://desk.example.com/?a=b", "`https://desk.example.com/?a=b` may have no query and no fragment"),
        ("https://desk.example.com/#a", "`https://desk.example.com/#a` may have no query and no fragment"),
    ];
    for (address, expected) in cases {
        let url = Url::parse(address).unwrap();
        assert_eq!(Audience::try_new((&url, ()), vec![]).unwrap_err().to_string(), expected);
    }
    let base = Url::parse("https://desk.example.com").unwrap();
    let origin = Url::parse("https://logs.example.com/v1").unwrap();
    assert_eq!(
        Audience::try_new((&base, ()), vec![(&origin, ())]).unwrap_err().to_string(),
        "`https://logs.example.com/v1` is more than an origin: only scheme, host and port may stand there"
    );
}

proptest::proptest! {
    #[test]
    fn whatever_is_found_lies_in_its_place(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "/", "\\", ".", "..", "%2e", "%2F", "%5c", "%25", "%00", "?", "#", "@", ":", ";", "a", "é", " ", "\t", "https:",
            "https://", "//", "desk.example.com", "logs.example.com:8443", "evil.example.com", "api", "v2", "/api/v2/",
        ]), 0..12)
    ) {
        let target = pieces.concat();
        if let Ok(found) = audience().find(&target) {
            let url = found.url.as_str();
            let base = url == "https://desk.example.com/api/v2"
                || url.starts_with("https://desk.example.com/api/v2/")
                || url.starts_with("https://desk.example.com/api/v2?");
            let logs = url.starts_with("https://logs.example.com:8443/");
            let expected = if found.place.credential == "of the base" { base } else { logs };
            proptest::prop_assert!(expected, "{target} leads to {url}");
            let path = found.url.path().to_ascii_lowercase();
            for forbidden in ["..", "%2e%2e", "%2e.", ".%2e", "//", "%2f%2f", "%2f/", "/%2f", "%5c", "\\", "%00"] {
                proptest::prop_assert!(!path.contains(forbidden), "{target} has {forbidden} in {path}");
            }
        }
    }
}
