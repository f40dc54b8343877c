package io.luhproc.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.LuhprocException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP server with a certificate, on loopback. */
@Tag("process")
class HttpTlsProcessTest {
  private static final CopyOption REPLACE = StandardCopyOption.REPLACE_EXISTING;
  private static final CopyOption ATTRIBUTES = StandardCopyOption.COPY_ATTRIBUTES;
  private static final String[] EC = {"-keyalg", "EC", "-groupname", "secp256r1"};

  @TempDir Path folder;
  private TlsFixture tls;
  private Daemon daemon;

  @BeforeEach
  void makeCertificate() throws Exception {
    tls = TlsFixture.create(folder, "server", EC);
  }

  @AfterEach
  void closeDaemon() {
    if (daemon != null) {
      daemon.close();
    }
  }

  private Path configure(String listen) throws IOException {
    return Files.writeString(
        folder.resolve("luhproc.toml"),
        """
        [supervisor]
        directory = "run"
        listen = "%s"
        tls = { certificate = "server.crt", key = "server.key" }
        [services.web]
        command = ["sleep", "60"]
        autostart = false
        """
            .formatted(listen));
  }

  private void open() throws IOException {
    daemon = Daemon.open(configure("127.0.0.1:0"));
  }

  private String token() throws IOException {
    return "Authorization: Bearer " + Files.readString(folder.resolve("run/http.token")).strip();
  }

  private SSLSocket connect(TlsFixture trusted) throws IOException {
    return (SSLSocket)
        trusted
            .trusting()
            .getSocketFactory()
            .createSocket(InetAddress.getLoopbackAddress(), daemon.port().orElseThrow());
  }

