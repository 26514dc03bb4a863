//! x
use signalbox_sdk::source::{self, description};
struct P;
impl description::Guest for P {
    fn describe() -> description::Manifest { panic!() }
    fn check() -> Vec<description::Finding> { Vec::new() }
}
impl source::Guest for P {
    fn decode(r: source::Request) -> Result<source::Decoded, source::DecodeError> {
        Ok(source::Decoded { alerts: Vec::new(), reply: Some(r.content_type) })
    }
}
signalbox_sdk::source::export!(P);
