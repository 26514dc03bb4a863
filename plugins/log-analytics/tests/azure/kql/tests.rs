//! The reader itself: what it must not let pass.

use super::Kind::{Number, Text, Time};
use super::check;

#[test]
fn a_query_s_answer_has_its_columns_and_kinds() {
    let query = "let since = ago(1d); ServiceDesk_CL | where TimeGenerated > since | summarize Count = count(), arg_max(Sequence, State) by Day = bin(TimeGenerated, 1d)";
    let columns = check(query).unwrap();
    let expected = [("Day", Time), ("Count", Number), ("Sequence", Number), ("State", Text)];
    assert_eq!(columns, expected.map(|(name, kind)| (name.to_owned(), kind)));
}

#[test]
fn what_is_wrong_is_found() {
    for (query, why) in [
        ("ServiceDesk | take 1", "there is no table `ServiceDesk`"),
        ("ServiceDesk_CL | where Priority == \"1\"", "there is no column `Priority`"),
        ("ServiceDesk_CL | where TicketNumber == \"1\"", "there is no column `TicketNumber`"),
        ("ServiceDesk_CL | where priority_s == \"1\"", "there is no column `priority_s`"),
        ("ServiceDesk_CL | project Title_s | where State == \"open\"", "there is no column `State`"),
        ("ServiceDesk_CL | summarize Count = count() by State | sort by Title_s asc", "there is no column `Title_s`"),
        ("ServiceDesk_CL | summarize Count = count() by Stat", "there is no column `Stat`"),
        ("ServiceDesk_CL | summarize arg_max(Sequense, *) by RecordId", "there is no column `Sequense`"),
        ("ServiceDesk_CL | mv-expand Item = Computer to typeof(string)", "`Computer` is Text"),
        ("ServiceDesk_CL | mv-expand Item = Items to typeof(string)", "there is no column `Items`"),
        ("ServiceDesk_CL | where CreatedDate_t == \"today\"", "Time == Text"),
        ("ServiceDesk_CL | where Deleted == 1", "Flag == Number"),
        ("ServiceDesk_CL | where Deleted", ""),
        ("ServiceDesk_CL | where Sequence", "Number is no condition"),
        ("ServiceDesk_CL | where isnull(State)", "there is no `isnull` of [Text]"),
        ("ServiceDesk_CL | extend Hours = ResolvedDate_t + CreatedDate_t", "Time and Time have no sum"),
        ("ServiceDesk_CL | where State in (\"open\", 1)", "Text in [Text, Number]"),
        ("ServiceDesk_CL | where guess(State)", "there is no `guess` of [Text]"),
        ("ServiceDesk_CL | parse State", "`parse` is not known here"),
        ("ServiceDesk_CL | join kind=inner SignalboxTicketEvents_CL on RecordId", "`RecordId` is not on both sides"),
        (
            "union (ServiceDesk_CL | project X = State), (ServiceDesk_CL | project X = Sequence)",
            "`X` is Text and Number",
        ),
        ("ServiceDesk_CL | take 1 ServiceDesk_CL", "the query should end"),
    ] {
        let answer = check(query);
        assert_eq!(answer.is_ok(), why.is_empty(), "{query}: {answer:?}");
        assert!(answer.err().unwrap_or_default().contains(why), "{query}");
    }
}