  private String get(String target, String... headers) throws IOException {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    String host = more.contains("Host: ") ? "" : "Host: localhost\r\n";
    try (SSLSocket socket = connect(tls)) {
      String request =
          "GET " + target + " HTTP/1.1\r\n" + host + more + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void allButHealthAndPageNeedsToken() throws Exception {
    open();

    for (String path : new String[] {"/health", "/health/live", "/", "/page/main.js"}) {
      assertThat(RawHttp.status(get(path))).as(path).isEqualTo(200);
    }
    for (String path : new String[] {"/status", "/services/web", "/metrics", "/tree", "/events"}) {
      assertThat(RawHttp.status(get(path))).as(path).isEqualTo(401);
    }
    for (String path : new String[] {"/status", "/services/web", "/metrics", "/tree"}) {
      assertThat(RawHttp.status(get(path, token()))).as(path).isEqualTo(200);
    }
    assertThat(RawHttp.request(RawHttp.unix(daemon.socket()), "GET", "/status"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void hostMustBeInCertificateAndOriginMustBeItsPage() throws Exception {
    open();

    assertThat(RawHttp.status(get("/health", "Host: 127.0.0.1:8443"))).isEqualTo(200);
    assertThat(RawHttp.status(get("/health", "Host: evil.example"))).isEqualTo(400);
    assertThat(RawHttp.status(get("/health", "Origin: https://localhost"))).isEqualTo(200);
    assertThat(RawHttp.status(get("/health", "Origin: http://localhost"))).isEqualTo(403);
    assertThat(RawHttp.status(get("/health", "Origin: https://evil.example"))).isEqualTo(403);
  }

  @Test
  void plainTextClientGetsNoAnswer() throws Exception {
    open();
    String answer =
        RawHttp.request(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), daemon.port().orElseThrow()),
            "GET",
            "/health");

    assertThat(answer).doesNotContain("HTTP/1.1 200", "UP");
    assertThat(RawHttp.status(get("/health"))).isEqualTo(200);
  }

  @Test
  void streamOutlivesDeadlineOfRequests() throws Exception {
    open();
    try (SSLSocket socket = connect(tls)) {
      String request =
          "GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n" + token();
      socket.getOutputStream().write((request + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      // The first comment comes after 15 s, a request has 10 s.
      String line = lines.readLine();
      while (line != null && !line.startsWith(":")) {
        line = lines.readLine();
      }
      assertThat(line).startsWith(":");
    }
  }

  @Test
  void rsaAndEd25519KeysAreRead() throws Exception {
    for (String algorithm : new String[] {"RSA", "Ed25519"}) {
      tls = TlsFixture.create(folder, algorithm, "-keyalg", algorithm);
      Files.copy(tls.certificate(), folder.resolve("server.crt"), REPLACE);
      Files.copy(tls.key(), folder.resolve("server.key"), REPLACE, ATTRIBUTES);
      open();
      assertThat(RawHttp.status(get("/health"))).as(algorithm).isEqualTo(200);
      daemon.close();
    }
  }

  private void assertRefused(String... parts) throws IOException {
    Path file = configure("127.0.0.1:0");
    assertThatThrownBy(() -> Daemon.open(file))
        .isInstanceOf(LuhprocException.class)
        .hasMessageContainingAll(parts);
    assertThat(folder.resolve("run/http.sock")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
  void keyThatOthersCanUseIsRefused(String permissions) throws Exception {
    Files.setPosixFilePermissions(tls.key(), PosixFilePermissions.fromString(permissions));

    assertRefused("cannot use " + tls.key() + " for TLS: ", "run chmod 600 " + tls.key());
  }

  @Test
  void expiredCertificateIsRefused() throws Exception {
    tls = TlsFixture.create(folder, "old", "-keyalg", "EC", "-startdate", "-3d", "-validity", "1");
    Files.copy(tls.certificate(), folder.resolve("server.crt"), REPLACE);
    Files.copy(tls.key(), folder.resolve("server.key"), REPLACE, ATTRIBUTES);

    assertRefused("/server.crt for TLS: it has expired on ", "; renew it");
  }

  @Test
  void certificateOfFutureIsRefused() throws Exception {
    tls = TlsFixture.create(folder, "new", "-keyalg", "EC", "-startdate", "+3d");
    Files.copy(tls.certificate(), folder.resolve("server.crt"), REPLACE);
    Files.copy(tls.key(), folder.resolve("server.key"), REPLACE, ATTRIBUTES);

    assertRefused("/server.crt for TLS: it is not valid before ");
  }

  @Test
  void keyOfAnotherCertificateIsRefused() throws Exception {
    TlsFixture other = TlsFixture.create(folder, "other", EC);
    Files.copy(other.key(), tls.key(), REPLACE, ATTRIBUTES);

    assertRefused(tls.key() + " for TLS: it is not the key of " + tls.certificate());
  }

  @Test
  void missingAndDamagedFilesAreRefused() throws Exception {
    String key = Files.readString(tls.key());
    Files.writeString(tls.key(), key.replace("PRIVATE", "RSA PRIVATE"));
    assertRefused(tls.key().toString(), "openssl pkcs8 -topk8 -nocrypt");
    Files.writeString(tls.key(), key.replaceFirst("\n.{10}", "\nAAAAAAAAAA"));
    assertRefused(tls.key().toString(), "it is no key for RSA, EC or EdDSA");
    Files.writeString(tls.key(), "");
    assertRefused(tls.key().toString(), "it has no PRIVATE KEY in PEM");
    Files.delete(tls.key());
    assertRefused(tls.key().toString(), "NoSuchFile");
    Files.writeString(tls.certificate(), "");
    assertRefused(tls.certificate().toString(), "no certificate in PEM");
    Files.writeString(tls.certificate(), "garbage");
    assertRefused(tls.certificate().toString());
    Files.delete(tls.certificate());
    assertRefused(tls.certificate().toString(), "NoSuchFile");
  }

  @Test
  void otherAddressNeedsTls() throws Exception {
    // TEST-NET-1, see RFC 5737: no machine has it.
    Path file = configure("192.0.2.1:1");
    assertThatThrownBy(() -> Daemon.open(file))
        .hasMessageContaining("cannot open the HTTP server on 192.0.2.1:1");
    Files.writeString(file, Files.readString(file).replaceFirst("tls = .*", ""));
    assertThatThrownBy(() -> Daemon.open(file))
        .hasMessageContaining(
            "it is no loopback address, and there is no TLS; set tls.certificate");
  }

  @Test
  void renewedCertificateIsTakenByReload() throws Exception {
    open();
    assertThat(RawHttp.status(get("/health"))).isEqualTo(200);
    TlsFixture renewed = TlsFixture.create(folder, "renewed", EC);
    Files.copy(renewed.certificate(), tls.certificate(), REPLACE);

    assertThat(daemon.reload().warnings()).anyMatch(it -> it.contains("the former certificate"));
    assertThat(RawHttp.status(get("/health"))).isEqualTo(200);

    Files.copy(renewed.key(), tls.key(), REPLACE, ATTRIBUTES);
    assertThat(daemon.reload().warnings()).isEmpty();
    assertThatThrownBy(() -> get("/health")).isInstanceOf(SSLException.class);
    tls = renewed;
    assertThat(RawHttp.status(get("/health"))).isEqualTo(200);
  }
}
