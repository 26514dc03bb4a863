use super::*;
use std::num::NonZeroU32;

fn pacer(per_second: u32, burst: u32, concurrency: u32) -> Pacer {
    let number = |value| NonZeroU32::new(value).unwrap();
    Pacer::new(&Limits {
        per_second: number(per_second),
        burst: number(burst),
        concurrency: number(concurrency),
        longest_pause: Duration::from_secs(60),
        ..Limits::default()
    })
}

fn within(millis: u64) -> Instant {
    Instant::now() + Duration::from_millis(millis)
}

#[tokio::test]
async fn turns_come_at_the_rate_after_the_burst() {
    let pacer = pacer(20, 4, 8);
    let start = Instant::now();
    for _ in 0..4 {
        pacer.turn(within(1000)).await.unwrap();
    }
    let burst = start.elapsed();
    assert!(burst < Duration::from_millis(40), "{burst:?}");
    for _ in 0..4 {
        pacer.turn(within(1000)).await.unwrap();
    }
    let all = start.elapsed();
    assert!(all >= Duration::from_millis(190), "{all:?}");
}

#[tokio::test]
async fn a_turn_that_would_come_too_late_is_refused_at_once() {
    let pacer = pacer(1, 1, 8);
    pacer.turn(within(1000)).await.unwrap();
    let start = Instant::now();
    assert_eq!(pacer.turn(within(500)).await, Err(TooLate::Queue));
    assert!(start.elapsed() < Duration::from_millis(250));
}

#[tokio::test]
async fn a_rest_stops_every_turn_until_it_ends() {
    let pacer = pacer(1000, 1000, 8);
    pacer.rest(Duration::from_millis(200), Instant::now());
    assert!(matches!(pacer.turn(within(100)).await, Err(TooLate::Resting(_))));
    let start = Instant::now();
    pacer.turn(within(1000)).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(150));
}

#[test]
fn a_rest_is_bounded_and_never_becomes_shorter() {
    let (pacer, now) = (pacer(1, 1, 1), Instant::now());
    assert_eq!(pacer.resting(now), None);
    pacer.rest(Duration::MAX, now);
    assert_eq!(pacer.resting(now), Some(Duration::from_secs(60)));
    pacer.rest(Duration::from_secs(1), now);
    assert_eq!(pacer.resting(now), Some(Duration::from_secs(60)));
    assert_eq!(pacer.resting(now + Duration::from_secs(60)), None);
}

#[tokio::test]
async fn places_are_bounded() {
    let pacer = pacer(1000, 1000, 2);
    let first = pacer.place(within(1000)).await.unwrap();
    let _second = pacer.place(within(1000)).await.unwrap();
    assert_eq!(pacer.place(within(30)).await.map(drop), Err(TooLate::Queue));
    drop(first);
    drop(pacer.place(within(1000)).await.unwrap());
}
