"""Microsoft's own Python client for Dataverse against the simulated organisation.

Arguments: base URL (https), tenant, client id and secret. REQUESTS_CA_BUNDLE in the environment names the throw-away
authority. Each function is one check; an assertion that fails ends the run with its traceback.
"""

import sys
import uuid

from azure.identity import ClientSecretCredential
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError, MetadataError

URL, TENANT, CLIENT_ID, SECRET = sys.argv[1:5]
# Keeps what this run makes apart from all else in the organisation.
RUN = uuid.uuid4().hex[:12]

CREDENTIAL = ClientSecretCredential(TENANT, CLIENT_ID, SECRET, authority=URL, disable_instance_discovery=True)
CLIENT = DataverseClient(URL, CREDENTIAL)


def customer():
    accounts = CLIENT.records.list("account", filter="name eq 'Northwind Traders'", select=["accountid"])
    return next(iter(accounts))["accountid"]


def case(**columns):
    return {"customerid_account@odata.bind": f"/accounts({customer()})", **columns}


def raises(kind, action):
    try:
        action()
    except kind as error:
        return error
    raise AssertionError(f"{action} should have raised {kind.__name__}")


def create_and_retrieve():
    made = CLIENT.records.create("incident", case(title=f"{RUN} disk", prioritycode=1))
    row = CLIENT.records.retrieve("incident", made, include_annotations="*")
    assert row["title"] == f"{RUN} disk"
    assert row["ticketnumber"].startswith("CAS-")
    assert (row["statecode"], row["statuscode"]) == (0, 1)
    assert row["prioritycode@OData.Community.Display.V1.FormattedValue"] == "High"
    assert CLIENT.records.retrieve("incident", str(uuid.uuid4())) is None


def labels_of_choices_become_numbers():
    made = CLIENT.records.create("incident", case(title=f"{RUN} label", prioritycode="Low", casetypecode="problem"))
    row = CLIENT.records.retrieve("incident", made, select=["prioritycode", "casetypecode"])
    assert (row["prioritycode"], row["casetypecode"]) == (3, 2)


def update_and_delete():
    made = CLIENT.records.create("incident", case(title=f"{RUN} update"))
    CLIENT.records.update("incident", made, {"description": "97 % > 90 %", "statuscode": 2})
    row = CLIENT.records.retrieve("incident", made)
    assert (row["description"], row["statuscode"]) == ("97 % > 90 %", 2)
    CLIENT.records.delete("incident", made)
    assert CLIENT.records.retrieve("incident", made) is None
    error = raises(HttpError, lambda: CLIENT.records.update("incident", made, {"title": "x"}))
    assert (error.status_code, error.details["service_error_code"]) == (404, "0x80040217"), error.details


def filters_and_orders():
    for number, priority in enumerate([1, 2, 3, 3]):
        CLIENT.records.create("incident", case(title=f"{RUN} query {number}", prioritycode=priority, new_zone=RUN))
    for condition, count in [
        ("prioritycode eq 3", 2),
        ("prioritycode lt 3", 2),
        ("prioritycode eq 1 or prioritycode eq 2", 2),
        (f"startswith(title,'{RUN} query')", 4),
        ("endswith(title,'query 2')", 1),
        ("not contains(title,'query 1')", 3),
        ("description eq null", 4),
    ]:
        rows = list(CLIENT.records.list("incident", filter=f"new_zone eq '{RUN}' and ({condition})"))
        assert len(rows) == count, (condition, len(rows))
    rows = CLIENT.records.list("incident", filter=f"new_zone eq '{RUN}'", orderby=["title desc"], top=2)
    assert [row["title"][-1] for row in rows] == ["3", "2"]


def pages_are_walked_by_links():
    for number in range(7):
        CLIENT.records.create("incident", case(title=f"{RUN} page {number}", new_zone=f"{RUN}-pages"))
    pages = list(CLIENT.records.list_pages("incident", filter=f"new_zone eq '{RUN}-pages'", orderby=["title asc"], page_size=3))
    assert [len(list(page)) for page in pages] == [3, 3, 1]
    titles = [row["title"] for page in pages for row in page]
    assert titles == [f"{RUN} page {number}" for number in range(7)]


