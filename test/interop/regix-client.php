<?php
// A municipality's client made with PHP's SoapClient: one question as JSON on stdin, what it understood as JSON on stdout.
$job = json_decode(stream_get_contents(STDIN), true);
$tls = stream_context_create(['ssl' => [
    'cafile' => $job['ca'], 'local_cert' => $job['certificate'], 'local_pk' => $job['key'], 'verify_peer' => true,
]]);
$v1 = $job['entry'] === 'v1';
$options = [
    'soap_version' => $v1 ? SOAP_1_2 : SOAP_1_1, 'stream_context' => $tls, 'cache_wsdl' => WSDL_CACHE_NONE, 'trace' => true,
];
$request = [
    'Operation' => $job['operation'], 'Argument' => ['any' => $job['argument']], 'CallContext' => $job['context'],
    'SignResult' => $job['signResult'], 'ReturnAccessMatrix' => $job['returnAccessMatrix'],
];
try {
    $client = new SoapClient($job['wsdl'], $options);
    if ($v1) {
        $addressing = 'http://www.w3.org/2005/08/addressing';
        $headers = [
            new SoapHeader($addressing, 'Action', 'http://tempuri.org/IRegiXEntryPoint/ExecuteSynchronous', true),
            new SoapHeader($addressing, 'To', $job['wsdl'], true),
        ];
        $result = $client->__soapCall('ExecuteSynchronous', [['request' => $request]], null, $headers)->ExecuteSynchronousResult;
    } else {
        $result = $client->Execute(['request' => ['ServiceRequestData' => $request]])->ExecuteResult->ServiceResultData;
    }
    $matrix = $result->Data->Matrix->Properties->Property ?? [];
    echo json_encode([
        'ready' => $result->IsReady,
        'error' => $result->Error ?? null,
        'callId' => $result->ServiceCallID ?? null,
        'response' => $result->Data->Response->any ?? null,
        'signed' => isset($result->Signature),
        'matrix' => array_map(fn($property) => [$property->Name, $property->HasAccess], $matrix),
    ]);
} catch (SoapFault $fault) {
    echo json_encode(['fault' => $fault->getMessage()]);
}
