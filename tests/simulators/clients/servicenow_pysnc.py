"""ServiceNow's own Python client against the simulated instance.

Arguments: base URL (https), user, password, OAuth client id and secret. REQUESTS_CA_BUNDLE in the environment names the
throw-away authority. Each function is one check; an assertion that fails ends the run with its traceback.
"""

import sys
import uuid

from pysnc import ServiceNowClient
from pysnc.auth import ServiceNowClientCredentialsFlow
from pysnc.exceptions import AuthenticationException, NotFoundException, RequestException, RoleException

URL, USER, PASSWORD, CLIENT_ID, CLIENT_SECRET = sys.argv[1:6]
# Keeps what this run makes apart from all else in the instance.
RUN = uuid.uuid4().hex[:12]


def connect():
    return ServiceNowClient(URL, (USER, PASSWORD))


def make(client, **fields):
    record = client.GlideRecord("incident")
    record.initialize()
    for name, value in fields.items():
        record.set_value(name, value)
    assert record.insert(), "insert answers the sys_id"
    return record


def raises(kind, action):
    try:
        action()
    except kind as error:
        return error
    raise AssertionError(f"{action} should have raised {kind.__name__}")


def insert_answers_the_whole_row():
    record = make(connect(), short_description=f"{RUN} disk", impact="1", urgency="2", correlation_id=f"{RUN}-a")
    assert len(record.get_value("sys_id")) == 32
    assert record.get_value("number").startswith("INC")
    assert (record.get_value("state"), record.get_display_value("state")) == ("1", "New")
    assert (record.get_value("priority"), record.get_display_value("priority")) == ("2", "2 - High")
    assert record.opened_at.date_value() == record.sys_created_on.date_value()
    assert record.get_display_value("opened_by") == USER


def get_by_sys_id_and_by_field():
    client = connect()
    made = make(client, short_description=f"{RUN} get", correlation_id=f"{RUN}-get")
    by_id = client.GlideRecord("incident")
    assert by_id.get(made.get_value("sys_id"))
    assert by_id.get_value("short_description") == f"{RUN} get"
    by_field = client.GlideRecord("incident")
    assert by_field.get("correlation_id", f"{RUN}-get")
    assert by_field.get_value("sys_id") == made.get_value("sys_id")
    assert by_field.get_row_count() == 1
    assert not client.GlideRecord("incident").get("0" * 32)


def query_with_conditions():
    client = connect()
    for number, urgency in enumerate(["1", "2", "3", "3"]):
        make(client, short_description=f"{RUN} query {number}", urgency=urgency, category=f"{RUN}")
    cases = [
        (lambda q: q.add_query("urgency", "3"), 2),
        (lambda q: q.add_query("urgency", "<", "3"), 2),
        (lambda q: q.add_query("urgency", "1").add_or_condition("urgency", "2"), 2),
        (lambda q: q.add_query("urgency", "IN", "1,3"), 3),
        (lambda q: q.add_query("urgency", "NOT IN", "1,3"), 1),
        (lambda q: q.add_query("short_description", "STARTSWITH", f"{RUN} query"), 4),
        (lambda q: q.add_query("short_description", "ENDSWITH", "query 2"), 1),
        (lambda q: q.add_query("short_description", "LIKE", "query"), 4),
        (lambda q: q.add_query("short_description", "NOT LIKE", "query 1"), 3),
        (lambda q: q.add_null_query("assignment_group"), 4),
        (lambda q: q.add_not_null_query("assignment_group"), 0),
        (lambda q: q.add_active_query(), 4),
        (lambda q: q.add_encoded_query("urgency=1^NQurgency=2^category=" + RUN), 2),
    ]
    for at, (narrow, expected) in enumerate(cases):
        record = client.GlideRecord("incident")
        record.add_query("category", RUN)
        narrow(record)
        record.query()
        assert len(record) == expected, f"case {at}: {record.get_encoded_query()} found {len(record)}, not {expected}"
        assert sum(1 for _ in record) == expected


def paging_walks_over_every_row_once():
    client = connect()
    for number in range(23):
        make(client, short_description=f"{RUN} page {number:02}", subcategory=RUN)
    record = client.GlideRecord("incident", batch_size=5)
    record.add_query("subcategory", RUN)
    record.order_by("short_description")
    record.fields = ["sys_id", "short_description"]
    record.query()
    assert record.get_row_count() == 23
    seen = [row.get_value("short_description") for row in record]
    assert seen == [f"{RUN} page {number:02}" for number in range(23)], seen
    limited = client.GlideRecord("incident", batch_size=5)
    limited.add_query("subcategory", RUN)
    limited.order_by_desc("short_description")
    limited.limit = 12
    limited.query()
    assert [row.get_value("short_description")[-2:] for row in limited] == [f"{n:02}" for n in range(22, 10, -1)]


