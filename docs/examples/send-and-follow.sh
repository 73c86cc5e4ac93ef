#!/bin/sh
# A municipality's side of an exchange with xmlsec1, curl and unzip alone: sign, send without waiting, follow, verify, keep the evidence.
# EDNO_PKI: the folder of the certificates. EDNO_URL: where edno listens. What it writes stands in the folder $1 (or here).
set -eu
pki=$(cd "${EDNO_PKI:-.edno/pki}" && pwd)
url=${EDNO_URL:-https://127.0.0.1:8443}
cd "${1:-.}"
mine=$pki/parties/troyan
call() { curl -sS --cacert "$pki/ca.crt" --cert "$mine/tls.crt" --key "$mine/tls.key" -H 'Accept-Language: en' "$@"; }

cat > template.xml <<APPLICATION
<Application xmlns="urn:edno:exchange:1">
<ExchangeId>$(cat /proc/sys/kernel/random/uuid)</ExchangeId>
<Consumer>troyan</Consumer>
<IssuedAt>$(date -u +%Y-%m-%dT%H:%M:%SZ)</IssuedAt>
<Service><Id>taxi-permit</Id><Version>1</Version></Service>
<Case>ТР-ДЕМО-2</Case>
<Official><Identifier>clerk-1</Identifier><Names>Служител Примеров</Names><Position>главен специалист</Position></Official>
<LegalBasis>zavp-24a</LegalBasis>
<Applicant><IdentifierType>eik</IdentifierType><Identifier>999999995</Identifier><Names>Измислица Такси ЕООД</Names></Applicant>
<Body><driver><egn>8427029967</egn></driver><trader><kind>company</kind><uic>999999995</uic></trader><vehicle><plate>ОВ0000АА</plate></vehicle></Body>
<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
<ds:Reference URI=""><ds:Transforms>
<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>
<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference>
</ds:SignedInfo><ds:SignatureValue/>
<ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo></ds:Signature></Application>
APPLICATION
xmlsec1 --sign --privkey-pem "$mine/seal.key,$mine/seal.crt" --output application.xml template.xml

# 202 says where the answer will be; 200 brings it at once; anything else is a problem that says what to do.
status=$(call -H 'Content-Type: application/xml' -H 'Prefer: respond-async' --data-binary @application.xml \
  -D head.txt -o answer.xml -w '%{http_code}' "$url/v1/exchanges")
address=$url$(sed -n 's/\r$//; s/^[Ll]ocation: //p' head.txt)
while [ "$status" = 202 ]; do
  status=$(call -H 'Prefer: wait=30' -o answer.xml -w '%{http_code}' "$address")
done
if [ "$status" != 200 ]; then
  cat answer.xml
  exit 1
fi

xmlsec1 --verify --pubkey-cert-pem "$pki/broker/seal.crt" answer.xml
id=$(sed -n 's/^<ExchangeId>\(.*\)<.*/\1/p' template.xml)
call --fail-with-body -o exchange.asice "$url/v1/exchanges/$id/evidence"
unzip -tq exchange.asice
grep -o '<Check>.*</Check>' answer.xml | sed 's/<\/Check>/&\n/g' | sed -n 's/.*<Id>\(.*\)<\/Id>.*<Result>\(.*\)<\/Result>.*/\1 \2/p'
