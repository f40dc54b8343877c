package io.luhproc.kubernetes.stub;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.kubernetes.Transcript;
import io.luhproc.kubernetes.json.Json;
import io.luhproc.time.TimeSource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Repeats recorded requests on the stub, and compares the form of the answers. */
class StubFormTest {
  private static final String JOBS = "/apis/batch/v1/namespaces/shop/jobs";
  // Of later versions, of no use here, or of the recording's cluster.
  private static final Set<String> IGNORED =
      Set.of(
          "managedFields",
          "resources",
          "terminationMessagePath",
          "terminationMessagePolicy",
          "imagePullPolicy",
          "volumes",
          "volumeMounts",
          "tolerations",
          "priority",
          "preemptionPolicy",
          "serviceAccount",
          "podIP",
          "podIPs",
          "containerID",
          "causes",
          "lastProbeTime",
          "startTime");

  private final HttpClient http = HttpClient.newHttpClient();
  private StubApiServer server;

  @BeforeEach
  void start() throws Exception {
    server = StubApiServer.start(TimeSource.system());
  }

  @AfterEach
  void close() {
    server.close();
  }

  private HttpResponse<String> send(String method, String path, Optional<String> body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .method(method, body.map(BodyPublishers::ofString).orElse(BodyPublishers.noBody()))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> repeat(String name, String oldText, String newText)
      throws Exception {
    Transcript recorded = Transcript.read(name);
    String[] request = recorded.request().split(" ", 2);
    HttpResponse<String> answer =
        send(
            request[0],
            request[1].replace(oldText, newText),
            recorded.requestBody().map(it -> it.replace(oldText, newText)));
    assertThat(answer.statusCode()).as(name).isEqualTo(recorded.status());
    return answer;
  }

  /** Asserts that an answer has the properties of the recorded one, of the same types. */
  private void assertForm(String name, HttpResponse<String> answer) {
    assertSameForm(name, Transcript.read(name).json().value(), Json.parse(answer.body()).value());
  }

  private static void assertSameForm(String at, Object recorded, Object answer) {
    if (recorded instanceof Map<?, ?> expected) {
      assertThat(answer).as(at).isInstanceOf(Map.class);
      Map<?, ?> actual = (Map<?, ?>) answer;
      for (Map.Entry<?, ?> property : expected.entrySet()) {
        if (!IGNORED.contains(property.getKey())) {
          assertThat(actual.containsKey(property.getKey()))
              .as(at + "." + property.getKey() + " in " + actual.keySet())
              .isTrue();
          assertSameForm(
              at + "." + property.getKey(), property.getValue(), actual.get(property.getKey()));
        }
      }
    } else if (recorded instanceof List<?> expected && !expected.isEmpty()) {
      assertThat(answer).as(at).isInstanceOf(List.class);
      assertThat((List<?>) answer).as(at).isNotEmpty();
      assertSameForm(at + "[0]", expected.get(0), ((List<?>) answer).get(0));
    } else if (recorded != null) {
      assertThat(answer).as(at).hasSameClassAs(recorded);
    }
  }

  private String create(String name) throws Exception {
    HttpResponse<String> created = repeat("create-201", "idx-1", name);
    return Json.parse(created.body()).at("metadata", "uid").textOrEmpty();
  }

  @Test
  void creationIsAnsweredAsRecorded() throws Exception {
    assertForm("create-201", repeat("create-201", "", ""));
    HttpResponse<String> exists = repeat("create-409-exists", "", "");
    assertForm("create-409-exists", exists);
    assertThat(message(exists)).isEqualTo(message("create-409-exists"));
    HttpResponse<String> invalid = repeat("create-422-name", "", "");
    assertForm("create-422-name", invalid);
    assertThat(message(invalid)).isEqualTo(message("create-422-name"));
  }

  private static String message(String name) {
    return Transcript.read(name).json().at("message").textOrEmpty();
  }

  private static String message(HttpResponse<String> answer) {
    return Json.parse(answer.body()).at("message").textOrEmpty();
  }

  @Test
  void refusalsAreAnsweredAsRecorded() throws Exception {
    server.deny("jobs:create");
    HttpResponse<String> forbidden = repeat("create-403", "/default/", "/shop/");
    assertForm("create-403", forbidden);
    assertThat(message(forbidden)).isEqualTo(message("create-403").replace("default", "shop"));
    server.requireAuthorization("Bearer x");
    HttpResponse<String> unauthorized = repeat("list-401", "", "");
    assertForm("list-401", unauthorized);
    assertThat(message(unauthorized)).isEqualTo("Unauthorized");
  }

  @Test
  void deletionIsAnsweredAsRecorded() throws Exception {
    server.stopSlowly();
    String uid = create("idx-1");
    server.pod("idx-1").run();
    HttpResponse<String> otherUid = repeat("delete-409-uid", "", "");
    assertForm("delete-409-uid", otherUid);
    assertThat(message(otherUid).replace(uid, "53b33506-873a-401d-847f-2ac248d7e395"))
        .isEqualTo(message("delete-409-uid"));
    String recordedUid = "53b33506-873a-401d-847f-2ac248d7e395";
    assertForm("delete-200-foreground", repeat("delete-200-foreground", recordedUid, uid));
    HttpResponse<String> deleted = repeat("create-409-being-deleted", "", "");
    assertThat(message(deleted)).isEqualTo(message("create-409-being-deleted"));
    server.pod("idx-1").exit(143);
    HttpResponse<String> missing = repeat("delete-404", "", "");
    assertForm("delete-404", missing);
    assertThat(message(missing)).isEqualTo(message("delete-404"));
    assertForm("job-404", repeat("job-404", "", ""));
  }

  @Test
  void backgroundDeletionRemovesJobWhileItsProcessRuns() throws Exception {
    server.stopSlowly();
    create("idx-1");
    server.pod("idx-1").run();
    HttpResponse<String> deleted =
        send("DELETE", JOBS + "/idx-1", Optional.of("{\"propagationPolicy\":\"Background\"}"));
    assertThat(deleted.statusCode()).isEqualTo(200);
    assertThat(server.jobNames()).isEmpty();
    create("idx-1");
    HttpResponse<String> pods =
        send(
            "GET", "/api/v1/namespaces/shop/pods?labelSelector=job-name%3Didx-1", Optional.empty());
    assertThat(Json.parse(pods.body()).at("items").items()).as("two workers").hasSize(2);
  }

  @Test
  void listsAreAnsweredAsRecorded() throws Exception {
    assertForm("list-empty", repeat("list-empty", "", ""));
    create("bad");
    create("noimg");
    create("ok");
    server.pod("bad").exit(7);
    assertForm("list-paged", repeat("list-paged", "", ""));
  }

  @Test
  void jobsAndPodsHaveTheFormOfEachPhase() throws Exception {
    create("idx-1");
    assertForm("job-active", repeat("job-active", "", ""));
    assertForm("pod-pending", repeat("pod-pending", "", ""));
    server.pod("idx-1").run();
    assertForm("pod-running", repeat("pod-running", "", ""));
    create("ok");
    server.pod("ok").run();
    server.pod("ok").exit(0);
    assertForm("pod-ok", repeat("pod-ok", "", ""));
    create("bad");
    server.pod("bad").run();
    server.pod("bad").exit(7);
    assertForm("job-bad", repeat("job-bad", "", ""));
    assertForm("pod-bad", repeat("pod-bad", "", ""));
    create("noimg");
    server.pod("noimg").setWaiting("ErrImageNeverPull", "not present");
    assertForm("pod-noimg", repeat("pod-noimg", "", ""));
  }

  @Test
  void logsAreAnsweredAsRecorded() throws Exception {
    create("idx-1");
    String pod = podName("idx-1");
    HttpResponse<String> waiting = repeat("log-400-creating", "idx-1-74vbj", pod);
    assertForm("log-400-creating", waiting);
    assertThat(message(waiting).replace(pod, "idx-1-74vbj")).isEqualTo(message("log-400-creating"));
    HttpResponse<String> missing = repeat("log-404", "", "");
    assertForm("log-404", missing);
    assertThat(message(missing)).isEqualTo(message("log-404"));
  }

  private String podName(String job) throws Exception {
    HttpResponse<String> pods =
        send(
            "GET",
            "/api/v1/namespaces/shop/pods?labelSelector=job-name%3D" + job,
            Optional.empty());
    return Json.parse(pods.body()).at("items").items().get(0).at("metadata", "name").textOrEmpty();
  }

  @Test
  void logWithoutNodeHasNoContent() throws Exception {
    create("idx-1");
    server.pod("idx-1").setUnschedulable("0/1 nodes");
    String path = "/api/v1/namespaces/shop/pods/%s/log".formatted(podName("idx-1"));
    assertThat(send("GET", path, Optional.empty()).statusCode()).isEqualTo(204);
  }

  @Test
  void watchOfOldVersionIsAnsweredAsRecorded() throws Exception {
    server.compact();
    HttpResponse<String> answer = repeat("watch-410-too-old", "", "");
    assertForm("watch-410-too-old", answer);
    List<String> lines = answer.body().lines().toList();
    assertThat(lines).hasSize(1);
  }

  @Test
  void versionIsAnsweredAsRecorded() throws Exception {
    HttpResponse<String> answer = repeat("version", "", "");
    Json version = Json.parse(answer.body());
    assertThat(version.at("minor")).isEqualTo(Transcript.read("version").json().at("minor"));
  }
}
