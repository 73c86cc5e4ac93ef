import com.sun.management.OperatingSystemMXBean;
import java.io.*;
import java.lang.management.ManagementFactory;
import java.nio.file.*;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.*;
import javax.xml.crypto.dsig.*;
import javax.xml.crypto.dsig.dom.*;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;

/**
 * How often this implementation verifies or signs one document, per CPU-second of its process. Built upon Signatures.java
 * of the interoperability tests. One job in the arguments; one number on standard output.
 *
 *     verify CERT.pem FILE.xml WARM_UP_MS MEASURED_MS
 *     sign KEY.pem CERT.pem FILE.xml ALGORITHM WARM_UP_MS MEASURED_MS
 */
public class SignatureBench {
  interface Operation {
    void run() throws Exception;
  }

  public static void main(String[] job) throws Exception {
    var operation = job[0].equals("verify") ? verifying(job) : signing(job);
    repeat(operation, Long.parseLong(job[job.length - 2]));
    System.out.println(repeat(operation, Long.parseLong(job[job.length - 1])));
  }

  static double repeat(Operation operation, long milliseconds) throws Exception {
    var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = process.getProcessCpuTime(), end = cpu + milliseconds * 1_000_000;
    long count = 0;
    for (; process.getProcessCpuTime() < end; count++) operation.run();
    return count / ((process.getProcessCpuTime() - cpu) / 1e9);
  }

  static Operation verifying(String[] job) throws Exception {
    var key = Signatures.certificate(job[1]).getPublicKey();
    var bytes = Files.readAllBytes(Path.of(job[2]));
    return () -> {
      var signature = parse(bytes).getElementsByTagNameNS(XMLSignature.XMLNS, "Signature").item(0);
      var context = new DOMValidateContext(key, signature);
      if (!Signatures.FACTORY.unmarshalXMLSignature(context).validate(context)) throw new IllegalStateException("refused");
    };
  }

  static Operation signing(String[] job) throws Exception {
    X509Certificate certificate = Signatures.certificate(job[2]);
    PrivateKey key = Signatures.privateKey(job[1], certificate);
    var bytes = Files.readAllBytes(Path.of(job[3]));
    var keys = Signatures.FACTORY.getKeyInfoFactory();
    var keyInfo = keys.newKeyInfo(List.of(keys.newX509Data(List.of(certificate))));
    var c14n = CanonicalizationMethod.EXCLUSIVE;
    var transformer = TransformerFactory.newInstance().newTransformer();
    return () -> {
      var document = parse(bytes);
      var transforms = List.of(Signatures.transform(Transform.ENVELOPED), Signatures.transform(c14n));
      var info = Signatures.FACTORY.newSignedInfo(
          Signatures.FACTORY.newCanonicalizationMethod(c14n, (C14NMethodParameterSpec) null),
          Signatures.FACTORY.newSignatureMethod(job[4], null),
          List.of(Signatures.reference("", DigestMethod.SHA256, transforms, null)));
      Signatures.FACTORY.newXMLSignature(info, keyInfo).sign(new DOMSignContext(key, document.getDocumentElement()));
      transformer.transform(new DOMSource(document), new StreamResult(new ByteArrayOutputStream()));
    };
  }

  static final DocumentBuilderFactory BUILDERS = DocumentBuilderFactory.newInstance();

  static Document parse(byte[] bytes) throws Exception {
    BUILDERS.setNamespaceAware(true);
    return BUILDERS.newDocumentBuilder().parse(new ByteArrayInputStream(bytes));
  }
}
