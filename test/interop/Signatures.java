import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.*;
import javax.xml.crypto.dom.DOMStructure;
import javax.xml.crypto.dsig.*;
import javax.xml.crypto.dsig.dom.*;
import javax.xml.crypto.dsig.keyinfo.*;
import javax.xml.crypto.dsig.spec.*;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.*;

/**
 * Another implementation of XML signatures, for the interoperability tests: jobs on standard input, one a line, fields
 * separated by tabs; one line of result each.
 *
 *     verify CERT.pem FILE.xml                                            → valid | invalid
 *     sign KEY.pem CERT.pem IN.xml OUT.xml ALGORITHM DIGEST C14N seal|xades → signed
 */
public class Signatures {
  static final String XADES = "http://uri.etsi.org/01903/v1.3.2#";
  static final XMLSignatureFactory FACTORY = XMLSignatureFactory.getInstance("DOM");

  public static void main(String[] none) throws Exception {
    var jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = jobs.readLine(); line != null; line = jobs.readLine()) {
      var job = line.split("\t");
      System.out.println(job[0].equals("verify") ? verify(job[1], job[2]) : sign(job));
    }
  }

  static String verify(String certificate, String file) throws Exception {
    var document = parse(file);
    var signatures = document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature");
    if (signatures.getLength() != 1) return "invalid";
    var context = new DOMValidateContext(certificate(certificate).getPublicKey(), signatures.item(0));
    var all = document.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      var element = (Element) all.item(i);
      if (element.hasAttribute("Id")) context.setIdAttributeNS(element, null, "Id");
    }
    return FACTORY.unmarshalXMLSignature(context).validate(context) ? "valid" : "invalid";
  }

  static String sign(String[] job) throws Exception {
    var certificate = certificate(job[2]);
    var document = parse(job[3]);
    String algorithm = job[5], digest = job[6], c14n = job[7];
    boolean xades = job[8].equals("xades");
    var references = new ArrayList<Reference>();
    references.add(reference("", digest, List.of(transform(Transform.ENVELOPED), transform(c14n)), null));
    var context = new DOMSignContext(privateKey(job[1], certificate), document.getDocumentElement());
    context.setDefaultNamespacePrefix("ds");
    var objects = new ArrayList<XMLObject>();
    if (xades) {
      var type = "http://uri.etsi.org/01903#SignedProperties";
      references.add(reference("#properties", digest, List.of(transform(c14n)), type));
      var qualifying = qualifying(document, certificate);
      context.setIdAttributeNS((Element) qualifying.getFirstChild(), null, "Id");
      objects.add(FACTORY.newXMLObject(List.of(new DOMStructure(qualifying)), null, null, null));
    }
    var info = FACTORY.newSignedInfo(
        FACTORY.newCanonicalizationMethod(c14n, (C14NMethodParameterSpec) null),
        FACTORY.newSignatureMethod(algorithm, null), references);
    var keys = FACTORY.getKeyInfoFactory();
    var keyInfo = keys.newKeyInfo(List.of(keys.newX509Data(List.of(certificate))));
    FACTORY.newXMLSignature(info, keyInfo, objects, xades ? "signature" : null, null).sign(context);
    TransformerFactory.newInstance().newTransformer()
        .transform(new DOMSource(document), new StreamResult(new File(job[4])));
    return "signed";
  }

  static Transform transform(String algorithm) throws Exception {
    return FACTORY.newTransform(algorithm, (TransformParameterSpec) null);
  }

  static Reference reference(String uri, String digest, List<Transform> transforms, String type) throws Exception {
    return FACTORY.newReference(uri, FACTORY.newDigestMethod(digest, null), transforms, type, null);
  }

  static Element qualifying(Document document, X509Certificate certificate) throws Exception {
    var qualifying = document.createElementNS(XADES, "xades:QualifyingProperties");
    qualifying.setAttribute("Target", "#signature");
    var properties = add(qualifying, XADES, "xades:SignedProperties");
    properties.setAttribute("Id", "properties");
    var signed = add(properties, XADES, "xades:SignedSignatureProperties");
    add(signed, XADES, "xades:SigningTime").setTextContent("2026-10-05T09:29:00+03:00");
    var v2 = add(signed, XADES, "xades:SigningCertificateV2");
    var digest = add(add(v2, XADES, "xades:Cert"), XADES, "xades:CertDigest");
    add(digest, XMLSignature.XMLNS, "ds:DigestMethod").setAttribute("Algorithm", DigestMethod.SHA512);
    var octets = MessageDigest.getInstance("SHA-512").digest(certificate.getEncoded());
    add(digest, XMLSignature.XMLNS, "ds:DigestValue").setTextContent(Base64.getEncoder().encodeToString(octets));
    return qualifying;
  }

  static Element add(Element parent, String namespace, String name) {
    return (Element) parent.appendChild(parent.getOwnerDocument().createElementNS(namespace, name));
  }

  static Document parse(String file) throws Exception {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(new File(file));
  }

  static X509Certificate certificate(String file) throws Exception {
    try (var in = new FileInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  static PrivateKey privateKey(String file, X509Certificate certificate) throws Exception {
    var body = Files.readString(Path.of(file)).replaceAll("-----[A-Z ]+-----|\\s", "");
    var kind = certificate.getPublicKey().getAlgorithm();
    return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
  }
}