def an_alternate_key_finds_and_upserts():
    key = f"{RUN}-upsert"
    item = {"alternate_key": {"new_signalboxkey": key}, "record": case(title="first")}
    CLIENT.records.upsert("incident", [item])
    CLIENT.records.upsert("incident", [{**item, "record": {"title": "second"}}])
    rows = list(CLIENT.records.list("incident", filter=f"new_signalboxkey eq '{key}'"))
    assert [row["title"] for row in rows] == ["second"]
    keys = CLIENT.tables.get_alternate_keys("incident")
    assert [key.key_attributes for key in keys] == [["new_signalboxkey"]]
    twice = raises(HttpError, lambda: CLIENT.records.create("incident", case(title="third", new_signalboxkey=key)))
    assert (twice.status_code, twice.details["service_error_code"]) == (412, "0x80060892"), twice.details


def a_batch_is_answered_part_by_part():
    batch = CLIENT.batch.new()
    batch.records.create("incident", case(title=f"{RUN} batch"))
    batch.records.create("incident", {"title": "without a customer"})
    result = batch.execute(continue_on_error=True)
    assert [item.status_code for item in result.responses] == [204, 400], result
    assert result.responses[1].error_code == "0x80044410"


def a_change_set_is_done_whole_or_not_at_all():
    batch = CLIENT.batch.new()
    with batch.changeset() as changes:
        made = changes.records.create("incident", case(title=f"{RUN} set"))
        changes.records.create("annotation", {"notetext": f"{RUN} note", "objectid_incident@odata.bind": made})
    result = batch.execute()
    assert [item.status_code for item in result.responses] == [204, 204], result
    assert len(list(CLIENT.records.list("annotation", filter=f"notetext eq '{RUN} note'"))) == 1
    batch = CLIENT.batch.new()
    with batch.changeset() as changes:
        changes.records.create("incident", case(title=f"{RUN} undone"))
        changes.records.create("incident", {"title": "without a customer"})
    assert batch.execute().has_errors
    assert not list(CLIENT.records.list("incident", filter=f"title eq '{RUN} undone'"))


def metadata_is_told():
    table = CLIENT.tables.get("acme_Ticket")
    assert (table.logical_name, table.entity_set_name) == ("acme_ticket", "acme_tickets")
    assert (table.primary_id_attribute, table.primary_name_attribute) == ("acme_ticketid", "acme_name")
    assert CLIENT.tables.get("nothing") is None
    columns = {column["LogicalName"] for column in CLIENT.tables.list_columns("acme_ticket")}
    assert {"acme_details", "acme_alertkey", "statuscode"} <= columns
    assert CLIENT.tables.get_column("acme_ticket", "acme_urgency")["AttributeType"] == "Picklist"
    assert CLIENT.tables.get_column("acme_ticket", "nothing") is None


def refusals_arrive_as_the_client_knows_them():
    error = raises(HttpError, lambda: CLIENT.records.create("incident", {"title": "without a customer"}))
    assert (error.status_code, error.details["service_error_code"]) == (400, "0x80044410"), error.details
    assert "You should specify a parent contact or account." in str(error)
    long = raises(HttpError, lambda: CLIENT.records.create("incident", case(title="x" * 201)))
    assert long.details["service_error_code"] == "0x80044331"
    raises(MetadataError, lambda: list(CLIENT.records.list("nothings")))


def main():
    checks = [
        create_and_retrieve,
        labels_of_choices_become_numbers,
        update_and_delete,
        filters_and_orders,
        pages_are_walked_by_links,
        an_alternate_key_finds_and_upserts,
        a_batch_is_answered_part_by_part,
        a_change_set_is_done_whole_or_not_at_all,
        metadata_is_told,
        refusals_arrive_as_the_client_knows_them,
    ]
    for check in checks:
        check()
    print(f"dataverse: {len(checks)} checks passed")


if __name__ == "__main__":
    main()
