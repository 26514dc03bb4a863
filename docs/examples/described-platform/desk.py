"""Sees and does on a ServiceNow instance what a person would, for the conformance suite."""

import base64
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

ADDRESS = os.environ["DESK_ADDRESS"]
PERSON = "Basic " + base64.b64encode(os.environ["DESK_PERSON"].encode()).decode()
STATES = {"3": "pending", "6": "resolved", "7": "closed", "8": "canceled"}
TABLES = {"incident": "incident", "change": "change_request"}


def call(method, path, body=None, **query):
    url = f"{ADDRESS}/api/now/table/{path}?{urllib.parse.urlencode(query)}"
    headers = {"authorization": PERSON, "accept": "application/json", "content-type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method)) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        sys.exit(f"{method} {url}: {error.code} {error.read().decode()}")
    return json.loads(text)["result"] if text else None


def seen(row):
    query = f"element_id={row['sys_id']}^element=work_notes^ORDERBYsys_created_on"
    notes = call("GET", "sys_journal_field", sysparm_query=query) or []
    return {
        "id": row["sys_id"],
        "number": row["number"],
        "key": row["correlation_id"],
        "title": row["short_description"],
        "description": row["description"],
        "state": STATES.get(row["state"], "open"),
        "severity": row["priority"],
        "resolution": row["close_notes"],
        "notes": [note["value"] for note in notes],
        "ties": [],
    }


def write(row, **fields):
    call("PATCH", f"incident/{row}", fields)


def answer(asked):
    match asked["do"]:
        case "tickets":
            query = f"correlation_id={asked['key']}^ORDERBYnumber"
            return {"done": [seen(row) for row in call("GET", "incident", sysparm_query=query) or []]}
        case "ticket":
            row = call("GET", f"incident/{asked['id']}")
            return {"done": row and seen(row)}
        case "act":
            ended = {"close_code": "Solution provided", "close_notes": "By hand."}
            match asked["act"]:
                case "resolve":
                    write(asked["id"], state="6", **ended)
                case "close":
                    write(asked["id"], state="7", **ended)
                case "delete":
                    call("DELETE", f"incident/{asked['id']}")
                case "take-out-key":
                    write(asked["id"], correlation_id="")
                case "retitle":
                    write(asked["id"], short_description=asked["text"])
                case "note":
                    write(asked["id"], work_notes=asked["text"])
                case act:
                    return {"not_offered": f"this program does not {act}"}
            return {"done": None}
        case "write_row":
            table, fields = TABLES[asked["kind"]], {"short_description": asked["title"]}
            if asked["id"] is None:
                return {"done": call("POST", table, fields)["sys_id"]}
            call("PATCH", f"{table}/{asked['id']}", fields)
            return {"done": asked["id"]}
        case other:
            return {"not_offered": f"this program does not {other}"}


print(json.dumps(answer(json.load(sys.stdin))))
