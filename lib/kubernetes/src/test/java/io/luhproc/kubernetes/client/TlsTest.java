package io.luhproc.kubernetes.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luhproc.kubernetes.access.ClusterAccess;
import io.luhproc.kubernetes.access.ClusterAccess.Sources;
import io.luhproc.kubernetes.access.Keys;
import io.luhproc.kubernetes.client.ApiException.Kind;
import io.luhproc.kubernetes.stub.StubApiServer;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The certificate of the server is for kubernetes.default and localhost. */
@ExtendWith(LeakCheck.class)
class TlsTest {
  private static final String AUTHORITY = "certificate-authority: ca.crt";

  @TempDir private Path home;
  private final ThreadPool threads = ThreadPool.withMaxThreads(4, "test");
  private StubApiServer server;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(home.resolve("ca.crt"), Keys.read("ca.crt"));
    Files.writeString(home.resolve("client.crt"), Keys.read("client.crt"));
    Files.writeString(home.resolve("client.key"), Keys.read("client-pkcs1.key"));
    server = StubApiServer.start(Keys.server(), false);
  }

  @AfterEach
  void close() {
    server.close();
    threads.close();
  }

  private ApiClient client(String host, String cluster, String user) throws Exception {
    Path config =
        Files.writeString(
            home.resolve("config"),
            """
            current-context: dev
            contexts: [{ name: dev, context: { cluster: c, user: u } }]
            clusters: [{ name: c, cluster: { server: "https://HOST", CLUSTER } }]
            users: [{ name: u, user: { USER } }]
            """
                .replace("HOST", host.contains(":") ? host : host + ":" + server.port())
                .replace("CLUSTER", cluster)
                .replace("USER", user));
    ClusterAccess access =
        ClusterAccess.find(
            new Sources(
                Map.of("KUBECONFIG", config.toString()),
                home,
                home,
                Optional.empty(),
                TimeSource.system(),
                threads));
    return new ApiClient(access, threads, TimeSource.system(), ApiClient.Limits.DEFAULT);
  }

  private void assertWorks(String host, String cluster, String user) throws Exception {
    ApiClient client = client(host, cluster, user);
    assertThat(client.list(ResourcePath.jobs("shop")).items()).isEmpty();
  }

  private ApiException failure(String host, String cluster, String user) throws Exception {
    ApiClient client = client(host, cluster, user);
    return catchThrowableOfType(ApiException.class, () -> client.list(ResourcePath.jobs("shop")));
  }

  @Test
  void serverOfTrustedAuthorityIsTrusted() throws Exception {
    assertWorks("localhost", AUTHORITY, "token: t");
  }

  @Test
  void serverOfUnknownAuthorityIsNotTrusted() throws Exception {
    ApiException failure = failure("localhost", "namespace: x", "token: t");
    assertThat(failure.kind()).isEqualTo(Kind.TLS);
    assertThat(failure)
        .hasMessageContaining("check certificate-authority of context dev of ")
        .hasMessageContaining("PKIX");
    assertThat(server.requests()).as("no token is sent").isEmpty();
  }

  @Test
  void serverWithAnotherNameIsNotTrusted() throws Exception {
    assertThat(failure("127.0.0.1", AUTHORITY, "token: t").kind()).isEqualTo(Kind.TLS);
  }

  @Test
  void givenServerNameIsExpected() throws Exception {
    assertWorks("127.0.0.1", AUTHORITY + ", tls-server-name: kubernetes.default", "token: t");
    String other = AUTHORITY + ", tls-server-name: other.default";
    assertThat(failure("127.0.0.1", other, "token: t").kind()).isEqualTo(Kind.TLS);
  }

  @Test
  void anyServerIsAcceptedOnlyIfAskedFor() throws Exception {
    assertWorks("127.0.0.1", "insecure-skip-tls-verify: true", "token: t");
    String text = "insecure-skip-tls-verify: 'true'";
    assertThat(failure("127.0.0.1", text, "token: t").kind()).isEqualTo(Kind.TLS);
  }

  @Test
  void clientCertificateIsSent() throws Exception {
    server.close();
    server = StubApiServer.start(Keys.server(), true);
    String user = "client-certificate: client.crt, client-key: client.key";
    assertWorks("localhost", AUTHORITY, user);
    ApiException failure = failure("localhost", AUTHORITY, "token: t");
    assertThat(failure.kind().isUnavailable()).isTrue();
  }

  @Test
  void serverWithoutTlsIsTold() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answers = Threads.daemon("test", () -> answerWithoutTls(plain));
      answers.start();
      ApiException failure = failure("localhost:" + plain.getLocalPort(), AUTHORITY, "token: t");
      assertThat(failure.kind()).isEqualTo(Kind.TLS);
      answers.join();
    }
  }

  @Test
  void serverThatDiesDuringHandshakeHasNoBadCertificate() throws Exception {
    ServerSocket dying = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Thread dies = Threads.daemon("test", () -> closeDuringHandshakes(dying));
    dies.start();
    try (dying) {
      ApiException failure = failure("localhost:" + dying.getLocalPort(), AUTHORITY, "token: t");
      assertThat(failure.kind().isUnavailable()).isTrue();
      assertThat(failure).hasMessageNotContaining("certificate");
    }
    dies.join();
  }

  private static void closeDuringHandshakes(ServerSocket server) {
    while (true) {
      try (Socket socket = server.accept()) {
        int ignored = socket.getInputStream().read(new byte[1 << 16]);
      } catch (IOException expected) {
        // The test closes the server.
        return;
      }
    }
  }

  private static void answerWithoutTls(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
      long ignored = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
