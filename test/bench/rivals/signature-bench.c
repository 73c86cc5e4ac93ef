/*
 * How often libxmlsec1 verifies or signs one document, per CPU-second. One job in the arguments; one number on standard
 * output.
 *
 *     verify CERT.pem FILE.xml WARM_UP_MS MEASURED_MS
 *     sign KEY.pem CERT.pem TEMPLATE.xml WARM_UP_MS MEASURED_MS
 */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xmlsec/crypto.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

static char *text;
static int length;
static xmlSecKeyPtr key;
static int verifies;

static void fail(const char *why) {
  fprintf(stderr, "%s\n", why);
  exit(1);
}

static void readText(const char *name) {
  FILE *file = fopen(name, "rb");
  if (file == NULL) fail("the document cannot be read");
  fseek(file, 0, SEEK_END);
  length = (int)ftell(file);
  rewind(file);
  text = malloc((size_t)length);
  if (text == NULL || fread(text, 1, (size_t)length, file) != (size_t)length) fail("the document cannot be read");
  fclose(file);
}

static void once(void) {
  xmlDocPtr document = xmlReadMemory(text, length, NULL, NULL, XML_PARSE_NONET | XML_PARSE_HUGE);
  xmlSecDSigCtxPtr context = xmlSecDSigCtxCreate(NULL);
  if (document == NULL || context == NULL) fail("the document cannot be parsed");
  xmlNodePtr node = xmlSecFindNode(xmlDocGetRootElement(document), xmlSecNodeSignature, xmlSecDSigNs);
  context->signKey = xmlSecKeyDuplicate(key);
  if (verifies) {
    if (xmlSecDSigCtxVerify(context, node) < 0 || context->status != xmlSecDSigStatusSucceeded) fail("refused");
  } else {
    xmlChar *written;
    int size;
    if (xmlSecDSigCtxSign(context, node) < 0) fail("not signed");
    xmlDocDumpMemory(document, &written, &size);
    xmlFree(written);
  }
  xmlSecDSigCtxDestroy(context);
  xmlFreeDoc(document);
}

static double repeat(long milliseconds) {
  clock_t start = clock();
  clock_t end = start + (clock_t)(milliseconds * (CLOCKS_PER_SEC / 1000));
  long count = 0;
  for (; clock() < end; count++) once();
  return (double)count * CLOCKS_PER_SEC / (double)(clock() - start);
}

int main(int count, char **job) {
  verifies = count > 1 && strcmp(job[1], "verify") == 0;
  if (count != (verifies ? 6 : 7)) fail("usage: see the head of this file");
  xmlInitParser();
  if (xmlSecInit() < 0 || xmlSecCryptoAppInit(NULL) < 0 || xmlSecCryptoInit() < 0) fail("libxmlsec1 does not start");
  key = xmlSecCryptoAppKeyLoad(job[2], verifies ? xmlSecKeyDataFormatCertPem : xmlSecKeyDataFormatPem, NULL, NULL, NULL);
  if (key == NULL) fail("the key cannot be read");
  if (!verifies && xmlSecCryptoAppKeyCertLoad(key, job[3], xmlSecKeyDataFormatPem) < 0) fail("no certificate");
  readText(job[count - 3]);
  repeat(atol(job[count - 2]));
  printf("%f\n", repeat(atol(job[count - 1])));
  return 0;
}
