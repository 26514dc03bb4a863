"""Microsoft's own Python clients for Azure against the simulated one: azure-identity, azure-monitor-ingestion,
azure-mgmt-alertsmanagement and azure-monitor-query.

Arguments: base URL (https), base URL (http, for the metadata service), tenant, client id, secret, a PEM file with a
certificate and its key, data collection rule, stream, subscription, alert, workspace. REQUESTS_CA_BUNDLE in the environment
names the throw-away authority. Each function is one check; an assertion that fails ends the run with its traceback.
"""

import os
import sys
import uuid
from datetime import datetime, timedelta, timezone

(URL, METADATA, TENANT, CLIENT_ID, SECRET, CERTIFICATE, RULE, STREAM, SUBSCRIPTION, ALERT, WORKSPACE) = sys.argv[1:12]
# Read by azure-identity when it is imported.
os.environ["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = METADATA

from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.identity import CertificateCredential, ClientSecretCredential, ManagedIdentityCredential
from azure.mgmt.alertsmanagement import AlertsManagementClient
from azure.mgmt.alertsmanagement.models import Comments
from azure.monitor.ingestion import LogsIngestionClient
from azure.monitor.query import LogsQueryClient, LogsQueryStatus

AUTHORITY = {"authority": URL, "disable_instance_discovery": True}
CREDENTIAL = ClientSecretCredential(TENANT, CLIENT_ID, SECRET, **AUTHORITY)
MONITOR = "https://monitor.azure.com/.default"


def row(number, **columns):
    return {
        "TimeGenerated": datetime.now(timezone.utc).isoformat(),
        "Number_s": f"INC{number:07}",
        "Sequence_l": number,
        **columns,
    }


def raises(kind, action):
    try:
        action()
    except kind as error:
        return error
    raise AssertionError(f"{action} should have raised {kind.__name__}")


def ingestion(credential=CREDENTIAL):
    return LogsIngestionClient(URL, credential, retry_total=0)


def rows_are_uploaded():
    ingestion().upload(RULE, STREAM, [row(number) for number in range(3)])


def many_rows_are_uploaded_in_chunks():
    # About 3 MB without its compression, which the client parts by what the rows have alone.
    ingestion().upload(RULE, STREAM, [row(number, Title_s=uuid.uuid4().hex * 30) for number in range(3, 3003)])


def refusals_arrive_as_the_client_knows_them():
    error = raises(ResourceNotFoundError, lambda: ingestion().upload("dcr-unknown", STREAM, [row(1)]))
    assert error.error.code == "NotFound", error
    error = raises(HttpResponseError, lambda: ingestion().upload(RULE, STREAM, [{"Number_s": "INC1"}]))
    assert (error.status_code, error.error.code) == (400, "InvalidPayload"), error
    large = row(1, Fields=[uuid.uuid4().hex for _ in range(40_000)])
    error = raises(HttpResponseError, lambda: ingestion().upload(RULE, STREAM, [large]))
    assert (error.status_code, error.error.code) == (413, "ContentLengthLimitExceeded"), error


def a_certificate_signs_in():
    credential = CertificateCredential(TENANT, CLIENT_ID, CERTIFICATE, **AUTHORITY)
    assert credential.get_token(MONITOR).token
    ingestion(credential).upload(RULE, STREAM, [row(3003)])


def a_managed_identity_signs_in():
    credential = ManagedIdentityCredential()
    assert credential.get_token(MONITOR).token
    ingestion(credential).upload(RULE, STREAM, [row(3004)])


def a_wrong_secret_is_told():
    credential = ClientSecretCredential(TENANT, CLIENT_ID, "wrong", **AUTHORITY)
    error = raises(ClientAuthenticationError, lambda: credential.get_token(MONITOR))
    assert "AADSTS7000215" in str(error), error


def an_alert_is_changed_with_a_comment():
    client = AlertsManagementClient(CREDENTIAL, SUBSCRIPTION, base_url=URL)
    found = {alert.id.rsplit("/", 1)[1] for alert in client.alerts.get_all(page_count=1, time_range="1h")}
    assert ALERT in found and len(found) == 3, found
    alert = client.alerts.change_state(ALERT, "Acknowledged", Comments(comments="Ticket INC0000001"))
    assert alert.properties.essentials.alert_state == "Acknowledged"
    alert = client.alerts.get_by_id(ALERT)
    assert alert.properties.essentials.monitor_condition == "Fired"
    modification = client.alerts.get_history(ALERT).properties.modifications[0]
    assert (modification.new_value, modification.comments) == ("Acknowledged", "Ticket INC0000001")
    raises(ResourceNotFoundError, lambda: client.alerts.get_by_id(str(uuid.uuid4())))


def logs_are_queried():
    client = LogsQueryClient(CREDENTIAL, endpoint=URL, audience="https://api.loganalytics.io")
    result = client.query_workspace(WORKSPACE, "Heartbeat", timespan=timedelta(hours=1))
    assert result.status == LogsQueryStatus.SUCCESS
    table = result.tables[0]
    assert (table.name, table.columns, list(table.rows[0])) == ("PrimaryResult", ["Computer", "Count"], ["web-01", 3])
    error = raises(HttpResponseError, lambda: client.query_workspace(WORKSPACE, "Nothing", timespan=None))
    assert error.error.code == "BadArgumentError", error


def main():
    checks = [
        rows_are_uploaded,
        many_rows_are_uploaded_in_chunks,
        a_certificate_signs_in,
        a_managed_identity_signs_in,
        refusals_arrive_as_the_client_knows_them,
        a_wrong_secret_is_told,
        an_alert_is_changed_with_a_comment,
        logs_are_queried,
    ]
    for check in checks:
        check()
    print(f"azure: {len(checks)} checks passed")


if __name__ == "__main__":
    main()
