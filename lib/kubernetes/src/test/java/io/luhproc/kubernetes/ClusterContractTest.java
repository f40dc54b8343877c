package io.luhproc.kubernetes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.contract.Behavior;
import io.luhproc.contract.WorkerEngineContract;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.kubernetes.access.ClusterAccess;
import io.luhproc.kubernetes.client.ApiClient;
import io.luhproc.kubernetes.json.Json;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The contract, on a real cluster: {@code -Dluhproc.k8s=NAMESPACE,IMAGE}. The image has a shell;
 * the cluster is that of the kubeconfig, and its namespace has no workers of the app "contract".
 */
@EnabledIfSystemProperty(
    named = "luhproc.k8s",
    matches = ".+,.+",
    disabledReason = "needs a cluster: -Dluhproc.k8s=NAMESPACE,IMAGE")
class ClusterContractTest extends WorkerEngineContract {
  private static final String[] PLACE = System.getProperty("luhproc.k8s", ",").split(",", 2);
  private static final String LOOP = "while :; do sleep 0.1; done";
  private static final Duration GRACE = Duration.ofSeconds(5);

  @BeforeEach
  void removeWorkers() throws InterruptedException {
    try (WorkerEngine engine = open("contract")) {
      while (!engine.list().isEmpty()) {
        for (WorkerStatus left : engine.list()) {
          StopReply ignored = engine.stop(left.key(), left.incarnation(), GRACE);
        }
        TimeSource.system().sleep(Duration.ofMillis(500));
      }
    }
  }

  @Override
  protected WorkerEngine open(String app) {
    ThreadPool threads = ThreadPool.withMaxThreads(8, "test");
    ClusterAccess access =
        ClusterAccess.find(
            ClusterAccess.Sources.ofThisProcess(System.getenv(), Optional.empty(), threads));
    TimeSource time = TimeSource.system();
    ApiClient client = new ApiClient(access, threads, time, ApiClient.Limits.DEFAULT);
    Json pod =
        Json.parse(
            """
            {"spec": {"automountServiceAccountToken": false, "containers": [{
              "name": "app", "image": "%s", "resources": {"limits": {"memory": "32Mi"}}}]}}
            """
                .formatted(PLACE[1]));
    return new KubernetesEngine(
        new Cluster(PLACE[0], app, client, time, Cluster.StreamSettings.DEFAULT),
        TemplateSource.of(access, WorkerTemplate.ofPod(pod, Optional.empty())),
        threads);
  }

  @Override
  protected WorkerSpec spec(WorkerKey key, String token, Behavior behavior) {
    List<String> command =
        behavior == Behavior.PROGRAM_MISSING
            ? List.of("/no/such/program")
            : List.of("/bin/sh", "-c", script(behavior));
    return new WorkerSpec(
        key, token, command, Map.of(), Map.of(), Path.of("/"), GRACE, Optional.empty());
  }

  private static String script(Behavior behavior) {
    return switch (behavior) {
      case RUN -> "trap 'exit 143' TERM; echo running; " + LOOP;
      case SAY_GOODBYE -> "trap 'echo last words; exit 0' TERM; echo running; " + LOOP;
      case EXIT_0 -> "exit 0";
      case EXIT_7 -> "exit 7";
      // Process 1 of a container cannot be killed from inside.
      case KILL_ITSELF -> "exit 137";
      case RUN_OUT_OF_MEMORY -> "tail /dev/zero";
      case WRITE_LINES ->
          "i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo out $i; done; echo err 1 >&2";
      case NEVER_PLACED, PROGRAM_MISSING -> "exit 1";
    };
  }

  /** All workers of an engine ask for the same resources. */
  @Override
  protected Set<Behavior> unavailable() {
    return EnumSet.of(Behavior.NEVER_PLACED);
  }

  @Override
  protected Duration patience() {
    return Duration.ofSeconds(90);
  }

  @Override
  protected void stopAnswering() {
    assumeTrue(false, "the cluster is not ours to stop");
  }

  @Override
  protected void answerAgain() {}
}
