"""A third party's Python client for Request Tracker, on a ticket that the adapter made and wrote a note in.

Arguments: base URL, a person's token, the ticket's key, its title, the note's text. Each function is one check, in this order; an
assertion that fails ends the run with its traceback. It leaves the ticket resolved.
"""

import base64
import sys

import rt.rest2

URL, TOKEN, KEY, TITLE, NOTE = sys.argv[1:6]


def connect():
    return rt.rest2.Rt(f"{URL}/REST/2.0/", token=TOKEN)


def only_ticket(client):
    found = list(client.search(raw_query=f"'CF.{{Signalbox Key}}' = '{KEY}'"))
    assert len(found) == 1, f"{len(found)} tickets have the key"
    return found[0]


def a_search_finds_the_ticket_by_its_key():
    found = only_ticket(connect())
    assert (found["Subject"], found["Status"], found["Queue"]["Name"]) == (TITLE, "new", "Incidents")


def the_ticket_has_its_fields():
    client = connect()
    ticket = client.get_ticket(only_ticket(client)["id"])
    fields = {field["name"]: field["values"] for field in ticket["CustomFields"]}
    assert fields["Signalbox Key"] == [KEY]
    assert (ticket["Priority"], ticket["Creator"]["id"]) == ("50", "signalbox")


def the_note_is_one_comment():
    client = connect()
    ticket = only_ticket(client)["id"]
    steps = [step for step in client.get_ticket_history(ticket) if step["Type"] in ("Comment", "Correspond")]
    assert [step["Type"] for step in steps] == ["Comment"]
    links = client.get_transaction(steps[0]["id"])["_hyperlinks"]
    texts = []
    for link in links:
        if link["ref"] == "attachment":
            number = link["_url"].rsplit("/", 1)[1]
            texts.append(base64.b64decode(client.get_attachment(number)["Content"]).decode())
    assert sum(NOTE in text for text in texts) == 1, texts


def people_comment_and_resolve():
    client = connect()
    ticket = only_ticket(client)["id"]
    assert client.comment(ticket, "It was the cable.")
    assert client.edit_ticket(ticket, Status="resolved")
    assert client.get_ticket(ticket)["Status"] == "resolved"


CHECKS = [
    a_search_finds_the_ticket_by_its_key,
    the_ticket_has_its_fields,
    the_note_is_one_comment,
    people_comment_and_resolve,
]

if __name__ == "__main__":
    for check in CHECKS:
        check()
    print(f"rt: {len(CHECKS)} checks passed")
