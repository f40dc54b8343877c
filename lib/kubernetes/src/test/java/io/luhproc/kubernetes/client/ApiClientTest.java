package io.luhproc.kubernetes.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.luhproc.kubernetes.access.ClusterAccess;
import io.luhproc.kubernetes.access.ClusterAccess.Sources;
import io.luhproc.kubernetes.access.Credential;
import io.luhproc.kubernetes.access.Credentials;
import io.luhproc.kubernetes.access.ServerTrust;
import io.luhproc.kubernetes.client.ApiException.Kind;
import io.luhproc.kubernetes.json.Json;
import io.luhproc.kubernetes.stub.Fault;
import io.luhproc.kubernetes.stub.StubApiServer;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.TimeSource;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class ApiClientTest {
  private static final ResourcePath JOBS = ResourcePath.jobs("shop");
  private static final ResourcePath PODS = ResourcePath.pods("shop");
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir private Path home;
  private final ThreadPool threads = ThreadPool.withMaxThreads(4, "test");
  private StubApiServer server;
  private ApiClient client;

  @BeforeEach
  void start() throws Exception {
    server = StubApiServer.start(TimeSource.system());
    client = client(server.url(), LONG, 3);
  }

  @AfterEach
  void close() {
    server.close();
    threads.close();
  }

  private ApiClient client(String url, Duration timeout, int pageSize) throws Exception {
    Path config =
        Files.writeString(
            home.resolve("config"),
            """
            current-context: dev
            contexts: [{ name: dev, context: { cluster: c, user: u } }]
            clusters: [{ name: c, cluster: { server: "URL" } }]
            users: [{ name: u, user: { tokenFile: token } }]
            """
                .replace("URL", url));
    Files.writeString(home.resolve("token"), "secret-1");
    ClusterAccess access =
        ClusterAccess.find(
            new Sources(
                Map.of("KUBECONFIG", config.toString()),
                home,
                home,
                Optional.empty(),
                TimeSource.system(),
                threads));
    return new ApiClient(
        access, threads, TimeSource.system(), new ApiClient.Limits(timeout, timeout, pageSize));
  }

  private static Map<String, Object> job(String name) {
    Map<String, Object> pod =
        Map.of("containers", List.of(Map.of("name", "worker", "image", "docker.io/probe/app:1")));
    return Map.of(
        "apiVersion",
        "batch/v1",
        "kind",
        "Job",
        "metadata",
        Map.of("name", name, "labels", Map.of("worker", "INDEXER")),
        "spec",
        Map.of("template", Map.of("spec", pod)));
  }

  private static ApiException failure(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(ApiException.class).hasMessageNotContaining("secret");
    return (ApiException) thrown;
  }

  private static Kind kind(ThrowingCallable call) {
    return failure(call).kind();
  }

  private static List<String> names(Listing listing) {
    return listing.items().stream().map(it -> it.at("metadata", "name").textOrEmpty()).toList();
  }

  @Test
  void jobIsCreatedReadAndDeleted() {
    Json created = client.create(JOBS, job("idx-1"));
    assertThat(created.at("metadata", "uid").textOrEmpty()).isNotEmpty();
    assertThat(client.get(JOBS.child("idx-1")).at("status", "active").integer()).hasValue(1);
    client.delete(JOBS.child("idx-1"), Map.of("propagationPolicy", "Foreground"));
    assertThat(kind(() -> client.get(JOBS.child("idx-1")))).isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void conflictsAreToldApart() {
    server.stopSlowly();
    Json created = client.create(JOBS, job("idx-1"));
    assertThat(kind(() -> client.create(JOBS, job("idx-1")))).isEqualTo(Kind.ALREADY_EXISTS);
    Map<String, Object> other = Map.of("preconditions", Map.of("uid", "00000000"));
    assertThat(kind(() -> client.delete(JOBS.child("idx-1"), other))).isEqualTo(Kind.CONFLICT);
    assertThat(server.job("idx-1").at("metadata", "deletionTimestamp").isMissing()).isTrue();
    client.delete(
        JOBS.child("idx-1"),
        Map.of(
            "propagationPolicy",
            "Foreground",
            "preconditions",
            Map.of("uid", created.at("metadata", "uid"))));
    assertThat(kind(() -> client.create(JOBS, job("idx-1")))).isEqualTo(Kind.BEING_DELETED);
  }

  @Test
  void invalidObjectAndMissingRightAreTyped() {
    ApiException invalid = failure(() -> client.create(JOBS, job("Bad_Name")));
    assertThat(invalid.kind()).isEqualTo(Kind.INVALID);
    assertThat(invalid)
        .hasMessageStartingWith(
            "cannot POST /apis/batch/v1/namespaces/shop/jobs: HTTP status 422: Job.batch"
                + " \"Bad_Name\" is invalid: ");
    server.deny("jobs:create");
    ApiException forbidden = failure(() -> client.create(JOBS, job("idx-1")));
    assertThat(forbidden.kind()).isEqualTo(Kind.FORBIDDEN);
    assertThat(forbidden).hasMessageContaining("cannot create resource \"jobs\"");
  }

  @Test
  void namesCannotLeaveTheirPlaceInThePath() {
    assertThat(kind(() -> client.get(JOBS.child("../../pods/x")))).isEqualTo(Kind.NOT_FOUND);
    assertThat(server.requests())
        .contains("GET /apis/batch/v1/namespaces/shop/jobs/%2E%2E%2F%2E%2E%2Fpods%2Fx");
    assertThat(PODS.child("..").with("a", "b&c=d e").text())
        .isEqualTo("/api/v1/namespaces/shop/pods/%2E%2E?a=b%26c%3Dd%20e");
  }

  @Test
  void listIsReadInPages() {
    for (int i = 0; i < 7; i++) {
      client.create(JOBS, job("idx-" + i));
    }
    server.requests().clear();
    Listing listing = client.list(JOBS.with("labelSelector", "worker=INDEXER"));
    assertThat(names(listing)).hasSize(7).contains("idx-0", "idx-6");
    assertThat(listing.version()).isNotEmpty();
    assertThat(server.requests()).hasSize(3);
    assertThat(client.list(JOBS.with("labelSelector", "worker=OTHER")).items()).isEmpty();
  }

  @Test
  void listStartsAgainIfPageIsTooOld() throws Exception {
    for (int i = 0; i < 4; i++) {
      client.create(JOBS, job("idx-" + i));
    }
    server.expirePages(true);
    assertThat(kind(() -> client.list(JOBS))).isEqualTo(Kind.EXPIRED);
    server.requests().clear();
    server.fail("GET .*continue", Fault.EXPIRED, 1);
    server.expirePages(false);
    assertThat(names(client.list(JOBS))).containsExactly("idx-0", "idx-1", "idx-2", "idx-3");
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void refusedTokenIsReadAgain() throws Exception {
    server.requireAuthorization("Bearer secret-1");
    assertThat(client.list(JOBS).items()).isEmpty();
    server.requireAuthorization("Bearer secret-2");
    assertThat(kind(() -> client.list(JOBS))).isEqualTo(Kind.UNAUTHORIZED);
    Files.writeString(home.resolve("token"), "secret-2");
    assertThat(client.list(JOBS).items()).isEmpty();
  }

  @Test
  void requestIsRepeatedOnceWithNewCredential() {
    AtomicInteger number = new AtomicInteger(1);
    Credentials renewed =
        new Credentials() {
          @Override
          public Credential current() {
            return new Credential(Optional.of("Bearer secret-" + number), Optional.empty());
          }

          @Override
          public void refused(Credential credential) {
            assertThat(credential).isEqualTo(current());
            number.incrementAndGet();
          }
        };
    ClusterAccess access =
        new ClusterAccess(
            URI.create(server.url()),
            Optional.empty(),
            new ServerTrust(List.of(), Optional.empty(), false),
            renewed,
            Optional.empty(),
            "test");
    ApiClient renewing =
        new ApiClient(access, threads, TimeSource.system(), ApiClient.Limits.DEFAULT);
    server.requireAuthorization("Bearer secret-2");
    assertThat(renewing.list(JOBS).items()).isEmpty();
    server.requireAuthorization("Bearer secret-9");
    server.requests().clear();
    assertThat(kind(() -> renewing.list(JOBS))).isEqualTo(Kind.UNAUTHORIZED);
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void faultsOfServerAreTyped() {
    Map<Fault, Kind> kinds = new HashMap<>();
    kinds.put(Fault.CLOSE, Kind.UNREACHABLE);
    kinds.put(Fault.CUT, Kind.BAD_RESPONSE);
    kinds.put(Fault.ERROR_500, Kind.SERVER_ERROR);
    kinds.put(Fault.THROTTLED, Kind.THROTTLED);
    kinds.put(Fault.NOT_JSON, Kind.BAD_RESPONSE);
    kinds.put(Fault.FOREIGN_404, Kind.BAD_RESPONSE);
    kinds.put(Fault.NO_RESOURCE, Kind.BAD_RESPONSE);
    kinds.put(Fault.REDIRECT, Kind.BAD_RESPONSE);
    kinds.put(Fault.ENDLESS_ERROR, Kind.SERVER_ERROR);
    for (Map.Entry<Fault, Kind> expected : kinds.entrySet()) {
      // The HTTP client repeats a GET once if its connection is closed.
      server.fail("POST .*/jobs", expected.getKey(), 1);
      ApiException failure = failure(() -> client.create(JOBS, job("idx-1")));
      assertThat(failure.kind())
          .as(expected.getKey() + ": " + failure)
          .isEqualTo(expected.getValue());
      assertThat(failure.kind().isUnavailable()).isTrue();
      assertThat(failure.getMessage()).hasSizeLessThan(1000);
    }
    assertThat(server.jobNames()).isEmpty();
  }

  @Test
  void delayThatServerAsksForIsKnown() {
    server.fail("GET", Fault.THROTTLED, 1);
    assertThat(failure(() -> client.list(JOBS)).retryAfter()).hasValue(Duration.ofSeconds(7));
  }

  @Test
  void serverThatHangsIsGivenUp() throws Exception {
    ApiClient impatient = client(server.url(), Duration.ofMillis(200), 3);
    server.fail("GET", Fault.HANG, 1);
    ApiException failure = failure(() -> impatient.list(JOBS));
    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure).hasMessageContaining("gave no whole answer in time");
  }

  @Test
  void bodyThatHangsIsGivenUp() throws Exception {
    ApiClient impatient = client(server.url(), Duration.ofMillis(300), 3);
    server.fail("GET", Fault.HANG_IN_BODY, 1);
    assertThat(kind(() -> impatient.list(JOBS))).isEqualTo(Kind.UNREACHABLE);
  }

  @Test
  void portWithoutServerIsUnreachable() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    ApiClient lost = client("http://127.0.0.1:" + port, LONG, 3);
    ApiException failure = failure(() -> lost.list(JOBS));
    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure).hasMessageContaining("127.0.0.1:" + port + " of context dev of ");
  }

  @Test
  void interruptedRequestKeepsInterrupt() {
    server.fail("GET", Fault.HANG, 1);
    Thread.currentThread().interrupt();
    assertThat(kind(() -> client.list(JOBS))).isEqualTo(Kind.UNREACHABLE);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void watchDeliversChangesAndBookmarks() throws Exception {
    Listing listing = client.list(JOBS);
    try (Watch watch = client.watch(JOBS, listing.version(), LONG)) {
      client.create(JOBS, job("idx-1"));
      assertThat(next(watch).type()).isEqualTo("ADDED");
      assertThat(next(watch).type()).isEqualTo("MODIFIED");
      server.pod("idx-1").run();
      Watch.Change bookmark = next(watch);
      assertThat(bookmark.type()).isEqualTo("BOOKMARK");
      assertThat(bookmark.version()).isNotEmpty();
      client.delete(JOBS.child("idx-1"), Map.of("propagationPolicy", "Foreground"));
      Watch.Change last = next(watch);
      while (!last.type().equals("DELETED")) {
        last = next(watch);
      }
      assertThat(last.object().at("metadata", "name").is("idx-1")).isTrue();
    }
  }

  private static Watch.Change next(Watch watch) throws InterruptedException {
    return watch.next(LONG).orElseThrow();
  }

  @Test
  void watchOfForgottenVersionIsExpired() throws Exception {
    String version = client.list(JOBS).version();
    server.compact();
    try (Watch watch = client.watch(JOBS, version, LONG)) {
      assertThat(kind(() -> watch.next(LONG))).isEqualTo(Kind.EXPIRED);
    }
  }

  @Test
  void watchThatBreaksOffIsTold() throws Exception {
    try (Watch watch = client.watch(JOBS, client.list(JOBS).version(), LONG)) {
      server.breakStreams();
      assertThat(kind(() -> watch.next(LONG))).isEqualTo(Kind.BAD_RESPONSE);
    }
  }

  @Test
  void silentWatchReturns() throws Exception {
    try (Watch watch = client.watch(JOBS, client.list(JOBS).version(), LONG)) {
      assertThat(watch.next(Duration.ofMillis(50))).isEmpty();
    }
  }

  @Test
  void closedWatchEnds() throws Exception {
    Watch watch = client.watch(JOBS, client.list(JOBS).version(), LONG);
    watch.close();
    assertThat(watch.next(LONG)).isEmpty();
  }

  @Test
  void watchThatIsRefusedIsTyped() {
    server.deny("jobs:watch");
    assertThatThrownBy(() -> client.watch(JOBS, "1", LONG))
        .isInstanceOfSatisfying(
            ApiException.class, it -> assertThat(it.kind()).isEqualTo(Kind.FORBIDDEN));
  }
}
