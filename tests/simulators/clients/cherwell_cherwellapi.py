"""A Python client for Cherwell against the simulated system.

Arguments: base URL (https, without the application's name), client key, user, password. REQUESTS_CA_BUNDLE in the environment
names the throw-away authority. Each function is one check; an assertion that fails ends the run with its traceback.
"""

import sys
import uuid
import warnings

from CherwellAPI import CherwellClient, Filter

URL, KEY, USER, PASSWORD = sys.argv[1:5]
# Keeps what this run makes apart from all else in the system.
RUN = uuid.uuid4().hex[:12]

# The client's business objects verify no certificates, whatever its connection was told.
warnings.filterwarnings("ignore", message="Unverified HTTPS request")


def connect():
    return CherwellClient.Connection(URL, KEY, USER, PASSWORD, https_verify=True)


def customer(client):
    wanted = Filter.SimpleFilter("CustomerInternal")
    wanted.add_search_fields("FullName", "eq", "Jun Sato")
    _, found = client.get_business_objects(wanted)
    return found[0].busObRecId


def incident(client, description):
    made = client.get_new_business_object("Incident")
    made.Description = f"{RUN} {description}"
    made.Priority = "3"
    made.Service = "Workplace"
    made.Category = RUN
    made.Subcategory = "Submit Incident"
    made.CustomerRecID = customer(client)
    made.Save()
    assert not made.has_error(), made.error_message()
    return made


def search(client, field, operator, value):
    wanted = Filter.SimpleFilter("Incident")
    wanted.add_search_fields("Category", "eq", RUN)
    wanted.add_search_fields(field, operator, value)
    return client.get_business_objects(wanted)[1]


def raises(action):
    try:
        action()
    except Exception as error:
        return str(error)
    raise AssertionError("it should have raised")


def an_object_is_found_by_its_name():
    client = connect()
    business_object = client.get_business_object_id("Incident")
    assert business_object == "6dd53665c0c24cab86870a21cf6434ae"
    assert client.get_business_object_internalname(business_object) == "Incident"
    assert client.get_business_object_id("Nonsense") is None
    summary = client.get_business_object_summary("Incident")[0]
    assert "Resolved" in summary["states"].split(",")
    assert client.get_business_object_field_id("Incident", "Status").endswith(summary["stateFieldId"])


def a_template_becomes_an_incident():
    client = connect()
    template = client.get_business_object_template("Incident")
    fields = {
        "Description": f"{RUN} template",
        "Priority": "2",
        "Service": "Workplace",
        "Category": RUN,
        "Subcategory": "Submit Incident",
        "Customer Rec ID": customer(client),
    }
    for name, value in fields.items():
        assert client.set_business_object_field_value_in_template(template, name, value), name
    public_id, rec_id, _ = client.create_business_object(template, "Incident")
    assert public_id.isdigit() and len(rec_id) == 42
    (found,) = search(client, "Description", "eq", f"{RUN} template")
    assert (found.busObRecId, found.Status, found.Priority) == (rec_id, "New", "2")


def an_incident_is_changed_by_what_is_dirty():
    client = connect()
    made = incident(client, "dirty")
    (found,) = search(client, "Description", "contains", "dirty")
    found.Status = "Resolved"
    found.CloseDescription = "Paper was out."
    found.Save()
    assert not found.has_error()
    (again,) = search(client, "Status", "eq", "Resolved")
    assert (again.busObRecId, again.CloseDescription) == (made.busObRecId, "Paper was out.")
    assert again.Service == "Workplace", "what was not dirty is as it was"


def a_refusal_stands_in_a_200():
    client = connect()
    made = client.get_new_business_object("Incident")
    made.Description = f"{RUN} lacking"
    made.Save()
    assert made.has_error() and "is required" in made.error_message()


def pages_are_walked_to_their_end():
    client = connect()
    for number in range(25):
        incident(client, f"page {number}")
    wanted = Filter.SimpleFilter("Incident")
    wanted.add_search_fields("Description", "startswith", f"{RUN} page")
    rows, found = client.get_business_objects(wanted)
    assert (rows, len({each.busObRecId for each in found})) == (25, 25)


def only_the_wanted_fields_are_answered():
    client = connect()
    incident(client, "wanted")
    wanted = Filter.AdHocFilter("Incident")
    wanted.add_search_fields("Description", "eq", f"{RUN} wanted")
    wanted.add_fields("Priority")
    rows, found = client.get_business_records(wanted)
    assert rows == 1 and [field["name"] for field in found[0]["fields"]] == ["Priority"]


def a_deleted_record_is_gone():
    client = connect()
    made = incident(client, "deleted")
    rec_id = made.busObRecId
    made.Delete()
    made.busObRecId = rec_id
    assert "Record not found" in raises(made.Delete)


def a_session_ends_with_its_logout():
    client = connect()
    client.get_business_object_id("Incident")
    assert client.logout() == "200"
    assert "HTTP:401" in raises(lambda: client.get_business_object_id("Incident", refresh=True))


def main():
    checks = [
        an_object_is_found_by_its_name,
        a_template_becomes_an_incident,
        an_incident_is_changed_by_what_is_dirty,
        a_refusal_stands_in_a_200,
        pages_are_walked_to_their_end,
        only_the_wanted_fields_are_answered,
        a_deleted_record_is_gone,
        a_session_ends_with_its_logout,
    ]
    for check in checks:
        check()
    print(f"CherwellAPI: {len(checks)} checks passed")


if __name__ == "__main__":
    main()
