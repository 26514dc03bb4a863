use super::*;

fn answer(status: u16, body: &'static str) -> Answer {
    let status = StatusCode::from_u16(status).unwrap();
    Answer { status, headers: HeaderMap::new(), body: Bytes::from_static(body.as_bytes()) }
}

fn spec(grant: Grant, client_auth: ClientAuth) -> OAuth2 {
    OAuth2 {
        grant,
        token_url: "/token".to_owned(),
        client_id: "gate way".to_owned(),
        client_secret: Some("s&cret".into()),
        client_auth,
        scope: Some("tickets read".to_owned()),
        extra: vec![("audience".to_owned(), "desk".into())],
        logout: None,
    }
}

fn sent(spec: &OAuth2, attempt: &Attempt<'_>) -> (String, Option<String>) {
    let url = Url::parse("https://login.example.com/token").unwrap();
    let request = request(spec, &url, attempt, None).unwrap();
    let authorization = request.headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    (String::from_utf8(request.body.to_vec()).unwrap(), authorization)
}

#[test]
fn each_grant_has_its_form() {
    let password = || Grant::Password { username: "ann".to_owned(), password: "p+w".into() };
    let tail = "client_id=gate+way&client_secret=s%26cret&scope=tickets+read&audience=desk";
    let cases = [
        (Attempt::Client, format!("grant_type=client_credentials&{tail}")),
        (Attempt::Password("ann", &"p+w".into()), format!("grant_type=password&username=ann&password=p%2Bw&{tail}")),
        (Attempt::Refresh(&"r/1".into()), format!("grant_type=refresh_token&refresh_token=r%2F1&{tail}")),
    ];
    for (attempt, expected) in cases {
        assert_eq!(sent(&spec(password(), ClientAuth::Body), &attempt), (expected, None));
    }
}

#[test]
fn a_client_can_stand_in_a_header() {
    let (form, authorization) = sent(&spec(Grant::ClientCredentials, ClientAuth::Header), &Attempt::Client);
    assert_eq!(form, "grant_type=client_credentials&scope=tickets+read&audience=desk");
    // `gate+way:s%26cret`, encoded as RFC 6749, section 2.3.1 wants it.
    assert_eq!(authorization.unwrap(), "Basic Z2F0ZSt3YXk6cyUyNmNyZXQ=");
}

#[test]
fn the_newest_refresh_token_goes_first_and_is_not_the_last_resort() {
    let names = |grant: Grant, newest: Option<&str>| -> Vec<String> {
        let (spec, newest) = (spec(grant, ClientAuth::Body), newest.map(Secret::from));
        let name = |attempt: &Attempt<'_>| match attempt {
            Attempt::Client => "client".to_owned(),
            Attempt::Password(..) => "password".to_owned(),
            Attempt::Refresh(token) => token.expose().to_owned(),
        };
        attempts(&spec, newest.as_ref()).iter().map(name).collect()
    };
    let password = || Grant::Password { username: "ann".to_owned(), password: "pw".into() };
    let refresh = || Grant::Refresh { token: "first".into() };
    assert_eq!(names(Grant::ClientCredentials, Some("new")), ["client"]);
    assert_eq!(names(password(), None), ["password"]);
    assert_eq!(names(password(), Some("new")), ["new", "password"]);
    assert_eq!(names(refresh(), None), ["first"]);
    assert_eq!(names(refresh(), Some("new")), ["new", "first"]);
    assert_eq!(names(refresh(), Some("first")), ["first"]);
}

#[test]
fn tokens_are_taken_as_endpoints_write_them() {
    let hour = Some(Duration::from_secs(3600));
    let cases = [
        (r#"{"access_token":"t","token_type":"Bearer","expires_in":3600}"#, hour, None),
        (r#"{"access_token":"t","expires_in":"3600","refresh_token":"r"}"#, hour, Some("r")),
        (r#"{"access_token":"t","expires_in":3600.0,"refresh_token":""}"#, hour, None),
        (r#""{\"access_token\":\"t\",\"expires_in\":3600}""#, hour, None),
        (r#"{"access_token":"t"}"#, None, None),
        (r#"{"access_token":"t","expires_in":-5}"#, None, None),
        (r#"{"access_token":"t","expires_in":1e300}"#, None, None),
        (r#"{"access_token":"t","expires_in":null,"refresh_token":7}"#, None, None),
        (r#"{"access_token":"t","expires_on":"1"}"#, Some(Duration::ZERO), None),
    ];
    for (body, lifetime, refresh) in cases {
        let granted = granted(&answer(200, body), &[]).unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(granted.token.expose(), "t", "{body}");
        assert_eq!(granted.lifetime, lifetime, "{body}");
        assert_eq!(granted.refresh.as_ref().map(Secret::expose), refresh, "{body}");
    }
}

#[test]
fn refused_is_told_from_unavailable() {
    let refused = |words: &str| LoginError::Refused(words.to_owned());
    let unavailable = |words: &str| LoginError::Unavailable(words.to_owned());
    let cases = [
        (400, r#"{"error":"invalid_grant"}"#, refused("invalid_grant")),
        (
            400,
            r#"{"error":"invalid_grant","error_description":"no\nsuch user"}"#,
            refused("invalid_grant: no such user"),
        ),
        (401, r#"{"error":"invalid_client"}"#, refused("invalid_client")),
        (400, r#""{\"error\":\"invalid_client_id\"}""#, refused("invalid_client_id")),
        (200, r#"{"error":"access_denied"}"#, refused("access_denied")),
        (401, "", refused("the token endpoint answered 401 Unauthorized")),
        (403, "<html>", refused("the token endpoint answered 403 Forbidden")),
        (200, "<html>", unavailable("the token endpoint answered 200 OK without a token")),
        (200, r#"{"access_token":""}"#, unavailable("the token endpoint answered 200 OK without a token")),
        (200, r#"{"access_token":7}"#, unavailable("the token endpoint answered 200 OK without a token")),
        (302, "", unavailable("the token endpoint answered 302 Found")),
        (404, "", unavailable("the token endpoint answered 404 Not Found")),
        (429, r#"{"error":"slow_down"}"#, unavailable("slow_down")),
        (400, r#"{"error":"temporarily_unavailable"}"#, unavailable("temporarily_unavailable")),
        (400, r#"{"error":"server_error"}"#, unavailable("server_error")),
        (
            401,
            r#"{"error_description":"access_denied","error":"server_error"}"#,
            refused("server_error: access_denied"),
        ),
        (503, "", unavailable("the token endpoint answered 503 Service Unavailable")),
        (500, r#"{"error":"invalid_grant"}"#, unavailable("invalid_grant")),
    ];
    for (status, body, expected) in cases {
        assert_eq!(granted(&answer(status, body), &[]).map(|_| ()).unwrap_err(), expected, "{status} {body}");
    }
}

#[test]
fn an_endpoint_that_quotes_a_secret_is_not_quoted() {
    let body = r#"{"error":"invalid_grant","error_description":"password hunter2 is wrong for gateway"}"#;
    let refused = granted(&answer(400, body), &[&"hunter2".into()]).map(|_| ()).unwrap_err();
    assert_eq!(refused.to_string(), "refused: invalid_grant: password … is wrong for gateway");
}
