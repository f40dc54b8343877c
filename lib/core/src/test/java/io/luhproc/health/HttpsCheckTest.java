package io.luhproc.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.monitor.CheckContexts;
import io.luhproc.testing.JavaProcess;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS checks of a server with a self-signed certificate for {@code localhost}. */
@Tag("process")
class HttpsCheckTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path directory;
  private Path store;
  private StubServer server;

  @BeforeEach
  void startServer() throws Exception {
    store = directory.resolve("store.p12");
    createCertificate();
    server =
        StubServer.serveOn(
            tlsServerSocket(),
            (stub, socket) -> stub.respond(socket, "HTTP/1.1 200 OK\r\n\r\nhello"));
  }

  private void createCertificate() throws Exception {
    runTool(
        "-genkeypair -alias localhost -keyalg EC -dname CN=localhost -ext san=dns:localhost"
            + " -storepass changeit -storetype PKCS12 -keystore ");
  }

  private void runTool(String options) throws Exception {
    String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", tool + " " + options + store);
    builder.redirectErrorStream(true).redirectOutput(directory.resolve("keytool").toFile());
    assertThat(builder.start().waitFor()).isZero();
  }

  private ServerSocket tlsServerSocket() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context
        .getServerSocketFactory()
        .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  @Test
  void serverWithUntrustedCertificateIsUnhealthy() throws Exception {
    HealthCheck check = HealthCheck.http("https://localhost:" + server.port() + "/");
    assertThat(check.check(CheckContexts.contextIn(directory)).detail())
        .startsWith("TLS with localhost:" + server.port() + " failed: ")
        .contains("PKIX");
  }

  @Test
  void serverWithTrustedCertificateIsHealthy() throws Exception {
    assertThat(checkFromTrustingJvm("localhost")).contains("isHealthy=true").contains("HTTP 200");
  }

  @Test
  void serverWithCertificateForAnotherHostIsUnhealthy() throws Exception {
    assertThat(checkFromTrustingJvm("127.0.0.1"))
        .contains("isHealthy=false")
        .contains("TLS with 127.0.0.1:" + server.port() + " failed: ");
  }

  @Test
  void onlyNamedCertificatesAreTrustedAndHostIsVerified() throws Exception {
    Path pem = directory.resolve("ca.pem");
    runTool("-exportcert -rfc -alias localhost -storepass changeit -file " + pem + " -keystore ");
    assertThat(checkTrusting("localhost", pem)).isEqualTo(HealthResult.healthy("HTTP 200"));
    assertThat(checkTrusting("localhost", Path.of("ca.pem")).isHealthy()).isTrue();
    assertThat(checkTrusting("127.0.0.1", pem).detail()).contains("failed: ");
    Path other = directory.resolve("other");
    assertThat(checkTrusting("localhost", other).detail()).contains("failed: cannot read " + other);
    Files.writeString(other, "");
    assertThat(checkTrusting("localhost", other).detail())
        .endsWith("failed: no certificate in " + other + "; it must be a PEM file");
    Files.writeString(other, "garbage");
    assertThat(checkTrusting("localhost", other).detail()).contains("failed: ");
  }

  private HealthResult checkTrusting(String host, Path pem) {
    return HealthCheck.http("https://" + host + ":" + server.port() + "/")
        .trustedCertificates(pem)
        .bodyContaining("hello")
        .check(CheckContexts.contextIn(directory));
  }

  private String checkFromTrustingJvm(String host) throws Exception {
    String url = "https://" + host + ":" + server.port() + "/";
    try (JavaProcess process =
        JavaProcess.of(ChecksUrl.class, url)
            .options(
                "-Djavax.net.ssl.trustStore=" + store,
                "-Djavax.net.ssl.trustStorePassword=changeit")
            .start(directory)) {
      return process.awaitLine("result ");
    }
  }
}
