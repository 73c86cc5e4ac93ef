"""A municipality's client made with zeep: one question as JSON on stdin, what zeep understood as JSON on stdout."""

import json
import sys

from lxml import etree
from requests import Session
from zeep import Client
from zeep.exceptions import Fault
from zeep.transports import Transport

job = json.load(sys.stdin)
session = Session()
# What the machine sets for its own traffic must not stand above what the client is told.
session.trust_env = False
session.verify = job["ca"]
session.cert = (job["certificate"], job["key"])
client = Client(job["wsdl"], transport=Transport(session=session))
request = {
    "Operation": job["operation"],
    "Argument": {"_value_1": etree.fromstring(job["argument"])},
    "CallContext": job["context"],
    "SignResult": job["signResult"],
    "ReturnAccessMatrix": job["returnAccessMatrix"],
}
try:
    if job["entry"] == "v1":
        result = client.service.ExecuteSynchronous(request=request)
    else:
        result = client.service.Execute(request={"ServiceRequestData": request})
    data = result.Data
    response = data.Response._value_1 if data is not None and data.Response is not None else None
    matrix = data.Matrix if data is not None else None
    told = {
        "ready": result.IsReady,
        "error": result.Error,
        "callId": None if result.ServiceCallID is None else str(result.ServiceCallID),
        "response": None if response is None else etree.tostring(response, encoding="unicode"),
        "signed": result.Signature is not None,
        "matrix": [] if matrix is None or matrix.Properties is None else [[p.Name, p.HasAccess] for p in matrix.Properties.Property],
    }
except Fault as fault:
    told = {"fault": fault.message}
json.dump(told, sys.stdout)
