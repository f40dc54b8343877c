package io.luhproc.kubernetes;

import io.luhproc.contract.Behavior;
import io.luhproc.contract.WorkerEngineContract;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.kubernetes.access.ClusterAccess;
import io.luhproc.kubernetes.client.ApiClient;
import io.luhproc.kubernetes.json.Json;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.TimeSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
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
  private static final String LARGE = "LARGE";

  private final ClusterRelay relay = new ClusterRelay();

  /** The garbage collector of a cluster removes about four Jobs in a second. */
  @BeforeEach
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void removeWorkers() throws InterruptedException {
    try (WorkerEngine engine = open("contract")) {
      while (!engine.list().isEmpty()) {
        for (WorkerStatus left : engine.list()) {
          if (left.phase() != Phase.STOPPING) {
            StopReply ignored = engine.stop(left.key(), left.incarnation(), GRACE);
          }
        }
        TimeSource.system().sleep(Duration.ofMillis(500));
      }
    }
  }

  @AfterEach
  void closeRelay() throws Exception {
    relay.close();
  }

  @Override
  protected WorkerEngine open(String app) {
    WorkerEngine usual = open(app, "");
    WorkerEngine large = open(app, ", \"requests\": {\"cpu\": \"5000\"}");
    // All workers of an engine ask for the same resources, so a worker without a place is
    // another's.
    return (WorkerEngine)
        Proxy.newProxyInstance(
            WorkerEngine.class.getClassLoader(),
            new Class<?>[] {WorkerEngine.class},
            (proxy, method, arguments) -> {
              boolean isLarge =
                  method.getName().equals("start")
                      && ((WorkerSpec) arguments[0]).environment().containsKey(LARGE);
              if (method.getName().equals("close")) {
                large.close();
              }
              try {
                return method.invoke(isLarge ? large : usual, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private WorkerEngine open(String app, String requests) {
    ThreadPool threads = ThreadPool.withMaxThreads(8, "test");
    ClusterAccess access =
        relay.through(
            ClusterAccess.find(
                ClusterAccess.Sources.ofThisProcess(System.getenv(), Optional.empty(), threads)));
    TimeSource time = TimeSource.system();
    ApiClient client = new ApiClient(access, threads, time, ApiClient.Limits.DEFAULT);
    Json pod =
        Json.parse(
            """
            {"spec": {"automountServiceAccountToken": false, "containers": [{
              "name": "app", "image": "%s", "resources": {"limits": {"memory": "32Mi"}%s}}]}}
            """
                .formatted(PLACE[1], requests));
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
    Map<String, String> environment =
        behavior == Behavior.NEVER_PLACED ? Map.of(LARGE, "1") : Map.of();
    return new WorkerSpec(
        key, token, command, environment, Map.of(), Path.of("/"), GRACE, Optional.empty());
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

  @Override
  protected Duration patience() {
    return Duration.ofSeconds(90);
  }

  @Override
  protected void stopAnswering() {
    relay.cut();
  }

  @Override
  protected void answerAgain() {
    relay.restore();
  }
}
