package io.luhproc.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.kubernetes.stub.StubApiServer;
import io.luhproc.kubernetes.stub.StubPod;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An app whose workers run in a cluster because of a variable, in a process for each call. */
@Tag("process")
class ManagerProcessTest {
  @TempDir Path home;
  private EngineFixture fixture;
  private StubApiServer server;

  @BeforeEach
  void start() throws IOException {
    fixture = new EngineFixture(home, TimeSource.system());
    server = fixture.server;
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private String run(String command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ManagerApp.class.getName(),
            home.resolve("root").toString(),
            command,
            "main");
    builder.environment().put("LUHPROC_ENGINE", "k8s:shop");
    builder.environment().put("KUBECONFIG", home.resolve("config").toString());
    builder.environment().put("LUHPROC_K8S_IMAGE", "shop/web:7");
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int ignored = process.waitFor();
    return output;
  }

  private StubPod pod() {
    return server.pod(server.jobNames().get(0));
  }

  @Test
  void workerIsStartedShownReadAndStoppedByProcessesOfTheApp() throws Exception {
    assertThat(run("start")).contains("state: starting", "engine: k8s:shop (", "launched false");
    assertThat(server.jobNames()).hasSize(1);
    pod().run();
    pod().log(Instant.parse("2026-01-01T10:00:00Z"), "first line");

    assertThat(run("info")).contains("state: running", "where: ");
    assertThat(run("list")).contains("INDEXER (id: main)", "state: running");
    assertThat(run("logs")).isEqualTo("first line\n");

    pod().log(Instant.parse("2026-01-01T10:00:01Z"), "second line");
    pod().exit(7);

    assertThat(run("info")).contains("state: ended", "end: exited with code 7");
    assertThat(run("stop")).contains("not running");
    assertThat(server.jobNames()).isEmpty();
    assertThat(run("info")).contains("state: ended", "end: exited with code 7");
    assertThat(run("logs")).isEqualTo("first line\nsecond line\n");
  }

  @Test
  void followedLogIsNotPolled() throws Exception {
    assertThat(run("start")).contains("launched false");
    pod().run();
    server.requests().clear();

    assertThat(run("follow")).isEqualTo("1000\n");

    assertThat(server.requests())
        .hasSizeLessThan(12)
        .filteredOn(it -> it.contains("follow=true"))
        .hasSizeLessThan(2);
  }

  @Test
  void clusterThatCannotBeReachedIsNoMissingWorker() throws Exception {
    assertThat(run("start")).contains("launched false");
    server.close();

    assertThat(run("info")).contains("EngineUnavailableException", "cannot");
    assertThat(run("check")).contains("cannot");
  }

  @Test
  void missingRightsAreNamedWithTheManifestThatGrantsThem() throws Exception {
    server.deny("jobs:create");

    assertThat(run("check")).contains("jobs: create", "kind: RoleBinding");
  }
}