def update_changes_and_answers_what_is_computed():
    client = connect()
    record = make(client, short_description=f"{RUN} update", impact="3", urgency="3")
    assert record.get_value("priority") == "5"
    record.impact = "1"
    record.urgency = "1"
    record.work_notes = "seen by pysnc"
    assert record.update()
    assert record.get_value("priority") == "1"
    assert record.get_value("sys_mod_count") == "1"
    again = client.GlideRecord("incident")
    assert again.get(record.get_value("sys_id"))
    assert again.get_value("urgency") == "1"
    assert again.get_value("work_notes") == ""
    journal = client.GlideRecord("sys_journal_field")
    journal.add_query("element_id", record.get_value("sys_id"))
    journal.query()
    assert [entry.get_value("value") for entry in journal] == ["seen by pysnc"]


def resolving_wants_code_and_notes_at_once():
    client = connect()
    record = make(client, short_description=f"{RUN} resolve")
    record.state = "6"
    error = raises(RoleException, record.update)
    assert "Data Policy Exception" in str(error), error
    record.close_code = "Solution provided"
    record.close_notes = "done"
    assert record.update()
    assert record.get_display_value("state") == "Resolved"
    assert record.get_display_value("resolved_by") == USER


def references_carry_names():
    client = connect()
    group = client.GlideRecord("sys_user_group")
    assert group.get("name", "Network")
    record = make(client, short_description=f"{RUN} group", assignment_group=group.get_value("sys_id"))
    assert record.get_value("assignment_group") == group.get_value("sys_id")
    assert record.get_display_value("assignment_group") == "Network"
    walked = client.GlideRecord("incident")
    walked.add_query("assignment_group.name", "Network")
    walked.add_query("short_description", f"{RUN} group")
    walked.fields = ["number", "assignment_group.name"]
    walked.query()
    assert len(walked) == 1 and walked.next()
    assert walked.get_value("assignment_group.name") == "Network"


def delete_takes_the_row_out():
    client = connect()
    record = make(client, short_description=f"{RUN} delete")
    sys_id = record.get_value("sys_id")
    assert record.delete()
    assert not client.GlideRecord("incident").get(sys_id)
    raises(NotFoundException, lambda: client.table_api.delete(record))


def many_rows_are_changed_and_deleted_in_one_batch():
    client = connect()
    for number in range(3):
        make(client, short_description=f"{RUN} many {number}", subcategory=f"{RUN}-many")

    def chosen():
        records = client.GlideRecord("incident")
        records.add_query("subcategory", f"{RUN}-many")
        records.query()
        return records

    records = chosen()
    for record in records:
        record.urgency = "1"
    assert records.update_multiple()
    assert [record.get_value("urgency") for record in chosen()] == ["1", "1", "1"]
    assert chosen().delete_multiple()
    assert len(chosen()) == 0


def refusals_arrive_as_the_client_knows_them():
    client = connect()
    missing = client.GlideRecord("sys_nonexistent")
    assert "Invalid table sys_nonexistent" in str(raises(RequestException, missing.query))
    stranger = ServiceNowClient(URL, (USER, "wrong"))
    error = raises(AuthenticationException, stranger.GlideRecord("incident").query)
    assert "User Not Authenticated" in str(error), error


def client_credentials_sign_in():
    client = ServiceNowClient(URL, ServiceNowClientCredentialsFlow(CLIENT_ID, CLIENT_SECRET))
    record = make(client, short_description=f"{RUN} oauth")
    assert record.get_value("sys_created_by") == USER
    wrong = ServiceNowClientCredentialsFlow(CLIENT_ID, "wrong")
    assert "access_denied" in str(raises(AuthenticationException, lambda: ServiceNowClient(URL, wrong)))


def main():
    checks = [
        insert_answers_the_whole_row,
        get_by_sys_id_and_by_field,
        query_with_conditions,
        paging_walks_over_every_row_once,
        update_changes_and_answers_what_is_computed,
        resolving_wants_code_and_notes_at_once,
        references_carry_names,
        delete_takes_the_row_out,
        many_rows_are_changed_and_deleted_in_one_batch,
        refusals_arrive_as_the_client_knows_them,
        client_credentials_sign_in,
    ]
    for check in checks:
        check()
    print(f"pysnc: {len(checks)} checks passed")


if __name__ == "__main__":
    main()
